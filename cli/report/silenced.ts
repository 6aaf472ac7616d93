import { printDuration } from "../../core/duration";
import type { Silenced } from "../../policy-pack/findings/silenced";
import type { Report } from "../../policy-pack/views/report";
import { counted, listed, positionOf } from "./words";

/** What a setting silences, and where it is set: `` rule `no-public-trust` is disabled by agentid.yaml:3:20 ``. Not yet escaped. */
export function silencedLine(one: Silenced): string {
  const { by, source } = one;
  if (one.kind === "stacks") return `${silencedEffect(one)}; \`--stack all\` judges each`;
  return `${silencedEffect(one)} by ${source === undefined ? by : positionOf(source)}`;
}

/** The settings that were not so before, and all others. */
export function settingsOf({ silenced = [] }: Report): {
  readonly fresh: readonly Silenced[];
  readonly others: readonly Silenced[];
} {
  return {
    fresh: silenced.filter(({ isNew }) => isNew === true),
    others: silenced.filter(({ isNew }) => isNew !== true),
  };
}

/** What a setting that was not so before is called. */
export const newSetting = "changed setting";

/** Names a setting in formats that compare issues: no line, so that a setting stays the same when its line moves. */
export function silencedKey({ kind, subject, by }: Silenced): string {
  return `setting/${by}/${kind}/${subject}`;
}

/** What a setting silences, without where it is set. Not yet escaped. */
export function silencedEffect({ kind, subject, count }: Silenced): string {
  switch (kind) {
    case "disabled":
      return `rule \`${subject}\` is disabled`;
    case "advisory":
      return `rule \`${subject}\` is made advisory`;
    case "unknown":
      return "what cannot be verified is made advisory";
    case "scope":
      return "rules on secrets, identity and lifetime are limited to declared workloads";
    case "limit":
      return `\`${subject}\` is raised to ${printDuration(count ?? 0)}`;
    case "answers":
      return `${several("answer", count)} of functions ${count === 1 ? "is" : "are"} given`;
    case "baseline":
      return `${several("finding", count)} ${count === 1 ? "is" : "are"} known (\`${subject}\`)`;
    case "stacks":
      return `${count === 1 ? "stack" : "stacks"} ${quoted(subject)} ${count === 1 ? "is" : "are"} not judged`;
  }
}

/** Names as code, of many the first and how many more. */
function quoted(names: string): string {
  return listed(names.split(", ").map((name) => `\`${name}\``));
}

/** Things with their number, where that is known. */
function several(noun: string, count: number | undefined): string {
  return count === undefined ? `${noun}s` : counted(count, noun);
}
