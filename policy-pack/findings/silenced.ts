import type { SourcePosition } from "../../core/snapshot/resource";
import { levelOf, type Rule } from "./define-rule";
import { defaultSettings, type Settings } from "./settings";

/** How a setting silences: what is not reported, or does not block, by it. */
export const silencedKinds = [
  ...["disabled", "advisory", "unknown", "scope", "limit", "answers", "baseline", "stacks"],
] as const;

/** A setting by which something is not reported, or does not block. */
export interface Silenced {
  /**
   * `disabled` and `advisory`: a rule. `unknown`: what cannot be verified is advisory. `scope`: only declared workloads.
   * `limit`: a longer session or token. `answers`: recorded answers of functions. `baseline`: known findings. `stacks`: others
   * have files, and are not judged.
   */
  readonly kind: (typeof silencedKinds)[number];
  /** The rule, the setting, the file of the baseline, or the stacks. Hostile wherever it is shown. */
  readonly subject: string;
  /** How many answers, known findings or stacks; of a limit its seconds. */
  readonly count?: number;
  /** What sets it, such as `agentid.yaml` or `--baseline`. Hostile wherever it is shown. */
  readonly by: string;
  /** Where a file sets it. */
  readonly source?: SourcePosition;
  /** Whether the earlier report or revision did not have it, where that is known. Default false. */
  readonly isNew?: true;
}

/** What sets a setting. */
export type SetBy = Pick<Silenced, "by" | "source">;

/** The longest session and token without a setting, in seconds. */
const usual = defaultSettings.maxTokenSeconds;

/**
 * The settings that silence, but for files that settings name.
 *
 * @param setBy what sets a setting, by its path: `levels.no-shared-secret`
 */
export function silencedIn(
  settings: Settings,
  rules: readonly Rule[],
  setBy: (setting: string) => SetBy,
): readonly Silenced[] {
  const { levels, undetermined, scope, maxSessionSeconds = usual, maxTokenSeconds } = settings;
  const ofRules = rules.flatMap((rule): readonly Silenced[] => {
    const kind = levels[rule.id];
    const isSilent =
      kind === "disabled" ||
      (kind === "advisory" && levelOf(rule, rule.severity, undefined) === "mandatory");
    return isSilent ? [{ kind, subject: rule.id, ...setBy(`levels.${rule.id}`) }] : [];
  });
  const limits = [
    ["maxSession", maxSessionSeconds],
    ["maxToken", maxTokenSeconds],
  ] as const;
  return [
    ...ofRules,
    ...(undetermined === "advisory"
      ? [{ kind: "unknown", subject: "undetermined", ...setBy("undetermined") } as const]
      : []),
    ...(scope === "declared"
      ? [{ kind: "scope", subject: "scope", ...setBy("scope") } as const]
      : []),
    ...limits.flatMap(([subject, count]): readonly Silenced[] =>
      count > usual ? [{ kind: "limit", subject, count, ...setBy(subject) }] : [],
    ),
  ];
}

/**
 * Whether a setting silences more than those of before.
 *
 * @param isSame whether the answers or the known findings were there before, where that is known
 */
export function isNewlySilenced(
  one: Silenced,
  before: readonly Silenced[],
  isSame: (one: Silenced) => boolean = () => true,
): boolean {
  const { kind, subject, count = 0 } = one;
  const isFile = kind === "answers" || kind === "baseline";
  const found = before.find(
    (other) =>
      (other.kind === kind || (other.kind === "disabled" && kind === "advisory")) &&
      (isFile || other.subject === subject),
  );
  if (found === undefined) return true;
  return count > (found.count ?? 0) || (isFile && !isSame(one));
}
