import assert from "node:assert/strict";
import type { Viz } from "@viz-js/viz";
import fc from "fast-check";
import { loadLayout } from "../../../cli/draw";
import { dotOf } from "../../../cli/report/picture/dot";
import { joined } from "../../../cli/report/picture/joined";
import {
  mermaidLimits,
  mermaidOf,
  mermaidPart,
  mermaidText,
  shortened,
} from "../../../cli/report/picture/mermaid";
import {
  partOf,
  pathPart,
  pictureOf,
  severitiesOf,
  tenantPart,
  type Picture,
} from "../../../cli/report/picture/picture";
import { svgOf } from "../../../cli/report/picture/svg";
import { narrowed } from "../../../cli/report/picture/narrowed";
import { faultsOf } from "../../../policy-pack/findings/grouped-finding";
import type { Finding } from "../../../policy-pack/findings/finding";
import type { IdentityGraph } from "../../../policy-pack/views/identity-graph/identity-graph";
import { hostileName, sampleReport } from "./sample-report";
import { anyText } from "../../support/any-text";

const { findings, identityGraph } = sampleReport.judgement;
const sample = pictureOf(identityGraph, faultsOf(findings));

/** A part of a picture by its labels. */
function labelsOf(picture: Picture, places: readonly number[]): readonly string[] {
  return places.map((place) => picture.nodes[place]?.label ?? "");
}

/** Workloads that each run as an identity of their own; the last two of other tenants share one. */
function graphOf(
  workloads: number,
  name = (place: number): string => `acme/w${place}`,
): IdentityGraph {
  const places = Array.from({ length: workloads }, (_, place) => place);
  return {
    nodes: [
      ...places.map((place) => ({
        ...{ name: `w${place}`, label: name(place), kind: "workload" as const, what: "Deployment" },
        tenant: `t${place % 10}`,
      })),
      ...places.map((place) => ({
        ...{ name: `i${place}`, label: `i${place}`, kind: "identity" as const, what: "IAM role" },
      })),
    ],
    edges: places.map((place) => ({
      ...{ from: place, to: workloads + Math.min(place, workloads - 2), by: "runs as" },
    })),
  };
}

describe("the picture of a report", () => {
  it("has what a chain goes through as its path, and what only the finding names as a node", () => {
    const path = sample.paths.find(({ fault }) => fault.first.rule === "no-cross-tenant-trust");
    assert.ok(path);
    assert.deepEqual(labelsOf(sample, path.nodes), [
      "globex-refunds",
      "acme/planner",
      "bridge",
      "globex/refunds",
    ]);
    const edges = path.edges.map((place) => sample.edges[place]);
    assert.deepEqual(
      edges.map((edge) => labelsOf(sample, [edge?.from ?? -1, edge?.to ?? -1]).join(" > ")),
      ["acme/planner > bridge", "bridge > globex-refunds", "globex/refunds > globex-refunds"],
    );
    const deployer = sample.nodes.find(({ label }) => label === "deployer");
    assert.deepEqual(deployer, { label: "deployer", kind: "thing", what: "", ...sourceAt(90) });
  });

  it("has the shortest path from who is affected to what is shared, where no chain names it", () => {
    const graph: IdentityGraph = {
      nodes: ["a", "account", "role", "other"].map((name) => ({
        ...{ name, label: name, kind: "identity", what: "" },
      })),
      edges: [
        { from: 0, to: 1, by: "runs as" },
        { from: 1, to: 2, by: "assumes" },
        { from: 0, to: 3, by: "assumes" },
      ],
    };
    const [first] = findings;
    const about = { name: "role", label: "role" };
    const finding = { ...first!, about, holder: { name: "a", label: "a" }, related: [] };
    const { paths } = pictureOf(graph, faultsOf([finding]));
    assert.deepEqual(
      paths.map(({ nodes, edges }) => ({ nodes: [...nodes].sort(), edges })),
      [{ nodes: [0, 1, 2], edges: [0, 1] }],
    );
  });

  it("is red where tenants meet at what only a finding names, and pale where that is not certain", () => {
    const graph: IdentityGraph = {
      nodes: ["acme", "globex"].map((tenant) => ({
        ...{ name: `${tenant}-role`, label: `${tenant}-role`, kind: "identity", what: "IAM role" },
        tenant,
      })),
      edges: [],
    };
    const subject = (name: string): Finding["about"] => ({ name, label: name });
    const link = (from: string, to: string): Finding["chain"][number] => ({
      ...{ from: subject(from), to: subject(to), by: "allows using" },
    });
    const about = subject("crm-key");
    const given = { ...findings[0]!, about, related: [], holder: about };
    const both = ["acme", "globex"].map((tenant) => ({
      ...given,
      chain: [link(`${tenant}-role`, `${tenant}-policy`), link(`${tenant}-policy`, "crm-key")],
    }));
    const drawn = (verdict: Finding["verdict"], of = both) =>
      pictureOf(graph, faultsOf(of.map((finding) => ({ ...finding, verdict }))));
    const { nodes, edges, between } = drawn("violated");
    assert.deepEqual(
      nodes.map(({ label, area }) => [label, area]),
      [
        ["acme-role", "acme"],
        ["globex-role", "globex"],
        ["crm-key", undefined],
        ["acme-policy", "acme"],
        ["globex-policy", "globex"],
      ],
    );
    const red = edges.map(({ from, to, crosses }) => [
      nodes[from]?.label,
      nodes[to]?.label,
      crosses,
    ]);
    assert.deepEqual(red, [
      ["acme-role", "acme-policy", false],
      ["acme-policy", "crm-key", true],
      ["globex-role", "globex-policy", false],
      ["globex-policy", "crm-key", true],
    ]);
    assert.deepEqual(
      between.map((pair) => [pair.from, pair.to, pair.edges]),
      [
        ["acme", "globex", [1]],
        ["globex", "acme", [3]],
      ],
    );
    const pale = drawn("undetermined").edges;
    assert.deepEqual(
      [...new Set(pale.map(({ possible, crosses }) => `${possible} ${crosses}`))],
      ["true false"],
    );
    const one = drawn("violated", both.slice(0, 1)).edges;
    assert.deepEqual(
      [...new Set(one.map(({ possible, crosses }) => `${possible} ${crosses}`))],
      ["false false"],
    );
  });

  it("is narrowed to what its findings are about", () => {
    const whole = joined([pictureOf(graphOf(2), []), sample]);
    const { nodes, edges, paths } = narrowed(whole);
    assert.ok(!nodes.some(({ label }) => label === "acme/w0"));
    assert.deepEqual(
      paths.map((path) => path.nodes.map((place) => nodes[place])),
      whole.paths.map((path) => path.nodes.map((place) => whole.nodes[place])),
    );
    const endsOf = ({ nodes: all, edges: of }: Picture, path: Picture["paths"][number]) =>
      path.edges.map((place) => [all[of[place]?.from ?? -1], all[of[place]?.to ?? -1]]);
    assert.deepEqual(
      paths.map((path) => endsOf({ ...whole, nodes, edges }, path)),
      whole.paths.map((path) => endsOf(whole, path)),
    );
    assert.deepEqual(narrowed(pictureOf(identityGraph, [])).nodes, []);
  });

  it("is cut to what blocks and what crosses first, and counts what is left out", () => {
    const graph = graphOf(30);
    const picture = pictureOf(graph, []);
    const part = partOf(picture, 3);
    assert.deepEqual(labelsOf(picture, part.nodes), ["acme/w28", "acme/w29", "i28"]);
    assert.deepEqual([part.edges.length, part.leftOut], [2, 57]);
    assert.equal(partOf(picture, 60).leftOut, 0);
  });

  it("has a part for each tenant, with what it gets from another", () => {
    const picture = pictureOf(graphOf(20), []);
    assert.deepEqual(labelsOf(picture, tenantPart(picture, "t9", 10).nodes), [
      "acme/w9",
      "acme/w19",
      "i9",
      "i18",
    ]);
    assert.deepEqual(labelsOf(picture, tenantPart(picture, undefined, 10).nodes), ["i18", "i19"]);
  });

  it("shows the worst severity of the findings about each node", () => {
    const severities = severitiesOf(sample);
    const of = (label: string): string | undefined =>
      severities[sample.nodes.findIndex((node) => node.label === label)];
    assert.deepEqual([of("support-desk"), of(hostileName)], ["critical", "medium"]);
  });

  it("of several programs has all nodes, and edges between those of each", () => {
    const both = joined([sample, pictureOf(graphOf(2), [])]);
    const { length } = sample.nodes;
    assert.equal(both.nodes.length, length + 4);
    assert.deepEqual(
      both.edges.slice(sample.edges.length).map(({ from, to }) => [from, to]),
      [
        [length, length + 2],
        [length + 1, length + 2],
      ],
    );
  });

  it("is nothing where there is nothing", () => {
    const picture = pictureOf(undefined, []);
    assert.deepEqual(picture, { nodes: [], edges: [], paths: [], between: [] });
    assert.equal(mermaidOf(picture, mermaidPart(picture)), "flowchart LR\n  %% agentid graph\n");
  });
});

describe("a graph of Mermaid", () => {
  const shared = pictureOf(graphOf(2), []);

  it("has tenants as areas, edges in words and crossings in red", () => {
    assert.equal(
      mermaidOf(shared, mermaidPart(shared)),
      `flowchart LR
  %% agentid graph
  subgraph t0["t0"]
    n0["acme/w0"]
  end
  subgraph t1["t1"]
    n1["acme/w1"]
  end
  n2(["i0"])
  n3(["i1"])
  n0 -->|"runs as"| n2
  n1 -->|"runs as"| n2
  linkStyle 0,1 stroke:#d1242f,stroke-width:3px
`,
    );
  });

  it("stays within GitHub's limits, and counts what it leaves out", () => {
    for (const name of [(place: number) => `w${place}`, () => "*".repeat(5000)]) {
      const picture = pictureOf(graphOf(700, name), []);
      const part = mermaidPart(picture);
      const text = mermaidOf(picture, part);
      assert.ok(text.length <= mermaidLimits.characters, String(text.length));
      assert.ok(part.edges.length <= mermaidLimits.edges && part.nodes.length <= 40);
      assert.match(text, /left_out\["13\d\d of 1400 nodes are left out"\]/);
    }
  });

  it("has no text that a program wrote but in quotes, without anything that Mermaid acts on", () => {
    const line =
      /^(?:flowchart LR| {2}%% agentid graph| +subgraph t\d+\["[^"]*"\]| +end| +n\d+\S{1,2}"[^"]*"\S{1,2}| +n\d+ -\.?-?>\|"[^"]*"\| n\d+| {2}linkStyle [\d,]+ stroke:#d1242f,stroke-width:3px|)$/;
    const check = (label: string): void => {
      const quoted = JSON.stringify(`${label}acme`).slice(0, -1);
      const written = JSON.stringify(identityGraph).replaceAll('"acme', () => quoted);
      const picture = pictureOf(JSON.parse(written) as IdentityGraph, []);
      for (const each of mermaidOf(picture, mermaidPart(picture)).split("\n")) {
        assert.match(each, line);
      }
      assert.match(mermaidText(label), /^(?:[\p{L}\p{M}\p{N} /_-]|#\d+;)+$/u);
    };
    const texts = [
      '"] click n0 "javascript:alert(1)"',
      "1. a",
      "`**b**`",
      "end",
      "<b>",
      "#35;",
      "\n",
      "",
    ];
    for (const text of [...texts, hostileName]) check(text);
    fc.assert(fc.property(anyText(), check));
  });

  it("leaves names readable", () => {
    assert.equal(mermaidText("acme/ticket-search_2"), "acme/ticket-search_2");
    assert.equal(mermaidText("-a.b"), "#45;a#46;b");
    assert.equal(shortened("abcdefghij", 7), "abc…hij");
  });
});

describe("a graph of Graphviz", () => {
  it("reads back as the labels of the program, whatever they are", async () => {
    const viz = await loadViz();
    const check = (label: string): void => {
      const graph: IdentityGraph = {
        nodes: [
          { name: "a", label, kind: "workload", what: label, tenant: label },
          { name: "b", label: "b", kind: "secret", what: "Secret" },
        ],
        edges: [{ from: 0, to: 1, by: label, possible: true }],
      };
      const picture = pictureOf(graph, []);
      const dot = dotOf(picture, partOf(picture, Infinity));
      const rendered = viz.render(dot, { format: "json" });
      assert.equal(rendered.status, "success", dot);
      const read = JSON.parse(rendered.output) as {
        readonly objects: readonly { readonly name: string; readonly label: string }[];
        readonly edges: readonly { readonly label: string }[];
      };
      const names = read.objects.map(({ name }) => name);
      assert.deepEqual(names.sort(), ["cluster_0", "n0", "n1"]);
      assert.equal(read.edges.length, 1);
      assert.doesNotMatch(dot, /<(?:TABLE|b|img)/i);
    };
    for (const label of [hostileName.replaceAll("<", ""), '"]; x [label="', "\\N\\", "a & b", ""]) {
      check(label);
    }
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 20 }), (text) =>
        check(text.replaceAll("<", "")),
      ),
      { numRuns: 60 },
    );
  });

  it("has tenants as clusters, edges in words and crossings in red", () => {
    const picture = pictureOf(graphOf(2), []);
    assert.equal(
      dotOf(picture, partOf(picture, Infinity)),
      `digraph agentid {
  rankdir=LR; node [fontname="Helvetica" fontsize=11]; edge [fontname="Helvetica" fontsize=9];
  subgraph cluster_0 {
    label="t0";
    n0 [label="acme/w0" tooltip="Deployment, t0" shape=box];
  }
  subgraph cluster_1 {
    label="t1";
    n1 [label="acme/w1" tooltip="Deployment, t1" shape=box];
  }
  n2 [label="i0" tooltip="IAM role" shape=ellipse];
  n3 [label="i1" tooltip="IAM role" shape=ellipse];
  n0 -> n2 [label="runs as" color="#d1242f" penwidth=2];
  n1 -> n2 [label="runs as" color="#d1242f" penwidth=2];
}
`,
    );
  });
});

describe("a picture in SVG", () => {
  it("is laid out from left to right, with every node and edge in it", async () => {
    const layout = await loadLayout();
    const part = partOf(sample, Infinity);
    const laid = layout({
      boxes: part.nodes.map((place) => ({ id: `n${place}`, width: 100, height: 24 })),
      arrows: part.edges.map((place) => {
        const { from, to } = sample.edges[place]!;
        return { id: `e${place}`, from: `n${from}`, to: `n${to}` };
      }),
      areas: [],
    });
    for (const place of part.edges) {
      const { from, to } = sample.edges[place]!;
      const [left, right] = [laid.boxes.get(`n${from}`), laid.boxes.get(`n${to}`)];
      assert.ok(left && right && left[0] < right[0]);
      assert.ok((laid.arrows.get(`e${place}`)?.curve.length ?? 0) >= 4);
    }
    const svg = svgOf(sample, part, { layout, title: "Graph", prefix: "g", style: ".x{}" });
    assert.equal([...svg.matchAll(/<g class="node /g)].length, sample.nodes.length);
    assert.equal([...svg.matchAll(/<path class="edge/g)].length, sample.edges.length);
    assert.equal(svg, svgOf(sample, part, { layout, title: "Graph", prefix: "g", style: ".x{}" }));
  });

  it("has nothing of a program but escaped text", async () => {
    const layout = await loadLayout();
    const svg = svgOf(sample, partOf(sample, Infinity), {
      ...{ layout, title: hostileName, prefix: "g", style: "" },
    });
    const tag =
      /^<\/?(?:svg|style|defs|marker|path|rect|g|text|title)(?: (?!on|style|href)[\w-]+="[^"<>]*")*\/?>/i;
    for (const [at] of svg.matchAll(/<[^>]*>?/g)) assert.match(at, tag);
  });
});

describe("the path of a finding", () => {
  it("keeps what it is about where it has to be cut", () => {
    const path = sample.paths.find(({ fault }) => fault.first.rule === "no-cross-tenant-trust");
    assert.ok(path);
    const part = pathPart(sample, path, 3);
    assert.deepEqual(labelsOf(sample, part.nodes), ["globex-refunds", "acme/planner", "bridge"]);
    assert.deepEqual([part.edges.length, part.leftOut], [2, 1]);
  });
});

async function loadViz(): Promise<Viz> {
  const { instance } = await import("@viz-js/viz");
  return instance();
}

function sourceAt(line: number): object {
  return { source: { file: "desk/index.ts", line, column: 5 } };
}
