import { readFileSync } from "node:fs";

/** What the engine does to a resource, such as `update ::aws:iam/role:Role::desk`: stack and project are left out. */
export type Operation = string;

/** A step that is done. */
interface StepEvent {
  readonly metadata: { readonly op: string; readonly urn: string };
  /** Whether it is of a preview. */
  readonly planning?: boolean;
}

/** An event, as far as it is read here. */
interface EngineEvent {
  readonly resOutputsEvent?: StepEvent;
}

/** Arguments and environment under which the engine writes down what it does. */
export function writingOperations(file: string): {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
} {
  return { args: ["--event-log", file], env: { PULUMI_DEBUG_COMMANDS: "true" } };
}

/** What the engine did in an update, in that order, without what stays the same and without stack and providers. */
export function readOperations(file: string): readonly Operation[] {
  const events = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as EngineEvent);
  return events.flatMap(({ resOutputsEvent }) =>
    resOutputsEvent === undefined || resOutputsEvent.planning === true
      ? []
      : operationIn(resOutputsEvent),
  );
}

function operationIn({ metadata: { op, urn } }: StepEvent): readonly Operation[] {
  const [, , types = "", ...name] = urn.split("::");
  if (op === "same" || /^pulumi:(?:pulumi|providers):/.test(types)) return [];
  return [`${op} ${types}::${name.join("::")}`];
}
