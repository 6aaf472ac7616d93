import type { Exempt } from "../../../domain/secrets/apart";
import { wordsOf } from "../../../domain/secrets/name";

/** What a field of a custom resource names, as Kubernetes names such fields. */
export type FieldSort =
  /** A Secret, by a text or by a `name`. */
  | { readonly of: "Secret"; readonly exempt?: Exempt }
  /** A Secret, or a secret itself where it is a text. */
  | { readonly of: "Secret or text"; readonly exempt?: Exempt }
  | { readonly of: "identity" };

const credentials = new Set(["credential", "credentials", "password", "passphrase", "token"]);
const keysOf = new Set(["secret", "api", "private", "signing", "ssh", "access", "deploy"]);
const secrets = new Set(["secret", "secrets", "credential", "credentials"]);
const references = new Set(["ref", "refs", "reference", "selector"]);

/** Words of fields that name what is made, or an object of another kind. */
const others = new Set([
  "write",
  "generate",
  "generated",
  "target",
  "external",
  "sealed",
  "managed",
  "configmap",
]);

/** Words of fields, and of what is around them, that are about certificates. */
const certificates = new Set(["tls", "mtls", "ca", "cert", "certs", "certificate", "certificates"]);

/**
 * What a field names, by its own name and by the names around it; undefined where it names no Secret, account or role.
 *
 * Source: github.com/kubernetes/community, contributors/devel/sig-architecture/api-conventions.md, "Naming of the reference field", and
 * the types SecretReference, SecretKeySelector and LocalObjectReference of the core API.
 */
export function fieldSort(name: string, around: readonly string[]): FieldSort | undefined {
  const words = wordsOf(name);
  if (namesIdentity(words)) return { of: "identity" };
  const isMap = words.includes("config") && words.includes("map");
  if (isMap || words.some((word) => others.has(word))) return undefined;
  const sort = secretSort(words);
  if (sort === undefined) return undefined;
  const exempt = exemptBy(words, around);
  return { of: sort, ...(exempt !== undefined && { exempt }) };
}

function secretSort(words: readonly string[]): "Secret" | "Secret or text" | undefined {
  const [last = "", before = "", third = ""] = words.toReversed();
  if (last === "name" || last === "names") return before === "secret" ? "Secret" : undefined;
  if (!references.has(last)) return secrets.has(last) ? "Secret or text" : undefined;
  if (before === "key" || before === "keys") return keysOf.has(third) ? "Secret" : undefined;
  return credentials.has(before) || secrets.has(before) ? "Secret" : undefined;
}

function namesIdentity(words: readonly string[]): boolean {
  return /(?:^| )(?:service account(?: name| ref)?|serviceaccount|iam role(?: arn)?|role arn)$/.test(
    words.join(" "),
  );
}

function exemptBy(words: readonly string[], around: readonly string[]): Exempt | undefined {
  if (words.includes("pull")) return "pull secret";
  const own = words.some((word) => certificates.has(word));
  const isStrong = words.some((word) => word !== "credentials" && credentials.has(word));
  if (own && !isStrong) return "tls";
  const isWithin = around.some((each) => wordsOf(each).some((word) => certificates.has(word)));
  return isWithin && !isStrong ? "tls" : undefined;
}
