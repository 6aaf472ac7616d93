import { appendFileSync } from "node:fs";
import { dayOf, isDay } from "../../core/day";
import { rulePageUrl } from "../../policy-pack/files/rule-page-url";
import type { Finding } from "../../policy-pack/findings/finding";
import type { Report } from "../../policy-pack/views/report";
import { visible } from "../../core/visible";
import { reasonOf } from "../../policy-pack/files/system-reason";
import { comparedReports } from "../against/compared-reports";
import { commentBody, type CommentOptions, type CommentPart } from "../comment/body";
import { keepOne, type CommentResult } from "../comment/keep-one";
import { keyOf } from "../comment/marker";
import { isApiProblem } from "../comment/problem";
import { targetOf, type Target, type TargetFlags } from "../comment/target";
import { write } from "../console";
import { exitCodes } from "../exit-code";
import { CouldNotRun } from "../failure";
import { readText } from "../files";
import { packageVersion } from "../package-facts";
import { parseReports } from "../report-file";
import { plain } from "../report/escape";
import { programOf, blockingIn } from "../report/words";
import { faultsOf, type Fault } from "../../policy-pack/findings/grouped-finding";
import { authorityMarkdown } from "../report/delta-text";
import { mermaidOf, mermaidPart } from "../report/picture/mermaid";
import { narrowed } from "../report/picture/narrowed";
import { pictureOf } from "../report/picture/picture";

const places = ["pull-request", "summary", "both"] as const;

/** Options of `agentid comment`, as commander gives them. */
export interface CommentFlags extends TargetFlags {
  readonly against?: string;
  readonly key?: string;
  readonly to?: string;
  readonly always?: true;
  readonly today?: string;
}

/** Most characters of a job summary: GitHub drops one of more than 1 MiB. */
const summaryRoom = 500_000;

/**
 * `agentid comment`: keeps one comment with a report on a pull request. Where that is not possible, the report goes to the job summary,
 * or to standard output.
 */
export async function comment(file: string, flags: CommentFlags): Promise<number> {
  const { to = "pull-request", key } = flags;
  if (!places.some((place) => place === to)) {
    throw new CouldNotRun(`\`--to ${visible(to)}\` is none of \`${places.join("`, `")}\``);
  }
  if (key !== undefined && !/^[\w.-]{1,64}$/.test(key)) {
    throw new CouldNotRun("`--key` takes at most 64 letters, digits, `.`, `_` and `-`");
  }
  const today = flags.today ?? dayOf(new Date());
  if (!isDay(today)) throw new CouldNotRun(`\`${visible(today)}\` is no day such as 2026-11-30`);
  const given = reportsIn(file);
  const reports = flags.against === undefined ? given : await comparedReports(given, flags.against);
  const isNew = newIn(reports);
  const target = targetOf(flags, process.env, Date.now());
  const options = {
    urlOf: rulePageUrl,
    today,
    ...(target.commit !== undefined && { commit: target.commit }),
    parts: reports.flatMap(partsOf),
    ...(isNew !== undefined && { isNew }),
  };
  const why = to === "summary" ? undefined : await onPullRequest(reports, target, options, flags);
  if (to !== "pull-request" || why !== undefined) {
    await toSummary(commentBody(reports, { ...options, room: summaryRoom }));
  }
  if (why !== undefined) await notice(`${why}; the report went to the job summary instead`);
  return exitCodes.passed;
}

function reportsIn(file: string): readonly Report[] {
  const parsed = parseReports(readText(file, "the report"));
  if (parsed.kind === "problem") throw new CouldNotRun(`\`${visible(file)}\` ${parsed.problem}`);
  return parsed.reports;
}

/** What is new by the comparisons in reports; undefined without a comparison. */
function newIn(reports: readonly Report[]): ((finding: Finding) => boolean) | undefined {
  const compared = reports.flatMap(({ against }) => against ?? []);
  if (compared.length === 0) return undefined;
  const fresh = new Set(compared.flatMap((each) => each.new));
  return ({ fingerprint }) => fresh.has(fingerprint);
}

const outcomes: Readonly<Record<CommentResult, string>> = {
  written: "comment written",
  unchanged: "the comment is unchanged",
  superseded: "nothing written, since a newer commit or run has the comment",
  "not needed": "nothing written, since it passed and there is no comment yet",
};

/** Keeps the comment; gives why where that is not possible. */
async function onPullRequest(
  reports: readonly Report[],
  { pull, commit, run, job }: Target,
  options: Omit<CommentOptions, "room">,
  { key, always }: CommentFlags,
): Promise<string | undefined> {
  if (typeof pull === "string") return pull;
  if (commit === undefined) return "the commit is not known; give `--sha`";
  const token = process.env["GITHUB_TOKEN"] ?? "";
  if (token === "") return "`GITHUB_TOKEN` is not set";
  // Loaded where it is needed alone: no other command waits for it.
  const { threadOn } = await import("../comment/octokit.js");
  const thread = threadOn(pull, { token, agent: `agentid/${packageVersion()}`, now: Date.now });
  const wanted = {
    mark: { key: key ?? keyOf([...job, ...reports.map(programOf)]), sha: commit.sha, run },
    textOf: (room: number) => commentBody(reports, { ...options, room }),
    begins: always === true || reports.some(({ verdict }) => verdict !== "passed"),
  };
  try {
    const kept = await keepOne(thread, wanted, (time) => new Promise((on) => setTimeout(on, time)));
    await notice(`${pull.owner}/${pull.repo}#${pull.number}: ${outcomes[kept]}`);
    return undefined;
  } catch (error) {
    if (isApiProblem(error)) return error.message;
    throw error;
  }
}

async function notice(sentence: string): Promise<void> {
  await write(process.stderr, `agentid: ${plain(sentence)}\n`);
}

async function toSummary(text: string): Promise<void> {
  const file = process.env["GITHUB_STEP_SUMMARY"] ?? "";
  if (file === "") return write(process.stdout, text);
  try {
    appendFileSync(file, text);
  } catch (error) {
    throw new CouldNotRun(`cannot write the job summary \`${visible(file)}\`: ${reasonOf(error)}`);
  }
}

/** How important these parts are beside the findings, which come before them. */
const weights = { authority: 70, graph: 60 } as const;

/** What a comment has beside its findings: how authority changed, who may call what, and the paths of what blocks in the graph. */
export function partsOf(report: Report): readonly CommentPart[] {
  const { against, judgement } = report;
  const authority = authorityMarkdown(report, { rules: [] });
  const isNew = ({ findings }: Fault): boolean =>
    against === undefined || findings.some(({ fingerprint }) => against.new.includes(fingerprint));
  const faults = blockingIn(faultsOf(judgement.findings)).filter(isNew);
  const picture = narrowed(pictureOf(judgement.identityGraph, faults));
  return [
    ...(authority.length === 0
      ? []
      : [{ title: "Authority", markdown: authority.join("\n"), weight: weights.authority }]),
    ...(picture.edges.length === 0
      ? []
      : [
          {
            title: "Identity graph",
            markdown: `\`\`\`mermaid\n${mermaidOf(picture, mermaidPart(picture)).trimEnd()}\n\`\`\``,
            weight: weights.graph,
          },
        ]),
  ];
}
