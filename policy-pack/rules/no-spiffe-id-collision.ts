import type { FactOf } from "../../core/graph/fact";
import type { Template } from "../../core/graph/fact-values";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import type { Name } from "../../core/graph/name";
import {
  collisionOfPods,
  collisionOfStatic,
  isServer,
  type Collision,
} from "../../core/spiffe/collision";
import { unknownIdOf } from "../../core/spiffe/given";
import { selectionOf } from "../../core/spiffe/selection";
import { twinsByTemplate } from "../../core/spiffe/twins";
import type { Urn } from "../../core/snapshot/value";
import { defineRule, type Answer } from "../define-rule";
import { unknownIdsFault } from "./told-elsewhere";

type Registers = FactOf<"registers">;
type Message =
  | "namespace"
  | "workload"
  | "together"
  | "missing"
  | "selectors"
  | "twin"
  | "twinTemplate"
  | "unclear"
  | "twins"
  | "twinTemplates"
  | "unknown";

/** What to write in place of a template whose SPIFFE IDs collide. */
const separateTemplate =
  "spiffe://{{ .TrustDomain }}/ns/{{ .PodMeta.Namespace }}/sa/{{ .PodSpec.ServiceAccountName }}";

/** Two workloads with one SPIFFE ID are one workload to whoever trusts it. */
export default defineRule({
  id: "no-spiffe-id-collision",
  title: "Each SPIFFE ID is of one workload",
  severity: "critical",
  family: "identity",
  decides: "early",
  because:
    "a template and its selectors stand in one resource, and nothing takes away that two entries have one SPIFFE ID",
  watches: ["registers"],
  standards: [
    "NHI9:2025",
    "NHI6:2025",
    "ASI03:2026",
    "OWASP-AGENTIC-1.0:T9",
    "MITRE-ATLAS-5.6.0:AML.M0027",
    "NIST-800-53r5:IA-4",
    "NIST-800-53r5:IA-9",
  ],
  remediation:
    "put the namespace and the ServiceAccount into the SPIFFE ID, each as a segment of its own, or select one workload of one namespace",
  messages: {
    namespace:
      "`{registration}` can give pods of two namespaces one SPIFFE ID: {template} does not tell the namespace, and no selector pins one",
    workload:
      "`{registration}` can give two workloads of a namespace one SPIFFE ID: {template} does not tell the workload, and no selector pins one",
    together:
      "`{registration}` can give two workloads one SPIFFE ID: in {template} {fields} run together",
    missing:
      "`{registration}` can give two workloads one SPIFFE ID: in {template} a pod without {fields} has nothing in its place, and no selector asks for it",
    selectors:
      "`{registration}` can give two workloads SPIFFE ID `{id}`: its selectors pin no {missing}",
    twin: "`{registration}` gives SPIFFE ID `{id}` by other selectors than `{other}`{more}, which gives it too",
    twinTemplate:
      "`{registration}` and `{other}`{more} can give two workloads one SPIFFE ID: {template} is the same, and does not tell whom each selects",
    unclear: "undetermined: `{registration}` may give two workloads one SPIFFE ID: {reason}",
    twins:
      "undetermined: `{registration}` gives SPIFFE ID `{id}`, and so does `{other}`, by selectors that are not all known yet",
    twinTemplates:
      "undetermined: `{registration}` and `{other}` may give two workloads one SPIFFE ID: {template} is the same, and their selectors are not all known yet",
    unknown: "undetermined: a preview cannot know which SPIFFE IDs `{registration}` gives",
  },
  check: (fact, graph) => {
    const waitsFor = unknownIdOf(fact);
    if (waitsFor !== undefined) {
      if (!graph.complete) return [];
      const fault = unknownIdsFault(graph, fact.registration);
      return [{ ...undetermined("unknown", {}, waitsFor, fact, graph), fault }];
    }
    const collision = collisionOf(fact);
    switch (collision.kind) {
      case "collides":
        return [collides(collision, fact, graph)];
      case "unclear": {
        const { reason, waitsFor: waiting } = collision;
        return graph.complete ? [undetermined("unclear", { reason }, waiting, fact, graph)] : [];
      }
      case "apart":
        return [...twinsOf(fact, graph), ...twinTemplatesOf(fact, graph)];
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
  const own = labelOfThing(graph, registration);
  const common = { verdict: "violated" as const, about: registration, at };
  if (entry.kind === "static") {
    const missing = why === "namespace" ? "namespace" : "workload";
    const data = { registration: own, id: idLabel(fact, graph), missing };
    const fix =
      "let selectors pin one workload of one namespace, such as `k8s:ns:…` and `k8s:sa:…`";
    return { ...common, message: "selectors", data, fix };
  }
  const data = {
    registration: own,
    template: templateIn(entry.template),
    fields: listOf(keys === undefined ? fields : keys.map((key) => `\`${key}\``)),
  };
  return { ...common, message: why, data, replacement: separateTemplate };
}

/** Other entries of the same SPIFFE ID that select otherwise. */
function twinsOf(fact: Registers, graph: Graph): readonly Answer<Message>[] {
  const id = fact.whole ?? fact.within;
  if (id === undefined || isOfAgents(fact)) return [];
  const others = alike(fact, graph).filter(
    (other) => !graph.same(other.registration, fact.registration) && !isOfAgents(other),
  );
  if (others.length === 0) return [];
  const own = selectionOf(fact.entry);
  const known = others.filter(({ entry }) => selectionOf(entry) !== undefined);
  const twins = own === undefined ? [] : known.filter(({ entry }) => selectionOf(entry) !== own);
  const data = { id: labelOfThing(graph, id) };
  if (twins.length > 0) {
    const names = sorted(twins, graph);
    const related = names.slice(0, 5).map((name) => ({ name, as: "gives this SPIFFE ID too" }));
    return [
      {
        verdict: "violated",
        message: "twin",
        data: {
          ...data,
          registration: labelOfThing(graph, fact.registration),
          other: labelOfThing(graph, names[0] ?? id),
          more: moreThan(names.length),
        },
        about: id,
        holder: fact.registration,
        at: fact.at,
        related,
        fix: "give each workload a SPIFFE ID of its own, or let both entries select the same",
      },
    ];
  }
  const unsure = own === undefined ? others : others.filter((other) => !known.includes(other));
  const [first] = sorted(unsure, graph);
  if (first === undefined || !graph.complete) return [];
  const waitsFor = [fact, ...unsure].flatMap(waitingOf);
  const other = labelOfThing(graph, first);
  return [
    {
      ...undetermined("twins", { ...data, other }, [...new Set(waitsFor)], fact, graph),
      about: id,
      holder: fact.registration,
      related: [{ name: first, as: "gives this SPIFFE ID too" }],
    },
  ];
}

/** Other registrations of pods by the same template, which does not tell their pods from those of this one. */
function twinTemplatesOf(fact: Registers, graph: Graph): readonly Answer<Message>[] {
  const { registration, entry, at } = fact;
  if (entry.kind !== "pods") return [];
  const { first, count, unsure } = twinsByTemplate(fact, graph);
  const template = templateIn(entry.template);
  const related = (name: Name) => ({ name, as: "gives IDs by this template too" });
  if (first[0] === undefined) {
    if (unsure === undefined || !graph.complete) return [];
    const waitsFor = [...new Set([fact, unsure].flatMap(waitingOf))];
    const data = { other: labelOfThing(graph, unsure.registration), template };
    const answer = undetermined("twinTemplates", data, waitsFor, fact, graph);
    return [{ ...answer, related: [related(unsure.registration)] }];
  }
  return [
    {
      verdict: "violated",
      message: "twinTemplate",
      data: {
        registration: labelOfThing(graph, registration),
        other: labelOfThing(graph, first[0]),
        more: moreThan(count),
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

/** How many there are beside the first, as a message says it. */
function moreThan(count: number): string {
  return count > 1 ? ` and ${count - 1} more` : "";
}

/** The entries of the same SPIFFE ID; of one controller, the trust domain of one of them may not be told. */
function alike({ within, whole }: Registers, graph: Graph): readonly Registers[] {
  const inController = within === undefined ? [] : graph.facts("registers", "within", within);
  const anywhere = whole === undefined ? [] : graph.facts("registers", "whole", whole);
  const found = [...new Set([...inController, ...anywhere])];
  return found.filter(
    (other) => whole === undefined || other.whole === undefined || whole === other.whole,
  );
}

function isOfAgents({ entry }: Registers): boolean {
  return entry.kind === "static" && isServer(entry.parent);
}

function sorted(facts: readonly Registers[], graph: Graph): readonly Name[] {
  return [...new Set(facts.map(({ registration }) => graph.canonical(registration)))].sort();
}

/** What the selectors of an entry wait for. */
function waitingOf({ entry }: Registers): readonly Urn[] {
  const parts =
    entry.kind === "pods"
      ? [entry.namespaces, entry.pods, ...entry.found]
      : [...(entry.selectors ?? [])];
  const own = entry.kind === "static" ? entry.waitsFor : [];
  return [...own, ...parts.flatMap((part) => (part.kind === "unknown" ? part.waitsFor : []))];
}

function undetermined(
  message: Message,
  data: Readonly<Record<string, string>>,
  waitsFor: readonly Urn[],
  { registration, at }: Registers,
  graph: Graph,
): Answer<Message> {
  return {
    verdict: "undetermined",
    message,
    data: { registration: labelOfThing(graph, registration), ...data },
    about: registration,
    at,
    waitsFor,
  };
}

function idLabel({ whole, within }: Registers, graph: Graph): string {
  const id = whole ?? within;
  return id === undefined ? "of its own" : labelOfThing(graph, id);
}

function listOf(texts: readonly string[]): string {
  const last = texts.at(-1) ?? "";
  return texts.length < 2 ? last : `${texts.slice(0, -1).join(", ")} and ${last}`;
}
