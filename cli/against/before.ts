import { visible } from "../../core/visible";
import type { Report } from "../../policy-pack/views/report";
import { shortName } from "../../engine/program/stacks";
import { checkPath, settingsFor, stacksAt, type CheckOptions, type Represents } from "../check";
import { CouldNotRun, type Failure } from "../failure";
import { readText } from "../files";
import { classifyInput } from "../input";
import { allStacks } from "../program-options";
import { parseReports } from "../report-file";
import type { Before } from "./compare";
import { newSettings, settingsAt } from "./earlier-settings";
import { pathAtRevision } from "./git-revision";

const gitPrefix = "git:";

/**
 * What came before a path.
 *
 * It is read, and a program of a revision run, before the programs of now, which may change files and branches. Only then the
 * report is known that is to be compared.
 */
export type BeforeOf = (path: string, options: CheckOptions) => Promise<(report: Report) => Before>;

/** The file that `--against` names; undefined for a revision. */
export function fileOfAgainst(against: string | undefined): string | undefined {
  return against?.startsWith(gitPrefix) === true ? undefined : against;
}

/**
 * What `--against` names: a report that was saved, a snapshot or stack export to be judged now, or a revision of the
 * program to be run.
 *
 * @param options how programs are run and judged, so that both sides are judged alike
 */
export function beforeBy(against: string, options: CheckOptions): BeforeOf {
  if (against.startsWith(gitPrefix)) {
    if (options.engine === "pulumi") {
      throw new CouldNotRun(
        "`--against git:REV` is not for `--engine pulumi`: a revision is only previewed offline",
      );
    }
    return async (path, its) => {
      const before = await atRevision(against, path, ofStack(options, its));
      return () => before;
    };
  }
  let saved: Promise<readonly Report[]> | undefined;
  return async (path) => {
    const reports = await (saved ??= savedIn(against, path, options));
    return (report) => ({ what: against, report: counterpartOf(report, reports, against) });
  };
}

/** The options with the stack that is judged now: `all` names none. */
function ofStack({ stack: given, ...options }: CheckOptions, its: CheckOptions): CheckOptions {
  const stack = given === allStacks ? its.stack : given;
  return { ...options, ...(stack !== undefined && { stack }) };
}

async function atRevision(against: string, path: string, options: CheckOptions): Promise<Before> {
  const revision = against.slice(gitPrefix.length);
  const copy = pathAtRevision(path, revision);
  try {
    if (copy.path === undefined || isNewStack(path, copy.path, options.stack)) {
      return { what: against, report: undefined };
    }
    const now = judgedLike(path, options);
    const isNewSetting = newSettings(now.settings, settingsAt(copy.path, copy.copyOf, options));
    const outcome = await checkPath(copy.path, options, now);
    if (outcome.kind === "judged") return { what: against, report: outcome.report, isNewSetting };
    const { otherLock, named } = copy;
    const then = `\`${visible(revision)}\``;
    const why =
      otherLock === undefined
        ? "only files that Git stores are there"
        : `\`${otherLock}\` was another, and the packages are those of now`;
    throw failed(`\`${path}\` at ${then}`, {
      reason: `${named(outcome.reason)}; ${why}: save a report (\`--report json=FILE\`) in a checkout of ${then}, and give that file`,
      ...(outcome.details !== undefined && { details: named(outcome.details) }),
    });
  } finally {
    copy.remove();
  }
}

/** Whether a stack has a file now and had none at the revision: then all of it is new. */
function isNewStack(path: string, copy: string, stack: string | undefined): boolean {
  if (stack === undefined) return false;
  const [now, before] = [path, copy].map((each) => stacksAt(classifyInput(each)));
  return now?.includes(shortName(stack)) === true && before?.includes(shortName(stack)) === false;
}

async function savedIn(
  file: string,
  path: string,
  options: CheckOptions,
): Promise<readonly Report[]> {
  const text = readText(file, "the report");
  const parsed = parseReports(text);
  if (parsed.kind === "ok") return parsed.reports;
  if (!mayBeSnapshot(text)) throw new CouldNotRun(`\`${file}\` ${parsed.problem}`);
  const outcome = await checkPath(
    file,
    { ...options, engine: "offline" },
    judgedLike(path, options),
  );
  if (outcome.kind === "judged") return [outcome.report];
  throw failed(`\`${file}\``, outcome);
}

/** By the settings of today, so that only what is judged differs. */
function judgedLike(path: string, options: CheckOptions): Represents {
  const input = classifyInput(path);
  return { settings: settingsFor(input, options), folder: input.folder };
}

/** Whether a text is JSON of a stack export, a snapshot or an object of Kubernetes. */
function mayBeSnapshot(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return (
      typeof value === "object" &&
      value !== null &&
      ["deployment", "resources", "kind"].some((field) => field in value)
    );
  } catch {
    return false;
  }
}

function failed(what: string, { reason, details }: Failure): CouldNotRun {
  return new CouldNotRun(
    `there is nothing to compare with, as ${what} could not be judged: ${reason}`,
    details,
  );
}

/** The report of the same program: of the same stack, else the only one of its project, else the only one. */
function counterpartOf(report: Report, reports: readonly Report[], file: string): Report {
  const ofProject = reports.filter(({ project }) => project === report.project);
  const ofStack = ofProject.filter(({ stack }) => stack === report.stack);
  for (const found of [ofStack, ofProject, reports]) {
    const [only, ...more] = found;
    if (only !== undefined && more.length === 0) return only;
  }
  throw new CouldNotRun(
    `\`${file}\` has no report of \`${report.project}/${report.stack}\`, or several; save one of that program`,
  );
}
