import { mayFitArn } from "../../../core/policy/condition/arn";
import type { Operator } from "../../../core/policy/condition/operator";
import type { Condition, Part } from "../../../core/policy/statement";
import { unescaped, type ClaimPattern } from "../../../core/trust/claim-pattern";
import type { Misformed } from "./subject-forms";

/** A condition that is known: an operator, a key and its values. */
export type Test = Extract<Condition, { kind: "test" }>;

/** Whether an operator compares texts as they are. */
export function isText(operator: Operator): boolean {
  return operator.base !== "Null" && operator.base.name.startsWith("String");
}

/** A value of a test; undefined where it is not known, or has a variable in it. */
export function valueOf(
  operator: Operator,
  part: Part,
  variables: boolean,
): ClaimPattern | undefined {
  if (part.kind === "unknown") return undefined;
  const name = operator.base === "Null" ? "Null" : operator.base.name;
  const literal = name.startsWith("StringEquals");
  const value = variables ? unescaped(part.text, literal) : { text: part.text, literal };
  if (value === undefined) return undefined;
  const anyCase = name === "StringEqualsIgnoreCase" ? { anyCase: true } : {};
  return { ...value, secret: part.secret, ...anyCase };
}

/** An operator for ARNs matches nothing else, whatever the key is. */
export function problemForArns(
  { base }: Operator,
  { operator }: Test,
  { text }: ClaimPattern,
): Misformed | undefined {
  if (base === "Null" || !base.name.startsWith("Arn") || mayFitArn(text)) return undefined;
  return { kind: "impossible", because: `is not an ARN, as \`${operator}\` requires` };
}
