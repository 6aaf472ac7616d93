import type { Urn } from "../../core/snapshot/value";

/** The type of the resource that every program runs in. */
export const ROOT_STACK_TYPE = "pulumi:pulumi:Stack";

/** The types of a URN, those of its parents included: `parent$child`. */
export function qualifiedTypeInUrn(urn: Urn): string {
  return urn.split("::")[2] ?? "";
}

/** Forms a URN as the engine does: the types of all parents but the stack go before the resource's own. */
export function formUrn(place: {
  readonly stack: string;
  readonly project: string;
  readonly parent: Urn;
  readonly type: string;
  readonly name: string;
}): Urn {
  const parents = place.parent === "" ? "" : qualifiedTypeInUrn(place.parent);
  const qualified =
    parents === "" || parents === ROOT_STACK_TYPE ? place.type : `${parents}$${place.type}`;
  return `urn:pulumi:${place.stack}::${place.project}::${qualified}::${place.name}`;
}

/** The URN of a provider reference, which is `<urn>::<id>`; undefined when there is none. */
export function urnOfReference(reference: string): Urn | undefined {
  if (reference === "") return undefined;
  return reference.slice(0, reference.lastIndexOf("::"));
}
