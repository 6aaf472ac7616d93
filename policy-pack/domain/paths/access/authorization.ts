import { replaceBetween } from "../../../../core/replace-between";
import type { Context } from "../../../../core/policy/condition/context";
import { fillVariables } from "../../../../core/policy/condition/variables";
import type { Part, Selection, Statement } from "../../../../core/policy/statement";
import type { Caller } from "./caller";
import { isAbout, isOutside, type ResourceKind } from "./kinds";
import { patternOf, type ArnPattern } from "./known-arn";

/** A statement by which a caller requests access. */
export interface Authentication {
  readonly caller: Caller;
  readonly statement: Statement;
  /** Whether `${…}` is a variable. */
  readonly variables: boolean;
}

/** What a statement names, with variables filled in. */
export interface Named {
  readonly part: Part;
  /** The part as a pattern; undefined where it is not known. */
  readonly pattern: ArnPattern | undefined;
  /** The keys of its variables that have no default, in lowercase. */
  readonly variables: readonly string[];
}

/** What a statement names that some ARN fits. */
export function* patternsIn({ caller, statement, variables }: Authentication): Iterable<Named> {
  for (const part of partsOf(statement.resources)) {
    if (part.kind === "unknown") {
      yield { part, pattern: undefined, variables: [] };
      continue;
    }
    const text = variables ? filled(part.text, caller) : part.text;
    const pattern = text === undefined ? undefined : patternOf(text);
    if (text === undefined || pattern === undefined) continue;
    yield { part: { ...part, text }, pattern, variables: variables ? variablesIn(part.text) : [] };
  }
}

/** Whether a statement is about any action on resources of a kind. */
export function requiredOf({ actions }: Statement, kind: ResourceKind): boolean {
  return (
    actions.negated ||
    actions.values.some((part) => part.kind === "unknown" || isAbout(kind, part.text))
  );
}

/** Whether a statement covers only actions of a kind that count for resources outside the stack. */
export function authorizesOutsideOnly({ actions }: Statement, kind: ResourceKind): boolean {
  return (
    !actions.negated &&
    actions.values.every(
      (part) => part.kind === "text" && (!isAbout(kind, part.text) || isOutside(kind, part.text)),
    )
  );
}

const everything: Part = { kind: "text", text: "*", secret: false };

/** What a statement names; one that names what it leaves out takes in all else. */
function partsOf(resources: Selection | undefined): readonly Part[] {
  return resources === undefined || resources.negated ? [everything] : resources.values;
}

function variablesIn(text: string): readonly string[] {
  return [...text.matchAll(/\$\{([^},?*$]+)\}/g)].map(([, key = ""]) => key.trim().toLowerCase());
}

/** An unknown variable matches anything. */
function filled(text: string, caller: Caller): string | undefined {
  if (!text.includes("${")) return text;
  const context: Context = (key) =>
    key.startsWith("aws:principaltag/")
      ? caller.tag(key.slice("aws:principaltag/".length))
      : { kind: "unknown", reason: "a variable of a policy is not known" };
  const found = fillVariables(text, context);
  switch (found.kind) {
    case "filled":
      return found.text;
    case "unresolved":
      return undefined;
    case "unknown":
      return replaceBetween(text, ["${", "}"], "*");
  }
}
