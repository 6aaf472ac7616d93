import type * as pulumi from "@pulumi/pulumi";
import { argumentError, exactlyOne, fitting, oneOf } from "../arguments/argument-error";
import { exactText } from "../arguments/exact-text";
import { safeName } from "../arguments/naming";
import { keysFile } from "../manifests/place";
import type { BrokeredWorkload } from "../workload/brokered";
import type { BrokerIssuer } from "./deployment-arguments";

type KnownIssuer = pulumi.Unwrap<BrokerIssuer>;

const issuerKinds = { kubernetes: "kubernetes", spiffe: "spiffe", oidc: "oidc" } as const;

const algorithms = {
  es256: "ES256",
  es384: "ES384",
  rs256: "RS256",
  ps256: "PS256",
  eddsa: "EdDSA",
} as const;

/** An issuer as a broker's configuration names it; throws an error that names `subject` and `argument`. */
export function issuerOf(
  subject: string,
  argument: string,
  given: KnownIssuer,
  before: readonly KnownIssuer[],
): object {
  const { name, kind, issuer, keysUrl, keySet } = given;
  if (safeName(name) !== name) {
    throw argumentError(
      subject,
      `${argument}.name is \`${name}\`; give lowercase letters, digits and single \`-\` inside, at most 63`,
    );
  }
  if (before.some((other) => other.name === name)) {
    throw argumentError(subject, `${argument}.name \`${name}\` is listed twice; list each once`);
  }
  oneOf(subject, `${argument}.kind`, kind, issuerKinds);
  if (kind === "spiffe") {
    const wanted = "the trust domain in lowercase, such as `example.org`";
    fitting(subject, `${argument}.issuer`, issuer, /^[a-z0-9._-]{1,255}$/, wanted);
  } else {
    fitting(subject, `${argument}.issuer`, issuer, httpsAddress, "an `https` address");
  }
  exactlyOne(subject, argument, { keysUrl, keySet });
  if (keysUrl !== undefined) {
    fitting(subject, `${argument}.keysUrl`, keysUrl, httpsAddress, "an `https` address");
  }
  if (keySet !== undefined) checkKeySet(subject, `${argument}.keySet`, keySet);
  for (const algorithm of given.algorithms ?? []) {
    oneOf(subject, `${argument}.algorithms`, algorithm, algorithms);
  }
  return {
    name,
    kind,
    ...(kind === "spiffe" ? { trustDomain: issuer } : { issuer }),
    keys: keysUrl ?? keysFile(name),
    ...(given.algorithms !== undefined && { algorithms: given.algorithms }),
  };
}

/** Addresses without user, query and fragment. Source: RFC 3986, section 3. */
const httpsAddress = /^https:\/\/[A-Za-z0-9._~:/%+=,;-]{1,2000}$/;

/** Refuses what is no set of public keys: readers of the ConfigMap could read a private key. */
function checkKeySet(subject: string, argument: string, text: string): void {
  const keys = keysIn(text);
  if (keys === undefined || keys.length === 0) {
    throw argumentError(
      subject,
      `${argument} is no JWK set; give JSON with at least one of \`keys\``,
    );
  }
  // Source: RFC 7518, section 6: `d` of private keys, `k` of shared ones.
  if (keys.every((key) => !("d" in key) && !("k" in key))) return;
  throw argumentError(subject, `${argument} has a key that is not public; give public keys alone`);
}

function keysIn(text: string): readonly object[] | undefined {
  try {
    const { keys } = JSON.parse(text) as { readonly keys?: unknown };
    const isSet =
      Array.isArray(keys) && keys.every((key) => typeof key === "object" && key !== null);
    return isSet ? (keys as object[]) : undefined;
  } catch {
    return undefined;
  }
}

/** The subject by which the broker identifies a workload, of the only issuer that signs its tokens. */
export function subjectsOf(
  subject: string,
  argument: string,
  { name, proof }: pulumi.Unwrap<BrokeredWorkload>,
  issuers: readonly KnownIssuer[],
): object[] {
  const { kind, issuer, subject: own } = proof ?? { kind: "none" };
  if (kind === "none" || own === undefined) {
    throw argumentError(
      subject,
      `${argument} \`${name}\` has no tokens by which the broker could identify it, since its federation issues none; leave it out`,
    );
  }
  oneOf(subject, `${argument}.proof.kind`, kind, issuerKinds);
  fitting(subject, `${argument}.proof.subject`, own, exactText, "the whole subject of its tokens");
  const fit = issuers.filter(
    (each) =>
      each.kind === kind &&
      (issuer === undefined || withoutSlash(each.issuer) === withoutSlash(issuer)),
  );
  const [only, second] = fit;
  if (only !== undefined && second === undefined) return [{ issuer: only.name, subject: own }];
  throw argumentError(
    subject,
    only === undefined
      ? `${argument} \`${name}\` has tokens of \`${issuer ?? kind}\`, which none of issuers is; add it to \`issuers\``
      : `${argument} \`${name}\` may have tokens of each of issuers ${fit.map((each) => `\`${each.name}\``).join(" and ")}; give one issuer of kind \`${kind}\``,
  );
}

function withoutSlash(address: string): string {
  return address.endsWith("/") ? address.slice(0, -1) : address;
}
