import type { Asking, Text } from "../../../core/graph/fact-values";

/** How something asks that names its kind of authorization, where `NONE` is to ask nobody. */
export function askingOf(type: Text): Asking {
  if (type.kind === "unknown") return { kind: "unknown", waitsFor: type.waitsFor };
  if (type.text === "NONE") return { kind: "nobody" };
  return type.text === "AWS_IAM" ? { kind: "callers", byIam: true } : { kind: "callers" };
}
