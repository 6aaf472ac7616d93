import { didYouMean, listed, type Mistakes, type Position } from "./problems";
import { namePattern, nameWanted, type RecordShape, type Shape, type ValueOf } from "./shape";
import type { Written } from "./tree";

/** The result of texts that may contain `${name}`. */
export interface OpenTexts<Open> {
  /** What a text becomes, or undefined where a mistake in it was noted. */
  readonly read: (text: string, at: Position, path: string, mistakes: Mistakes) => Open | undefined;
  /** Whether nothing in a value is left open, so that it can be checked. */
  readonly isSettled: (value: unknown) => boolean;
}

/** What a reading needs and fills. */
export interface Context<Open = never> {
  readonly mistakes: Mistakes;
  /** Needed where the shape has open texts. */
  readonly openTexts?: OpenTexts<Open>;
}

/**
 * Reads what is written by its shape, and records every mistake.
 *
 * What is mistaken or missing is not in the result, so that the rest can still be judged, and the type is right only where no
 * mistake was recorded. In a list it leaves a hole, so that other items keep their index.
 */
export function readShape<S extends Shape, Open = never>(
  shape: S,
  written: Written,
  path: string,
  context: Context<Open>,
): ValueOf<S, Open> | undefined {
  return valueOf(shape, written, path, context) as ValueOf<S, Open> | undefined;
}

function valueOf(shape: Shape, written: Written, path: string, context: Context<unknown>): unknown {
  context.mistakes.place(path, written.at);
  switch (shape.kind) {
    case "text":
      return textOf(shape, written, path, context);
    case "choice":
      return choiceOf(shape, written, path, context);
    case "whole":
      return wholeOf(shape, written, path, context);
    case "flag":
      return flagOf(written, path, context);
    case "list":
      return listOf(shape, written, path, context);
    case "map":
      return mapOf(shape, written, path, context);
    case "record":
      return recordOf(shape, written, path, context);
  }
}

type Of<K extends Shape["kind"]> = Extract<Shape, { readonly kind: K }>;

function textOf(
  shape: Of<"text">,
  written: Written,
  path: string,
  context: Context<unknown>,
): unknown {
  const { mistakes, openTexts } = context;
  const isText = written.kind === "scalar" && typeof written.value === "string";
  if (!isText || (written.value === "" && shape.mayBeEmpty !== true)) {
    const isOther = written.kind === "scalar" && written.value !== null && written.value !== "";
    if (isOther && shape.hidden === true) {
      mistakes.add(written.at, path, `a number or word is here; give ${shape.wanted}`);
      return undefined;
    }
    if (isOther && shape.ifNumber !== undefined && typeof written.value === "number") {
      mistakes.add(written.at, path, shape.ifNumber(written.source));
      return undefined;
    }
    const quotes = isOther ? ", in quotes" : "";
    return unfit(written, path, `${shape.wanted}${quotes}`, mistakes);
  }
  const text = written.value;
  if (shape.pattern !== undefined && !shape.pattern.test(text)) {
    mistakes.add(
      written.at,
      path,
      `${mistakes.named(text, "this")} is no such ${shape.noun ?? "name"}; give ${shape.wanted}: ${shape.form ?? nameWanted}`,
    );
    return undefined;
  }
  if (shape.open === true) return openTexts?.read(text, written.at, path, mistakes);
  const problem = shape.check?.(text);
  if (problem === undefined) return text;
  mistakes.add(written.at, path, problem);
  return undefined;
}

function choiceOf(
  shape: Of<"choice">,
  written: Written,
  path: string,
  { mistakes }: Context<unknown>,
): unknown {
  const { values } = shape;
  if (written.kind !== "scalar" || written.value === null) {
    return unfit(written, path, listed(values), mistakes);
  }
  const text = typeof written.value === "string" ? written.value : written.source;
  if (values.includes(text)) return text;
  mistakes.add(
    written.at,
    path,
    `${mistakes.named(text, "this")} is not allowed; give ${listed(values)}${didYouMean(text, values)}`,
  );
  return undefined;
}

function wholeOf(
  shape: Of<"whole">,
  written: Written,
  path: string,
  { mistakes }: Context<unknown>,
): unknown {
  const value = written.kind === "scalar" ? written.value : undefined;
  const fits =
    typeof value === "number" &&
    Number.isInteger(value) &&
    value >= shape.least &&
    value <= shape.most;
  if (fits) return value;
  return unfit(written, path, `a whole number from ${shape.least} to ${shape.most}`, mistakes);
}

function flagOf(written: Written, path: string, { mistakes }: Context<unknown>): unknown {
  const value = written.kind === "scalar" ? written.value : undefined;
  return typeof value === "boolean" ? value : unfit(written, path, "`true` or `false`", mistakes);
}

function listOf(
  shape: Of<"list">,
  written: Written,
  path: string,
  context: Context<unknown>,
): unknown {
  if (written.kind !== "list") return unfit(written, path, shape.wanted, context.mistakes);
  if (written.items.length < shape.least) {
    context.mistakes.add(written.at, path, `the list is empty; give ${shape.wanted}`);
    return undefined;
  }
  const values: unknown[] = [];
  written.items.forEach((item, index) => {
    const value = valueOf(shape.of, item, `${path}[${index}]`, context);
    if (value !== undefined) values[index] = value;
  });
  return values;
}

function mapOf(
  shape: Of<"map">,
  written: Written,
  path: string,
  context: Context<unknown>,
): unknown {
  if (written.kind !== "map") {
    if (isNothing(written) && shape.least === 0) return {};
    return unfit(written, path, shape.wanted, context.mistakes);
  }
  if (written.entries.length < shape.least) {
    context.mistakes.add(written.at, path, `nothing is declared; give ${shape.wanted}`);
    return undefined;
  }
  const values: [string, unknown][] = [];
  for (const { key, at, value } of written.entries) {
    if (!namePattern.test(key)) {
      context.mistakes.add(
        at,
        path,
        `${context.mistakes.named(key, "this")} is no such name; give ${nameWanted}`,
      );
      continue;
    }
    const read = valueOf(shape.of, value, join(path, key), context);
    context.mistakes.place(join(path, key), at);
    if (read !== undefined) values.push([key, read]);
  }
  return Object.fromEntries(values);
}

function recordOf(
  shape: RecordShape,
  written: Written,
  path: string,
  context: Context<unknown>,
): unknown {
  const { mistakes } = context;
  const names = Object.keys(shape.fields);
  const required = names.filter((name) => shape.fields[name]?.required === true);
  const mayBeEmpty =
    required.length === 0 && shape.alternatives !== true && shape.oneOrMore === undefined;
  if (isNothing(written) && mayBeEmpty) return {};
  if (written.kind !== "map") {
    return unfit(written, path, `a map with ${listed(names)}`, mistakes);
  }
  const values: [string, unknown][] = [];
  for (const { key, at, value } of written.entries) {
    const field = Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined;
    if (field === undefined) {
      mistakes.add(
        at,
        path,
        `${mistakes.named(key, "this key")} is not known here; give ${listed(names)}${didYouMean(key, names)}`,
      );
      continue;
    }
    const read = valueOf(field.shape, value, join(path, key), context);
    if (read !== undefined) values.push([key, read]);
  }
  const given = written.entries.map(({ key }) => key);
  const missing = required.filter((name) => !given.includes(name));
  for (const name of missing) {
    mistakes.add(written.at, join(path, name), `it is missing; give ${wantedOf(shape, name)}`);
  }
  if (shape.alternatives === true && given.length !== 1) {
    mistakes.add(
      written.at,
      path,
      `${given.length === 0 ? "nothing is set" : `${listed(given, "and")} are set`}; give exactly one of ${listed(names)}`,
    );
    return undefined;
  }
  const { oneOrMore } = shape;
  if (oneOrMore?.some((name) => given.includes(name)) === false) {
    mistakes.add(written.at, path, `it has neither; give ${listed(oneOrMore)}`);
  }
  const value = Object.fromEntries(values);
  if (mistakes.isClean(path) && context.openTexts?.isSettled(value) !== false) {
    const problem = shape.check?.(value as never);
    if (problem !== undefined) mistakes.add(written.at, path, problem);
  }
  return value;
}

function wantedOf(shape: RecordShape, name: string): string {
  const field = shape.fields[name]?.shape;
  return field !== undefined && "wanted" in field ? field.wanted : "a value";
}

function unfit(written: Written, path: string, wanted: string, mistakes: Mistakes): unknown {
  mistakes.add(written.at, path, `${kindText(written, mistakes)} is here; give ${wanted}`);
  return undefined;
}

function kindText(written: Written, mistakes: Mistakes): string {
  switch (written.kind) {
    case "map":
      return "a map";
    case "list":
      return "a list";
    case "scalar":
      return isNothing(written) || written.value === ""
        ? "nothing"
        : mistakes.named(written.source, `a ${kindOf(written.value)}`);
  }
}

function kindOf(value: unknown): string {
  if (typeof value === "string") return "text";
  return typeof value === "boolean" ? "truth value" : "number";
}

function isNothing(written: Written): boolean {
  return written.kind === "scalar" && written.value === null;
}

function join(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}
