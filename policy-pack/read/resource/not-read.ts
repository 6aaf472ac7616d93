import data from "./not-read.json";

const exact = new Set(data.carriesIdentity.filter((type) => !type.endsWith("*")));
const prefixes = data.carriesIdentity
  .filter((type) => type.endsWith("*"))
  .map((type) => type.slice(0, -1));
const none = new Set(data.carriesNone);

/** Whether a type that no reader reads carries identity, so that a report has to name it. */
export function carriesIdentity(type: string): boolean {
  return !none.has(type) && (exact.has(type) || prefixes.some((prefix) => type.startsWith(prefix)));
}
