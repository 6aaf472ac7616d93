import { setTimeout as sleep } from "node:timers/promises";
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from "jose";
import { endpoint, type Fetch, postForm } from "../agent/endpoint";
import { clientAuthentication, type TokenSource } from "../agent/workload-token";

/**
 * Milliseconds after the keys were fetched during which an unknown key does not fetch them again.
 *
 * Each replica of the broker signs with a key of its own, which exists from its start: a token may be here before its key. So the pause
 * is short, and a token that meets it waits; it exists at all so that strangers with made-up keys cannot make a tool flood its broker.
 */
const cooldownMs = 1000;

/** A key that the broker no longer lists is refused as soon as a token that it signed last would end. */
const maxAgeMs = 120_000;

/** The broker's keys cannot be had now. */
export class KeysUnavailable extends Error {}

/** What selects no key of the set: the token's fault. */
const ofToken = [
  errors.JWKSNoMatchingKey.code,
  errors.JWKSMultipleMatchingKeys.code,
  errors.JOSENotSupported.code,
];

/** Finds the key of a token among the broker's; nothing in a token locates keys. */
export function brokerKeys(
  issuer: string,
  keys: JSONWebKeySet | undefined,
  fetch: Fetch | undefined,
): JWTVerifyGetKey {
  if (keys !== undefined) return createLocalJWKSet(keys);
  const remote = createRemoteJWKSet(endpoint(issuer, "/jwks"), {
    cooldownDuration: cooldownMs,
    cacheMaxAge: maxAgeMs,
    ...(fetch && { [customFetch]: fetch }),
  });
  const find: JWTVerifyGetKey = async (header, token) => {
    try {
      return await remote(header, token);
    } catch (cause) {
      if (cause instanceof errors.JOSEError && ofToken.includes(cause.code)) throw cause;
      throw new KeysUnavailable("the broker's keys cannot be fetched", { cause });
    }
  };
  return async (header, token) => {
    try {
      return await find(header, token);
    } catch (problem) {
      if (!(problem instanceof errors.JWKSNoMatchingKey)) throw problem;
      await sleep(cooldownMs);
      return find(header, token);
    }
  };
}

/** What the broker answers of a token. */
export interface Introspected {
  readonly isStanding: boolean;
  /** Intents that grants of its caller have on the tool; absent where the broker states none. */
  readonly intents?: readonly string[];
}

/**
 * Introspects a token (RFC 7662). It rejects if the broker gives no usable answer.
 *
 * @param use what the token is used for: it is active once for each, whichever replica of the tool asks
 */
export async function introspected(
  token: string,
  broker: {
    readonly issuer: string;
    readonly workloadToken: TokenSource;
    readonly fetch: Fetch | undefined;
  },
  use?: string,
): Promise<Introspected> {
  const { issuer, workloadToken, fetch } = broker;
  const used = use === undefined ? {} : { use };
  const form = { token, ...used, ...(await clientAuthentication(workloadToken)) };
  const { status, body } = await postForm(endpoint(issuer, "/introspect"), form, { fetch });
  const { active, intents } = body;
  if (status !== 200 || typeof active !== "boolean") {
    throw new Error(`the broker answers introspection with ${status}`);
  }
  const areTexts = Array.isArray(intents) && intents.every((each) => typeof each === "string");
  return { isStanding: active, ...(areTexts && { intents }) };
}
