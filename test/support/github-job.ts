import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly if?: string;
  readonly run?: string;
  readonly uses?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly "working-directory"?: string;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
}

/** What a job of GitHub Actions runs in. */
export interface Runner {
  /** The folder that is checked out. */
  readonly workspace: string;
  /** A folder of the job, `RUNNER_TEMP`. */
  readonly temp: string;
  readonly environment: NodeJS.ProcessEnv;
  /** The context `github`. */
  readonly github: Readonly<Record<string, string>>;
}

/** An action that would come from elsewhere, with its inputs. */
interface Used {
  readonly action: string;
  readonly inputs: Readonly<Record<string, string>>;
}

/** How a job ended. */
export interface Ended {
  /** The exit code of the step that failed, or 0. */
  readonly code: number;
  /** Actions from elsewhere, which are recorded and not run. */
  readonly used: readonly Used[];
  /** What the steps printed. */
  readonly out: string;
}

type Contexts = Readonly<Record<string, unknown>>;

/** GitHub's own language of expressions: modules that no `require` finds. */
type Expressions = typeof import("@actions/expressions", { with: { "resolution-mode": "import" } });

interface Job extends Runner {
  readonly expressions: Expressions;
}

/** Runs the only job of a workflow: its scripts as GitHub's runner does, and the steps of an action that is in the workspace. */
export async function runJob(workflow: string, runner: Runner): Promise<Ended> {
  const { jobs } = parse(workflow) as { jobs: Record<string, { readonly steps: Step[] }> };
  const [job] = Object.values(jobs);
  mkdirSync(runner.temp, { recursive: true });
  const { github, temp } = runner;
  const expressions = await import("@actions/expressions");
  const contexts = { github, runner: { temp } };
  return runSteps(job?.steps ?? [], { ...runner, expressions }, contexts);
}

async function runSteps(steps: readonly Step[], job: Job, contexts: Contexts): Promise<Ended> {
  const outputs: Record<string, { readonly outputs: Readonly<Record<string, string>> }> = {};
  const used: Used[] = [];
  let out = "";
  for (const step of steps) {
    const known = { ...contexts, steps: outputs };
    if (step.if !== undefined && !valueOf(step.if, known, job.expressions).truthy) continue;
    const ended = await runStep(step, job, known);
    used.push(...ended.used);
    out += ended.out;
    if (step.id !== undefined) outputs[step.id] = { outputs: ended.outputs };
    // As GitHub does: later steps without a condition on the status are left out.
    if (ended.code !== 0) return { code: ended.code, used, out };
  }
  return { code: 0, used, out };
}

interface StepEnded extends Ended {
  readonly outputs: Readonly<Record<string, string>>;
}

async function runStep(step: Step, job: Job, contexts: Contexts): Promise<StepEnded> {
  const filled = (texts: Readonly<Record<string, unknown>> = {}): Record<string, string> =>
    Object.fromEntries(
      Object.entries(texts).map(([name, text]) => [
        name,
        fill(String(text), contexts, job.expressions),
      ]),
    );
  if (step.uses === undefined) return runScript(step, job, contexts, filled(step.env));
  const inputs = filled(step.with);
  if (!step.uses.startsWith("./")) {
    return { code: 0, used: [{ action: step.uses, inputs }], out: "", outputs: {} };
  }
  const file = join(job.workspace, step.uses, "action.yml");
  const action = parse(readFileSync(file, "utf8")) as Action;
  const defaults = filled(
    Object.fromEntries(
      Object.entries(action.inputs).map(([name, { default: value = "" }]) => [name, value]),
    ),
  );
  const within = { ...contexts, inputs: { ...defaults, ...inputs } };
  return { ...(await runSteps(action.runs.steps, job, within)), outputs: {} };
}

async function runScript(
  step: Step,
  { workspace, temp, environment, expressions }: Job,
  contexts: Contexts,
  variables: Readonly<Record<string, string>>,
): Promise<StepEnded> {
  const output = join(temp, "output");
  writeFileSync(output, "");
  const child = spawn(
    "bash",
    ["--noprofile", "--norc", "-eo", "pipefail", "-c", fill(step.run ?? "", contexts, expressions)],
    {
      cwd: join(workspace, fill(step["working-directory"] ?? ".", contexts, expressions)),
      env: { ...environment, ...variables, RUNNER_TEMP: temp, GITHUB_OUTPUT: output },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let out = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (out += text));
  }
  const code = await new Promise<number>((onEnd, onError) => {
    child.on("error", onError).on("close", (status) => onEnd(status ?? -1));
  });
  const lines = readFileSync(output, "utf8").split("\n").filter(Boolean);
  const outputs = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
  return { code, used: [], out, outputs };
}

/** A text with the values of its expressions. */
function fill(text: string, contexts: Contexts, expressions: Expressions): string {
  return text.replace(
    /\$\{\{(.*?)\}\}/gs,
    (_, expression: string) => valueOf(expression, contexts, expressions).text,
  );
}

/** The value of an expression, by GitHub's own grammar. */
function valueOf(
  expression: string,
  contexts: Contexts,
  { data, Evaluator, Lexer, Parser }: Expressions,
): { readonly text: string; readonly truthy: boolean } {
  const { tokens } = new Lexer(expression.trim()).lex();
  const parsed = new Parser(tokens, Object.keys(contexts), []).parse();
  const known = JSON.parse(JSON.stringify(contexts), data.reviver) as InstanceType<
    typeof data.Dictionary
  >;
  const text = new Evaluator(parsed, known).evaluate().coerceString();
  return { text, truthy: !["", "false", "0", "NaN"].includes(text) };
}
