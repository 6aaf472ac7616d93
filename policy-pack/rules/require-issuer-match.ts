import type { FactOf } from "../facts/fact";
import type { Graph } from "../facts/graph";
import { mismatchesIn, type Mismatch } from "../domain/trust/issuer-match";
import type { Principal } from "../domain/trust/principal";
import { unknownConditions, unknownParts } from "../domain/trust/unknown-parts";
import { dedupKey } from "./answers/dedup-keys";
import { defineRule, type Answer } from "../findings/define-rule";
import { answersToTrust, unknownTrust } from "./answers/trust";

type Message = "shut" | "open" | "void" | "provider" | "other";

/** A condition on a key of another issuer restricts nothing: no token has that key. */
export default defineRule({
  id: "require-issuer-match",
  title: "Condition keys of web identity trust belong to the issuer of the statement",
  severity: "high",
  family: "federation",
  decides: "early",
  because: "a trust policy is whole in one resource, and an issuer that is known stays the same",
  watches: ["trusts"],
  remediation: "write the issuer of the provider, without `https://`, before the claim",
  messages: {
    shut: "Role `{about}` rejects every token of `{host}`: `{key}` is a key of another issuer",
    open: "Role `{about}` has a test that always matches tokens of `{host}`: `{operator}` on `{key}`, a key of another issuer",
    void: "Role `{about}` has a Deny that never matches tokens of `{host}`: `{key}` is a key of another issuer",
    provider:
      "Role `{about}` rejects every token: the ARN of its provider must not contain the scheme of `{host}`",
    other: "Role `{about}` tests {key} of another issuer than its OIDC provider",
  },
  check: (fact, graph) => {
    const answers = answersToTrust(fact, graph, "other", (document, lookups) => {
      const waiting =
        unknownParts(document, lookups, isProvider) ??
        unknownConditions(document, lookups, isProvider);
      return [
        ...mismatchesIn(document, lookups).map((each) => answerTo(each, fact, graph)),
        ...(waiting === undefined ? [] : unknownTrust(fact, graph, waiting, "other")),
      ];
    });
    return answers.map((answer) => ({ data: { key: "a condition key" }, ...answer }));
  },
});

function isProvider(principal: Principal): boolean {
  return principal.kind === "federated";
}

function answerTo(mismatch: Mismatch, fact: FactOf<"trusts">, graph: Graph): Answer<Message> {
  const { key, operator, leaves, dependsOn } = mismatch;
  const about = { about: fact.identity, at: fact.at };
  if (mismatch.host === undefined || leaves === "unclear") {
    const data = { key: `condition key \`${key}\`` };
    const fault = dedupKey(graph, "condition key of an unknown issuer", fact.identity, key);
    return { message: "other", data, ...about, fault, uncertainty: { dependsOn } };
  }
  const { host } = mismatch;
  const replacement =
    leaves === "provider"
      ? host.replace(/^https?:\/\//i, "")
      : host + key.slice(key.lastIndexOf(":"));
  const evidenceParts = [`${key} ${leaves}`];
  return { message: leaves, data: { key, operator, host }, ...about, evidenceParts, replacement };
}
