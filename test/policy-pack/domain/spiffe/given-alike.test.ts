import assert from "node:assert/strict";
import type { PodRegistration, Selector } from "../../../../policy-pack/facts/fact-values";
import type { Requirement } from "../../../../core/snapshot/selector-text";
import { filledIn, unshownBy } from "../../../../policy-pack/domain/spiffe/given-alike";
import { templateName } from "../../../../policy-pack/domain/spiffe/name";
import { printTemplate } from "../../../../policy-pack/facts/spiffe-template";
import { namespaceName } from "../../../../policy-pack/domain/spiffe/pins";
import { parseTemplate } from "../../../../policy-pack/domain/spiffe/template";

/** What two registrations select, each by its requirements or by selectors of agents. */
interface Selects {
  readonly namespace?: string;
  readonly app?: string;
  readonly found?: readonly string[];
  readonly isUnknown?: true;
}

const account = "spiffe://acme.example/sa/{{ .PodSpec.ServiceAccountName }}";
const namespace = "spiffe://acme.example/ns/{{ .PodMeta.Namespace }}/agent";
const label = 'spiffe://acme.example/{{ index .PodMeta.Labels "app" }}';

function selector(key: string, value: string | undefined): Selector {
  const requirement: Requirement[] =
    value === undefined ? [] : [{ key, operator: "In", values: [value] }];
  return { kind: "known", requirements: requirement };
}

function registration(template: string, given: Selects): PodRegistration {
  const { namespace: of, app, found = [], isUnknown } = given;
  const unknown: Selector = { kind: "unknown", dependsOn: [] };
  return {
    kind: "pods",
    template: { kind: "known", parts: parseTemplate(template), text: template },
    namespaces: isUnknown === true ? unknown : selector(namespaceName, of),
    pods: selector("app", app),
    found: found.map((text) => ({ kind: "known", parts: [{ kind: "text", text }], text })),
    fallback: false,
  };
}

const cases: readonly (readonly [
  name: string,
  template: string,
  one: Selects,
  other: Selects,
  alike: boolean,
])[] = [
  ["of two namespaces", account, { namespace: "a" }, { namespace: "b" }, true],
  ["of two namespaces by agents", account, { found: ["k8s:ns:a"] }, { namespace: "b" }, true],
  ["of one namespace", account, { namespace: "a", app: "x" }, { namespace: "a", app: "y" }, false],
  [
    "of two namespaces and accounts",
    account,
    { found: ["k8s:ns:a", "k8s:sa:x"] },
    { found: ["k8s:ns:b", "k8s:sa:y"] },
    false,
  ],
  ["of two workloads", namespace, { app: "x" }, { app: "y" }, true],
  ["of one workload", namespace, { app: "x" }, { app: "x" }, false],
  ["of a selector that is not known", namespace, { isUnknown: true }, { app: "x" }, false],
  ["of two labels", label, { namespace: "a", app: "x" }, { namespace: "b", app: "y" }, false],
  ["of one label in two namespaces", label, { namespace: "a", app: "x" }, { namespace: "b" }, true],
  [
    "of two workloads in namespaces that the ID tells",
    namespace,
    { namespace: "a", app: "x" },
    { namespace: "b", app: "y" },
    false,
  ],
  [
    "of two workloads in namespaces that the ID tells, by agents",
    namespace,
    { namespace: "a", app: "x" },
    { found: ["k8s:ns:b"], app: "y" },
    false,
  ],
  [
    "of one workload, in one namespace and in all",
    namespace,
    { namespace: "a", app: "x" },
    { app: "x" },
    false,
  ],
  [
    "of two workloads, in one namespace and in all",
    namespace,
    { namespace: "a", app: "x" },
    { app: "y" },
    true,
  ],
];

/** Whether two registrations of a template, of which the other may fix nothing, issue IDs of one name to two workloads. */
function giveAlike(one: PodRegistration, other: PodRegistration, template: string): boolean {
  const parts = parseTemplate(template);
  const [open, first, second] = [parts, filledIn(one, parts), filledIn(other, parts)].map(
    printTemplate,
  );
  const untold = [unshownBy(one, parts), unshownBy(other, parts)];
  const isOneName = first === second || first === open || second === open;
  return isOneName && !untold.includes(undefined) && untold[0] !== untold[1];
}

describe("registrations of one template", () => {
  for (const [name, template, one, other, alike] of cases) {
    it(`${name} give ${alike ? "" : "no "}ID to two workloads`, () => {
      const [first, second] = [registration(template, one), registration(template, other)];
      assert.equal(giveAlike(first, second, template), alike);
      assert.equal(giveAlike(second, first, template), alike);
    });
  }

  it("have a name unless an action is not understood", () => {
    const controller = { cluster: "prod", className: "" };
    const nameOf = (template: string): string | undefined =>
      templateName(controller, parseTemplate(template));
    assert.equal(nameOf(account), "spiffe-id|prod||spiffe://acme.example/sa/{{ account }}");
    assert.equal(
      nameOf("spiffe://acme.example/desk"),
      "spiffe-id|prod||spiffe://acme.example/desk",
    );
    assert.equal(nameOf("spiffe://acme.example/{{ range . }}/{{ .PodMeta.Name }}"), undefined);
  });
});
