import { isName } from "../../core/grants/request";
import { showsWhole } from "../../core/visible";
import type { Configuration, Workload } from "../configuration/configuration";
import { Refused, type OAuthError } from "../refused";
import { KeysUnavailable } from "./issuer-keys";
import { verifySvid, type Presented } from "./svid";
import { anchorOf, tolerance, verifyToken, type Anchor, type Proven } from "./verify-token";

/** A workload that has proven who it is. */
export interface Caller {
  readonly workload: Workload;
  /** By which issuer and subject. */
  readonly proof: {
    /** Name of the issuer in the configuration. */
    readonly issuer: string;
    /** `iss` of its tokens; of SPIFFE, the trust domain. */
    readonly id: string;
    readonly subject: string;
    /** Which of several it is: `<namespace>/<name>/<uid>` of the pod that the token is bound to, or the SPIFFE ID; else empty. */
    readonly instance: string;
  };
  /** What it authenticated by: begins a task where the workload acts for itself. */
  readonly credential: {
    readonly text: string;
    /** When it ends, in seconds since 1970. */
    readonly until: number;
  };
  /** `x5t#S256` of its X.509-SVID, to which its tokens are bound; absent where it sent a token. */
  readonly thumbprint?: string;
}

/** A workload that is a tool. */
export type ToolWorkload = Workload & { readonly tool: NonNullable<Workload["tool"]> };

/** A user, as far as a token proves it. */
export interface ProvenUser {
  readonly name: string;
  readonly claims: Proven["claims"];
}

/** A person who has logged in a short time ago. */
export interface Person {
  readonly name: string;
  /** When the login no longer counts, in seconds since 1970. */
  readonly until: number;
}

/** Seconds for which the login of an approver or operator counts. */
export const personSeconds = 900;

/** Who presents tokens to the broker. */
export class Identities {
  readonly #configuration: Configuration;
  readonly #workloads: ReadonlyMap<string, Workload>;
  readonly #names: ReadonlyMap<string, Workload>;
  readonly #tools: ReadonlyMap<string, ToolWorkload>;
  readonly #anchors: readonly Anchor[];
  readonly #userAnchors: readonly Anchor[];

  constructor(configuration: Configuration) {
    const { workloads, issuers, users } = configuration;
    this.#configuration = configuration;
    this.#workloads = new Map(
      workloads.flatMap((workload) =>
        workload.subjects.map(({ issuer, subject }) => [key(issuer, subject), workload] as const),
      ),
    );
    this.#names = new Map(workloads.map((workload) => [workload.name, workload]));
    this.#tools = new Map(
      workloads.flatMap((each) => (isTool(each) ? [[each.tool.resource, each] as const] : [])),
    );
    const anchors = issuers.map(anchorOf);
    this.#userAnchors = anchors.filter(({ issuer }) => issuer.name === users?.issuer);
    const proving = new Set(
      workloads.flatMap(({ subjects }) => subjects.map(({ issuer }) => issuer)),
    );
    this.#anchors = anchors.filter(({ issuer }) => proving.has(issuer.name));
  }

  /** Algorithms by which issuers of workloads sign. */
  algorithms(): readonly string[] {
    return [...new Set(this.#anchors.flatMap(({ issuer }) => issuer.algorithms))];
  }

  /** A workload of the tenant by its name. */
  named(name: string): Workload | undefined {
    return this.#names.get(name);
  }

  /** A tool of the tenant by the audience of its tokens. */
  tool(resource: string): ToolWorkload | undefined {
    return this.#tools.get(resource);
  }

  /** The workload that a token of its own proves; throws `Refused`. */
  async workload(token: string, named: string, now: number): Promise<Caller> {
    const isGrant = named === "subject_token" || named === "assertion";
    const error = isGrant ? "invalid_grant" : "invalid_client";
    const audiences = [this.#configuration.issuer];
    const wanted = { issuers: this.#anchors, audiences, now, error, named } as const;
    const { issuer, subject, claims } = await verifyToken(token, wanted);
    const workload = this.#workloads.get(key(issuer, subject));
    if (workload === undefined) {
      throw new Refused(error, `${named}: its subject is no workload of the configuration`);
    }
    const { id = "" } = this.#configuration.issuers.find(({ name }) => name === issuer) ?? {};
    return {
      ...{ workload, proof: { issuer, id, subject, instance: instanceOf(subject, claims) } },
      credential: { text: token, until: claims.exp ?? 0 },
    };
  }

  /** The workload that an X.509-SVID proves; throws `Refused`. */
  certified(presented: Presented, now: number): Caller {
    const found = { issuer: "" };
    const { id, trustDomain, thumbprint, until } = verifySvid(
      presented,
      (domain) => {
        const anchor = this.#trustDomain(domain);
        found.issuer = anchor?.issuer.name ?? "";
        return authoritiesOf(anchor);
      },
      now,
    );
    const workload = this.#workloads.get(key(found.issuer, id));
    if (workload === undefined) {
      const problem = "the certificate: its SPIFFE ID is no workload of the configuration";
      throw new Refused("invalid_client", problem);
    }
    return {
      ...{ workload, thumbprint, credential: { text: `x5t#S256.${thumbprint}`, until } },
      proof: { issuer: found.issuer, id: trustDomain, subject: id, instance: id },
    };
  }

  /** Authorities of all trust domains, in PEM: those that can be read now. */
  authorities(): readonly string[] {
    return this.#anchors.flatMap(({ issuer, keys }) => {
      try {
        return issuer.kind === "spiffe" ? keys.authorities().map(String) : [];
      } catch (error) {
        if (error instanceof KeysUnavailable) return [];
        throw error;
      }
    });
  }

  /** Reads the keys of issuers by URL again. @param onFailure takes the name of an issuer whose keys cannot be read, and why */
  async readKeys(onFailure: (issuer: string, reason: string) => void): Promise<void> {
    const anchors = new Set([...this.#anchors, ...this.#userAnchors]);
    const reads = [...anchors].map(({ issuer, keys }) =>
      keys.read().catch((error: unknown) => onFailure(issuer.name, (error as Error).message)),
    );
    await Promise.all(reads);
  }

  #trustDomain(domain: string): Anchor | undefined {
    return this.#anchors.find(({ issuer: { kind, id } }) => kind === "spiffe" && id === domain);
  }

  /**
   * The user that a token proves; throws `Refused`.
   *
   * @param audiences default: those of users' tokens
   * @param kind `assertion` for an ID-JAG. Default: another token of the user
   */
  async user(
    token: string,
    named: string,
    now: number,
    error: OAuthError = "invalid_grant",
    audiences?: readonly string[],
    kind?: "assertion",
  ): Promise<ProvenUser> {
    const { users, tenant } = this.#configuration;
    if (users === undefined) {
      throw new Refused(error, `${named}: the broker's configuration has no users`);
    }
    const { claims } = await verifyToken(token, {
      ...{ issuers: this.#userAnchors, audiences: audiences ?? users.audiences, now, error, named },
      kind: kind ?? "user",
    });
    if (!hasAll(claims, users.require)) {
      throw new Refused(error, `${named}: the user is none of tenant ${tenant}`);
    }
    const name = claims[users.name];
    // SQLite cuts a text at NUL, and PostgreSQL has none: the user would have two names.
    if (typeof name !== "string" || !isName(name) || !showsWhole(name) || name.length > 512) {
      throw new Refused(error, `${named}: it has no claim \`${users.name}\` that names the user`);
    }
    // The trail, and `sub` of tokens, name users and workloads side by side.
    if (name.startsWith(`${tenant}.`) && this.#names.has(name.slice(tenant.length + 1))) {
      throw new Refused(error, `${named}: the user has the name of a workload`);
    }
    return { name, claims };
  }

  /**
   * A person who may approve or operate, in person: by a token of a login a short time ago at the broker's own client. Throws
   * `Refused`.
   *
   * A token that a workload got from its user names another client, or who acts for the user (`act`).
   *
   * @param audiences as in {@link user}
   */
  async person(
    role: "approvers" | "operators",
    token: string,
    now: number,
    audiences?: readonly string[],
  ): Promise<Person> {
    const { loginClient = "", [role]: required } = this.#configuration;
    const { name, claims } = await this.user(token, "the token", now, "invalid_token", audiences);
    const refused = (sentence: string): Refused =>
      new Refused("access_denied", sentence, { status: 403 });
    if (required === undefined || !hasAll(claims, required)) {
      throw refused(`the user is none of \`${role}\``);
    }
    const { act, aud, azp, client_id: clientId, auth_time: loggedIn } = claims;
    const named = [azp, clientId].filter((each) => each !== undefined);
    if (act !== undefined) {
      throw refused("the token was handed on (`act`); a person logs in alone");
    }
    if ((named.length === 0 ? [aud] : named).some((client) => client !== loginClient)) {
      throw refused("the token is of no login at the broker's own client; see `login.client`");
    }
    if (typeof loggedIn !== "number" || loggedIn > now + tolerance) {
      throw refused("the token does not say when the person logged in; request `max_age`");
    }
    if (now >= loggedIn + personSeconds) {
      throw refused(`the login is older than ${personSeconds} seconds; log in again`);
    }
    return { name, until: loggedIn + personSeconds };
  }

  /** Whether a token would be a user's: of the users' issuer, and of no workload that the same issuer signs for. */
  isUserToken({ iss, sub = "" }: { readonly iss?: string; readonly sub?: string }): boolean {
    return this.#userAnchors.some(
      ({ issuer }) => issuer.id === iss && !this.#workloads.has(key(issuer.name, sub)),
    );
  }
}

function authoritiesOf(anchor: Anchor | undefined): ReturnType<Anchor["keys"]["authorities"]> {
  try {
    return anchor?.keys.authorities() ?? [];
  } catch (error) {
    if (!(error instanceof KeysUnavailable)) throw error;
    const problem = "the certificate: authorities of its trust domain cannot be read";
    throw new Refused("temporarily_unavailable", problem);
  }
}

function isTool(workload: Workload): workload is ToolWorkload {
  return workload.tool !== undefined;
}

/** The pod of a ServiceAccount token (source: Kubernetes, bound service account tokens), or a SPIFFE ID. */
function instanceOf(subject: string, claims: Proven["claims"]): string {
  if (subject.startsWith("spiffe://")) return subject;
  const { namespace, pod } = (claims["kubernetes.io"] ?? {}) as {
    readonly namespace?: unknown;
    readonly pod?: { readonly name?: unknown; readonly uid?: unknown };
  };
  const parts = [namespace, pod?.name, pod?.uid];
  const isWhole = parts.every((part) => typeof part === "string" && /^[a-z0-9.-]+$/.test(part));
  return isWhole ? parts.join("/") : "";
}

function key(issuer: string, subject: string): string {
  return JSON.stringify([issuer, subject]);
}

/** Whether claims equal each text required, or are lists that have it. */
function hasAll(claims: Proven["claims"], required: Readonly<Record<string, string>>): boolean {
  return Object.entries(required).every(([name, value]) => {
    const claim = Object.hasOwn(claims, name) ? claims[name] : undefined;
    return claim === value || (Array.isArray(claim) && claim.includes(value));
  });
}
