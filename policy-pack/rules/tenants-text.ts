/** How many tenants a sentence names; it counts the rest. */
const mostNamed = 4;

/** `two tenants: acme, globex`; of tenants that are not known it counts each. */
export function tenantsText(tenants: readonly (string | undefined)[]): string {
  const known = tenants.flatMap((tenant) => tenant ?? []).slice(0, mostNamed);
  const count = tenants.length === 2 ? "two" : String(tenants.length);
  if (known.length === 0) return `${count} tenants`;
  const more = tenants.length - known.length;
  const rest = more === 1 ? " and another" : ` and ${more} more`;
  return `${count} tenants: ${known.join(", ")}${more === 0 ? "" : rest}`;
}
