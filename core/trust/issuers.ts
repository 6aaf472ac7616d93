import { matches, parsePattern } from "../pattern";
import data from "./issuers.json";
import type { SubjectTemplate } from "./subject-template";

/** How an issuer writes its subjects. */
export type SubjectGrammar =
  | "kubernetes"
  | "github"
  | "gitlab"
  | "terraform"
  | "buildkite"
  | "codefresh"
  | "scalr"
  | "upbound"
  | "pulumi"
  | "vercel"
  | "spacelift"
  | "fly"
  | "modal"
  | "circleci"
  | "bitbucket"
  | "devin"
  | "ona"
  | "plain";

/** What is known of an OIDC issuer. */
export interface Issuer {
  /** Host and path without scheme, as in the ARN of the IAM provider and the prefix of its condition keys. */
  readonly host: string;
  /** Its readable name: `GitHub Actions`, `an EKS cluster`; an unlisted one by its host. */
  readonly name: string;
  /** Whether all its customers share the issuer, so that a claim has to name the tenant, or the issuer itself does. */
  readonly tenancy: "shared" | "private";
  /** Claims that name the tenant, the usual one first; one that contains a colon is a condition key of its own. */
  readonly claims: readonly string[];
  /** Claims that STS has as condition keys beside {@link commonClaims}. Default none. */
  readonly evaluated?: readonly string[];
  /** What the value of a claim names, where the grammar of the subjects does not contain it. */
  readonly names?: Readonly<Record<string, readonly string[]>>;
  /**
   * Claims that its tokens may have as session tags, with what each names. Callers cannot write them, since
   * AssumeRoleWithWebIdentity takes tags only from the token.
   */
  readonly tags?: Readonly<Record<string, readonly string[]>>;
  readonly subject: SubjectGrammar;
  /** The forms of its subjects where they are no keys and values, the most usual first. */
  readonly subjects?: readonly SubjectTemplate[];
  /** What its tokens for AWS are made for, as far as that is usual; what has to be filled in is written in capitals. */
  readonly audience: string;
  /** Claims with the purpose of a token, the one that a suggestion tests last. */
  readonly audienceClaims: readonly string[];
}

/**
 * Claims that STS has as condition keys whichever the issuer is. Source: IAM user guide, IAM and AWS STS condition context
 * keys, keys for AWS OIDC federation.
 */
export const commonClaims: readonly string[] = ["sub", "aud", "oaud", "amr", "email"];

/** The audience that AWS SDKs, the EKS webhook and most CI systems request. */
const usualAudience = "sts.amazonaws.com";

type Listed = Omit<Issuer, "audience" | "audienceClaims"> & Partial<Issuer>;

const known = (data.issuers as readonly Listed[]).map((issuer) => ({
  issuer,
  pattern: parsePattern(issuer.host.toLowerCase()),
}));

/** Issuers looked up before; few in a stack, so that each is looked up once. */
const found = new Map<string, Issuer>();

/** Most issuers that are remembered. */
const mostFound = 1_000;

/** What can be a host and a path, so that it may be in a sentence. */
const isHost = /^[\w.~:/-]+$/;

/** What is known of the issuer with this host and path; an unlisted issuer is private. */
export function issuerOf(host: string): Issuer {
  const before = found.get(host);
  if (before !== undefined) return before;
  const plain = host.toLowerCase();
  const listed = known.find(({ pattern }) => matches(pattern, plain));
  if (listed === undefined) throw new Error("the list of issuers ends with one that fits all");
  const { audience = usualAudience, audienceClaims = ["oaud", "aud"] } = listed.issuer;
  const isListed = listed.issuer.host !== "*" || !isHost.test(host);
  const issuer = {
    ...listed.issuer,
    host,
    // The owner of the issuer is unknown; only its location is known.
    name: isListed ? listed.issuer.name : `\`${host}\``,
    audience: filledIn(audience, host),
    audienceClaims,
  };
  if (found.size >= mostFound) found.clear();
  found.set(host, issuer);
  return issuer;
}

/** Issuers whose users or administrators set tags in their tokens. Source: Amazon Cognito, Using attributes for access control. */
const taggingIssuers = ["*", "cognito-identity.amazonaws.com"];

/** The only session tags that tokens of an issuer can have, in lowercase; undefined where they may have any. */
export function tagsOfTokens(host: string): readonly string[] | undefined {
  const plain = host.toLowerCase();
  const listed = known.find(({ pattern }) => matches(pattern, plain))?.issuer;
  if (listed === undefined || taggingIssuers.includes(listed.host)) return undefined;
  return Object.keys(listed.tags ?? {}).map((tag) => tag.toLowerCase());
}

function filledIn(form: string, host: string): string {
  const last = host.slice(host.lastIndexOf("/") + 1);
  return form.replace("{host}", () => host).replace("{last}", () => last);
}

/** The condition key of a claim at an issuer, as {@link plainKey} writes it. */
export function claimKey(issuer: Issuer, claim: string): string {
  return plainKey(claim.includes(":") ? claim : `${issuer.host}:${claim}`);
}

/**
 * A condition key as it is compared: in lowercase, and without the slash that ends an issuer.
 *
 * A program writes the URL of a provider with or without that slash, so it distinguishes no issuers.
 */
export function plainKey(key: string): string {
  const plain = key.toLowerCase();
  return plain.includes("/:") ? plain.replace(/\/:(?=[^:]*$)/, ":") : plain;
}
