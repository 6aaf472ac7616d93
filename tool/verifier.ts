import { errors, jwtVerify, type JSONWebKeySet, type JWTPayload } from "jose";
import { thumbprintOf } from "../core/client-certificate";
import { endpoint, isObject, type Fetch } from "../agent/endpoint";
import type { TokenSource } from "../agent/workload-token";
import { readCall, type Call } from "./call";
import { remember } from "./checked-call";
import { problemOfProof, signedPartOf } from "./dpop-proof";
import { brokerKeys, introspected, KeysUnavailable } from "./keys";
import { metadataOf, metadataUrlOf, type ProtectedResourceMetadata } from "./metadata";
import { CallRefused, type RefusalCode, type Scheme } from "./refusal";
import { usedOnce } from "./used-once";

/** Which calls a tool serves. */
export interface CallVerifierOptions {
  /** The broker's URL, without a path. */
  readonly issuer: string;
  /** The tool's own URL, as the broker's configuration has it: the audience of its call tokens. */
  readonly resource: string;
  /** The intents that the tool's metadata lists; default none. */
  readonly intents?: readonly string[];
  /** The broker's keys; default those that it publishes, also while it has new ones. */
  readonly keys?: { readonly keys: readonly Readonly<Record<string, unknown>>[] };
  /** Introspects each token, so that a revocation counts at once and not after 120 seconds; by default not. */
  readonly introspection?: {
    /** The tool's own token, whose only audience is the broker's issuer. */
    readonly workloadToken: TokenSource;
    /** Whether several replicas of the tool run: the broker then sees that each DPoP proof is used at one of them; default false. */
    readonly replicas?: boolean;
  };
  /** Sends the requests to the broker; default the global `fetch`. */
  readonly fetch?: Fetch;
}

/** What of a request decides whether it is served. */
export interface RequestToVerify {
  /** The header `Authorization`. */
  readonly authorization: string | undefined;
  /** The header `DPoP`. */
  readonly dpop?: string | undefined;
  readonly method?: string;
  /** The path that the client called, with or without its query. */
  readonly path?: string;
  /** The certificate by which the client connected, in PEM or as a reverse proxy states it in a header. */
  readonly certificate?: string | undefined;
}

/** Verifies call tokens of one tool. */
export interface CallVerifier {
  readonly metadata: ProtectedResourceMetadata;
  /** Where the metadata is published. */
  readonly metadataUrl: URL;
  /**
   * The call that a request's token allows.
   *
   * @throws CallRefused with what to answer
   */
  verify(request: RequestToVerify): Promise<Call>;
}

const required = ["iss", "aud", "sub", "exp", "iat", "jti", "client_id", "act", "txn", "tenant"];

/**
 * Makes the verifier of a tool.
 *
 * @throws TypeError for an issuer or resource that cannot be one
 */
export function callVerifier(options: CallVerifierOptions): CallVerifier {
  const { issuer, resource, intents, introspection, fetch } = options;
  endpoint(issuer, "/");
  if (!URL.canParse(resource) || resource.includes("#")) {
    throw new TypeError(`resource is \`${resource}\`; write the tool's URL, without a fragment`);
  }
  // Compilers before 5.3 cannot read a declaration that names jose's type.
  const keys = brokerKeys(issuer, options.keys as JSONWebKeySet | undefined, fetch);
  const metadataUrl = metadataUrlOf(resource);
  const proofs = usedOnce();
  const calls = usedOnce();

  async function claimsOf(token: string, refuse: Refuse): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, keys, {
        ...{ issuer, audience: resource, typ: "at+jwt" },
        ...{ algorithms: ["ES256"], requiredClaims: required },
      });
      return payload;
    } catch (cause) {
      if (cause instanceof KeysUnavailable) {
        throw refuse("temporarily_unavailable", cause.message, cause);
      }
      throw refuse("invalid_token", problemOf(cause), cause);
    }
  }

  async function verify(request: RequestToVerify): Promise<Call> {
    const now = Math.floor(Date.now() / 1000);
    const sent = credentialsOf(request.authorization);
    if (sent === undefined) {
      throw new CallRefused(undefined, "the request has no call token", {
        metadataUrl: metadataUrl.href,
      });
    }
    const { token } = sent;
    const refuse = refusing(metadataUrl, sent.scheme);
    const claims = await claimsOf(token, refuse);
    const read = readCall(claims, now);
    if ("problem" in read) throw refuse("invalid_token", read.problem);
    const { jkt, x5t, isKnown } = confirmationOf(claims["cnf"]);
    if (!isKnown) {
      throw refuse("invalid_token", "the token is bound to something that this tool cannot verify");
    }
    if (jkt !== undefined && sent.scheme === "Bearer") {
      const problem = "the token is bound to a key and has to come with a DPoP proof";
      throw refusing(metadataUrl, "DPoP")("invalid_token", problem);
    }
    if (x5t !== undefined && thumbprintOf(request.certificate ?? "") !== x5t) {
      const problem = "the token is bound to a certificate by which the client did not connect";
      throw refuse("invalid_token", problem);
    }
    if (sent.scheme === "DPoP") {
      if (jkt === undefined) throw refuse("invalid_token", "the token is not bound to a DPoP key");
      const { method = "", path = "" } = request;
      const url = new URL(resource).origin + path;
      const proven = { method, url, token, jkt, now };
      const problem = await problemOfProof(request.dpop, proven, proofs);
      if (problem !== undefined) throw refuse("invalid_dpop_proof", problem);
    }
    let granted: readonly string[] | undefined;
    if (introspection !== undefined) {
      const isShared = introspection.replicas === true && sent.scheme === "DPoP";
      const use = isShared ? `dpop ${signedPartOf(request.dpop ?? "")}` : undefined;
      const { isStanding, intents: of } = await introspect(
        token,
        introspection.workloadToken,
        refuse,
        use,
      );
      granted = of;
      if (!isStanding) {
        throw refuse(
          "invalid_token",
          isShared ? "the token is revoked, or its proof was used before" : "the token is revoked",
        );
      }
    }
    const useOnce = async (): Promise<boolean> => {
      if (introspection === undefined) {
        throw new TypeError("without `introspection` of the verifier the broker counts no calls");
      }
      const { isStanding } = await introspect(token, introspection.workloadToken, refuse, "call");
      return isStanding;
    };
    const how = { token, scheme: sent.scheme, resource, metadataUrl, granted, calls, useOnce };
    remember(read.call, how);
    return read.call;
  }

  function introspect(token: string, workloadToken: TokenSource, refuse: Refuse, use?: string) {
    return introspected(token, { issuer, workloadToken, fetch }, use).catch((cause: unknown) => {
      throw refuse("temporarily_unavailable", "the broker cannot introspect the token", cause);
    });
  }

  return { metadata: metadataOf(resource, issuer, intents), metadataUrl, verify };
}

type Refuse = (code: RefusalCode, description: string, cause?: unknown) => CallRefused;

function refusing(metadataUrl: URL, scheme: Scheme): Refuse {
  return (code, description, cause) =>
    new CallRefused(code, description, {
      ...{ metadataUrl: metadataUrl.href, scheme },
      ...(cause !== undefined && { cause }),
    });
}

/** The token of a request; undefined if the request has none that this tool can take. */
function credentialsOf(
  authorization: string | undefined,
): { readonly scheme: Scheme; readonly token: string } | undefined {
  const [, scheme = "", token = ""] = /^(\S+) +([\w.~+/-]+=*) *$/.exec(authorization ?? "") ?? [];
  switch (scheme.toLowerCase()) {
    case "bearer":
      return { scheme: "Bearer", token };
    case "dpop":
      return { scheme: "DPoP", token };
    default:
      return undefined;
  }
}

/** What a token is bound to: a key (RFC 9449, 6.1) or a certificate (RFC 8705, 3.1). */
function confirmationOf(cnf: unknown): {
  readonly jkt?: string;
  readonly x5t?: string;
  /** False for what nothing here can verify. */
  readonly isKnown: boolean;
} {
  if (cnf === undefined) return { isKnown: true };
  const [[name, value] = [], ...others] = isObject(cnf) ? Object.entries(cnf) : [];
  if (typeof value !== "string" || others.length > 0) return { isKnown: false };
  if (name === "jkt") return { jkt: value, isKnown: true };
  return name === "x5t#S256" ? { x5t: value, isKnown: true } : { isKnown: false };
}

/** What is wrong with a token, by what its library reports. */
function problemOf(cause: unknown): string {
  if (cause instanceof errors.JWTExpired) return "the token has expired";
  if (cause instanceof errors.JWTClaimValidationFailed) {
    return `the token has another ${cause.claim} than this tool accepts, or none`;
  }
  return "the token is malformed, or not signed by the broker";
}
