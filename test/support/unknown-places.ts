import { exceptions, gaps, type Exception } from "./unknown-exceptions";
import type { Fault } from "./unknown-walk";

const all = [...exceptions, ...gaps];

/** The entry by which a fault at a place is no news; undefined where none is about it. */
export function exceptionFor(fault: Fault, type: string, path: string): Exception | undefined {
  const place = `${type} ${path.replaceAll(/\[\d+\]/g, "[]")}`;
  return all.find(
    ({ is, rules, at }) =>
      is === fault.is && rules?.includes(fault.rule) !== false && at.test(place),
  );
}
