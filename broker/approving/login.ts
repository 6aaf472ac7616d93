import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Configuration as Client } from "openid-client";
import type { Broker } from "../broker";
import { personSeconds, type Person } from "../identity/workloads";
import { Refused } from "../refused";

/** Path to which the users' issuer sends people back. */
const callbackPath = "/approvals/callback";

/** Seconds that a login may take. */
export const loginSeconds = 600;

/** Seconds that the issuer may take for an answer, and that its metadata count. */
const timeout = 5;
const metadataSeconds = 600;

/** Scopes by which issuers state who a person is and which groups the person has. */
const wantedScopes = ["profile", "email", "groups"];

/** A login that has begun. */
export interface Begun {
  /** For the person's browser alone. */
  readonly id: string;
  /** Where the person logs in. */
  readonly url: string;
}

/**
 * Logins of approvers at the users' issuer: the authorization code flow of OpenID Connect, as a public client with PKCE.
 *
 * `state`, `nonce` and the verifier are derived from an id that only the browser has: a reader of the store can complete no login.
 * Nothing is stored before one completes, so that strangers who begin logins keep no approver from theirs.
 */
export class Logins {
  readonly #broker: Broker;
  readonly #client: string;
  #found: { readonly client: Promise<Client>; readonly until: number } | undefined;

  /** @param client client id at the users' issuer */
  constructor(broker: Broker, client: string) {
    this.#broker = broker;
    this.#client = client;
  }

  /** Begins a login. @param back path to come back to */
  async begin(back: string, now: number): Promise<Begun> {
    const { buildAuthorizationUrl, calculatePKCECodeChallenge } = await import("openid-client");
    const client = await this.#discovered(now);
    const id = randomId();
    const begun = encoded({ back, until: now + loginSeconds });
    const { state, nonce, verifier } = partsOf(id, begun);
    const supported = client.serverMetadata().scopes_supported ?? [];
    const url = buildAuthorizationUrl(client, {
      redirect_uri: this.#broker.configuration.issuer + callbackPath,
      scope: ["openid", ...wantedScopes.filter((scope) => supported.includes(scope))].join(" "),
      // Else an issuer returns who logged in at any time before, and need not say when (source: OpenID Connect Core, 3.1.2.1).
      max_age: String(personSeconds),
      ...{ state, nonce, code_challenge_method: "S256" },
      code_challenge: await calculatePKCECodeChallenge(verifier),
    });
    return { id, url: url.href };
  }

  /**
   * Completes a login, once; throws {@link Refused} where it is not this browser's, or the person is no approver.
   *
   * @param id what the browser got when the login began; absent where it sent nothing
   * @param query what the issuer sent the browser back with
   */
  async complete(
    id: string | undefined,
    query: string,
    now: number,
  ): Promise<Person & { readonly back: string }> {
    const foreign = (): Refused =>
      new Refused("invalid_request", "the login was not begun in this browser, or has ended");
    if (id === undefined) throw foreign();
    const url = new URL(`${callbackPath}?${query}`, this.#broker.configuration.issuer);
    const given = url.searchParams.get("state") ?? "";
    const [begun = ""] = given.split(".");
    const { state, nonce, verifier } = partsOf(id, begun);
    if (!isEqual(given, state)) throw foreign();
    const { back, until } = decoded(begun);
    if (until <= now) throw foreign();
    if (!(await this.#broker.tasks.isFirst(derived(id, "login"), until))) throw foreign();
    const { authorizationCodeGrant } = await import("openid-client");
    const tokens = await authorizationCodeGrant(await this.#discovered(now), url, {
      ...{ expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier },
      idTokenExpected: true,
    }).catch((error: unknown) => {
      throw isUnavailable(error) ? error : new Refused("access_denied", reasonOf(error));
    });
    const { identities } = this.#broker;
    const token = tokens.id_token ?? "";
    const person = await identities.person("approvers", token, now, [this.#client]);
    return { ...person, back };
  }

  /** Metadata of the pinned issuer, read by one of several that need it at the same time. */
  #discovered(now: number): Promise<Client> {
    if (this.#found !== undefined && this.#found.until > now) return this.#found.client;
    const found = { client: this.#discover(), until: now + metadataSeconds };
    found.client.catch(() => {
      if (this.#found === found) this.#found = undefined;
    });
    this.#found = found;
    return found.client;
  }

  async #discover(): Promise<Client> {
    // oxlint-disable-next-line typescript/no-deprecated -- marked so as to stand out; for loopback alone
    const { allowInsecureRequests, discovery, None } = await import("openid-client");
    const { issuers, users } = this.#broker.configuration;
    const { id = "" } = issuers.find(({ name }) => name === users?.issuer) ?? {};
    const isLocal = /^http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost)(?=[:/]|$)/.test(id);
    return discovery(new URL(id), this.#client, undefined, None(), {
      timeout,
      execute: isLocal ? [allowInsecureRequests] : [],
    });
  }
}

/** An unguessable id. */
export function randomId(): string {
  return randomBytes(32).toString("base64url");
}

/** A value that only a holder of the id can derive; it does not reveal the id. */
export function derived(id: string, purpose: string): string {
  return createHmac("sha256", id).update(purpose).digest("base64url");
}

/** Whether two texts are equal, in a time that does not depend on where they differ. */
export function isEqual(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** What is known of a login that has begun. */
interface Beginning {
  /** Path to come back to. */
  readonly back: string;
  /** When it can no longer be completed, in seconds since 1970. */
  readonly until: number;
}

function encoded(beginning: Beginning): string {
  return Buffer.from(JSON.stringify(beginning)).toString("base64url");
}

/** @param text whose origin is proven */
function decoded(text: string): Beginning {
  return JSON.parse(Buffer.from(text, "base64url").toString("utf8")) as Beginning;
}

/** @param begun what `state` takes to the issuer and back, so that a login that begins costs no room in the store */
function partsOf(
  id: string,
  begun: string,
): Readonly<Record<"state" | "nonce" | "verifier", string>> {
  return {
    state: `${begun}.${derived(id, `state ${begun}`)}`,
    nonce: derived(id, "nonce"),
    verifier: derived(id, "verifier"),
  };
}

/** Whether the issuer did not answer, as opposed to: did not accept the login. */
function isUnavailable(error: unknown): boolean {
  const { code = "" } = error as { readonly code?: string };
  return (
    error instanceof TypeError || /^OAUTH_(?:TIMEOUT|ABORT|RESPONSE_IS_NOT_CONFORM)$/.test(code)
  );
}

/** By the code of the issuer or the library: messages may quote what was sent. */
function reasonOf(error: unknown): string {
  const { error: given, code } = error as { readonly error?: unknown; readonly code?: unknown };
  const isCode = (each: unknown): each is string =>
    typeof each === "string" && /^\w{1,60}$/.test(each);
  return `the users' issuer did not complete the login (${[given, code].find(isCode) ?? "unknown"})`;
}
