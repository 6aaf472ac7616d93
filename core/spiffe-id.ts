/** A SPIFFE ID in its parts. Source: spiffe.io, SPIFFE-ID.md, section 2. */
export interface SpiffeId {
  /** Lowercase, without scheme. */
  readonly trustDomain: string;
  /** Empty for the trust domain itself; none of its segments is empty, `.` or `..`. */
  readonly segments: readonly string[];
}

/** A SPIFFE ID that could be read, or what is wrong with it (lowercase, no final period). */
export type ParsedSpiffeId =
  | { readonly ok: true; readonly id: SpiffeId }
  | { readonly ok: false; readonly problem: string };

const scheme = "spiffe://";

/** Longest SPIFFE ID and trust domain name, in bytes. Source: SPIFFE-ID.md, section 2.3. */
const longestId = 2048;
const longestTrustDomain = 255;

/** What trust domains and path segments consist of. Source: SPIFFE-ID.md, sections 2.1 and 2.2. */
const idCharacters = /^[a-zA-Z0-9._-]+$/;

/** Reads `spiffe://trust-domain/path`; scheme and trust domain may be in any case, by the specification. */
export function parseSpiffeId(text: string): ParsedSpiffeId {
  if (text.length > longestId) return problem(`at most ${longestId} bytes are allowed`);
  if (text.slice(0, scheme.length).toLowerCase() !== scheme) {
    return problem("it starts with `spiffe://`");
  }
  const [authority = "", ...segments] = text.slice(scheme.length).split("/");
  if (authority === "") return problem("a trust domain follows `spiffe://`");
  if (authority.length > longestTrustDomain) {
    return problem(`a trust domain has at most ${longestTrustDomain} bytes`);
  }
  if (!idCharacters.test(authority)) {
    return problem(
      "a trust domain consists of letters, digits, `.`, `-` and `_`, without user or port",
    );
  }
  for (const segment of segments) {
    if (segment === "") return problem("its path has no empty segment and no final `/`");
    if (segment === "." || segment === "..") return problem("its path has no `.` or `..`");
    if (!idCharacters.test(segment)) {
      return problem("its path consists of letters, digits, `.`, `-`, `_` and `/`");
    }
  }
  return { ok: true, id: { trustDomain: authority.toLowerCase(), segments } };
}

/** Writes a SPIFFE ID; the inverse of {@link parseSpiffeId} but for the trust domain's case. */
export function printSpiffeId(id: SpiffeId): string {
  return scheme + [id.trustDomain, ...id.segments].join("/");
}

/** The SPIFFE ID of a ServiceAccount in the form SPIRE's controller manager and Istio use: `/ns/<ns>/sa/<name>`. */
export function serviceAccountSpiffeId(
  trustDomain: string,
  namespace: string,
  name: string,
): SpiffeId {
  return { trustDomain: trustDomain.toLowerCase(), segments: ["ns", namespace, "sa", name] };
}

function problem(why: string): ParsedSpiffeId {
  return { ok: false, problem: `not a SPIFFE ID: ${why}` };
}
