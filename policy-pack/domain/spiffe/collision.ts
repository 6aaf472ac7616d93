import type { PodRegistration, StaticRegistration, Text } from "../../facts/fact-values";
import { parseSpiffeId } from "../../../core/spiffe-id";
import type { Urn } from "../../../core/snapshot/value";
import { distinguished } from "./distinct";
import type { Field, TemplatePart } from "../../facts/spiffe-template";
import {
  requires,
  isCommonLabel,
  mayPinMore,
  pinsOfPods,
  pinsOfSelectors,
  type Pins,
} from "./pins";

/** Whether a registration can give one SPIFFE ID to two workloads. */
export type Collision =
  | { readonly kind: "distinct" }
  /** `fields`: those that run together; `keys`: labels and annotations without which pods have nothing in their place. */
  | {
      readonly kind: "collides";
      readonly why: "namespace" | "workload" | "together" | "missing";
      readonly fields: readonly Field[];
      readonly keys?: readonly string[];
    }
  | { readonly kind: "unclear"; readonly reason: string; readonly dependsOn: readonly Urn[] };

const distinct: Collision = { kind: "distinct" };

/** Fields that distinguish workloads of a namespace; the author of a pod chooses all of them but its UID. */
const distinguishWorkloads: readonly Field[] = [
  "account",
  "pod name",
  "label",
  "annotation",
  "other",
];

const anything: Pins = { namespace: true, workload: true, account: true };

const nothing: Pins = { namespace: false, workload: false, account: false };

/** Whether one of the fields distinguishes workloads of a namespace. */
export function distinguishesWorkload(fields: ReadonlySet<Field>): boolean {
  return distinguishWorkloads.some((field) => fields.has(field));
}

/** Whether a template by itself, without selectors, distinguishes all workloads of a cluster. */
export function distinguishesAll(parts: readonly TemplatePart[]): boolean {
  return collisionOf(parts, nothing).kind === "distinct";
}

/** Whether pods of two workloads can get one SPIFFE ID from a registration whose template is known. */
export function collisionOfPods(
  registration: PodRegistration,
  parts: readonly TemplatePart[],
): Collision {
  const pins = pinsOfPods(registration);
  const found = collisionOfAll(parts, pins, registration.pods);
  if (found.kind !== "collides" || !mayPinMore(registration)) return found;
  const { namespaces, pods, found: templates } = registration;
  if (collisionOf(parts, anything).kind === "collides") return found;
  const dependsOn = [namespaces, pods, ...templates].flatMap((part) =>
    part.kind === "unknown" ? part.dependsOn : [],
  );
  return { kind: "unclear", reason: "not all of its selectors are known", dependsOn };
}

/** Whether pods collide of which some may lack a label or an annotation that the template has. */
function collisionOfAll(
  parts: readonly TemplatePart[],
  pins: Pins,
  selector: PodRegistration["pods"],
): Collision {
  const found = collisionOf(parts, pins);
  const missing = parts.filter((_, index) => mayBeNothing(parts, index, selector));
  if (found.kind !== "distinct" || missing.length === 0) return found;
  const without = parts.filter((part) => !missing.includes(part));
  if (collisionOf(without, pins).kind !== "collides") return found;
  const keys = missing.flatMap((part) => (part.kind === "field" ? (part.key ?? []) : []));
  return { kind: "collides", why: "missing", fields: [], keys };
}

/** Whether a part may print as nothing in a SPIFFE ID that is one all the same: no segment of it is empty. */
function mayBeNothing(
  parts: readonly TemplatePart[],
  index: number,
  selector: PodRegistration["pods"],
): boolean {
  const part = parts[index];
  if (part?.kind !== "field" || part.orNothing !== true) return false;
  if (part.field === "label" && requires(selector, part.key ?? "")) return false;
  const [before, after] = [parts[index - 1], parts[index + 1]];
  const isStart = before === undefined || (before.kind === "text" && before.text.endsWith("/"));
  const isEnd = after === undefined || (after.kind === "text" && after.text.startsWith("/"));
  return !(isStart && isEnd);
}

function collisionOf(parts: readonly TemplatePart[], pins: Pins): Collision {
  const { fields, together, unclear } = distinguished(parts.map((part) => held(part, pins)));
  const isNamespaceDistinguished = pins.namespace || fields.has("namespace");
  const isWorkloadDistinguished = pins.workload || distinguishesWorkload(fields);
  if (fields.has("pod uid") || (isNamespaceDistinguished && isWorkloadDistinguished))
    return distinct;
  if (unclear !== undefined) {
    return { kind: "unclear", reason: `its template has \`${unclear}\``, dependsOn: [] };
  }
  if (together.length > 0) return { kind: "collides", why: "together", fields: together };
  return { kind: "collides", why: isNamespaceDistinguished ? "workload" : "namespace", fields: [] };
}

/** A field that selectors fix is the same for all pods, and a common one distinguishes no workload. */
function held(part: TemplatePart, { namespace, account }: Pins): TemplatePart {
  if (part.kind !== "field") return part;
  if (isCommon(part)) return { ...part, field: "common" };
  const isHeld = (part.field === "namespace" && namespace) || (part.field === "account" && account);
  return isHeld ? { kind: "constant", name: part.field } : part;
}

/** Fields of a pod that name what the cluster has for many. */
const ofCluster = ["PodSpec.PriorityClassName", "PodSpec.SchedulerName"];

function isCommon({ field, key = "" }: Extract<TemplatePart, { kind: "field" }>): boolean {
  if (field === "other") return ofCluster.includes(key);
  return (field === "label" || field === "annotation") && isCommonLabel(key);
}

/**
 * Whether two workloads of Kubernetes can match the selectors of SPIRE's agents.
 *
 * Selectors of other attestors, such as `unix:uid:1001`, are not compared here and count as one workload's.
 */
export function collisionOfStatic({ parent, selectors, dependsOn }: StaticRegistration): Collision {
  if (isServer(parent)) return distinct;
  if (selectors === undefined) {
    return { kind: "unclear", reason: "its selectors are not known yet", dependsOn };
  }
  const known = selectors.flatMap((text) => (text.kind === "known" ? [text.text] : []));
  // SPIRE refuses an entry without selectors.
  if (selectors.length === 0 || known.some((text) => !text.startsWith("k8s:"))) return distinct;
  const pins = pinsOfSelectors(known);
  if (pins.namespace && pins.workload) return distinct;
  const unknown = [...selectors, parent].flatMap((text) =>
    text?.kind === "unknown" ? [text] : [],
  );
  if (unknown.length === 0) {
    return { kind: "collides", why: pins.namespace ? "workload" : "namespace", fields: [] };
  }
  return {
    kind: "unclear",
    reason: "not all of its selectors are known",
    dependsOn: unknown.flatMap((text) => text.dependsOn),
  };
}

/** Whether an entry is for agents: its parent is the server, and nodes are what it selects. Source: SPIRE, "Registering workloads". */
export function isServer(parent: Text | undefined): boolean {
  if (parent?.kind !== "known") return false;
  const parsed = parseSpiffeId(parent.text);
  return parsed.ok && parsed.id.segments.join("/") === "spire/server";
}
