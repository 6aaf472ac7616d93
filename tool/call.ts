import { isObject } from "../agent/endpoint";
import { sensitivities, type Sensitivity } from "../core/grants/grant";

/** One call that the broker has allowed: everything of it is proven by the call token. */
export interface Call {
  /** On whose behalf: the user, or without one the workload that began the task. */
  readonly subject: string;
  /** The user; absent where a workload acts for itself. */
  readonly user?: string;
  /** Name of the workload that calls, such as `acme.triage`. */
  readonly caller: string;
  /** Which instance of it: its pod, `<namespace>/<name>/<uid>`, or its SPIFFE ID; absent where that is not known. */
  readonly instance?: string;
  /** Everyone in whose name the tool is called: the user if there is one, the workloads in order, the caller last. */
  readonly chain: readonly string[];
  /** What for; the first of several, until a middleware has compared the request with them. */
  readonly intent: string;
  /** Further intents that the token allows; absent where it is for one, as each described call is. */
  readonly otherIntents?: readonly string[];
  /** The resource that the tool may act on; absent where the call names none. */
  readonly target?: string;
  /** The most sensitive data that the call may touch. */
  readonly sensitivity: Sensitivity;
  /** Where the tool may act; absent where the call does not name it. */
  readonly environment?: string;
  /** Everything else that the broker has decided on, such as an amount. */
  readonly context: Readonly<Record<string, string | number | boolean>>;
  /** The task. */
  readonly txn: string;
  readonly tenant: string;
  /** Identifier of the grant that decided. */
  readonly grant: string;
  /** Identifier of the token. */
  readonly id: string;
  /** When the token ends, in seconds since 1970. */
  readonly expiresAt: number;
}

/** Seconds that a call token lasts at most. */
const longest = 120;
/** Seconds that the broker's clock may be ahead of the tool's. */
const ahead = 30;
/** Workloads that a chain has at most; a broker's own limit is lower. */
const deepest = 32;

const texts = ["sub", "jti", "client_id", "scope", "txn", "tenant", "grant"] as const;
const detailKeys = "type intent target sensitivity environment context seconds".split(" ");

/** What a token's claims describe: a call, or the reason why they describe none. */
export type ReadCall = { readonly call: Call } | { readonly problem: string };

/** Reads the claims of a token whose signature, issuer and audience are verified. */
export function readCall(claims: Readonly<Record<string, unknown>>, now: number): ReadCall {
  const lacking = texts.find((name) => !isText(claims[name]));
  if (lacking !== undefined) return { problem: `the token has no ${lacking}` };
  const { sub, jti, client_id, scope, txn, tenant, grant } = claims as Record<Texts, string>;
  const { aud, iat, exp, act, authorization_details: details } = claims;
  if (Array.isArray(aud) && aud.length !== 1) {
    return { problem: "the token has more than one audience" };
  }
  if (!isWhole(iat) || !isWhole(exp)) return { problem: "the token has no iat or exp" };
  if (exp - iat > longest) return { problem: `the token lasts longer than ${longest} seconds` };
  if (iat > now + ahead) return { problem: "the token was issued in the future" };
  const workloads = workloadsOf(act);
  if (workloads?.at(-1) !== client_id) return { problem: "act does not name the caller" };
  const described = readDetails(details);
  if (described === undefined) {
    return { problem: "authorization_details is not one agentid_call that this tool can read" };
  }
  const { intent, otherIntents = [] } = described;
  if ([intent, ...otherIntents].join(" ") !== scope) {
    return { problem: "scope is not the intent of the details" };
  }
  // The broker refuses users whose subject reads like a workload's name.
  const user = sub === workloads[0] ? undefined : sub;
  const call: Call = {
    ...described,
    ...{ subject: sub, caller: client_id, chain: user ? [user, ...workloads] : workloads },
    ...{ txn, tenant, grant, id: jti, expiresAt: exp },
    ...(user !== undefined && { user }),
    ...(isText(claims["instance"]) && { instance: claims["instance"] }),
  };
  return { call };
}

type Texts = (typeof texts)[number];

/** Names of the workloads in order, the caller last; undefined if `act` is malformed (RFC 8693, 4.1). */
function workloadsOf(act: unknown): readonly string[] | undefined {
  const names: string[] = [];
  for (let actor = act; actor !== undefined; actor = actor["act"]) {
    if (!isObject(actor) || !isText(actor["sub"]) || names.length === deepest) return undefined;
    names.unshift(actor["sub"]);
  }
  return names;
}

type Described = Pick<
  Call,
  "intent" | "otherIntents" | "sensitivity" | "context" | "target" | "environment"
>;

/** Several details are for requests that describe no call: they differ in nothing but their intents. */
function readDetails(details: unknown): Described | undefined {
  if (!Array.isArray(details)) return undefined;
  const [first, ...others] = details.map(readDetail);
  if (first === undefined || others.length === 0) return first;
  const isBare = first.target === undefined && first.environment === undefined;
  if (!isBare || Object.keys(first.context).length > 0) return undefined;
  const otherIntents = others.map((each) => each?.intent ?? "");
  const areAlike = others.every(
    (each) => JSON.stringify({ ...each, intent: "" }) === JSON.stringify({ ...first, intent: "" }),
  );
  return areAlike && !otherIntents.includes("") ? { ...first, otherIntents } : undefined;
}

function readDetail(detail: unknown): Described | undefined {
  if (!isObject(detail) || detail["type"] !== "agentid_call") return undefined;
  // A part that is not known could be one that narrows the call.
  if (!Object.keys(detail).every((key) => detailKeys.includes(key))) return undefined;
  const { intent, target, environment, context = {} } = detail;
  const sensitivity = sensitivities.find((each) => each === detail["sensitivity"]);
  if (!isText(intent) || sensitivity === undefined || !isContext(context)) return undefined;
  if (![target, environment].every((place) => place === undefined || isText(place)))
    return undefined;
  return {
    ...{ intent, sensitivity, context },
    ...(isText(target) && { target }),
    ...(isText(environment) && { environment }),
  };
}

function isContext(value: unknown): value is Call["context"] {
  return (
    isObject(value) &&
    Object.values(value).every(
      (each) => typeof each === "string" || typeof each === "boolean" || isWhole(each),
    )
  );
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
