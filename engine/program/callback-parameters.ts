import { Unknown, isList, isRecord, type Value } from "../../core/snapshot/value";
import { MAX_DEPTH, NotRead } from "./callback-tokens";
import type { TokenCursor } from "./token-cursor";

/**
 * The names that a function has for what it is handed: `(a) =>`, `a =>`, `([a, { b }]) =>` and `function (a)`.
 *
 * Throws a {@link NotRead} where it takes anything else. The cursor is then at its body.
 *
 * @param unknown what stands for a part that is not known
 */
export function parametersOf(read: TokenCursor, given: Value, unknown: Value): Map<string, Value> {
  const names = new Map<string, Value>();
  const pattern = (value: Value, depth = 0): void => {
    if (depth > MAX_DEPTH) throw new NotRead();
    if (read.takes("[")) {
      for (let at = 0; !read.takes("]"); at += 1) {
        pattern(memberOf(value, at, unknown), depth + 1);
        if (!read.takes(",") && !read.isNext("]")) throw new NotRead();
      }
    } else if (read.takes("{")) {
      while (!read.takes("}")) {
        const name = read.name();
        const member = memberOf(value, name, unknown);
        if (read.takes(":")) pattern(member, depth + 1);
        else names.set(name, member);
        if (!read.takes(",") && !read.isNext("}")) throw new NotRead();
      }
    } else {
      names.set(read.name(), value);
    }
  };
  const isFunction = read.takesName("function");
  if (!read.takes("(")) {
    names.set(read.name(), given);
  } else if (!read.takes(")")) {
    pattern(given);
    read.takes(",");
    read.needs(")");
  }
  if (!isFunction) read.needs("=>");
  return names;
}

/** A part of a value; what is not there is not known. */
export function memberOf(value: Value, key: string | number, unknown: Value): Value {
  if (isList(value) && typeof key === "number") return value[key] ?? unknown;
  if (isRecord(value) && Object.hasOwn(value, key)) return value[key] ?? unknown;
  return value instanceof Unknown ? new Unknown(value.dependsOn, value.secret) : unknown;
}
