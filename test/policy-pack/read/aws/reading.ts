import { namedValue } from "../../../../policy-pack/domain/secrets/value";
import type { Resource } from "../../../../core/snapshot/resource";
import { createReadContext } from "../../../../policy-pack/read/resource/context";
import type { ReadContext, Reader } from "../../../../policy-pack/read/resource/reader";
import { defaultSettings, type Settings } from "../../../../policy-pack/findings/settings";

/** A context with some resources, with `xoxb-…` as a Slack token, and all else judged by its name. */
export function contextOf(
  known: readonly Resource[] = [],
  settings: Partial<Settings> = {},
): ReadContext {
  const context = createReadContext({ ...defaultSettings, ...settings }, (text, under) => {
    if (text.startsWith("xoxb-")) return { what: "Slack token", severity: "critical" };
    if (namedValue(text, under) === "none") return undefined;
    return { what: `value of ${under ?? ""}`, severity: "critical" };
  });
  for (const one of known) context.remember(one);
  return context;
}

/** The facts of the first fitting reader on a resource, each with its property in place of `at`. */
export function stated(
  readers: readonly Reader[],
  resource: Resource,
  context: ReadContext = contextOf(),
): readonly unknown[] {
  const reader = readers.find(({ types }) => types.includes(resource.type));
  if (reader === undefined) throw new Error(`nobody reads ${resource.type}`);
  return [...reader.read(resource, context)].map(({ at, ...fact }) => ({
    ...fact,
    property: at.property,
  }));
}

/** The facts, as {@link stated} returns them, on something undeclared that runs. */
export function undeclared(workload: string, what: string, label: string): object {
  const is = "undeclared";
  return { kind: "workload", workload, is, what, label, declarationOnly: false, property: "" };
}

/** The facts on the identity of something that runs, as {@link stated} returns them. */
export function runningAs(
  workload: string,
  identity: object,
  how: string,
  property: string,
): object {
  return { kind: "runs-as", workload, identity, how, isDefault: false, property };
}
