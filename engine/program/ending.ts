import type { Ending } from "./child";
import type { ProgramLog } from "./engine-service";
import type { Progress } from "./monitor";
import type { Project } from "./project";
import type { SourcePositions } from "./source-positions";

/** Why a program did not run to its end, in one sentence; undefined when it did. */
export function explainEnding(facts: {
  readonly ending: Ending;
  readonly log: ProgramLog;
  readonly progress: Progress;
  readonly project: Project;
  readonly positions: SourcePositions;
  readonly timeoutMs: number;
}): string | undefined {
  const { ending, log, progress } = facts;
  if (ending.kind === "exited" && ending.code === 0 && progress.finished && log.errors.length === 0)
    return undefined;
  return `program failed: ${JSON.stringify(ending)} ${log.errors.join("; ")}`;
}
