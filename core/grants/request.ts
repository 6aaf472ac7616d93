import { sensitivities, type CallRequest, type WorkloadName } from "./grant";

/** One value that conditions look at; `actors` alone is a list. */
export type FactValue = string | number | boolean | readonly string[];

/** Keys of conditions that a request answers by what is proven of it; a context that has one of them is malformed. */
export const provenKeys = ["user", "actors", "target", "environment", "until"] as const;
/** A key of conditions that a request answers by what is proven of it. */
export type ProvenKey = (typeof provenKeys)[number];

/** What keys of conditions may be: names that Cedar, Rego and JSON take alike. */
export const conditionKey = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/** What intents may be: a call token has the intent as its scope. Source: RFC 6749, section 3.3. */
export const intentText = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** Whether a request is one that any policy can judge: all else is refused as malformed. */
export function isWellFormed(request: CallRequest): boolean {
  const { tool, intent, target, environment, sensitivity, approvedBy, context } = request;
  const { seconds, now, task } = request;
  const workloads = [...chainOf(request), tool].flatMap(({ tenant, name }) => [tenant, name]);
  const places = [target, environment].filter((place) => place !== undefined);
  const texts = [approvedBy, ...Object.values(context)].filter((text) => typeof text === "string");
  return (
    [...workloads, ...places, intent].every(isName) &&
    texts.every(isText) &&
    isSeconds(seconds) &&
    [now, now + seconds, task.until].every(isWhole) &&
    sensitivities.includes(sensitivity) &&
    !provenKeys.some((key) => Object.hasOwn(context, key))
  );
}

/** Everyone in whose name the tool is called: the user if there is one, the workloads before the caller, and the caller. */
export function chainOf({ user, actors, caller }: CallRequest): readonly WorkloadName[] {
  return [...(user === undefined ? [] : [user]), ...actors, caller];
}

/**
 * The person who approved a call; undefined without a valid approval.
 *
 * A participant of a call cannot approve it.
 */
export function approverOf(request: CallRequest): string | undefined {
  const { approvedBy = "" } = request;
  const takesPart = chainOf(request).some(({ name }) => name === approvedBy);
  return takesPart || !visible.test(approvedBy) ? undefined : approvedBy;
}

/** Has something but blanks, by classes that JavaScript and RE2 have alike. */
const visible = /[^\p{Z}\p{Cc}\p{Cf}]/u;

/** The value that conditions on a key look at; undefined where the request has none. */
export function factOf(request: CallRequest, key: string): FactValue | undefined {
  const { user, actors, target, environment, now, seconds, context } = request;
  switch (key) {
    case "user":
      return user?.name;
    case "actors":
      return actors.map(({ name }) => name);
    case "target":
      return target;
    case "environment":
      return environment;
    case "until":
      return now + seconds;
    default:
      // What an object inherits, such as `constructor`, is no entry of a context.
      return Object.hasOwn(context, key) ? context[key] : undefined;
  }
}

/** Whether a value is a number of seconds for which authority may last. */
export function isSeconds(value: unknown): value is number {
  return isWhole(value) && value >= 1;
}

/** Whether a value is a whole number that JavaScript has exactly. */
export function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

/** Whether a text is the name of something. */
export function isName(text: string): boolean {
  return text !== "" && isText(text);
}

/** Whether a text is the same in every language: half of a surrogate pair becomes U+FFFD in UTF-8, and would equal others. */
export function isText(text: string): boolean {
  return !/[\ufffd\p{Cs}]/u.test(text);
}
