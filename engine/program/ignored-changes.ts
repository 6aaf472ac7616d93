import { isRecord, type Value, type ValueRecord } from "../../core/snapshot/value";

/**
 * Inputs as the engine takes them where changes are ignored: deployed values replace those of the program. Paths are names,
 * such as `metadata.labels` or `tags["a.b"]`; one that leads into a list counts for all of it.
 *
 * Source: https://www.pulumi.com/docs/iac/concepts/resources/options/ignorechanges/.
 */
export function withIgnoredChanges(
  inputs: ValueRecord,
  deployed: ValueRecord,
  paths: readonly string[],
): ValueRecord {
  return paths.reduce((now, path) => withOld(now, deployed, stepsOf(path)), inputs);
}

function stepsOf(path: string): readonly string[] {
  const steps = [...path.matchAll(/\["((?:\\"|[^"])*)"\]|\[(\d+|\*)\]|([^.[\]]+)/g)];
  const list = steps.findIndex(([, , index]) => index !== undefined);
  return (list < 0 ? steps : steps.slice(0, list)).map(
    ([, quoted, , name]) => quoted?.replaceAll('\\"', '"') ?? name ?? "",
  );
}

function withOld(
  now: ValueRecord,
  old: ValueRecord,
  [step, ...rest]: readonly string[],
): ValueRecord {
  if (step === undefined || step === "*") return old;
  const { [step]: mine, ...others } = now;
  const theirs = Object.hasOwn(old, step) ? old[step] : undefined;
  const value: Value | undefined =
    rest.length > 0 && isRecord(mine) && isRecord(theirs) ? withOld(mine, theirs, rest) : theirs;
  return value === undefined ? others : { ...others, [step]: value };
}
