import { listOf } from "../../core/listed";
import type { FactOf } from "../../core/graph/fact";
import type { Template } from "../../core/graph/fact-values";
import type { Graph } from "../../core/graph/graph";
import { kindAndLabel } from "../../core/graph/kind";
import { labelOfThing } from "../../core/graph/label";
import type { Name } from "../../core/graph/name";
import { collisionOfPods, collisionOfStatic, type Collision } from "../../core/spiffe/collision";
import { unknownIdOf } from "../../core/spiffe/given";
import {
  duplicatesByTemplate,
  entriesOfSameId,
  selectorsDependOn,
} from "../../core/spiffe/duplicates";
import type { Urn } from "../../core/snapshot/value";
import { defineRule, type Answer } from "../define-rule";
import { dedupKey } from "../answers/dedup-keys";

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
    "put namespace and ServiceAccount into the SPIFFE ID, each as its own segment, or select one workload of one namespace",
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
    entries: "SPIFFE ID `{id}` is issued by {count} entries with different selectors",
    templates: "{registration} can give the same SPIFFE ID as {others}: they share {template}",
    several: "{registration} can give two workloads the same SPIFFE ID",
  },
  check: (fact, graph) => {
    const dependsOn = unknownIdOf(fact);
    if (dependsOn !== undefined) {
      const fault = dedupKey(graph, "unknown SPIFFE IDs", fact.registration);
      return [{ ...undetermined("several", {}, dependsOn, fact, graph), fault }];
    }
    const collision = collisionOf(fact);
    switch (collision.kind) {
      case "collides":
        return [collides(collision, fact, graph)];
      case "unclear": {
        const { reason, dependsOn: waiting } = collision;
        const answer = undetermined("several", {}, waiting, fact, graph, reason);
        return [answer];
      }
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
  const { registration, entry, at } = fact;
  const own = kindAndLabel(graph, registration);
  const common = { about: registration, at };
  if (entry.kind === "static") {
    const missing = why === "namespace" ? "namespace" : "workload";
    const data = { registration: own, id: idLabel(fact, graph), missing };
    const fix =
      "have selectors match one workload of one namespace, such as `k8s:ns:…` and `k8s:sa:…`";
    return { ...common, message: "selectors", data, fix };
  }
  const data = {
    registration: own,
    template: templateIn(entry.template),
    fields: listOf(keys === undefined ? fields : keys.map((key) => `\`${key}\``)),
  };
  return { ...common, message: why, data, replacement: separateTemplate };
}

/** Other entries of the same SPIFFE ID that select other workloads. */
function duplicatesOf(fact: Registers, graph: Graph): readonly Answer<Message>[] {
  const found = entriesOfSameId(fact, graph);
  if (found === undefined) return [];
  const { id, count, others, uncertainty } = found;
  const base = {
    message: "entries" as const,
    data: { id: labelOfThing(graph, id), count: String(count) },
    about: id,
    holder: fact.registration,
    at: fact.at,
    related: others.map((name) => ({ name, as: "gives this SPIFFE ID too" })),
  };
  return uncertainty === undefined
    ? [{ ...base, fix: separateEntries }]
    : [{ ...base, uncertainty }];
}

/** Other registrations of pods by the same template, which does not separate their pods from those of this one. */
function duplicateTemplatesOf(fact: Registers, graph: Graph): readonly Answer<Message>[] {
  const { registration, entry, at } = fact;
  if (entry.kind !== "pods") return [];
  const { first, count, unsure } = duplicatesByTemplate(fact, graph);
  const template = templateIn(entry.template);
  const related = (name: Name) => ({ name, as: "gives IDs by this template too" });
  if (first[0] === undefined) {
    if (unsure === undefined) return [];
    const dependsOn = [fact, unsure].flatMap(selectorsDependOn);
    const data = { others: `\`${labelOfThing(graph, unsure.registration)}\``, template };
    const answer = undetermined("templates", data, dependsOn, fact, graph);
    return [{ ...answer, related: [related(unsure.registration)] }];
  }
  return [
    {
      message: "templates",
      data: {
        registration: kindAndLabel(graph, registration),
        others: count > 1 ? `${count} others` : `\`${labelOfThing(graph, first[0])}\``,
        template,
      },
      about: registration,
      at,
      related: first.map(related),
      replacement: separateTemplate,
    },
  ];
}

/** A template as a message names it, which may not be shown. */
function templateIn(template: Template): string {
  const text = template.kind === "known" ? template.text : undefined;
  return text === undefined ? "its template" : `\`${text}\``;
}

function undetermined(
  message: Message,
  data: Readonly<Record<string, string>>,
  dependsOn: readonly Urn[],
  { registration, at }: Registers,
  graph: Graph,
  reason = "what it selects is not known",
): Answer<Message> {
  return {
    message,
    data: { registration: kindAndLabel(graph, registration), ...data },
    about: registration,
    at,
    uncertainty: { reason, dependsOn },
  };
}

function idLabel({ whole, within }: Registers, graph: Graph): string {
  const id = whole ?? within;
  return id === undefined ? "of its own" : labelOfThing(graph, id);
}
