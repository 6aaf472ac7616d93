import { Session, type Profiler } from "node:inspector";
import { resolve } from "node:path";

const root = resolve(__dirname, "../..");
/** The folders of our own code whose work counts, and the parser of YAML. */
const ours = /^\/(?:core|yaml|policy-pack|engine|cli|node_modules\/yaml\/dist)\//;

/**
 * How many calls of our own functions, and of those that read YAML, something takes: what it costs, on whatever machine.
 *
 * Throws in a run that measures coverage: V8 keeps one count alone, and that of the run would be lost.
 */
export async function callsIn(run: () => unknown): Promise<number> {
  if (process.env["NODE_V8_COVERAGE"] !== undefined) {
    throw new Error("calls are not counted in a run that measures coverage; do that in test/fuzz");
  }
  const session = new Session();
  session.connect();
  try {
    session.post("Profiler.enable");
    session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
    session.post("Profiler.takePreciseCoverage");
    await run();
    let calls = 0;
    session.post("Profiler.takePreciseCoverage", (error, { result }) => {
      if (error !== null) throw error;
      calls = result
        .filter(isOurs)
        .flatMap(callsOf)
        .reduce((sum, count) => sum + count, 0);
    });
    return calls;
  } finally {
    session.disconnect();
  }
}

function isOurs({ url }: Profiler.ScriptCoverage): boolean {
  const file = url.replace(/^file:\/\//, "");
  return file.startsWith(root) && ours.test(file.slice(root.length));
}

function callsOf({ functions }: Profiler.ScriptCoverage): readonly number[] {
  return functions.map(({ ranges }) => ranges[0]?.count ?? 0);
}
