import type { Policy } from "../authority/authority";
import { patternsOverlap } from "../pattern";
import { parseOperator } from "../policy/condition/operator";
import type { Condition, Part, Statement } from "../policy/statement";

/** A condition that is known. */
export type Test = Extract<Condition, { readonly kind: "test" }>;

/** Stands for any service. */
export const anyService: Part = { kind: "text", text: "*", secret: false };

const viaService = "kms:viaservice";

/** Whether a condition is met only where a service uses a key in the name of whoever calls the service. */
export function asksForService(condition: Condition): condition is Test {
  if (condition.kind === "unknown" || condition.key.toLowerCase() !== viaService) return false;
  const operator = parseOperator(condition.operator);
  if (operator === undefined) return false;
  if (operator.base === "Null") return !condition.values.some((part) => isText(part, "true"));
  return !operator.negated && !operator.ifExists && operator.set !== "all";
}

/** The services through which policies let an identity use keys; `*` for any, and for none at all. */
export function keyServicesIn(policies: readonly Policy[]): readonly Part[] {
  return policies.flatMap(({ content }) =>
    content.kind === "unknown"
      ? []
      : content.document.statements.flatMap((each) => {
          if (each.kind === "unknown" || each.effect === "Deny" || !isOfService(each, "kms"))
            return [];
          const through = each.conditions.filter(asksForService);
          return through.length === 0 ? [anyService] : through.flatMap(({ values }) => values);
        }),
  );
}

/** Whether a statement is about any action of a service, which a pattern names. */
export function isOfService({ actions }: Statement, service: string): boolean {
  return (
    actions.negated ||
    actions.values.some(
      (part) =>
        part.kind === "unknown" ||
        patternsOverlap(part.text.toLowerCase().split(":")[0] ?? "", service),
    )
  );
}

function isText(part: Part, text: string): boolean {
  return part.kind === "text" && part.text.toLowerCase() === text;
}
