import { generateKeyPair, randomUUID, sign, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import {
  createLocalJWKSet,
  exportJWK,
  jwtVerify,
  type JWK,
  type JWTPayload,
  type JWTVerifyGetKey,
} from "jose";
import type { Store } from "../store/store";

/** The algorithm of all that a broker signs. */
const algorithm = "ES256";

/** Seconds that a replica signs with one key. */
const signingSeconds = 6 * 3600;

/** Seconds by which a replica's clock may be off without another one's key missing; tokens end by themselves. */
const clockSeconds = 86_400;

/** Seconds between reads of the other replicas' keys. */
const rereadSeconds = 10;

interface Key {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly until: number;
}

/** Public keys as they were read; the set keeps what it has imported of them. */
interface Known {
  readonly at: number;
  readonly keys: readonly JWK[];
  readonly set: JWTVerifyGetKey;
}

const unknown: Known = { at: -Infinity, keys: [], set: createLocalJWKSet({ keys: [] }) };

/**
 * Keys that the broker signs with.
 *
 * Each replica makes its own and keeps the private half in memory alone, so that there is none to steal from a disk or to share. The
 * public halves of all replicas are in the store, until all that they have signed has ended.
 */
export class SigningKeys {
  readonly #store: Store;
  readonly #longest: number;
  #key: Promise<Key> | undefined;
  #known: Known = unknown;

  /** @param longest seconds that anything signed lasts at most */
  constructor(store: Store, longest: number) {
    this.#store = store;
    this.#longest = longest;
  }

  /** Signs claims. @param typ the kind of token, such as `at+jwt` */
  async sign(claims: JWTPayload, typ: string, now: number): Promise<string> {
    const { kid, privateKey } = await this.#current(now);
    const [header, payload] = [{ alg: algorithm, kid, typ }, claims].map((each) =>
      Buffer.from(JSON.stringify(each)).toString("base64url"),
    );
    const input = `${header}.${payload}`;
    // By hand, since WebCrypto takes five times as long: the compact form of RFC 7515, 7.1, with a signature of RFC 7518, 3.4.
    const signature = sign("sha256", Buffer.from(input), {
      ...{ key: privateKey, dsaEncoding: "ieee-p1363" },
    });
    return `${input}.${signature.toString("base64url")}`;
  }

  /** The claims of a token that the broker has signed; undefined if it has not, or it has expired. */
  async verify(
    token: string,
    typ: string,
    wanted: { readonly issuer: string; readonly audience?: string },
    now: number,
  ): Promise<JWTPayload | undefined> {
    const options = { ...wanted, typ, algorithms: [algorithm], currentDate: new Date(now * 1000) };
    for (const isLast of [false, true]) {
      const { set } = await this.#read(now, isLast);
      try {
        return (await jwtVerify(token, set, options)).payload;
      } catch (error) {
        // Another replica may have made a key since the last look.
        if ((error as { code?: string }).code !== "ERR_JWKS_NO_MATCHING_KEY") return undefined;
      }
    }
    return undefined;
  }

  /** The public keys of all replicas. */
  async publicKeys(now: number, isFresh = false): Promise<readonly JWK[]> {
    return (await this.#read(now, isFresh)).keys;
  }

  async #read(now: number, isFresh: boolean): Promise<Known> {
    await this.#current(now);
    if (isFresh || now - this.#known.at >= rereadSeconds) {
      const rows = await this.#store.all(
        "select jwk from signing_key where until > $1 order by made_at desc, kid",
        [now - clockSeconds],
      );
      const keys = rows.map(({ jwk }) => JSON.parse(String(jwk)) as JWK);
      this.#known = { at: now, keys, set: createLocalJWKSet({ keys }) };
    }
    return this.#known;
  }

  async #current(now: number): Promise<Key> {
    const key = await this.#key;
    if (key !== undefined && key.until > now) return key;
    // Who comes while it is being made waits for the same one.
    if (this.#key === undefined || key !== undefined) this.#key = this.#make(now);
    return this.#key;
  }

  async #make(now: number): Promise<Key> {
    try {
      const { publicKey, privateKey } = await promisify(generateKeyPair)("ec", {
        namedCurve: "P-256",
      });
      const kid = randomUUID();
      const jwk = { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: "sig" };
      const until = now + signingSeconds;
      await this.#store.write({
        statements: [
          {
            sql: "insert into signing_key (kid, jwk, made_at, until) values ($1, $2, $3, $4)",
            values: [kid, JSON.stringify(jwk), now, until + this.#longest],
          },
        ],
      });
      this.#known = unknown;
      return { kid, privateKey, until };
    } catch (error) {
      this.#key = undefined;
      throw error;
    }
  }
}
