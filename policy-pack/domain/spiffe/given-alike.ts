import type { PodRegistration, Selector } from "../../facts/fact-values";
import type { Requirement } from "../../../core/snapshot/selector-text";
import { distinguished } from "./distinct";
import { distinguishesWorkload } from "./collision";
import type { TemplatePart } from "../../facts/spiffe-template";
import { fixedText, namespaceName } from "./pins";
import { podsOf } from "./selection";

/** The parts of a template, with the values of the fields that the selectors fix. */
export function filledIn(
  registration: PodRegistration,
  parts: readonly TemplatePart[],
): readonly TemplatePart[] {
  return parts.map((part) => {
    const text = part.kind === "field" ? valueIn(part, registration) : undefined;
    return text === undefined ? part : { kind: "text", text };
  });
}

/**
 * What the selectors of a registration add to its template: a text that distinguishes it from another with the same IDs for
 * another workload; undefined where that is unknown.
 */
export function unshownBy(
  registration: PodRegistration,
  parts: readonly TemplatePart[],
): string | undefined {
  // An unknown namespace may be one that the template shows.
  if (registration.namespaces.kind === "unknown") return undefined;
  const { fields } = distinguished(parts);
  const untold = [
    ...(fields.has("namespace") ? [] : [namespaceOf(registration)]),
    ...(distinguishesWorkload(fields) ? [] : [podsOf(registration)]),
  ];
  return untold.includes(undefined) ? undefined : JSON.stringify(untold);
}

type FieldPart = Extract<TemplatePart, { kind: "field" }>;

function valueIn({ field, key }: FieldPart, registration: PodRegistration): string | undefined {
  if (field === "namespace") return namespaceOf(registration);
  if (field === "account") return foundBy("k8s:sa:", registration);
  return field === "label" ? onlyValue(registration.pods, key) : undefined;
}

function namespaceOf(registration: PodRegistration): string | undefined {
  return (
    foundBy(namespaceSelector, registration) ?? onlyValue(registration.namespaces, namespaceName)
  );
}

/** How a selector of SPIRE's agents for a namespace begins. */
const namespaceSelector = "k8s:ns:";

function foundBy(start: string, { found }: PodRegistration): string | undefined {
  const selector = found.map(fixedText).find((text) => text?.startsWith(start) === true);
  return selector?.slice(start.length);
}

function onlyValue(selector: Selector, label: string | undefined): string | undefined {
  const requested: readonly Requirement[] = selector.kind === "known" ? selector.requirements : [];
  const [only] = requested.filter(
    ({ key, operator, values }) => key === label && operator === "In" && values.length === 1,
  );
  return only?.values[0];
}
