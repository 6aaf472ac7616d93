import type { FactOf } from "../../core/graph/fact";
import { nameIn } from "../../core/graph/fact-values";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import { defineRule, type Answer } from "../define-rule";

type Message = "token" | "anyone" | "unknown";

/** A token that never expires is a static secret, and whoever reads the Secret acts as its account. */
export default defineRule({
  id: "no-legacy-token-secret",
  title: "No Secret holds a token of a ServiceAccount that never expires",
  severity: "critical",
  family: "secrets",
  decides: "early",
  because: "a Secret's type stands in the one object that makes it, and cannot be changed",
  watches: ["token-secret"],
  standards: [
    "NHI7:2025",
    "NHI2:2025",
    "ASI03:2026",
    "OWASP-AGENTIC-1.0:T22",
    "MITRE-ATLAS-5.6.0:AML.T0091.000",
    "NIST-800-53r5:IA-5",
  ],
  remediation:
    "delete the Secret and mount a projected token with an audience and a lifetime, or ask for one with the TokenRequest API",
  messages: {
    token: "`{secret}` holds a token of ServiceAccount `{account}` that never expires",
    anyone: "`{secret}` holds a token of a ServiceAccount that never expires",
    unknown:
      "undetermined: a preview cannot know the type of `{secret}`, which may be that of a token that never expires",
  },
  check: (fact, graph) => {
    const answer = answerTo(fact, graph);
    return answer === undefined ? [] : [answer];
  },
});

function answerTo(fact: FactOf<"token-secret">, graph: Graph): Answer<Message> | undefined {
  const { secret, at, waitsFor } = fact;
  const data = { secret: labelOfThing(graph, secret) };
  const common = { about: secret, at };
  if (waitsFor !== undefined) {
    if (!graph.complete) return undefined;
    return { verdict: "undetermined", message: "unknown", ...common, data, waitsFor };
  }
  const account = nameIn(fact.account);
  if (account === undefined) return { verdict: "violated", message: "anyone", ...common, data };
  return {
    verdict: "violated",
    message: "token",
    ...common,
    data: { ...data, account: labelOfThing(graph, account) },
    related: [{ name: account, as: "is the account whose token it is" }],
  };
}
