import type { FactOf } from "../../../../policy-pack/facts/fact";
import { named } from "../../../../policy-pack/facts/fact-values";
import type { Graph } from "../../../../policy-pack/facts/graph";
import { knownString, readString } from "../../../../core/snapshot/read";
import { defineRule, type Answer, type Rule } from "../../../../policy-pack/findings/define-rule";
import type { Reader } from "../../../../policy-pack/read/resource/reader";

/**
 * Reads `test:index:Thing`: a workload that uses the secret in its `key`, with its `severity`.
 *
 * Throws on a `key` of `poison`.
 */
export const thingReader: Reader = {
  name: "thing",
  types: ["test:index:Thing"],
  read: ({ urn, name, inputs }) => {
    const at = { urn, property: "key" };
    const key = readString(inputs, "key");
    if (key.kind === "present" && key.value === "poison") throw new RangeError("hunter2");
    const through = knownString(inputs, "severity") === "low" ? "args" : "env";
    const secret =
      key.kind === "present"
        ? named(`secret|default|${key.value}`)
        : { kind: "unknown" as const, dependsOn: key.kind === "unknown" ? key.dependsOn : [] };
    return [
      {
        kind: "workload",
        workload: urn,
        is: "undeclared",
        what: "Thing",
        label: name,
        declarationOnly: false,
        at,
      },
      { kind: "uses", workload: urn, secret, through, at },
    ];
  },
};

/** Two things with one key; decided as soon as the second comes. `severity: low` lowers the finding. */
export const noTwinKeys: Rule = defineRule({
  id: "no-twin-keys",
  title: "Each thing has a key of its own",
  severity: "critical",
  family: "secrets",
  decides: "early",
  because: "another thing never takes a key back",
  watches: ["uses"],
  standards: ["NHI9:2025", "ASI03:2026"],
  remediation: "give each thing a key of its own",
  messages: {
    shared: "`{holder}` has the key of `{other}`",
    unknown: "`{holder}` has the key of another",
  },
  check: (fact: FactOf<"uses">, graph: Graph): readonly Answer<"shared" | "unknown">[] => {
    const holder = graph.namesOf(fact.workload)[0]?.split("::").at(-1) ?? "";
    const common = { about: fact.workload, at: fact.at, data: { holder } };
    if (fact.secret.kind === "unknown") {
      return graph.complete
        ? [
            {
              ...common,
              message: "unknown",
              uncertainty: fact.secret,
            },
          ]
        : [];
    }
    const first = graph.facts("uses", "secret", fact.secret.name)[0];
    if (first === undefined || first.workload === fact.workload) return [];
    const other = first.workload.split("::").at(-1) ?? "";
    return [
      {
        ...common,
        message: "shared",
        data: { holder, other },
        severity: fact.through === "args" ? "low" : "critical",
        about: fact.secret.name,
        holder: fact.workload,
        related: [{ name: first.workload, as: "has the same key" }],
      },
    ];
  },
});

/** Every thing has a key; what has none may still get it, so this is decided at the end. */
export const requireKey: Rule = defineRule({
  id: "require-key",
  title: "Each thing has a key",
  severity: "high",
  family: "authority",
  decides: "closed",
  because: "a key may come with a later resource",
  watches: ["uses"],
  standards: ["ASI03:2026"],
  remediation: "give the thing a key",
  messages: { missing: "`{holder}` has no key", unknown: "undetermined: key not known" },
  check: (fact: FactOf<"uses">, graph: Graph): readonly Answer<"missing" | "unknown">[] => {
    if (!graph.complete || fact.secret.kind === "named") return [];
    const holder = fact.workload.split("::").at(-1) ?? "";
    const dependsOn = fact.secret.dependsOn;
    const unknown = dependsOn.length > 0;
    return [
      {
        message: unknown ? "unknown" : "missing",
        about: fact.workload,
        at: fact.at,
        data: { holder },
        uncertainty: unknown ? { dependsOn } : undefined,
      },
    ];
  },
});
