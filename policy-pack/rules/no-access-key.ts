import { consumersOfKey } from "../domain/secrets/key-callers";
import type { FactOf } from "../facts/fact";
import { nameIn } from "../facts/fact-values";
import type { Graph } from "../facts/graph";
import { labelOfThing } from "../facts/label";
import { capitalised } from "../../core/listed";
import { defineRule, type Answer } from "../findings/define-rule";
import { roleByFederation } from "./answers/cures";

/** How many receivers a finding names; it counts the rest. */
const namedReceivers = 5;

export default defineRule({
  id: "no-access-key",
  title: "No IAM user has a long-lived key",
  severity: "critical",
  family: "secrets",
  decides: "early",
  because: "another resource never takes away that a key is declared",
  watches: ["static-credential"],
  remediation: `delete the key, and ${roleByFederation}`,
  messages: {
    ofUser: "{what} of user `{user}` never expires{received}",
    ofUnknown: "{what} `{about}` never expires{received}",
  },
  check: (fact, graph) => (fact.of === "user" ? [answerAbout(fact, graph)] : []),
});

function answerAbout(
  fact: Extract<FactOf<"static-credential">, { readonly of: "user" }>,
  graph: Graph,
): Answer<"ofUser" | "ofUnknown"> {
  const { credential: key } = fact;
  const user = nameIn(fact.user);
  const { receivers, workloads } = consumersOfKey(graph, key);
  return {
    message: user === undefined ? "ofUnknown" : "ofUser",
    data: {
      what: capitalised(fact.what),
      user: user === undefined ? "" : labelOfThing(graph, user),
      received: receivedText(receivers.length + workloads.length),
    },
    about: key,
    at: fact.at,
    related: [
      ...(user === undefined ? [] : [{ name: user, as: "is the user of the key" }]),
      ...receivers.slice(0, namedReceivers).map((name) => ({ name, as: "receives the key" })),
      ...workloads.slice(0, namedReceivers).map((name) => ({ name, as: "uses the key" })),
    ],
  };
}

function receivedText(count: number): string {
  if (count === 0) return "";
  return count === 1 ? "; 1 resource receives it" : `; ${count} resources receive it`;
}
