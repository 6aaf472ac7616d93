import { statSync } from "node:fs";
import { dayOf, isDay } from "../core/day";
import type { SnapshotNote } from "../core/snapshot/resource";
import type { Finding } from "../policy-pack/findings/finding";
import type { NotRead } from "../policy-pack/read/reading";
import type { Report, Verdict } from "../policy-pack/views/report";
import { rules } from "../policy-pack/rules/index";
import { checkPath, judgedAs, type CheckOptions, type Outcome } from "../cli/check";
import { CouldNotRun, failureOf } from "../cli/failure";
import { classifyInput } from "../cli/input";
import { givenSettings, loadSettings, type LoadedSettings } from "../cli/load-settings";
import { packageVersion } from "../cli/package-facts";
import { jsonReporter } from "../cli/report/json";
import { unreadIn } from "../cli/unread";
import { snapshotOfList, type ListedResource } from "./listed-resources";
import type { SettingsFields } from "./settings-fields";

/** What can be judged. Paths are from the current folder, or absolute. */
export type Judgeable =
  /** A path, as `agentid check` takes it: a folder or file of a program or of manifests, a saved snapshot or a stack export. */
  | string
  /** A Pulumi program: its folder, or its file in YAML. */
  | { readonly program: string }
  /** Kubernetes manifests: their folder, or one file. */
  | { readonly folder: string }
  /** Resources as a preview would have them. */
  | { readonly resources: readonly ListedResource[] };

/** How something is judged. */
export interface JudgeOptions {
  /**
   * The settings as an object, or the path of a file. Default: the `agentid.yaml` beside what is judged; for a list of
   * resources, none.
   */
  readonly settings?: SettingsFields | string;
  /** The stack, such as `dev`. Default: as `agentid check` has it; for a list of resources, `test`. */
  readonly stack?: string;
  /** Configuration of a program by its keys, such as `aws:region`. It precedes what the stack's file has. Default: none. */
  readonly config?: Readonly<Record<string, string>>;
  /** Path of a file of `pulumi stack export`, so that a program has the outputs of what is deployed. Default: none. */
  readonly state?: string;
  /** The day by which waivers end, in UTC, such as `2026-11-30`. Default: the current day. */
  readonly today?: string;
  /** Longest run of a program, in milliseconds. Default 300000. */
  readonly timeoutMs?: number;
}

/** The result. It has the same data as `agentid check --report json` writes. */
export interface Judged {
  /**
   * `blocked`: a finding blocks (exit code 1 of `agentid check`). `not proven`: a blocking finding is unknown, or not all was
   * judged (exit code 3). Else `passed`.
   */
  readonly verdict: "passed" | "blocked" | "not proven";
  /** Worst first. Advisory, known and waived ones are included; they do not decide the verdict. */
  readonly findings: readonly Finding[];
  /** Resources that may have an identity and are not read. */
  readonly notRead: readonly NotRead[];
  /** What was not judged, each in one sentence. */
  readonly notes: readonly SnapshotNote[];
  /** How many resources were judged. */
  readonly resources: number;
}

/** Why something could not be judged (exit code 2 of `agentid check`): the `message` is one sentence. */
export interface JudgeError extends Error {
  readonly name: "CouldNotRun";
  /** What `agentid check --verbose` prints of it, such as the program's output. Absent where there is nothing more. */
  readonly details?: string;
}

/**
 * Judges a program, manifests or resources by all rules.
 *
 * It prints nothing, never ends the process, and leaves the working directory and the environment unchanged. A program runs in
 * a process of its own, without network, and several may run at once.
 *
 * Rejects with a {@link JudgeError} where something cannot be judged: a path or settings that cannot be read, a program that
 * fails, a manifest that is no YAML.
 *
 * @param what a path, `{ program }`, `{ folder }` or `{ resources }`
 * @example
 * const { verdict, findings } = await judge({ program: "infra" }, { stack: "dev" });
 * assert.deepEqual([verdict, findings.map(({ rule }) => rule)], ["passed", []]);
 */
export async function judge(what: Judgeable, options: JudgeOptions = {}): Promise<Judged> {
  try {
    const outcome = await outcomeOf(what, options);
    if (outcome.kind === "could not run") throw new CouldNotRun(outcome.reason, outcome.details);
    const unread = unreadIn(outcome.report);
    if (unread !== undefined) throw new CouldNotRun(unread.reason, unread.details);
    return judgedOf(outcome.report);
  } catch (error) {
    const { reason, details } = failureOf(error);
    throw new CouldNotRun(reason, details);
  }
}

/** @param what a program in JavaScript may give anything, nothing included */
async function outcomeOf(
  what: Judgeable | null | undefined,
  options: JudgeOptions,
): Promise<Outcome> {
  const check = checkOptionsOf(options);
  const given = settingsOf(options, check);
  if (typeof what === "object" && what !== null && "resources" in what) {
    const snapshot = snapshotOfList(what.resources, options.stack ?? "test");
    return judgedAs(snapshot, given ?? loadSettings(undefined, check, rules), check, ".");
  }
  const path = pathOf(what);
  return checkPath(path, check, given && { settings: given, folder: folderOf(path) });
}

function checkOptionsOf({
  stack,
  config = {},
  state,
  today,
  timeoutMs,
}: JudgeOptions): CheckOptions {
  if (today !== undefined && !isDay(today)) {
    throw new CouldNotRun("`today` is no day; write one such as `2026-11-30`");
  }
  return {
    config,
    today: today ?? dayOf(new Date()),
    verbose: true,
    version: packageVersion(),
    onProgress: () => undefined,
    ...(stack !== undefined && { stack }),
    ...(state !== undefined && { state }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  };
}

/** The settings of the options; undefined where those beside what is judged apply. */
function settingsOf({ settings }: JudgeOptions, check: CheckOptions): LoadedSettings | undefined {
  if (settings === undefined) return undefined;
  return typeof settings === "string"
    ? loadSettings(settings, check, rules)
    : givenSettings(settings, check, rules);
}

/** The path to judge, of the kind that was named. */
function pathOf(
  what: Exclude<Judgeable, { readonly resources: unknown }> | null | undefined,
): string {
  const given = typeof what === "string" ? { path: what } : what;
  const [[form, path] = []] = Object.entries(given ?? {}) as [string, unknown][];
  if (typeof path !== "string" || !["path", "program", "folder"].includes(form ?? "")) {
    throw new CouldNotRun(
      "`judge` takes a path, `{ program }`, `{ folder }` or `{ resources }`, and no other form",
    );
  }
  if (path === "-") throw new CouldNotRun("`-` is standard input; name a folder or a file");
  const { kind } = classifyInput(path);
  if (form === "program" && kind !== "program") {
    throw new CouldNotRun(`\`${path}\` is no Pulumi program: it has no Pulumi.yaml`);
  }
  if (form === "folder" && kind === "program") {
    throw new CouldNotRun(`\`${path}\` is a Pulumi program; give it as \`{ program }\``);
  }
  return path;
}

function folderOf(path: string): string {
  return statSync(path).isDirectory() ? path : classifyInput(path).folder;
}

const verdicts = {
  passed: "passed",
  violated: "blocked",
  "not proven": "not proven",
} as const satisfies Record<Verdict, Judged["verdict"]>;

function judgedOf(report: Report): Judged {
  // By way of its text it is plain data, and the same as in a file.
  const { verdict, judgement } = JSON.parse(jsonReporter([report], { rules: [] })) as Report;
  const { findings, notRead, notes, resources } = judgement;
  return { verdict: verdicts[verdict], findings, notRead, notes, resources };
}
