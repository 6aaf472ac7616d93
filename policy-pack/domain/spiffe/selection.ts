import type {
  PodRegistration,
  Registration,
  Selector,
  Template,
  Text,
} from "../../facts/fact-values";
import type { Requirement } from "../../../core/snapshot/selector-text";
import { printTemplate } from "../../facts/spiffe-template";

const selections = new WeakMap<Registration, { readonly text: string | undefined }>();

/** What a registration selects, as a text that is equal for equal selections; undefined where it is not all known. */
export function selectionOf(registration: Registration): string | undefined {
  const known = selections.get(registration);
  if (known !== undefined) return known.text;
  const text = partsOf(registration);
  selections.set(registration, { text });
  return text;
}

function partsOf(registration: Registration): string | undefined {
  const parts =
    registration.kind === "pods"
      ? [
          ofSelector(registration.namespaces),
          ofSelector(registration.pods),
          ofList(registration.found.map(ofTemplate)),
        ]
      : [
          registration.selectors === undefined
            ? undefined
            : ofList(registration.selectors.map(ofText)),
        ];
  return parts.includes(undefined) ? undefined : JSON.stringify([registration.kind, ...parts]);
}

/** Which pods of their namespaces a registration selects, as {@link selectionOf} writes it. */
export function podsOf({ pods, found }: PodRegistration): string | undefined {
  const ofPods = found.map(ofTemplate).filter((text) => text?.startsWith("k8s:ns:") !== true);
  const parts = [ofSelector(pods), ofList(ofPods)];
  return parts.includes(undefined) ? undefined : JSON.stringify(parts);
}

function ofSelector(selector: Selector): string | undefined {
  return selector.kind === "unknown" ? undefined : ofList(selector.requirements.map(ofRequirement));
}

function ofRequirement({ key, operator, values }: Requirement): string {
  return JSON.stringify([key, operator, [...values].sort()]);
}

function ofTemplate(template: Template): string | undefined {
  return template.kind === "unknown" ? undefined : printTemplate(template.parts);
}

function ofText(text: Text): string | undefined {
  return text.kind === "unknown" ? undefined : text.text;
}

function ofList(items: readonly (string | undefined)[]): string | undefined {
  if (items.includes(undefined)) return undefined;
  return JSON.stringify([...new Set(items)].sort());
}
