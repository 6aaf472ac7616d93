import { Scalar } from "yaml";
import type { Value } from "../../core/snapshot/value";

/**
 * What a scalar is worth to Pulumi, which reads numbers as Go's YAML 1.1 does, with `_` between digits and octals that start
 * with `0`: https://github.com/go-yaml/yaml/blob/v3/resolve.go.
 */
export function scalarValue(scalar: Scalar): Value {
  const { source = "", tag, type, value } = scalar;
  const number = type === Scalar.PLAIN && tag === undefined ? numberOf(source) : undefined;
  return number ?? (value as Value | undefined) ?? null;
}

function numberOf(source: string): number | undefined {
  if (!/^[-+.]?\d/.test(source)) return undefined;
  const plain = source.replaceAll("_", "");
  const [, sign, based, octal] = /^([-+]?)(?:(0[xob][\da-f]+)|0([0-7]+))$/i.exec(plain) ?? [];
  if (based !== undefined || octal !== undefined) {
    const number = Number(based ?? `0o${octal}`);
    if (Number.isNaN(number)) return undefined;
    return sign === "-" ? -number : number;
  }
  return /^[-+]?(\.\d+|\d+(\.\d*)?)(e[-+]?\d+)?$/i.test(plain) ? Number(plain) : undefined;
}
