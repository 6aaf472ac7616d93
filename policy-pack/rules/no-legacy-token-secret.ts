import type { FactOf } from "../facts/fact";
import { nameIn } from "../facts/fact-values";
import type { Graph } from "../facts/graph";
import { labelOfThing } from "../facts/label";
import { defineRule, type Answer } from "../findings/define-rule";

type Message = "token" | "unnamed";

/** A token that never expires is a static secret: any reader of the Secret acts as its ServiceAccount. */
export default defineRule({
  id: "no-legacy-token-secret",
  title: "No Secret contains a ServiceAccount token that never expires",
  severity: "critical",
  family: "secrets",
  decides: "early",
  because: "a Secret's type is in the one object that creates it, and cannot be changed",
  watches: ["static-credential"],
  remediation:
    "delete the Secret, and mount a projected token with an audience and a lifetime, as the `pod` of an `Agent` or `Tool` does, or use the TokenRequest API",
  messages: {
    token: "Secret `{secret}` contains a token of ServiceAccount `{account}` that never expires",
    unnamed: "Secret `{secret}` contains a ServiceAccount token that never expires",
  },
  check: (fact, graph) => (fact.of === "service account" ? [answerTo(fact, graph)] : []),
});

function answerTo(
  fact: Extract<FactOf<"static-credential">, { readonly of: "service account" }>,
  graph: Graph,
): Answer<Message> {
  const { credential: secret, at, dependsOn } = fact;
  const data = { secret: labelOfThing(graph, secret) };
  const common = { about: secret, at };
  if (dependsOn !== undefined) {
    const reason = "its type is not known";
    return {
      message: "unnamed",
      ...common,
      data,
      uncertainty: { reason, dependsOn },
    };
  }
  const account = nameIn(fact.account);
  if (account === undefined) return { message: "unnamed", ...common, data };
  return {
    message: "token",
    ...common,
    data: { ...data, account: labelOfThing(graph, account) },
    related: [{ name: account, as: "is the ServiceAccount of the token" }],
  };
}
