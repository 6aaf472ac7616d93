import { readFileSync, statSync } from "node:fs";
import type { X509Certificate } from "node:crypto";
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import type { Issuer, JwkSet } from "../configuration/configuration";
import { readKeySet } from "../configuration/key-set";

/** Thrown where an issuer's keys cannot be read now: what it signed may well be valid. */
export class KeysUnavailable extends Error {}

/** Milliseconds that an issuer may take for its keys. */
const timeout = 3_000;

/** Most bytes of a set of keys: the largest known, of public providers, have some 10 kB. */
const mostBytes = 1_000_000;

/** Milliseconds for which keys by URL count where they cannot be read again. */
const longestAge = 600_000;

/** Milliseconds between looks at a file of keys. */
const interval = 1_000;

/** Keys of an issuer, pinned by the configuration: never found through a token, and never fetched because of one. */
export interface IssuerKeys {
  /** Finds the key of a token. */
  readonly find: JWTVerifyGetKey;
  /** Authorities that sign certificates of a SPIFFE trust domain; throws {@link KeysUnavailable}. */
  authorities(): readonly X509Certificate[];
  /** Reads keys by URL again; throws {@link KeysUnavailable} where they cannot be read, which leaves the ones before for ten minutes. */
  read(): Promise<void>;
}

/**
 * The keys of an issuer. A file is read again when it changes, at once where a token names a key that is not in it; one that cannot be
 * read leaves the keys as they were.
 *
 * @param clock milliseconds that only grow
 */
export function issuerKeys(
  { keys }: Pick<Issuer, "keys">,
  clock: () => number = () => performance.now(),
): IssuerKeys {
  if (keys.kind === "url") return keysAt(keys.url, clock);
  return keys.file === undefined ? pinned(keys.set) : keysIn(keys.file, keys.set, clock);
}

interface Known {
  readonly find: JWTVerifyGetKey;
  readonly authorities: readonly X509Certificate[];
}

function knownOf({ keys, authorities = [] }: JwkSet): Known {
  return { find: createLocalJWKSet({ keys } as unknown as JSONWebKeySet), authorities };
}

function pinned(set: JwkSet): IssuerKeys {
  const { find, authorities } = knownOf(set);
  return { find, authorities: () => authorities, read: () => Promise.resolve() };
}

function keysAt(url: string, clock: () => number): IssuerKeys {
  let last: (Known & { readonly at: number }) | undefined;
  const known = (): Known => {
    if (last !== undefined && clock() - last.at < longestAge) return last;
    throw new KeysUnavailable("the keys are not read yet, or too long ago");
  };
  return {
    find: async (header, token) => known().find(header, token),
    authorities: () => known().authorities,
    read: async () => {
      const at = clock();
      try {
        last = { ...knownOf(readKeySet(await textAt(url))), at };
      } catch (error) {
        throw new KeysUnavailable((error as Error).message);
      }
    },
  };
}

async function textAt(url: string): Promise<string> {
  // A redirect would let another party name the keys.
  const answer = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(timeout) });
  if (answer.status !== 200) throw new Error(`the answer is ${answer.status}`);
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    length += part.byteLength;
    if (length > mostBytes) throw new Error(`the answer is longer than ${mostBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function keysIn(file: string, first: JwkSet, clock: () => number): IssuerKeys {
  let known = { at: "", checked: -Infinity, ...knownOf(first) };
  const look = (): boolean => {
    try {
      const { mtimeMs, ino, size } = statSync(file);
      const at = [mtimeMs, ino, size].join();
      if (at === known.at) return false;
      known = { ...known, at, ...knownOf(readKeySet(readFileSync(file, "utf8"))) };
      return true;
    } catch {
      return false;
    }
  };
  const sometimes = (): void => {
    const now = clock();
    if (now - known.checked < interval) return;
    known = { ...known, checked: now };
    look();
  };
  return {
    find: async (header, token) => {
      sometimes();
      try {
        return await known.find(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey) || !look()) throw error;
        return known.find(header, token);
      }
    },
    authorities: () => {
      sometimes();
      return known.authorities;
    },
    read: () => Promise.resolve(),
  };
}
