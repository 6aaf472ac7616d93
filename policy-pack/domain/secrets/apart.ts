import type { FactOf } from "../../facts/fact";
import type { Name } from "../../facts/name";
import { wordsOf } from "./name";

/** A use of a secret that is no sharing of an integration credential. */
export type Exempt = NonNullable<FactOf<"uses">["exempt"]>;

const kinds: readonly Exempt[] = [
  "verifier",
  "tls",
  "pull secret",
  "public key",
  "no static secret",
];
const prefix = "apart|";

/** The content of a secret that by its type is no integration credential, for a `contains` fact to name. */
export function exemptContent(kind: Exempt): Name {
  return prefix + kind;
}

/** What a content exempts its secret for, or undefined for every other name. */
export function exemptOf(content: Name): Exempt | undefined {
  return kinds.find((kind) => content === prefix + kind);
}

/** Names of keys in a Secret that are no integration credential, whatever the Secret's type. */
const keys: Readonly<Record<string, Exempt>> = {
  "tls.key": "tls",
  "ca.pem": "tls",
  "keystore.jks": "tls",
  "truststore.jks": "tls",
  ".dockerconfigjson": "pull secret",
  ".dockercfg": "pull secret",
  "ssh-publickey": "public key",
  "public.pem": "public key",
  "public-key": "public key",
  publickey: "public key",
  authorized_keys: "public key",
  "authorized-keys": "public key",
  known_hosts: "public key",
  ssh_known_hosts: "public key",
};

/**
 * Head nouns of keys with a user or a location, as in `POSTGRES_USER`, `db-host` and `dbInstanceIdentifier`.
 *
 * Source: AWS Secrets Manager user guide, "JSON structure of AWS Secrets Manager secrets".
 */
const heads = new Set([
  "username",
  "user",
  "host",
  "hostname",
  "port",
  "database",
  "dbname",
  "db",
  "engine",
  "identifier",
  "region",
  "bucket",
  "issuer",
]);

/** Suffixes of names of values that every client sees, or that a client needs to verify a server. */
const ends: readonly (readonly [string, Exempt])[] = [
  ["public key", "public key"],
  ["public keys", "public key"],
  ["ca bundle", "tls"],
  ["ca cert", "tls"],
  ["ca certs", "tls"],
  ["ca certificate", "tls"],
  ["ca certificates", "tls"],
  ["trust bundle", "tls"],
  ["tls cert", "tls"],
  ["tls certificate", "tls"],
  ["tls certs", "tls"],
  ["tls secret", "tls"],
  ["tls", "tls"],
  ["serving cert", "tls"],
  ["serving certs", "tls"],
  ["server cert", "tls"],
  ["server certs", "tls"],
  ["webhook cert", "tls"],
  ["webhook certs", "tls"],
  ["wildcard cert", "tls"],
];

/** Words by which a certificate is one that its owner shows as identification. */
const shown = / (?:client|clients|mtls|mutual|user|peer|etcd) /;

/** Suffixes of names by which a secret as files has certificates and their keys. A secret as variables may have anything. */
const endsOfFiles: readonly (readonly [string, Exempt])[] = [
  ["certs", "tls"],
  ["certificates", "tls"],
];

/** What a secret as files is exempt for by its name. */
export function exemptFiles(name: string): Exempt | undefined {
  return exemptName(name) ?? exemptByEnd(name, endsOfFiles);
}

/** What a secret, or its variable, is exempt for only by the last part of its name, such as `internal-ca-bundle`. */
export function exemptName(name: string): Exempt | undefined {
  return exemptByEnd(name, ends);
}

function exemptByEnd(
  name: string,
  among: readonly (readonly [string, Exempt])[],
): Exempt | undefined {
  const words = ` ${wordsOf(name.slice(name.lastIndexOf("/") + 1)).join(" ")}`;
  const kind = among.find(([end]) => words.endsWith(` ${end}`))?.[1];
  return kind === "tls" && shown.test(`${words} `) ? undefined : kind;
}

/** What a key of a Secret is exempt for only by its name: certificates, pull secrets, user names and hosts. */
export function exemptKey(key: string | undefined): Exempt | undefined {
  if (key === undefined) return undefined;
  const lower = key.toLowerCase();
  if (lower.endsWith(".pub")) return "public key";
  // A certificate is shown to every client; the key beside it authenticates its owner.
  if (lower.endsWith(".crt")) return "tls";
  if (Object.hasOwn(keys, lower)) return keys[lower];
  return namesPrincipal(wordsOf(key)) ? "no static secret" : undefined;
}

function namesPrincipal(words: readonly string[]): boolean {
  const [head = "", before] = words.toReversed();
  // `MYSQL_USER_NAME` as `MYSQL_USERNAME`, and `username1` as `username`.
  if ([words.slice(-1), words.slice(-2)].some((last) => heads.has(withoutNumber(last))))
    return true;
  // The `secret_id` of an AppRole of Vault is its password.
  return /^(?:id|clientid|tenantid|accesskeyid)$/.test(head) && before !== "secret";
}

function withoutNumber(words: readonly string[]): string {
  return words.join("").replace(/(?<=[a-z]{2})\d+$/, "");
}
