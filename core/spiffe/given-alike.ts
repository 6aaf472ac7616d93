import type { PodRegistration, Requirement, Selector } from "../graph/fact-values";
import { toldApart } from "./apart";
import { tellsWorkload } from "./collision";
import type { TemplatePart } from "./part";
import { fixedText, namespaceName } from "./pins";
import { selectionOf } from "./selection";

/**
 * Whether two registrations of one template can give one SPIFFE ID to two workloads, although each by itself gives it to one:
 * they are for two namespaces that the template does not tell, or for two workloads.
 */
export function giveAlike(
  one: PodRegistration,
  other: PodRegistration,
  parts: readonly TemplatePart[],
): boolean {
  if (parts.some((part) => isApartBy(part, one, other))) return false;
  const { fields } = toldApart(parts);
  const namespaces = [namespaceOf(one), namespaceOf(other)];
  if (!fields.has("namespace") && !namespaces.includes(undefined)) {
    if (namespaces[0] !== namespaces[1]) return true;
  }
  const selections = [selectionOf(one), selectionOf(other)];
  return (
    !tellsWorkload(fields) && !selections.includes(undefined) && selections[0] !== selections[1]
  );
}

/** Whether a field of the template has one value by the one registration, and another by the other. */
function isApartBy(part: TemplatePart, one: PodRegistration, other: PodRegistration): boolean {
  const [first, second] = [valueIn(part, one), valueIn(part, other)];
  return first !== undefined && second !== undefined && first !== second;
}

function valueIn(part: TemplatePart, registration: PodRegistration): string | undefined {
  if (part.kind !== "field") return undefined;
  if (part.field === "account") return foundBy("k8s:sa:", registration);
  return part.field === "label" ? onlyValue(registration.pods, part.key) : undefined;
}

function namespaceOf(registration: PodRegistration): string | undefined {
  return foundBy("k8s:ns:", registration) ?? onlyValue(registration.namespaces, namespaceName);
}

function foundBy(start: string, { found }: PodRegistration): string | undefined {
  return found.map(fixedText).find((text) => text?.startsWith(start) === true);
}

function onlyValue(selector: Selector, label: string | undefined): string | undefined {
  const asked: readonly Requirement[] = selector.kind === "known" ? selector.requirements : [];
  const [only] = asked.filter(
    ({ key, operator, values }) => key === label && operator === "In" && values.length === 1,
  );
  return only?.values[0];
}
