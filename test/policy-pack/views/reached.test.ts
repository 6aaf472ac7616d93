import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Resource } from "../../../core/snapshot/resource";
import { judgeSnapshot } from "../../../policy-pack/run/judge";
import type { Finding, Reached } from "../../../policy-pack/findings/finding";
import { defaultSettings } from "../../../policy-pack/findings/settings";
import { withReached } from "../../../policy-pack/views/reached";
import type {
  IdentityEdge,
  IdentityGraph,
  IdentityNode,
} from "../../../policy-pack/views/identity-graph/identity-graph";
import { assertSameLater } from "../../support/later-views";
import { manifest, snapshotOf } from "../../support/resources";

const about = (name: string): Finding => ({
  ...{ rule: "no-shared-secret", verdict: "violated", severity: "high", level: "mandatory" },
  ...{ about: { name, label: name }, at: { urn: "urn", property: "" } },
  ...{ message: "m", fix: "f", related: [], chain: [], dependsOn: [], standards: [] },
  ...{ fingerprint: name, known: false },
});

const harmsOf: Readonly<Record<string, readonly string[]>> = {
  refunds: ["payment"],
  crm: ["restricted data"],
  mail: ["external-message"],
  wiki: ["confidential data"],
};

/** A graph of edges such as `triage -may call-> refunds`; the tools above have harms. */
function graphOf(...edges: readonly (readonly [string, string, string])[]): IdentityGraph {
  const names = [...new Set(edges.flatMap(([from, , to]) => [from, to]))].sort();
  return {
    nodes: names.map((name): IdentityNode => {
      const harms = harmsOf[name];
      return { name, label: name, kind: "workload", what: "Tool", ...(harms && { harms }) };
    }),
    edges: edges.map(([from, by, to]): IdentityEdge => ({
      ...{ from: names.indexOf(from), to: names.indexOf(to), by },
    })),
  };
}

const labels = (finding: Finding | undefined): readonly string[] =>
  (finding?.reaches ?? []).map(({ label }) => label);

describe("what a finding reaches", () => {
  const rows: readonly (readonly [string, IdentityGraph, Finding, readonly string[]])[] = [
    ["a tool itself", graphOf(["refunds", "uses", "key"]), about("refunds"), ["refunds"]],
    [
      "what its agent may call, over several steps",
      graphOf(["a", "may call", "b"], ["b", "assumes", "role"], ["crm", "runs as", "role"]),
      about("a"),
      ["crm"],
    ],
    [
      "the workload that runs as a role, but none that only assumes it",
      graphOf(["refunds", "runs as", "role"], ["crm", "assumes", "role"]),
      about("role"),
      ["refunds"],
    ],
    [
      "what its holder may call, and not what else uses the thing",
      graphOf(["a", "uses", "key"], ["a", "may call", "refunds"], ["crm", "uses", "key"]),
      { ...about("key"), holder: { name: "a", label: "a" } },
      ["refunds"],
    ],
    [
      "what the affected ones are, and not what else is related",
      graphOf(["refunds", "uses", "key"], ["crm", "uses", "key"]),
      {
        ...about("key"),
        related: [
          { name: "refunds", label: "refunds", as: "uses it", isAffected: true },
          { name: "crm", label: "crm", as: "is near it" },
        ],
      },
      ["refunds"],
    ],
    [
      "the end of a path",
      graphOf(["refunds", "runs as", "role"]),
      {
        ...about("x"),
        chain: [
          { from: { name: "x", label: "x" }, to: { name: "role", label: "r" }, by: "assumes" },
        ],
      },
      ["refunds"],
    ],
    [
      "the three worst of four",
      graphOf(
        ["a", "may call", "wiki"],
        ["a", "may call", "mail"],
        ["a", "may call", "refunds"],
        ["a", "may call", "crm"],
      ),
      about("a"),
      ["crm", "refunds", "mail"],
    ],
    [
      "nothing against the direction of a call",
      graphOf(["refunds", "may call", "a"]),
      about("a"),
      [],
    ],
    ["nothing where none is of high risk", graphOf(["a", "may call", "b"]), about("a"), []],
    [
      "nothing of a thing that the graph has not",
      graphOf(["a", "may call", "crm"]),
      about("z"),
      [],
    ],
  ];
  for (const [what, graph, finding, expected] of rows) {
    it(`is ${what}`, () => {
      assert.deepEqual(labels(withReached([finding], graph)[0]), expected);
    });
  }

  it("is found by the spelling of what carries a declaration out", () => {
    const graph = graphOf(["refunds", "uses", "key"]);
    const nodes = graph.nodes.map((node) => ({ ...node, also: [`${node.name}/pod`] }));
    assert.deepEqual(labels(withReached([about("refunds/pod")], { ...graph, nodes })[0]), [
      "refunds",
    ]);
  });

  it("is what a search from each node finds, cut to three", () => {
    const names = ["a", "b", "c", "d", ...Object.keys(harmsOf)];
    const edge = fc.tuple(
      fc.constantFrom(...names),
      fc.constantFrom("runs as", "may call", "assumes, runs as"),
      fc.constantFrom(...names),
    );
    fc.assert(
      fc.property(fc.array(edge, { minLength: 1, maxLength: 14 }), (edges) => {
        const graph = graphOf(...edges);
        for (const { name } of graph.nodes) {
          const seen = [name];
          for (const at of seen) {
            const next = edges.flatMap(([from, by, to]) => [
              ...(from === at ? [to] : []),
              ...(to === at && by.includes("runs as") ? [from] : []),
            ]);
            seen.push(
              ...next.filter((each, i) => !seen.includes(each) && next.indexOf(each) === i),
            );
          }
          const inOrder = ["crm", "refunds", "mail", "wiki"].filter((each) => seen.includes(each));
          assert.deepEqual(labels(withReached([about(name)], graph)[0]), inOrder.slice(0, 3));
        }
      }),
    );
  });
});

describe("what a finding of a stack reaches", () => {
  const tool = (name: string, marks: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: acme, name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name}, agentid.dev/kind: tool, ${marks} } }
    spec:
      serviceAccountName: shared
      containers: [{ name: main, image: x }]
`;
  const stack = (marks: string): readonly Resource[] =>
    manifest(
      [
        "apiVersion: v1\nkind: Namespace\nmetadata: { name: acme, labels: { agentid.dev/tenant: acme } }",
        "apiVersion: v1\nkind: ServiceAccount\nmetadata: { namespace: acme, name: shared }",
        tool("refunds", marks),
        tool("search", "agentid.dev/sensitivity: internal"),
      ].join("\n---\n"),
    );
  const reachedIn = async (resources: readonly Resource[]): Promise<readonly Reached[]> => {
    const { findings } = await judgeSnapshot(snapshotOf(resources), {
      settings: defaultSettings,
    });
    const shared = findings.filter(({ rule }) => rule === "no-shared-identity");
    assert.ok(shared.length > 0);
    return shared.flatMap(({ reaches = [] }) => reaches);
  };

  for (const [marks, harms] of [
    ["agentid.dev/effects: payment", ["payment"]],
    ["agentid.dev/effects: deletion.payment", ["payment", "deletion"]],
    ["agentid.dev/sensitivity: restricted", ["restricted data"]],
    [
      "agentid.dev/sensitivity: restricted, agentid.dev/effects: payment",
      ["restricted data", "payment"],
    ],
    ["agentid.dev/sensitivity: internal", []],
    ["agentid.dev/effects: none", []],
  ] as const) {
    it(`has the declared harms of \`${marks}\``, async () => {
      const resources = stack(marks);
      const reached = await reachedIn(resources);
      assert.deepEqual(
        [...new Set(reached.map((each) => JSON.stringify(each)))],
        harms.length === 0 ? [] : [JSON.stringify({ label: "acme/refunds", harms })],
      );
      await assertSameLater(resources);
    });
  }
});
