import { isCertain } from "../domain/secrets/possible-use";
import { uncertain } from "../../core/certainty";
import { literalPlace, unknownValueOf } from "../domain/secrets/place";
import type { FactOf } from "../facts/fact";
import type { Graph } from "../facts/graph";
import { labelAt } from "../facts/label";
import { withArticle } from "../../core/listed";
import { defineRule, type Answer } from "../findings/define-rule";
import { federationFor } from "./answers/cures";
import { dedupKey } from "./answers/dedup-keys";
import { unknownSecret } from "./answers/secrets";

type Message = "exposed" | "marked" | "program" | "unnamed";

/** Any reader of the resource, its history or the state can read a credential that is written as a literal. */
export default defineRule({
  id: "no-literal-secret",
  title: "No workload configuration contains a credential in plain text",
  severity: "critical",
  family: "secrets",
  decides: "early",
  because: "no other resource removes a value of this one",
  watches: ["literal", "uses"],
  remediation:
    "have the workload use a short-lived credential of its own identity, or reference a Secret that it alone reads; keep a vendor's one API key in a `LegacyTool`",
  messages: {
    exposed: "`{holder}` receives {credential} in plain text",
    marked:
      "`{holder}` receives {credential} in plain text, although the program marks it as secret",
    program: "The program contains {credential} for `{holder}` in plain text",
    unnamed: "`{holder}` receives a credential in plain text",
  },
  check: (fact, graph) => {
    if (fact.kind === "uses") return ofWhole(fact, graph);
    if (fact.place === "in its place") return fact.marked ? [] : [answer("program", fact, graph)];
    return [answer(fact.marked ? "marked" : "exposed", fact, graph)];
  },
});

/** For a credential where secrets belong: only the program must not contain it. */
const useSecretStore =
  "take the value from a secret of Pulumi, or let a secret store write it (External Secrets, Sealed Secrets); a `LegacyTool` keeps a vendor's one API key without its value in the program";

/** What a workload receives is not known at all: `no-shared-secret` reports it, unless that is disabled. */
function ofWhole(fact: FactOf<"uses">, graph: Graph): readonly Answer<Message>[] {
  const { secret, workload, at, whole } = fact;
  if (whole !== true || !isCertain(fact) || secret.kind !== "unknown" || isReported(fact, graph))
    return [];
  const open = uncertain("what it receives is not known", secret);
  const data = { holder: labelAt(graph, workload, at) };
  return [{ ...unknownSecret("unnamed", workload, at, open, graph), data }];
}

/** Whether what is known of the same place is reported with more detail. */
function isReported({ workload, at }: FactOf<"uses">, graph: Graph): boolean {
  return graph
    .facts("literal", "holder", workload)
    .some((literal) => literal.at.urn === at.urn && literal.at.property === at.property);
}

function answer(message: Message, fact: FactOf<"literal">, graph: Graph): Answer<Message> {
  const { holder, at, severity, credential } = fact;
  return {
    message,
    data: { holder: labelAt(graph, holder, at), credential: asObject(credential) },
    severity,
    about: literalPlace(at.urn, at.property),
    holder,
    // That it is shared as well is another fault.
    fault: dedupKey(graph, "literal", at.urn, at.property),
    at,
    fix: message === "program" ? useSecretStore : federationFor(graph, fact),
    uncertainty: message === "program" ? undefined : unknownValueOf(graph, fact),
  };
}

/** What a credential is, as the object of a sentence. */
function asObject(credential: string): string {
  if (/^an? /.test(credential)) return credential;
  return credential.startsWith("value of ") ? `the ${credential}` : withArticle(credential);
}
