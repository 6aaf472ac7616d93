import { notKnown } from "../../../../core/certainty";
import type { Fact } from "../../../facts/fact";
import type { Copies } from "../../../facts/secret-facts";
import { named, type Called, type Ref } from "../../../facts/fact-values";
import { k8sName } from "../../../facts/name";
import { requirementsIn, type Requirement } from "../../../../core/snapshot/selector-text";
import { read } from "../../../../core/snapshot/read";
import { atOf, type KubeObject } from "../object";
import { nameTextAt, textAt, type TextRead } from "../text";

const reflector = "reflector.v1.k8s.emberstack.com";
const replicator = "replicator.v1.mittwald.de";

/** The annotation with the original of a copied Secret: `acme/crm`. */
const copies = [`${reflector}/reflects`, `${replicator}/replicate-from`];

/** The annotation by which Reflector copies a Secret. */
const requested = [`${reflector}/reflection-allowed`, `${reflector}/reflection-auto-enabled`];

/** The annotations with the allowed and the actual namespaces of copies: both must match. */
const lists = [
  `${reflector}/reflection-allowed-namespaces`,
  `${reflector}/reflection-auto-namespaces`,
];

/**
 * What a Secret has of another, and which others have what it has, by annotations that have an operator copy it.
 *
 * Source: github.com/emberstack/kubernetes-reflector and github.com/mittwald/kubernetes-replicator, README.
 */
export function* mirrored(object: KubeObject): Iterable<Fact> {
  // Unknown annotations do not count as ones by which a Secret is copied.
  if (!["present", "secret"].includes(read(object.body, "metadata", "annotations").kind)) return;
  for (const annotation of copies) {
    const content = sourceIn(object, annotationAt(object, annotation));
    if (content === undefined) continue;
    const at = atOf(object, propertyOf(annotation));
    yield { kind: "contains", at, container: object.thing, content, derived: false };
  }
  yield* reflected(object);
  yield* replicated(object);
}

function sourceIn(object: KubeObject, stated: TextRead): Ref | undefined {
  if (stated.kind === "unknown") return notKnown(stated);
  if (stated.kind === "absent") return undefined;
  const [space, name] = stated.text.split("/", 2).map((part) => part.trim());
  if (space === undefined || name === undefined) return undefined;
  return named(k8sName(object.cluster, space, "Secret", name));
}

function* reflected(object: KubeObject): Iterable<Fact> {
  const requests = requested.map((annotation) => annotationAt(object, annotation));
  const isRequested = (stated: TextRead): boolean =>
    stated.kind === "unknown" || (stated.kind === "text" && stated.text.toLowerCase() === "true");
  if (!requests.every(isRequested)) return;
  const open = requests.flatMap((stated) => (stated.kind === "unknown" ? [asUnknown(stated)] : []));
  const chosen = lists.map((list) => choiceAt(object, list));
  const called = [...open, ...chosen.flatMap((choice) => choice.called)];
  const requirements = chosen.flatMap((choice) => choice.requirements);
  yield* spread(object, `${reflector}/reflection-auto-enabled`, {
    called,
    requirements,
    unlessThere: true,
  });
}

function* replicated(object: KubeObject): Iterable<Fact> {
  const to = calledIn(annotationAt(object, `${replicator}/replicate-to`));
  if (to !== undefined) {
    yield* spread(object, `${replicator}/replicate-to`, { called: [to], requirements: [] });
  }
  const choice = labelledIn(annotationAt(object, `${replicator}/replicate-to-matching`));
  if (choice !== undefined) yield* spread(object, `${replicator}/replicate-to-matching`, choice);
}

/** Namespaces by name and label; all without either. */
interface Choice {
  readonly called: readonly Called[];
  readonly requirements: readonly Requirement[];
}

const all: Choice = { called: [], requirements: [] };

/** Which namespaces a list of Reflector takes: those that it names, or that the selector beside it selects. */
function choiceAt(object: KubeObject, list: string): Choice {
  const names = calledIn(annotationAt(object, list));
  const selector = annotationAt(object, `${list}-selector`);
  const isEmpty = selector.kind === "text" && selector.text.trim() === "";
  const labelled = isEmpty ? undefined : labelledIn(selector);
  if (names === undefined) return labelled ?? all;
  if (labelled === undefined) return { called: [names], requirements: [] };
  return { called: [notKnown()], requirements: [] };
}

/** Namespaces by names and patterns, with commas between them; undefined where there are none. */
function calledIn(stated: TextRead): Called | undefined {
  if (stated.kind === "unknown") return asUnknown(stated);
  if (stated.kind === "absent") return undefined;
  const patterns = stated.text.split(",").flatMap((one) => (one.trim() === "" ? [] : [one.trim()]));
  return patterns.length === 0 ? undefined : { kind: "known", patterns };
}

/** Namespaces by a selector; undefined where there is none that can be read. */
function labelledIn(stated: TextRead): Choice | undefined {
  if (stated.kind === "unknown") return { called: [asUnknown(stated)], requirements: [] };
  const requirements = stated.kind === "text" ? requirementsIn(stated.text) : undefined;
  return requirements && { called: [], requirements };
}

function asUnknown({ dependsOn }: Extract<TextRead, { readonly kind: "unknown" }>): Called {
  return { kind: "unknown", dependsOn };
}

/** That namespaces have a Secret of that name with the same contents. */
function* spread(
  object: KubeObject,
  annotation: string,
  { requirements, ...where }: Choice & Pick<Copies, "unlessThere">,
): Iterable<Fact> {
  const name = nameTextAt(object.body, "metadata", "name");
  if (name === undefined) return;
  const { cluster, thing: container } = object;
  const at = atOf(object, propertyOf(annotation));
  const namespaces = { kind: "known", requirements } as const;
  const content = { kind: "copies", cluster, name, namespaces, ...where } as const;
  yield { kind: "contains", at, container, content, derived: true };
}

function annotationAt(object: KubeObject, name: string): TextRead {
  return textAt(object.body, "metadata", "annotations", name);
}

function propertyOf(annotation: string): string {
  return `metadata.annotations["${annotation}"]`;
}
