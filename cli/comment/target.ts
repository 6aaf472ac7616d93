import { visible } from "../../core/visible";
import { CouldNotRun } from "../failure";
import { readText } from "../files";
import type { PullRequest } from "./octokit";
import type { Commit } from "./place";

/** The command line's options for the pull request; the rest comes from the run's environment. */
export interface TargetFlags {
  readonly repo?: string;
  readonly pr?: string;
  readonly sha?: string;
}

/** Where a comment goes. */
export interface Target {
  /** The commit that was judged; absent where nothing names it. */
  readonly commit?: Commit;
  /** The pull request, or why there is none: lowercase, no final period. */
  readonly pull: PullRequest | string;
  readonly run: readonly [number, number];
  /** Names of the workflow and the job, which distinguish their comments. */
  readonly job: readonly string[];
}

/** A run's environment, such as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The pull request and the commit, by options or by the variables of GitHub Actions.
 *
 * @param now milliseconds, which number a run that has no number
 */
export function targetOf(flags: TargetFlags, environment: Environment, now: number): Target {
  const event = eventOf(environment["GITHUB_EVENT_PATH"]);
  const repository = flags.repo ?? environment["GITHUB_REPOSITORY"];
  const [, owner, repo] = /^([\w-]+)\/([\w.-]+)$/.exec(repository ?? "") ?? [];
  if (repository !== undefined && (owner === undefined || repo === undefined)) {
    throw new CouldNotRun(`\`${visible(repository)}\` is no repository; write \`owner/name\``);
  }
  const number = flags.pr === undefined ? event.number : numberOf(flags.pr);
  // A run for a pull request has the merge commit in GITHUB_SHA, which readers never see.
  const sha = flags.sha === undefined ? (event.sha ?? environment["GITHUB_SHA"]) : flags.sha;
  if (sha !== undefined && !/^[0-9a-f]{40,64}$/.test(sha)) {
    throw new CouldNotRun(`\`${visible(sha)}\` is no commit; write its whole hash`);
  }
  const server = addressOf("GITHUB_SERVER_URL", environment) ?? "https://github.com";
  const api = addressOf("GITHUB_API_URL", environment) ?? "https://api.github.com";
  const run = [Number(environment["GITHUB_RUN_ID"]), Number(environment["GITHUB_RUN_ATTEMPT"])];
  const [id = NaN, attempt = NaN] = run;
  const named = { server, repository: repository ?? "", sha: sha ?? "" };
  return {
    ...(repository !== undefined && sha !== undefined && { commit: named }),
    pull:
      owner === undefined || repo === undefined
        ? "no repository is known; give `--repo`"
        : number === undefined
          ? "this run is for no pull request"
          : { api, owner, repo, number },
    run: Number.isSafeInteger(id) && id > 0 ? [id, attempt > 0 ? attempt : 1] : [now, 1],
    job: [environment["GITHUB_WORKFLOW"] ?? "", environment["GITHUB_JOB"] ?? ""],
  };
}

function numberOf(text: string): number {
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new CouldNotRun(`\`${visible(text)}\` is no number of a pull request`);
}

/** The pull request that an event of GitHub Actions is about. */
function eventOf(file: string | undefined): { readonly number?: number; readonly sha?: string } {
  if (file === undefined || file === "") return {};
  let event: unknown;
  try {
    event = JSON.parse(readText(file, "the event of GITHUB_EVENT_PATH"));
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new CouldNotRun(`\`${visible(file)}\` of GITHUB_EVENT_PATH is not JSON`);
    throw error;
  }
  const pull = (
    event as {
      readonly pull_request?: {
        readonly number?: unknown;
        readonly head?: { readonly sha?: unknown };
      };
    } | null
  )?.pull_request;
  const { number, head } = pull ?? {};
  return {
    ...(Number.isSafeInteger(number) && { number: number as number }),
    ...(typeof head?.sha === "string" && { sha: head.sha }),
  };
}

/** An address to which a token may go: by TLS, or on this machine. */
function addressOf(name: string, environment: Environment): string | undefined {
  const text = environment[name];
  if (text === undefined || text === "") return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLocal = url !== undefined && ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (url?.protocol === "https:" || (isLocal && url.protocol === "http:")) {
    return text.replace(/(?<!\/)\/+$/, "");
  }
  throw new CouldNotRun(`${name} is no address with \`https:\``);
}
