import { dayOf, isDay, type Day } from "../core/day";
import { parseDuration } from "../core/duration";
import { visible } from "../core/visible";
import { engines, type CheckOptions, type Engine } from "./check";
import { CouldNotRun } from "./failure";
import { packageVersion } from "./package-facts";

/** Options of the command line for how programs are run and judged, as commander has them. */
export interface ProgramFlags {
  readonly config?: readonly string[];
  readonly stack?: string;
  readonly state?: string;
  readonly settings?: string;
  readonly waivers?: string;
  readonly today?: string;
  readonly timeout?: string;
  readonly typecheck?: true;
  readonly namespace?: string;
  readonly verbose?: true;
  readonly engine?: string;
}

/** What `--stack` takes for each stack of a program that has a file. */
export const allStacks = "all";

/** What only our own preview takes, and where the engine has it from. */
const ofOurOwnPreview = {
  config: "it goes by what `pulumi config set` wrote",
  state: "it has what is deployed",
  typecheck: "a real preview checks types",
  today: "the policy pack goes by the clock",
  namespace: "the provider has the namespace of objects that name none",
} as const;

/** Reads the options for how programs are run and judged. */
export function checkOptionsOf(
  flags: ProgramFlags,
  onProgress: (resources: number) => void,
): CheckOptions {
  const { stack, state, settings, waivers, today, timeout, typecheck, namespace, verbose } = flags;
  return {
    engine: engineOf(flags),
    config: Object.fromEntries((flags.config ?? []).map(configEntry)),
    verbose: verbose === true,
    version: packageVersion(),
    onProgress,
    today: todayOf(today),
    ...(stack !== undefined && { stack }),
    ...(state !== undefined && { state }),
    ...(settings !== undefined && { settings }),
    ...(waivers !== undefined && { waivers }),
    ...(timeout !== undefined && { timeoutMs: millisecondsOf(timeout) }),
    ...(typecheck !== undefined && { typecheck }),
    ...(namespace !== undefined && { namespace: namespaceOf(namespace) }),
  };
}

function engineOf(flags: ProgramFlags): Engine {
  const engine = engines.find((known) => known === (flags.engine ?? "offline"));
  if (engine === undefined) {
    throw new CouldNotRun(`\`--engine\` takes \`${engines.join("` or `")}\``);
  }
  const [refused] = Object.entries(ofOurOwnPreview).filter(
    ([option]) => flags[option as keyof typeof ofOurOwnPreview] !== undefined,
  );
  if (engine === "offline" || refused === undefined) return engine;
  const [option, instead] = refused;
  throw new CouldNotRun(`\`--${option}\` is not for \`--engine pulumi\`: ${instead}`);
}

/** The current day, in UTC, by default. */
export function todayOf(text: string | undefined): Day {
  if (text === undefined) return dayOf(new Date());
  if (isDay(text)) return text;
  throw new CouldNotRun("`--today` takes a day, such as `--today 2026-11-30`");
}

function configEntry(text: string): readonly [string, string] {
  const equals = text.indexOf("=");
  if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)];
  // A text without `=` may be a secret's value by mistake, so it is not repeated.
  throw new CouldNotRun("`--config` takes KEY=VALUE, such as `--config aws:region=eu-west-1`");
}

function millisecondsOf(text: string): number {
  const parsed = parseDuration(text);
  if (parsed.ok) return parsed.seconds * 1000;
  throw new CouldNotRun(`\`--timeout\`: ${visible(parsed.problem)}`);
}

/** A label of DNS, as the names of namespaces are. Source: kubernetes.io, "Namespaces". */
function namespaceOf(text: string): string {
  if (/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(text)) return text;
  throw new CouldNotRun(
    `\`--namespace\`: \`${visible(text)}\` is no name of a namespace; give up to 63 lower-case letters, digits and \`-\``,
  );
}
