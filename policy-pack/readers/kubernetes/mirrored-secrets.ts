import type { Fact } from "../../../core/graph/fact";
import { named, type At } from "../../../core/graph/fact-values";
import { k8sName, type Name } from "../../../core/graph/name";
import { read } from "../../../core/snapshot/read";
import { atOf, spaceOf, type KubeObject } from "./object";
import { nameTextAt, textAt } from "./text";

const reflector = "reflector.v1.k8s.emberstack.com";
const replicator = "replicator.v1.mittwald.de";

/** What a Secret says it is a copy of: `acme/crm`. */
const copies = [`${reflector}/reflects`, `${replicator}/replicate-from`];

/** Where a Secret says into which namespaces it is copied, by names or patterns, where else it may say so, and what has to be said beside it. */
const copied = [
  {
    into: `${reflector}/reflection-auto-namespaces`,
    unless: `${reflector}/reflection-allowed-namespaces`,
    asks: [`${reflector}/reflection-allowed`, `${reflector}/reflection-auto-enabled`],
  },
  { into: `${replicator}/replicate-to`, unless: undefined, asks: [] },
] as const;

/**
 * What a Secret has of another, and which others have what it has, by annotations that have an operator copy it.
 *
 * Source: github.com/emberstack/kubernetes-reflector and github.com/mittwald/kubernetes-replicator, README.
 */
export function* mirrored(object: KubeObject): Iterable<Fact> {
  const own = spaceOf(object);
  if (own === undefined || read(object.body, "metadata", "annotations").kind === "absent") return;
  for (const annotation of copies) {
    const [space, name] = annotationAt(object, annotation)?.split("/", 2) ?? [];
    if (space === undefined || name === undefined) continue;
    const source = k8sName(object.cluster, space.trim(), "Secret", name.trim());
    yield has(object.thing, source, placeOf(object, annotation));
  }
  const name = nameTextAt(object.body, "metadata", "name");
  if (name === undefined) return;
  for (const { into, unless, asks } of copied) {
    if (asks.some((asked) => annotationAt(object, asked)?.toLowerCase() !== "true")) continue;
    const said = annotationAt(object, into) ?? (unless && annotationAt(object, unless));
    if (said === undefined && asks.length === 0) continue;
    const at = placeOf(object, annotationAt(object, into) === undefined ? (asks[0] ?? into) : into);
    for (const pattern of patternsIn(said)) {
      if (pattern !== own) yield copiedInto(object, name, pattern, at);
    }
  }
}

/** Names and patterns of namespaces; of none, the one of all. */
function patternsIn(said: string | undefined): readonly string[] {
  const listed = (said ?? "").split(",").flatMap((one) => (one.trim() === "" ? [] : [one.trim()]));
  return listed.length === 0 ? [".*"] : listed;
}

/** That a namespace, or each that a pattern matches, has a Secret of that name with the same contents. */
function copiedInto(object: KubeObject, name: string, pattern: string, at: At): Fact {
  const { cluster, thing: container } = object;
  if (/^[a-z0-9-]+$/.test(pattern)) {
    return has(k8sName(cluster, pattern, "Secret", name), container, at);
  }
  const isAll = /^\^?\.[*+]\$?$/.test(pattern);
  const namespaces = isAll
    ? ({ kind: "known", requirements: [] } as const)
    : ({ kind: "unknown", waitsFor: [] } as const);
  return { kind: "spreads", at, container, cluster, name, namespaces };
}

function has(container: Name, content: Name, at: At): Fact {
  return { kind: "contains", at, container, content: named(content), derived: false };
}

function annotationAt(object: KubeObject, name: string): string | undefined {
  const found = textAt(object.body, "metadata", "annotations", name);
  return found.kind === "text" ? found.text : undefined;
}

function placeOf(object: KubeObject, annotation: string): At {
  return atOf(object, `metadata.annotations["${annotation}"]`);
}
