/** What types of providers start with; the package follows. */
export const PROVIDERS = "pulumi:providers:";

/** References to providers by the package that they serve. */
export type Providers = ReadonlyMap<string, string>;

/** What a reference to a resource is made of. */
interface Referred {
  readonly urn: string;
  readonly id: string;
}

/** A provider's id is not known before it is made; readers of the reference use its URN. */
export function referenceTo({ urn, id }: Referred): string {
  return `${urn}::${id || "unknown"}`;
}

/** The providers that a resource hands on to its children: its own, else its parent's. */
export function withGiven(
  inherited: Providers,
  given: readonly (Referred & { readonly type: string })[],
): Providers {
  const own = given
    .filter(({ type }) => type.startsWith(PROVIDERS))
    .map((one) => [one.type.slice(PROVIDERS.length), referenceTo(one)] as const);
  // Of two for one package the first counts.
  return new Map([...inherited, ...own.reverse()]);
}
