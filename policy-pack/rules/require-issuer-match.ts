import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import { lookupsIn } from "../../core/trust/in-graph";
import { mismatchesIn, type Mismatch } from "../../core/trust/issuer-match";
import type { Principal } from "../../core/trust/principal";
import { unknownConditions, unknownParts } from "../../core/trust/unknown-parts";
import { defineRule, type Answer } from "../define-rule";
import { unknownTrust } from "./trust-answers";

type Message = "shut" | "open" | "void" | "provider" | "unclear" | "unknown";

/** A condition on a key of another issuer guards nothing: no token has that key. */
export default defineRule({
  id: "require-issuer-match",
  title: "Condition keys of web identity trust are of the issuer that the statement names",
  severity: "high",
  family: "federation",
  decides: "early",
  because: "a trust policy is whole in one resource, and an issuer that is known stays the same",
  watches: ["admits"],
  standards: [
    "NHI4:2025",
    "NHI6:2025",
    "ASI03:2026",
    "MITRE-ATLAS-5.6.0:AML.T0091",
    "NIST-800-53r5:IA-9",
  ],
  remediation: "write the issuer of the provider, without `https://`, before the claim",
  messages: {
    shut: "`{role}` admits nobody from `{host}`: `{key}` is a key of another issuer, which none of its tokens has",
    open: "`{role}` tests `{key}` with `{operator}`: it is a key of another issuer than `{host}`, so that the test always holds",
    void: "`{role}` denies by `{key}`, a key of another issuer than `{host}`, so that nobody is refused",
    provider:
      "`{role}` admits nobody: the ARN of its provider has `{host}`, and IAM leaves the scheme out",
    unclear:
      "undetermined: a preview cannot know whether `{key}`, which `{role}` tests, is a key of the provider's issuer",
    unknown: "undetermined: a preview cannot know by which keys `{role}` admits tokens",
  },
  check: (fact, graph) => {
    switch (fact.trust.kind) {
      case "problem":
        return [];
      case "unknown":
        return unknownTrust(fact, graph, fact.trust.waitsFor);
      case "document": {
        const { document } = fact.trust;
        const lookups = lookupsIn(graph);
        const waiting =
          unknownParts(document, lookups, isProvider) ??
          unknownConditions(document, lookups, isProvider);
        return [
          ...mismatchesIn(document, lookups).flatMap((each) => answersTo(each, fact, graph)),
          ...(waiting === undefined ? [] : unknownTrust(fact, graph, waiting)),
        ];
      }
    }
  },
});

function isProvider(principal: Principal): boolean {
  return principal.kind === "federated";
}

function answersTo(
  mismatch: Mismatch,
  fact: FactOf<"admits">,
  graph: Graph,
): readonly Answer<Message>[] {
  const { key, operator, leaves, waitsFor } = mismatch;
  const role = labelOfThing(graph, fact.identity);
  const about = { about: fact.identity, at: fact.at };
  if (mismatch.host === undefined || leaves === "unclear") {
    if (!graph.complete) return [];
    const data = { role, key };
    const fault = `whose key ${key} is in the trust of ${graph.canonical(fact.identity)} is not known`;
    return [{ verdict: "undetermined", message: "unclear", data, ...about, fault, waitsFor }];
  }
  const { host } = mismatch;
  const replacement =
    leaves === "provider"
      ? host.replace(/^https?:\/\//i, "")
      : host + key.slice(key.lastIndexOf(":"));
  const data = { role, key, operator, host };
  const extent = [`${key} ${leaves}`];
  return [{ verdict: "violated", message: leaves, data, ...about, extent, replacement }];
}
