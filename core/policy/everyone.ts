import type { PrincipalPart } from "./statement";

/** Whether a value of `Principal` is everyone: `"*"`, or `{"AWS": "*"}`. */
export function isEveryone({ type, value }: PrincipalPart): boolean {
  return type === "*" || (type === "AWS" && value.kind === "text" && value.text === "*");
}
