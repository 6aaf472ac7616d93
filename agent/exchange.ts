import { setTimeout as sleep } from "node:timers/promises";
import type { Sensitivity } from "../core/grants/grant";
import { dpopFetch, type DpopKey } from "./dpop";
import { endpoint, postForm, type Answer, type Fetch } from "./endpoint";
import { clientAuthentication, type TokenSource } from "./workload-token";

/** How a workload reaches the task broker, and proves to it who it is by a token. */
export interface Broker extends AnyBroker {
  /** The workload's own token, whose only audience is the broker's issuer. */
  readonly workloadToken: TokenSource;
}

/** The same by an X.509-SVID, to which tokens for tools are then bound. */
export interface CertifiedBroker extends AnyBroker {
  readonly certificate: {
    /** The broker's URL for mutual TLS, without a path: `mtls.url` of its configuration. */
    readonly url: string;
    /** The workload's SPIFFE ID, or its name such as `acme.triage`. */
    readonly clientId: string;
  };
  /** Connects by the SVID, to the broker and to tools. */
  readonly fetch: Fetch;
}

interface AnyBroker {
  /** The broker's URL, without a path. */
  readonly issuer: string;
  /** Binds issued tokens to this key, so that a stolen one is of no use; default: tokens are not bound. */
  readonly dpop?: DpopKey;
  /** Seconds to wait for a person's approval; default 0, so that a call which needs one is refused at once. */
  readonly waitSeconds?: number;
  /** Sends every request, to the broker and to tools; default the global `fetch`. */
  readonly fetch?: Fetch;
}

/** One call of a tool as the broker decides on it. */
export interface CallDetails {
  /** What the call is for, as a grant names it. */
  readonly intent: string;
  /** The most sensitive data that the call touches. */
  readonly sensitivity: Sensitivity;
  /** The resource that the tool is to act on, such as `order/8812`. */
  readonly target?: string;
  /** Where the tool acts, such as `production`. */
  readonly environment?: string;
  /** Everything else that conditions of grants look at; numbers are whole. */
  readonly context?: Readonly<Record<string, string | number | boolean>>;
  /** Seconds that the authority lasts; at most 120, which is the default. */
  readonly seconds?: number;
}

/** What a task may do at most; a part that is absent narrows nothing. */
export interface TaskDetails {
  readonly tools?: readonly string[];
  readonly intents?: readonly string[];
  readonly sensitivity?: Sensitivity;
  readonly targets?: readonly string[];
}

/** On whose behalf a workload asks; without both, it acts for itself (`client_credentials`, RFC 6749, 4.4). */
export interface Behalf {
  /** A user's token, a task token, or the workload's own token if it acts for itself (token exchange, RFC 8693). */
  readonly subjectToken?: TokenSource | undefined;
  /** In its place, an assertion (`jwt-bearer`, RFC 7523): an ID-JAG of the user, or the workload's own token. */
  readonly assertion?: TokenSource | undefined;
}

/** A workload's request to the broker: authority for one call of a tool, or a task token for another workload. */
export type Exchange = Behalf & {
  /** Ends the exchange early, also while it waits for an approval. */
  readonly signal?: AbortSignal;
} & (
    | {
        /** The tool's URL. */
        readonly resource: string;
        /** Default: the broker takes the tool's defaults, where grants allow that. */
        readonly details?: CallDetails | undefined;
        /** Intents of a request without details, with blanks between them. Default: the tool's. */
        readonly scope?: string | undefined;
      }
    | {
        /** The name of the workload that continues the task, such as `acme.triage`. */
        readonly audience: string;
        readonly details?: readonly TaskDetails[];
      }
  );

/** A token that the broker has issued. */
export interface IssuedToken {
  readonly token: string;
  /** `DPoP` if it is bound to the broker's `dpop` key; `N_A` for a task token, which no tool accepts (RFC 8693, 2.2.1). */
  readonly type: "Bearer" | "DPoP" | "N_A";
  /** The intents that it is for, with blanks between them; absent where the broker states none. */
  readonly scope?: string;
  /** When it ends, in milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Why the broker issues no token. */
export class ExchangeRefused extends Error {
  override readonly name = "ExchangeRefused";

  /** @param error an error code of the protocol, such as `access_denied` */
  constructor(
    readonly error: string,
    description: string,
    options?: { readonly cause?: unknown },
  ) {
    super(`${error}: ${description}`, options);
  }
}

/**
 * Exchanges a token at the broker (RFC 8693).
 *
 * @throws ExchangeRefused if the broker refuses, cannot be reached, or no person approves within `waitSeconds`
 */
export async function exchange(
  broker: Broker | CertifiedBroker,
  wanted: Exchange,
): Promise<IssuedToken> {
  const { waitSeconds = 0 } = broker;
  const until = Date.now() + waitSeconds * 1000;
  for (let pause = 1000; ; pause = Math.min(pause * 1.5, 10_000)) {
    const sent = Date.now();
    const answer = await post(broker, wanted);
    if (answer.status === 200)
      return issued(answer, sent, "resource" in wanted ? schemeOf(broker) : "N_A");
    const refused = refusal(answer);
    const mayWait =
      refused.error === "authorization_pending" ||
      (refused.error === "slow_down" && waitSeconds > 0);
    if (!mayWait || Date.now() + pause > until) throw refused;
    await sleep(pause, undefined, { signal: wanted.signal });
  }
}

/** The parameters of a token request, but for those that prove who sends it. */
export async function exchangeForm(wanted: Exchange): Promise<Readonly<Record<string, string>>> {
  const behalf = await behalfOf(wanted);
  if (!("resource" in wanted)) {
    const { audience, details = [] } = wanted;
    return { ...behalf, audience, ...detailsOf("agentid_task", details) };
  }
  const { resource, details, scope } = wanted;
  return {
    ...{ ...behalf, resource },
    ...(details !== undefined
      ? detailsOf("agentid_call", [details])
      : scope !== undefined && { scope }),
  };
}

async function behalfOf({ subjectToken, assertion }: Behalf): Promise<Record<string, string>> {
  if (subjectToken !== undefined) {
    return {
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token: await subjectToken(),
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    };
  }
  if (assertion === undefined) return { grant_type: "client_credentials" };
  return {
    grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
    assertion: await assertion(),
  };
}

function detailsOf(type: string, details: readonly (CallDetails | TaskDetails)[]) {
  if (details.length === 0) return {};
  return { authorization_details: JSON.stringify(details.map((each) => ({ ...each, type }))) };
}

async function post(broker: Broker | CertifiedBroker, wanted: Exchange): Promise<Answer> {
  const url = endpointOf(broker, "/token");
  // Read for each request: during an approval, either token may be replaced.
  const form = await authenticated(broker, await exchangeForm(wanted));
  const { dpop, fetch: send = fetch } = broker;
  const options = { fetch: dpop ? dpopFetch(dpop, send) : send, signal: wanted.signal };
  try {
    return await postForm(url, form, options);
  } catch (cause) {
    if (wanted.signal?.aborted) throw cause;
    throw unanswered(cause);
  }
}

/** A token request with the proof of who sends it; the workload's own token as assertion is that already. */
export async function authenticated(
  broker: Broker | CertifiedBroker,
  form: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>>> {
  if ("certificate" in broker) return { ...form, client_id: broker.certificate.clientId };
  const client = await clientAuthentication(broker.workloadToken);
  return client.client_assertion === form["assertion"] ? form : { ...form, ...client };
}

/** An endpoint for requests of the workload. */
export function endpointOf(broker: Broker | CertifiedBroker, path: `/${string}`): URL {
  return endpoint("certificate" in broker ? broker.certificate.url : broker.issuer, path);
}

/** That no answer has come. */
export function unanswered(cause: unknown): ExchangeRefused {
  return new ExchangeRefused("temporarily_unavailable", "the broker does not answer", { cause });
}

/** What the broker has answered instead of what was requested. */
export function refusal({ status, body }: Answer): ExchangeRefused {
  const error = typeof body["error"] === "string" ? body["error"] : "temporarily_unavailable";
  const description = body["error_description"];
  return new ExchangeRefused(
    printable(error),
    printable(typeof description === "string" ? description : `the broker answered ${status}`),
  );
}

/** Text for a terminal or a log, whatever has sent it (RFC 6749, 5.2 allows no other characters). */
function printable(text: string): string {
  return text.slice(0, 500).replace(/[^\x20-\x7e]/g, "?");
}

function schemeOf({ dpop }: AnyBroker): "Bearer" | "DPoP" {
  return dpop === undefined ? "Bearer" : "DPoP";
}

function issued({ body }: Answer, sent: number, type: IssuedToken["type"]): IssuedToken {
  const { access_token: token, token_type: kind, expires_in: seconds, scope } = body;
  if (typeof token !== "string" || typeof seconds !== "number" || typeof kind !== "string") {
    throw new ExchangeRefused("temporarily_unavailable", "the broker answered without a token");
  }
  if (kind.toLowerCase() !== type.toLowerCase()) {
    const problem = `the broker issued a token of type ${printable(kind)}, not ${type}`;
    throw new ExchangeRefused("invalid_dpop_proof", problem);
  }
  const expiresAt = sent + seconds * 1000;
  return { token, type, expiresAt, ...(typeof scope === "string" && { scope }) };
}
