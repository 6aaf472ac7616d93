import { sensitivities, type Sensitivity } from "../core/grants/grant";
import type { Call } from "./call";
import { CallRefused, type Scheme } from "./refusal";
import type { UsedOnce } from "./used-once";

/** How a call was verified. */
export interface Verified {
  readonly token: string;
  readonly scheme: Scheme;
  readonly resource: string;
  readonly metadataUrl: URL;
  /** Intents that grants of the caller have on the tool; absent where the verifier does not introspect. */
  readonly granted?: readonly string[] | undefined;
  /** Calls that were made once. */
  readonly calls: UsedOnce;
  /** Uses the call up at the broker; false where it was before, or is revoked. */
  readonly useOnce: () => Promise<boolean>;
}

/** Kept beside the call, whose fields go into logs: a token must not. */
const verified = new WeakMap<Call, Verified>();
const calls = new WeakMap<object, Call>();

/** Keeps how a call was verified. */
export function remember(call: Call, how: Verified): void {
  verified.set(call, how);
}

/** How a call was verified. */
export function howVerified(call: Call): Verified {
  const how = verified.get(call);
  if (how === undefined) throw new TypeError("this is no call that a verifier has returned");
  return how;
}

/** Identifies a call by the request, or by another object of a server. */
export function attach(source: object, call: Call): void {
  calls.set(source, call);
}

/**
 * The call that a request makes: of a request of Express, a context of Hono or the `authInfo` of an MCP handler.
 *
 * @throws TypeError if no middleware of this package has verified it
 */
export function callOf(source: object | undefined): Call {
  const auth = source && "auth" in source ? source.auth : undefined;
  const known = [source, auth].filter((each) => typeof each === "object" && each !== null);
  const found = known.map((each) => calls.get(each)).find((call) => call !== undefined);
  if (found === undefined) throw new TypeError("no call was verified for this request");
  return found;
}

/** What a tool is about to do; a part that is absent is not compared. */
export interface Action {
  readonly intent?: string;
  readonly target?: string;
  readonly environment?: string;
  /** Sensitivity of the data that is touched; the call may have been decided for more sensitive data. */
  readonly sensitivity?: Sensitivity;
  /** Entries of the context, such as the amount. */
  readonly context?: Call["context"];
  /** Whether a call token allows this one time; in this process alone: see `requireOnce` for several replicas. */
  readonly once?: boolean;
}

/**
 * Compares what a tool is about to do with what the broker has decided on.
 *
 * @throws CallRefused if they differ
 */
export function requireCall(call: Call, action: Action): void {
  const refuse = refusing(call);
  const { sensitivity = "public", context = {}, once = false } = action;
  if (!sensitivities.includes(sensitivity)) {
    throw new TypeError(`sensitivity is one of ${sensitivities.join(", ")}`);
  }
  // A part that is there, but undefined by a mistake of the tool, fits no call that has one.
  const differs = (part: "target" | "environment") =>
    Object.hasOwn(action, part) && action[part]?.normalize("NFC") !== call[part];
  if (Object.hasOwn(action, "intent") && !allows(call, action.intent)) {
    throw refuse("the call was decided for another intent", action.intent);
  }
  for (const place of ["target", "environment"] as const) {
    if (differs(place)) {
      throw refuse(`the call was decided for another ${place}, or for none`);
    }
  }
  if (sensitivities.indexOf(sensitivity) > sensitivities.indexOf(call.sensitivity)) {
    throw refuse("the call was decided for less sensitive data");
  }
  for (const [key, value] of Object.entries(context)) {
    const decided = Object.hasOwn(call.context, key) ? call.context[key] : undefined;
    if (decided === undefined || decided !== spelled(value)) {
      throw refuse("the call was decided for another context");
    }
  }
  const now = Math.floor(Date.now() / 1000);
  if (once && !howVerified(call).calls.isFirst(call.id, call.expiresAt, now)) {
    throw refuse("the call was made already");
  }
}

/** Whether a call was decided for an intent. */
function allows({ intent, otherIntents = [] }: Call, wanted: string | undefined): boolean {
  return wanted !== undefined && [intent, ...otherIntents].includes(wanted.normalize("NFC"));
}

/** A call for one of the intents that it was decided for. */
export function narrowedTo(call: Call, intent: string): Call {
  if (call.otherIntents === undefined) return call;
  const { otherIntents, ...rest } = call;
  const narrowed = otherIntents.includes(intent) ? { ...rest, intent } : rest;
  remember(narrowed, howVerified(call));
  return narrowed;
}

/** A value as the broker writes it, whatever its spelling in Unicode. */
function spelled<T>(value: T): T | string {
  return typeof value === "string" ? value.normalize("NFC") : value;
}

/**
 * Uses a call up: its token allows this one time, at all replicas of the tool. One request to the broker, which writes to its disk.
 *
 * @throws CallRefused if it was used up before, is revoked, or the broker does not answer
 * @throws TypeError without `introspection` of the verifier
 */
export async function requireOnce(call: Call): Promise<void> {
  if (!(await howVerified(call).useOnce())) throw refusing(call)("the call was made already");
}

/** Makes refusals of a call whose token is good, but not for what is to be done. */
export function refusing(call: Call): (description: string, scope?: string) => CallRefused {
  const { scheme, metadataUrl } = howVerified(call);
  return (description, scope) =>
    new CallRefused("insufficient_scope", description, {
      ...{ scheme, metadataUrl: metadataUrl.href },
      ...(scope !== undefined && { scope }),
    });
}
