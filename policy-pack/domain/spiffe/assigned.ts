import type { Uncertainty } from "../../../core/certainty";
import type { FactOf } from "../../facts/fact";
import type { Labels, Text } from "../../facts/fact-values";
import type { Graph } from "../../facts/graph";
import { oncePerGraph } from "../../facts/once-per-graph";
import type { Name } from "../../facts/name";
import { selects } from "../workloads/selector";
import type { Urn } from "../../../core/snapshot/value";
import { and, fromBoolean, no, unknown, yes, type Three } from "../../../core/three-valued";
import { isServer } from "./collision";
import { idNames, wholeId } from "./name";
import type { TemplatePart } from "../../facts/spiffe-template";
import { fixedText, namespaceName } from "./pins";
import { podsToGive, type Pods } from "./pods";

type Registers = FactOf<"registers">;

/** A SPIFFE ID that SPIRE gives a workload. */
export interface AssignedId {
  /** The workload; for a static entry the entry itself, which represents what it selects outside the cluster. */
  readonly workload: Name;
  readonly id: Name;
  readonly fact: Registers;
  /** Why it is not certain, and what it waits for. */
  readonly uncertainty: Uncertainty | undefined;
}

/** What registrations issue, and its ID. */
interface Index {
  readonly all: readonly AssignedId[];
  readonly byFact: ReadonlyMap<Registers, readonly AssignedId[]>;
  readonly byId: ReadonlyMap<Name, readonly AssignedId[]>;
}

/**
 * The SPIFFE IDs of workloads of a complete graph.
 *
 * An ID that no two workloads can have, such as one with a pod's name or UID, is left out, and so is one with an unknown part.
 */
export function assignedIds(graph: Graph): readonly AssignedId[] {
  return indexOf(graph).all;
}

/** The SPIFFE IDs that a registration gives. */
export function assignedBy(graph: Graph, fact: FactOf<"registers">): readonly AssignedId[] {
  return indexOf(graph).byFact.get(fact) ?? [];
}

/** What the SPIFFE ID of a registration waits for, be it one or a template of many; undefined where it is known. */
export function unknownIdOf({ entry }: Registers): readonly Urn[] | undefined {
  const given = entry.kind === "pods" ? entry.template : entry.id;
  return given.kind === "unknown" ? given.dependsOn : undefined;
}

/** Whether what a registration gives may be had by a second workload: it selects two, or another registration gives as well. */
export function mayBeShared(graph: Graph, fact: Registers): boolean {
  const isOnly = graph.all("registers").length === 1;
  if (fact.entry.kind === "static") return !isOnly && !isServer(fact.entry.parent);
  let first: Pods | undefined;
  for (const pods of podsToGive(graph, fact)) {
    if (selectsPods(fact, pods).kind === "no") continue;
    if (!isOnly || (first !== undefined && !graph.same(first.workload, pods.workload))) return true;
    first = pods;
  }
  return false;
}

/** The workloads with a SPIFFE ID. */
export function holdersOf(graph: Graph, id: Name): readonly AssignedId[] {
  return indexOf(graph).byId.get(id) ?? [];
}

const indexOf = oncePerGraph((graph): Index => {
  const all = [...compute(graph)];
  return { all, byFact: grouped(all, ({ fact }) => fact), byId: grouped(all, ({ id }) => id) };
});

function* compute(graph: Graph): Iterable<AssignedId> {
  const facts = graph.all("registers");
  if (facts.length === 0) return;
  const domains = domainsOf(facts);
  for (const fact of facts) {
    const id = fact.whole ?? fact.within;
    if (fact.entry.kind !== "static" || id === undefined || isServer(fact.entry.parent)) continue;
    yield { workload: fact.registration, id, fact, uncertainty: undefined };
  }
  const given = new Map<Pods, { readonly fact: Registers; readonly three: Three }[]>();
  for (const fact of facts) {
    for (const pods of podsToGive(graph, fact)) {
      const three = selectsPods(fact, pods);
      if (three.kind === "no") continue;
      const list = given.get(pods);
      if (list === undefined) given.set(pods, [{ fact, three }]);
      else list.push({ fact, three });
    }
  }
  for (const [pods, ways] of given) {
    const first = ways.filter(({ fact }) => !isFallback(fact));
    for (const { fact, three } of ways) {
      const held = isFallback(fact) ? and([three, leftBy(first)]) : three;
      const id = held.kind === "no" ? undefined : idOf(fact, pods, domains);
      if (id === undefined) continue;
      const uncertainty =
        held.kind === "unknown"
          ? { reason: held.reason, dependsOn: held.dependsOn ?? [] }
          : undefined;
      yield { workload: pods.workload, id, fact, uncertainty };
    }
  }
}

/** Whether a fallback registration applies: no other selects the pods. */
function leftBy(others: readonly { readonly three: Three }[]): Three {
  if (others.some(({ three }) => three.kind === "yes")) return no;
  return others[0]?.three ?? yes;
}

function isFallback({ entry }: Registers): boolean {
  return entry.kind === "pods" && entry.fallback === true;
}

function selectsPods({ entry }: Registers, pods: Pods): Three {
  if (entry.kind !== "pods") return no;
  const isByName =
    entry.namespaces.kind === "known" &&
    entry.namespaces.requirements.every(({ key }) => key === namespaceName);
  const name: Text = { kind: "known", text: pods.namespace };
  const labels: Labels = isByName
    ? { kind: "known", labels: { [namespaceName]: name } }
    : pods.namespaceLabels;
  return and([
    selects(entry.namespaces, labels),
    selects(entry.pods, pods.labels),
    ...entry.found.map((template) => finds(fixedText(template), pods)),
  ]);
}

/** Whether pods match a selector of the `k8s` attestor; other selectors count as matching. */
function finds(selector: string | undefined, { namespace, account }: Pods): Three {
  const [, kind, value] = /^k8s:(ns|sa):(.*)$/.exec(selector ?? "") ?? [];
  if (kind === "ns") return value === namespace ? yes : no;
  if (kind !== "sa") return yes;
  return account.kind === "unknown"
    ? unknown("the ServiceAccount of a pod is not known yet", account.dependsOn)
    : fromBoolean(value === account.text);
}

function idOf(fact: Registers, pods: Pods, domains: ReadonlyMap<string, string>): Name | undefined {
  const { entry, className, cluster } = fact;
  if (entry.kind !== "pods" || entry.template.kind !== "known") return undefined;
  const parts = entry.template.parts.map((part) => filled(part, pods));
  if (parts.includes(undefined)) return undefined;
  const known = parts.filter((part) => part !== undefined);
  // Whichever controller it is, pods that one registration selects are registered by one.
  const isKnown = className.kind === "known";
  const by = isKnown ? className.text : fact.registration.replaceAll("|", " ");
  const names = idNames({ cluster, className: by }, known);
  if (names === undefined) return undefined;
  const domain = isKnown ? domains.get(controllerOf(fact)) : undefined;
  const path = names.within.split("|").slice(3).join("|");
  const whole =
    names.whole ??
    (domain === undefined || path.includes("{{") ? undefined : wholeId(domain, path));
  return whole ?? names.within;
}

function filled(part: TemplatePart, pods: Pods): TemplatePart | undefined {
  if (part.kind !== "field") return part.kind === "unclear" ? undefined : part;
  const text = valueOf(part.field, part.key, pods);
  return text === undefined ? undefined : { kind: "text", text };
}

function valueOf(field: string, key: string | undefined, pods: Pods): string | undefined {
  if (field === "namespace") return pods.namespace;
  if (field === "account") return pods.account.kind === "known" ? pods.account.text : undefined;
  if (field !== "label" || key === undefined || pods.labels.kind === "unknown") return undefined;
  const label = Object.hasOwn(pods.labels.labels, key) ? pods.labels.labels[key] : undefined;
  return label?.kind === "known" ? label.text : undefined;
}

/** The trust domain of each controller, where one of its registrations names it. */
function domainsOf(facts: readonly Registers[]): ReadonlyMap<string, string> {
  const found = new Map<string, Set<string>>();
  for (const fact of facts) {
    const domain = domainIn(fact);
    if (domain === undefined) continue;
    const key = controllerOf(fact);
    found.set(key, (found.get(key) ?? new Set<string>()).add(domain));
  }
  return new Map(
    [...found].flatMap(([key, domains]) => {
      const [only, ...more] = domains;
      return only === undefined || more.length > 0 ? [] : [[key, only] as const];
    }),
  );
}

function domainIn({ whole, entry }: Registers): string | undefined {
  const text = whole ?? (entry.kind === "pods" ? startOf(entry) : undefined);
  return /^spiffe:\/\/([^/{]+)(?:\/|$)/i.exec(text ?? "")?.[1]?.toLowerCase();
}

function startOf({ template }: Extract<Registers["entry"], { kind: "pods" }>): string | undefined {
  if (template.kind === "unknown") return undefined;
  const [first] = template.parts;
  return first?.kind === "text" && /^spiffe:\/\/[^/]+\//i.test(first.text) ? first.text : undefined;
}

function controllerOf({ cluster, className }: Registers): string {
  return JSON.stringify([cluster, className.kind === "known" ? className.text : null]);
}

function grouped<K>(
  all: readonly AssignedId[],
  keyOf: (given: AssignedId) => K,
): ReadonlyMap<K, AssignedId[]> {
  const groups = new Map<K, AssignedId[]>();
  for (const given of all) {
    const group = groups.get(keyOf(given));
    if (group === undefined) groups.set(keyOf(given), [given]);
    else group.push(given);
  }
  return groups;
}
