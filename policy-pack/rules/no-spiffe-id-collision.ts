import { listOf } from "../../core/listed";
import type { FactOf } from "../facts/fact";
import type { Graph } from "../facts/graph";
import { kindAndLabel } from "../facts/kind";
import { labelOfThing } from "../facts/label";
import { collisionOfPods, collisionOfStatic, type Collision } from "../domain/spiffe/collision";
import { unknownIdOf } from "../domain/spiffe/assigned";
import { duplicatesByTemplate, entriesOfSameId } from "../domain/spiffe/duplicates";
import { defineRule, type Answer } from "../findings/define-rule";
import { dedupKey } from "./answers/dedup-keys";

type Registers = FactOf<"registers">;
type Message =
  | "namespace"
  | "workload"
  | "together"
  | "missing"
  | "selectors"
  | "entries"
  | "templates"
  | "several";

/** What to write in place of a template whose SPIFFE IDs collide. */
const separateTemplate =
  "spiffe://{{ .TrustDomain }}/ns/{{ .PodMeta.Namespace }}/sa/{{ .PodSpec.ServiceAccountName }}";

const separateEntries =
  "give each workload a SPIFFE ID of its own, or have both entries select the same";

/** Every service that trusts a SPIFFE ID takes two workloads that have it for one. */
export default defineRule({
  id: "no-spiffe-id-collision",
  title: "Each SPIFFE ID identifies one workload",
  severity: "critical",
  family: "identity",
  decides: "early",
  because:
    "a template and its selectors are in one resource, and no later resource separates two entries of one SPIFFE ID",
  watches: ["registers"],
  remediation:
    "put namespace and ServiceAccount into the SPIFFE ID, each as its own segment, or select one workload of one namespace; a `Tenant` with `federation: { spiffe }` does this",
  messages: {
    namespace:
      "{registration} can give pods of two namespaces the same SPIFFE ID: {template} lacks the namespace",
    workload:
      "{registration} can give two workloads the same SPIFFE ID: {template} does not identify the workload",
    together:
      "{registration} can give two workloads the same SPIFFE ID: {template} joins {fields} in one segment",
    missing:
      "{registration} can give two workloads the same SPIFFE ID: {template} is the same for pods without {fields}",
    selectors:
      "{registration} can give two workloads SPIFFE ID `{id}`: its selectors name no {missing}",
    entries: "SPIFFE ID `{about}` is issued by {count} entries with different selectors",
    templates: "{registration} can give the same SPIFFE ID as {others}: they share {template}",
    several: "{registration} can give two workloads the same SPIFFE ID",
  },
  check: (fact, graph) => {
    const dependsOn = unknownIdOf(fact);
    if (dependsOn !== undefined) {
      const fault = dedupKey(graph, "unknown SPIFFE IDs", fact.registration);
      const uncertainty = { reason: "what it selects is not known", dependsOn };
      return [{ ...answerOn("several", fact, graph), fault, uncertainty }];
    }
    const collision = collisionOf(fact);
    switch (collision.kind) {
      case "collides":
        return [collides(collision, fact, graph)];
      case "unclear":
        return [{ ...answerOn("several", fact, graph), uncertainty: collision }];
      case "distinct":
        return [...duplicatesOf(fact, graph), ...duplicateTemplatesOf(fact, graph)];
    }
  },
});

function collisionOf({ entry }: Registers): Collision {
  if (entry.kind === "static") return collisionOfStatic(entry);
  return collisionOfPods(entry, entry.template.kind === "known" ? entry.template.parts : []);
}

function collides(
  { why, fields, keys }: Extract<Collision, { kind: "collides" }>,
  fact: Registers,
  graph: Graph,
): Answer<Message> {
  if (fact.entry.kind === "static") {
    const id = fact.whole ?? fact.within;
    const data = {
      id: id === undefined ? "of its own" : labelOfThing(graph, id),
      missing: why === "namespace" ? "namespace" : "workload",
    };
    const fix =
      "have selectors match one workload of one namespace, such as `k8s:ns:…` and `k8s:sa:…`";
    return { ...answerOn("selectors", fact, graph, data), fix };
  }
  const listed = listOf(keys === undefined ? fields : keys.map((key) => `\`${key}\``));
  const answer = answerOn(why, fact, graph, { fields: listed });
  return { ...answer, replacement: separateTemplate };
}

/** Other entries of the same SPIFFE ID that select other workloads. */
function duplicatesOf(fact: Registers, graph: Graph): readonly Answer<Message>[] {
  const found = entriesOfSameId(fact, graph);
  if (found === undefined) return [];
  const { id, count, others, uncertainty } = found;
  return [
    {
      message: "entries",
      data: { count: String(count) },
      about: id,
      holder: fact.registration,
      at: fact.at,
      related: others.map((name) => ({ name, as: "gives this SPIFFE ID too" })),
      fix: uncertainty === undefined ? separateEntries : undefined,
      uncertainty,
    },
  ];
}

/** Other registrations of pods by the same template, which does not separate their pods from those of this one. */
function duplicateTemplatesOf(fact: Registers, graph: Graph): readonly Answer<Message>[] {
  if (fact.entry.kind !== "pods") return [];
  const { first, count, uncertainty } = duplicatesByTemplate(fact, graph);
  const [other] = first;
  if (other === undefined) return [];
  const others = count > 1 ? `${count} others` : `\`${labelOfThing(graph, other)}\``;
  return [
    {
      ...answerOn("templates", fact, graph, { others }),
      related: first.map((name) => ({ name, as: "gives IDs by this template too" })),
      replacement: uncertainty === undefined ? separateTemplate : undefined,
      uncertainty,
    },
  ];
}

function answerOn(
  message: Message,
  { registration, entry, at }: Registers,
  graph: Graph,
  data?: Answer["data"],
): Answer<Message> {
  const text =
    entry.kind === "pods" && entry.template.kind === "known" ? entry.template.text : undefined;
  // A template may be one that must not be shown.
  const template = text === undefined ? "its template" : `\`${text}\``;
  const own = { registration: kindAndLabel(graph, registration), template };
  return { message, data: { ...own, ...data }, about: registration, at };
}
