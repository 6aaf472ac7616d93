import type { PolicyDocument } from "../policy/statement";
import type { Urn } from "../snapshot/value";
import { principalOf, type Lookups, type Principal } from "./principal";

/**
 * What the parts of a trust policy wait for that a rule about some principals cannot do without: whole statements, and
 * conditions of statements that name such a principal. Undefined where all of them are known.
 */
export function unknownParts(
  document: PolicyDocument,
  lookups: Lookups,
  concerns: (principal: Principal) => boolean,
): readonly Urn[] | undefined {
  const waiting: (readonly Urn[])[] = [];
  for (const statement of document.statements) {
    if (statement.kind === "unknown") {
      waiting.push(statement.waitsFor);
      continue;
    }
    const { principals, conditions } = statement;
    const named = principals?.values.map((part) => principalOf(part, lookups)) ?? [];
    if (named.some(isWhollyUnknown)) waiting.push(...named.map(waitsForOf));
    if (!named.some(concerns)) continue;
    for (const condition of conditions) {
      if (condition.kind === "unknown") waiting.push(condition.waitsFor);
    }
  }
  return waiting.length === 0 ? undefined : [...new Set(waiting.flat())];
}

function isWhollyUnknown(principal: Principal): boolean {
  return principal.kind === "unknown" && principal.type === "any";
}

function waitsForOf(principal: Principal): readonly Urn[] {
  return principal.kind === "unknown" ? principal.waitsFor : [];
}
