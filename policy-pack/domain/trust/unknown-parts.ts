import type { PolicyDocument } from "../../../core/policy/statement";
import type { Urn } from "../../../core/snapshot/value";
import { principalOf, type Lookups, type Principal } from "./principal";

/**
 * What the parts of a trust policy wait for that a rule about some principals cannot do without: whole statements, and
 * principals that may turn out to be such. Undefined where all of them are known.
 */
export function unknownParts(
  document: PolicyDocument,
  lookups: Lookups,
  isAbout: (principal: Principal) => boolean,
): readonly Urn[] | undefined {
  const waiting = document.statements.flatMap((statement): readonly (readonly Urn[])[] => {
    if (statement.kind === "unknown") return [statement.dependsOn];
    const named = statement.principals?.values.map((part) => principalOf(part, lookups)) ?? [];
    return named.flatMap((principal) =>
      principal.kind === "unknown" && (principal.type === "any" || isAbout(principal))
        ? [principal.dependsOn]
        : [],
    );
  });
  return waiting.length === 0 ? undefined : [...new Set(waiting.flat())];
}

/** What conditions wait for that nothing is known of, in statements that name a principal a rule is about. */
export function unknownConditions(
  document: PolicyDocument,
  lookups: Lookups,
  isAbout: (principal: Principal) => boolean,
): readonly Urn[] | undefined {
  const waiting = document.statements.flatMap((statement): readonly (readonly Urn[])[] => {
    if (statement.kind === "unknown") return [];
    const named = statement.principals?.values.map((part) => principalOf(part, lookups)) ?? [];
    if (!named.some(isAbout)) return [];
    return statement.conditions.flatMap((each) =>
      each.kind === "unknown" ? [each.dependsOn] : [],
    );
  });
  return waiting.length === 0 ? undefined : [...new Set(waiting.flat())];
}
