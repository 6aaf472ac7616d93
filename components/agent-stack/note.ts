import type { Mistakes } from "../../yaml/problems";

/** Notes a problem at the place that its message starts with, or at the nearest that was written. */
export function note(path: string, problem: string | undefined, mistakes: Mistakes): void {
  if (problem === undefined) return;
  const [, argument = ""] = /^([a-zA-Z]\w*(?:\.[a-zA-Z]\w*|\[\d+\])*) /.exec(problem) ?? [];
  const at = `${path}.${argument}`;
  if (argument !== "" && mistakes.has(at)) {
    mistakes.addAt(at, problem.slice(argument.length + 1));
  } else mistakes.addAt(path, problem);
}
