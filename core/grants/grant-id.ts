import { createHash } from "node:crypto";
import type { Grant, GrantCondition } from "./grant";

/** Texts of grants: to sort ten thousand of them compares each some thirty times. */
const texts = new WeakMap<Grant, string>();

/** All properties of a grant, as one text: the same for two equal grants, however they were made. */
export function grantText(grant: Grant): string {
  const known = texts.get(grant);
  if (known !== undefined) return known;
  const text = textOf(grant);
  texts.set(grant, text);
  return text;
}

function textOf(grant: Grant): string {
  const { tenant, caller, tool, intents, sensitivity, conditions, approval, maxSeconds } = grant;
  const { maxCalls, withoutDetails } = grant;
  const conditionTexts = conditions.map((condition) => [
    condition.kind,
    condition.key,
    boundOf(condition),
  ]);
  return JSON.stringify([
    ...[tenant, caller, tool, intents, sensitivity, conditionTexts, approval, maxSeconds],
    // Where there is none, a grant keeps the name that it had before.
    ...(maxCalls === undefined ? [] : [maxCalls]),
    ...(withoutDetails === undefined ? [] : [{ withoutDetails }]),
  ]);
}

/** The name of a grant in policies and records: it changes with every property of the grant, and with nothing else. */
export function grantId(grant: Grant): string {
  const hash = createHash("sha256").update(grantText(grant)).digest("hex").slice(0, hashLength);
  return [grant.tenant, grant.caller, grant.tool, hash].join("/");
}

/** Hexadecimal digits, so that no two grants of one caller and tool have one name. */
const hashLength = 16;

function boundOf(condition: GrantCondition): unknown {
  switch (condition.kind) {
    case "one-of":
      return condition.values;
    case "between":
      return [condition.least, condition.most];
    case "sum":
      return condition.most;
    case "is":
      return condition.value;
  }
}
