import { readFileSync, statSync } from "node:fs";
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from "jose";
import type { Issuer, JwkSet } from "../configuration/configuration";
import { readKeySet } from "../configuration/key-set";

/** Thrown where an issuer's keys cannot be read now: what it signed may well be valid. */
export class KeysUnavailable extends Error {}

/** Milliseconds that an issuer may take for its keys, and between requests for a key that is not known yet. */
const timeoutDuration = 3_000;
const cooldownDuration = 1_000;

/** Milliseconds between looks at a file of keys. */
const interval = 1_000;

/**
 * What finds the keys of an issuer: pinned by the configuration, and never found through a token.
 *
 * A set that changes is read again, at once where a token names a key that is not in it: an issuer that rotates its keys loses no
 * caller. A file that cannot be read then leaves the keys as they were.
 */
export function issuerKeys({ keys }: Issuer): JWTVerifyGetKey {
  if (keys.kind === "url") return keysAt(new URL(keys.url));
  return keys.file === undefined ? localKeys(keys.set) : keysIn(keys.file, keys.set);
}

function localKeys(set: JwkSet): JWTVerifyGetKey {
  return createLocalJWKSet(set as unknown as JSONWebKeySet);
}

function keysAt(url: URL): JWTVerifyGetKey {
  const fetchSet: typeof fetch = async (...of) => {
    const answer = await fetch(...of);
    if (answer.status !== 200) throw new KeysUnavailable(`the answer is ${answer.status}`);
    return Response.json(readKeySet(await answer.text()));
  };
  const found = createRemoteJWKSet(url, {
    ...{ timeoutDuration, cooldownDuration },
    [customFetch]: fetchSet,
  });
  return (header, token) =>
    found(header, token).catch((error: unknown) => {
      const isOfToken = error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout);
      throw isOfToken ? error : new KeysUnavailable(String(error));
    });
}

function keysIn(file: string, first: JwkSet): JWTVerifyGetKey {
  let known = { at: "", checked: 0, find: localKeys(first) };
  const look = (): boolean => {
    try {
      const { mtimeMs, ino, size } = statSync(file);
      const at = [mtimeMs, ino, size].join();
      if (at === known.at) return false;
      known = { ...known, at, find: localKeys(readKeySet(readFileSync(file, "utf8"))) };
      return true;
    } catch {
      return false;
    }
  };
  return async (header, token) => {
    const now = Date.now();
    if (now - known.checked >= interval) {
      known = { ...known, checked: now };
      look();
    }
    try {
      return await known.find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !look()) throw error;
      return known.find(header, token);
    }
  };
}
