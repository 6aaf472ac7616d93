import { readFileSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
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

/** Milliseconds between reads of keys by URL, and for which keys count where they cannot be read again. */
const readInterval = 60_000;
const cacheMaxAge = 600_000;

/** Milliseconds between looks at a file of keys. */
const interval = 1_000;

/**
 * What finds the keys of an issuer: pinned by the configuration, and never found through a token.
 *
 * A set that changes is read again, at once where a token names a key that is not in it: an issuer that rotates its keys loses no
 * caller. A file that cannot be read then leaves the keys as they were; so does a URL, for ten minutes.
 */
export function issuerKeys({ keys }: Issuer): JWTVerifyGetKey {
  if (keys.kind === "url") return keysAt(new URL(keys.url));
  return keys.file === undefined ? localKeys(keys.set) : keysIn(keys.file, keys.set);
}

function localKeys(set: JwkSet): JWTVerifyGetKey {
  return createLocalJWKSet(set as unknown as JSONWebKeySet);
}

function keysAt(url: URL): JWTVerifyGetKey {
  let reads = 0;
  let checked = 0;
  const fetchSet: typeof fetch = async (...of) => {
    reads += 1;
    const answer = await fetch(...of);
    if (answer.status !== 200) throw new KeysUnavailable(`the answer is ${answer.status}`);
    return Response.json(readKeySet(await answer.text()));
  };
  const found = createRemoteJWKSet(url, {
    ...{ timeoutDuration, cooldownDuration, cacheMaxAge },
    [customFetch]: fetchSet,
  });
  const find = async (
    ...[header, token]: Parameters<JWTVerifyGetKey>
  ): ReturnType<typeof found> => {
    const readBefore = reads;
    const now = Date.now();
    if (now - checked >= readInterval) {
      checked = now;
      if (found.fresh) await found.reload().catch(() => undefined);
    }
    try {
      return await found(header, token);
    } catch (error) {
      // A read that began before the request may have missed a key that the issuer published since.
      if (!(error instanceof errors.JWKSNoMatchingKey) || reads > readBefore) throw error;
      await sleep(cooldownDuration);
      return found(header, token);
    }
  };
  return (header, token) =>
    find(header, token).catch((error: unknown) => {
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
