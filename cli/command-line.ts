import type { Command } from "commander";
import { addBrokerCommands } from "./broker-commands";
import type { AuditFlags } from "./commands/audit";
import type { FactsFlags } from "./commands/facts";
import type { BaselineFlags } from "./commands/baseline";
import type { CheckFlags } from "./commands/check";
import type { CommentFlags } from "./commands/comment";
import type { ExplainFlags } from "./commands/explain";
import type { GraphFlags } from "./commands/graph";
import type { InitFlags } from "./commands/init";
import type { PolicyFlags } from "./commands/policy";
import type { ReportFlags } from "./commands/report";
import type { WaiveFlags } from "./commands/waive";
import { formats } from "./report/formats";
import { runProgram, type Finish, type Program } from "./run-program";

// Commands are loaded when one is run: `agentid --help` must not wait for rules and the preview.

const agentid: Program = {
  name: "agentid",
  description:
    "Checks that every agent of a Pulumi program or Kubernetes folder has an identity of its own.",
  addCommands,
};

const collect = (value: string, previous: readonly string[] = []): readonly string[] => [
  ...previous,
  value,
];

const fleetPaths =
  "what `pulumi stack export` printed, a checkpoint, saved snapshot or report; a folder of these or of facts";
const keyFileHelp = "key of at least 32 bytes: compares credentials in plain text over stacks";

const exitCodeHelp = `
Exit codes:
  0  passed: no finding blocks
  1  blocked: a mandatory rule is violated, and no baseline or waiver covers it
  2  could not run: no verdict
  3  not proven: nothing is violated, but something that would block is unknown
`;

function addCommands(program: Command, finish: Finish): void {
  program
    .command("init")
    .description(
      "write a starter project with its pipeline; beside a Pulumi program, the pipeline alone",
    )
    .argument("[folder]", "where to write it; made where it does not exist", ".")
    .option("--ci <service>", "pipeline to write: github, gitlab or none (default: github)")
    .option("--pipeline", "write the pipeline and the settings alone, as for Kubernetes YAML")
    .action(async (folder: string, flags: InitFlags) => {
      const { init } = await import("./commands/index.js");
      finish(await init(folder, flags));
    });

  withReportOptions(
    withProgramOptions(
      program
        .command("check")
        .description("judge Pulumi programs, Kubernetes YAML or saved snapshots")
        .argument(
          "<path...>",
          "folder of a Pulumi program, folder or file of Kubernetes YAML, or saved snapshot (.json)",
        ),
    ),
  )
    .option("--save-snapshot <file>", "also save what was judged, without secrets")
    .option("--baseline <file>", "known findings, which do not block")
    .option(
      "--against <before>",
      "what came before: a saved report, a stack export, a saved snapshot, or git:REV",
    )
    .option("--new-only", "findings that were there before do not block")
    .addHelpText("after", exitCodeHelp)
    .action(async (paths: string[], flags: CheckFlags) => {
      const { check } = await import("./commands/index.js");
      finish(await check(paths, flags));
    });

  withReportOptions(
    withJudgingOptions(
      program
        .command("audit")
        .description("judge several stacks together, for faults that no preview of one can find")
        .argument("<path...>", fleetPaths),
      "in the current folder",
    ),
  )
    .option("--baseline <file>", "known findings, which do not block")
    .option("--facts <folder>", "keep the facts here, so that the next run reads only what changed")
    .option("--key-file <file>", keyFileHelp)
    .option("--memory <size>", "memory for the database", "512MiB")
    .option("--disk <size>", "disk for what does not fit in memory", "10GiB")
    .addHelpText("after", exitCodeHelp)
    .action(async (files: string[], flags: AuditFlags) => {
      const { audit } = await import("./commands/index.js");
      finish(await audit(files, flags));
    });

  program
    .command("facts")
    .description("write what stacks share and reach as tables in Parquet, for audit or SQL")
    .argument("<path...>", fleetPaths)
    .requiredOption("--out <folder>", "folder to write; its stacks of other names stay")
    .option("--settings <file>", "settings (default: agentid.yaml in the current folder)")
    .option("--key-file <file>", keyFileHelp)
    .option("--memory <size>", "memory for the database", "512MiB")
    .option("--disk <size>", "disk for what does not fit in memory", "10GiB")
    .option("--verbose", "show why a command failed")
    .action(async (paths: string[], flags: FactsFlags) => {
      const { facts } = await import("./commands/index.js");
      finish(await facts(paths, flags));
    });

  withProgramOptions(
    program
      .command("baseline")
      .description("write down today's findings, so that only further ones block")
      .argument("<path...>", "as for check"),
  )
    .requiredOption("--out <file>", "file to write; findings that are gone are dropped from it")
    .action(async (paths: string[], flags: BaselineFlags) => {
      const { baseline } = await import("./commands/index.js");
      finish(await baseline(paths, flags));
    });

  withReportOptions(
    program
      .command("report")
      .description("show what the policy pack wrote (AGENTID_REPORT) or check --report json")
      .argument("<file>", "the report")
      .option("--against <file>", "what came before: a saved report, stack export or snapshot")
      .option("--verbose", "leave nothing out"),
  ).action(async (file: string, flags: ReportFlags) => {
    const { report } = await import("./commands/index.js");
    finish(await report(file, flags));
  });

  withProgramOptions(
    program
      .command("graph")
      .description("draw who assumes, uses or calls what")
      .argument("<path...>", "as for check, or a saved report"),
  )
    .option("--format <format>", "mermaid, dot or svg", "mermaid")
    .option("--out <file>", "file to write (default: standard output)")
    .option("--finding <fingerprint>", "only what one finding is about")
    .option("--baseline <file>", "known findings, which do not block")
    .action(async (paths: string[], flags: GraphFlags) => {
      const { graph } = await import("./commands/index.js");
      finish(await graph(paths, flags));
    });

  program
    .command("comment")
    .description("keep one comment with a report on a pull request of GitHub, by GITHUB_TOKEN")
    .argument("<report>", "what the policy pack wrote (AGENTID_REPORT) or check --report json")
    .option("--against <report>", "what came before: a saved report, stack export or snapshot")
    .option("--repo <owner/name>", "repository (default: the run's, as GitHub Actions names it)")
    .option("--pr <number>", "pull request (default: the run's)")
    .option("--sha <commit>", "commit that was judged (default: the head of the run's)")
    .option("--key <key>", "distinguishes comments (default: by workflow, job and program)")
    .option("--to <place>", "pull-request, summary or both; without a token the job summary")
    .option("--always", "comment also where it passed and there is no comment yet")
    .option("--today <day>", "day to judge the end of waivers by (default: today, in UTC)")
    .action(async (file: string, flags: CommentFlags) => {
      const { comment } = await import("./commands/index.js");
      finish(await comment(file, flags));
    });

  program
    .command("waive")
    .description("name an owner for a finding of a report: writes an entry of a waivers file")
    .argument("<report>", "what the policy pack wrote (AGENTID_REPORT) or check --report json")
    .requiredOption("--file <file>", "waivers file; written where it does not exist")
    .option("--fingerprint <fingerprint>", "the finding, by its fingerprint")
    .option("--rule <rule>", "the finding, by its rule ...")
    .option("--thing <name>", "... and what it is about, as the report names it")
    .option("--holder <name>", "... and one of the workloads that it affects (default: all)")
    .requiredOption("--owner <who>", "who answers for it")
    .requiredOption("--reason <text>", "why it cannot be fixed yet")
    .requiredOption("--ticket <ticket>", "where that is followed up")
    .requiredOption("--expires <day>", "last day of the waiver, at most 90 days away")
    .requiredOption(
      "--control <control>",
      "what restricts the workload meanwhile; repeatable",
      collect,
    )
    .option("--today <day>", "day to judge the end by (default: today, in UTC)")
    .action(async (file: string, flags: WaiveFlags) => {
      const { waive } = await import("./commands/index.js");
      finish(await waive(file, flags));
    });

  withPreviewOptions(
    program
      .command("policy")
      .description("write the grants of a program as a policy: Cedar, or a bundle of OPA")
      .argument("<path>", "folder of a Pulumi program, saved snapshot or stack export")
      .requiredOption("--format <format>", "cedar or rego")
      .requiredOption("--out <folder>", "folder to write, empty or of an earlier run"),
  )
    .option("--settings <file>", "settings; by default agentid.yaml beside the program")
    .option("--verbose", "show what a failing program printed")
    .action(async (path: string, flags: PolicyFlags) => {
      const { policy } = await import("./commands/index.js");
      finish(await policy(path, flags));
    });

  addBrokerCommands(program, finish);

  program
    .command("explain")
    .description(
      "print the page of a rule, the rules of a standard, or a finding of a report with all its evidence",
    )
    .argument(
      "<rule|standard|fingerprint>",
      "id of a rule or standard, or fingerprint of a finding or its beginning",
    )
    .option("--from <report>", "report that has the finding: what `check --report json` wrote")
    .action(async (what: string, flags: ExplainFlags) => {
      const { explain } = await import("./commands/index.js");
      finish(await explain(what, flags));
    });

  program
    .command("rules")
    .description("list the rules")
    .action(async () => {
      const { rules } = await import("./commands/index.js");
      finish(await rules());
    });
}

function withReportOptions(command: Command): Command {
  return command
    .option(
      "--report <format[=file]>",
      `${formats.join(", ")}; to a file or standard output; repeatable`,
      collect,
    )
    .option(
      "--root <folder>",
      "folder that paths in reports go by, other than in text (default: the repository)",
    )
    .option("--quiet", "only the verdict and what blocks")
    .option("--min-severity <severity>", "leave out findings below it that do not block")
    .option("--color", "colours, also where standard output is no terminal")
    .option("--no-color", "no colours");
}

function withProgramOptions(command: Command): Command {
  return withJudgingOptions(
    withPreviewOptions(
      command.option(
        "--engine <engine>",
        "offline: nothing but Node is needed; pulumi: `pulumi preview` with the policy pack",
      ),
    ).option(
      "--namespace <name>",
      "where Kubernetes objects live that name no namespace, as for kubectl apply",
    ),
    "beside the program",
  );
}

function withPreviewOptions(command: Command): Command {
  return command
    .option("--config <key=value>", "configuration of the program; repeatable", collect)
    .option("--stack <name>", "stack whose configuration is used; all: each that has a file")
    .option("--state <file>", "stack export, so that outputs of what is deployed are known")
    .option("--typecheck", "fail where the types of a program do not check, as a real preview does")
    .option(
      "--timeout <duration>",
      "longest run of a program, such as 90s (default: 5m; with --engine pulumi none)",
    );
}

function withJudgingOptions(command: Command, where: string): Command {
  return command
    .option("--settings <file>", `settings; by default agentid.yaml ${where}`)
    .option("--waivers <file>", "accepted findings, instead of the file that the settings name")
    .option(
      "--today <day>",
      "day to judge the end of waivers by, such as 2026-11-30 (default: today, in UTC)",
    )
    .option("--verbose", "leave nothing out, and show what a failing program printed");
}

/** Runs `agentid` with these arguments and answers its exit code; it reads and writes the streams of the process. */
export function run(args: readonly string[]): Promise<number> {
  return runProgram(agentid, args);
}
