import { requirementsIn, type Requirement } from "../../../core/snapshot/selector-text";
import { isRecord, type Value, type ValueRecord } from "../../../core/snapshot/value";

/** What tells whether labels fit a selector that is one text; undefined for what is no selector. */
export function labelSelectorOf(
  text: string,
): ((labels: Value | undefined) => boolean) | undefined {
  const requirements = requirementsIn(text);
  if (requirements === undefined) return undefined;
  return (labels) => requirements.every((one) => fits(one, isRecord(labels) ? labels : {}));
}

function fits({ key, operator, values }: Requirement, labels: ValueRecord): boolean {
  const value = labelIn(labels, key);
  switch (operator) {
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    default:
      return value !== undefined && /^-?\d+$/.test(value) && compares(operator, value, values[0]);
  }
}

function compares(operator: string, value: string, bound = ""): boolean {
  return operator === "Gt" ? Number(value) > Number(bound) : Number(value) < Number(bound);
}

function labelIn(labels: ValueRecord, key: string): string | undefined {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  return typeof value === "string" ? value : undefined;
}
