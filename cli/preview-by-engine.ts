import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { printDuration } from "../core/duration";
import type { Report } from "../policy-pack/views/report";
import { MARK, endDescendants } from "../engine/program/descendants";
import { CouldNotRun } from "./failure";
import { packFolder } from "./package-facts";
import { parseReports } from "./report-file";
import type { LoadedSettings } from "./load-settings";
import type { Configuration } from "../policy-pack/crossguard/configuration";

/** Which preview the engine is to make. */
export interface EngineOptions {
  /** Default: the stack that is selected. */
  readonly stack?: string;
  /** Longest run, in milliseconds. Default: as long as it takes. */
  readonly timeoutMs?: number;
}

/** How long the Pulumi CLI may take to stop, in milliseconds. */
const LONGEST_STOP = 10_000;

/** How a run of the Pulumi CLI ended. */
interface EngineRun {
  readonly code: number;
  /** How it was ended, where it did not end by itself. */
  readonly stopped?: string;
  readonly printed: string;
}

/**
 * Has `pulumi preview` judge a program with the policy pack, and answers the report that the pack wrote.
 *
 * Throws {@link CouldNotRun} where the CLI is missing, and where the preview failed for another reason than a finding:
 * what was not previewed to its end has no verdict.
 */
export async function previewByEngine(
  folder: string,
  options: EngineOptions,
  loaded: LoadedSettings,
): Promise<Report> {
  const files = mkdtempSync(join(tmpdir(), "agentid-"));
  const remove = (): void => {
    rmSync(files, { recursive: true, force: true });
  };
  process.once("exit", remove);
  try {
    const [report, configuration] = [join(files, "report.json"), join(files, "pack.json")];
    writeFileSync(configuration, JSON.stringify(packConfigurationOf(loaded)));
    const { stack, timeoutMs } = options;
    const args = [
      ...["preview", "--non-interactive", "--color", "never", "--cwd", folder],
      ...["--policy-pack", packFolder(), "--policy-pack-config", configuration],
      ...(stack === undefined ? [] : ["--stack", stack]),
    ];
    return reportOf(await pulumi(args, report, loaded.files, timeoutMs), report);
  } finally {
    process.removeListener("exit", remove);
    remove();
  }
}

function pulumi(
  args: readonly string[],
  report: string,
  files: LoadedSettings["files"],
  timeoutMs = 0,
): Promise<EngineRun> {
  const mark = randomUUID();
  const environment = {
    ...process.env,
    AGENTID_REPORT: report,
    // Where they may lie was judged as the settings were read.
    AGENTID_FILES: Object.values(files).join(delimiter),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    [MARK]: mark,
  };
  const child = spawn("pulumi", args, { env: environment, stdio: ["ignore", "pipe", "pipe"] });
  const stop = (): void => void child.kill("SIGTERM");
  const endAll = (): void => {
    endDescendants(child.pid, mark);
    child.kill("SIGKILL");
  };
  const timers =
    timeoutMs === 0
      ? []
      : [setTimeout(stop, timeoutMs), setTimeout(endAll, timeoutMs + LONGEST_STOP)];
  process.once("exit", stop);
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (printed += text));
  }
  return new Promise<EngineRun>((resolve, reject) => {
    child.on("error", (error) => {
      reject(withoutCli(error));
    });
    // Processes of the program may have the output open.
    child.on("exit", () => endDescendants(undefined, mark));
    child.on("close", (code, signal) => {
      const late = child.killed && `was ended after ${printDuration(timeoutMs / 1000)}`;
      const stopped = late || (signal !== null && `was ended by ${signal}`);
      resolve({ code: code ?? -1, printed: printed.trimEnd(), ...(stopped && { stopped }) });
    });
  }).finally(() => {
    for (const timer of timers) clearTimeout(timer);
    process.removeListener("exit", stop);
    endDescendants(undefined, mark);
  });
}

function withoutCli(error: NodeJS.ErrnoException): CouldNotRun {
  return new CouldNotRun(
    error.code === "ENOENT"
      ? "there is no `pulumi` on the PATH; install the Pulumi CLI, or leave out `--engine pulumi` for a preview that needs none"
      : `\`pulumi\` could not be started: ${error.message}`,
  );
}

/** The pack's report, where a finding is the only reason for which the preview may have failed. */
function reportOf({ code, stopped, printed }: EngineRun, file: string): Report {
  const report = writtenReport(file);
  const isWhole = report !== undefined && report.unfinished !== true;
  if (isWhole && (code === 0 || report.verdict !== "passed")) return report;
  throw new CouldNotRun(
    code === 0
      ? "`pulumi preview` ended well, yet the policy pack wrote no whole report; run again with --verbose"
      : `\`pulumi preview\` ${stopped ?? `ended with exit code ${code}`}: ${firstErrorOf(printed)}`,
    printed,
  );
}

function writtenReport(file: string): Report | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
  const parsed = parseReports(text);
  return parsed.kind === "ok" ? parsed.reports[0] : undefined;
}

/** The first error of the CLI; that the preview failed comes last, by itself. */
function firstErrorOf(printed: string): string {
  const [, error = "run again with --verbose to see what it printed"] =
    /^[ \t]*error: (?!preview failed)(.*\S)/m.exec(printed) ?? [];
  return error;
}

/** What `--policy-pack-config` takes: the pack's own configuration under `agentid`, and levels by rule. */
type PackConfiguration = Readonly<Record<string, string | Configuration>>;

/** The pack's configuration that is equivalent to settings. */
export function packConfigurationOf({ settings, files }: LoadedSettings): PackConfiguration {
  const { scope, tenants, maxSessionSeconds, maxTokenSeconds, undetermined, levels } = settings;
  const { strict } = settings;
  return {
    agentid: {
      scope,
      tenants,
      ...(maxSessionSeconds !== undefined && { maxSession: printDuration(maxSessionSeconds) }),
      maxToken: printDuration(maxTokenSeconds),
      undetermined,
      ...(strict && { strict }),
      ...files,
    },
    ...levels,
  };
}
