/** Why a request to GitHub's API failed. */
type ProblemKind =
  /** Too many requests, or a fault of the server or the network: it may work later. */
  | { readonly kind: "later"; readonly wait: number | undefined }
  /** The text is longer than GitHub takes. */
  | { readonly kind: "too long" }
  /** It is not there, or may not be seen. */
  | { readonly kind: "missing" }
  /** It will not work however often it is tried. */
  | { readonly kind: "refused" };

/** A failed request to GitHub's API. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";

  /** @param sentence lowercase, no final period; has text of the server, which is hostile wherever it is shown */
  constructor(
    sentence: string,
    readonly why: ProblemKind,
  ) {
    super(sentence);
  }
}

/** By its name: once built, Octokit is in a file of its own, with a class of its own. */
export function isApiProblem(thrown: unknown): thrown is ApiProblem {
  return thrown instanceof Error && thrown.name === "ApiProblem";
}

/** What is known of an answer of the API. */
interface Answer {
  /** Undefined where there was none. */
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  readonly message: string;
  /** Milliseconds. */
  readonly now: number;
}

/**
 * What an answer means that is no success.
 *
 * Limits: docs.github.com, "Rate limits for the REST API", exceeding the rate limit.
 */
export function problemOf({ status, headers, message, now }: Answer): ApiProblem {
  if (status === undefined || status >= 500)
    return new ApiProblem(`GitHub did not answer: ${shown(status, message)}`, {
      kind: "later",
      wait: undefined,
    });
  const isLimit = status === 429 || (status === 403 && isLimited(headers, message));
  if (isLimit)
    return new ApiProblem(`GitHub limits requests: ${shown(status, message)}`, {
      kind: "later",
      wait: waitOf(headers, now),
    });
  switch (status) {
    case 401:
      return refused("GitHub does not accept the token of `GITHUB_TOKEN`");
    case 403:
      return refused(
        "the token may not write to the pull request; grant `pull-requests: write`, which a fork's run never has",
      );
    case 404:
    case 410:
      return new ApiProblem(
        "the token sees no such pull request; check `--repo`, `--pr` and `permissions:`",
        { kind: "missing" },
      );
    case 422:
      if (/too long/i.test(message))
        return new ApiProblem("the comment is too long for GitHub", { kind: "too long" });
  }
  return refused(`GitHub refused: ${shown(status, message)}`);
}

function refused(sentence: string): ApiProblem {
  return new ApiProblem(sentence, { kind: "refused" });
}

function shown(status: number | undefined, message: string): string {
  return status === undefined ? message : `${status} ${message}`;
}

function isLimited(headers: Answer["headers"], message: string): boolean {
  return (
    headers["retry-after"] !== undefined ||
    String(headers["x-ratelimit-remaining"]) === "0" ||
    /\brate limit\b|\babuse detection\b/i.test(message)
  );
}

/** How long the server requires to wait, in milliseconds; by default a minute as GitHub's page has it. */
function waitOf(headers: Answer["headers"], now: number): number {
  const after = Number(headers["retry-after"]);
  if (Number.isFinite(after) && after >= 0) return after * 1000;
  const reset = Number(headers["x-ratelimit-reset"]);
  const isUsedUp = String(headers["x-ratelimit-remaining"]) === "0";
  if (isUsedUp && Number.isFinite(reset)) return Math.max(0, reset * 1000 - now);
  return 60_000;
}
