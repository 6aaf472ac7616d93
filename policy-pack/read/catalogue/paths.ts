import { entriesAt, hasParts, listAt, opened, read } from "../../../core/snapshot/read";
import { isList, isRecord, type Urn, type Value } from "../../../core/snapshot/value";
import type { Paths } from "./product";
import { valueIn } from "../resource/values";

/** A value in an object, and the path to it. */
export interface Part {
  readonly value: Value;
  readonly path: string;
}

/** What is at a path: the value, or the unknown value that hides it. */
export interface Match extends Part {
  /** The last property of the path: the name under which the value is. */
  readonly under: string;
  /** Set where the value, or one around it, is unknown: the outermost of these. */
  readonly unknown?: { readonly path: string; readonly dependsOn: readonly Urn[] };
  /** Whether steps of the path were left that any property or item fits, since an unknown value came first. */
  readonly isPart: boolean;
}

/** An unknown value on the way to what a path names. */
export interface Hidden {
  readonly path: string;
  readonly dependsOn: readonly Urn[];
}

/**
 * The values at paths, with the unknown values that hide some. The notation is that of `Path` in the catalogue.
 *
 * Below `**` an unknown value counts only where the path ends.
 */
export function* matchesAt(value: Value, paths: Paths): Iterable<Match> {
  for (const steps of stepsOf(paths)) {
    yield* walk({ value, path: "", under: "", isDeep: false }, steps);
  }
}

/** The unknown values at paths and on the way to them, each once and the outermost alone. */
export function hiddenAt(value: Value, paths: Paths): readonly Hidden[] {
  return hiddenIn([...matchesAt(value, paths)]);
}

/** The same of what was found at the paths. */
export function hiddenIn(matches: readonly Match[]): readonly Hidden[] {
  const found = matches.flatMap(({ unknown }) => unknown ?? []);
  return [...new Map(found.map((each) => [each.path, each])).values()];
}

const deepest = 16;
const mostVisited = 5_000;

/** Each record within a value, the outermost first, also within what is marked as secret. */
export function partsOf(start: Part): readonly Part[] {
  const found: Part[] = [];
  const open: (Part & { readonly depth: number })[] = [{ ...start, depth: 0 }];
  for (let next = 0; next < open.length && next < mostVisited; next += 1) {
    const here = open[next];
    if (here === undefined || here.depth > deepest) continue;
    const { path, depth } = here;
    const value = opened(here.value);
    if (isList(value)) {
      value.forEach((item, index) =>
        open.push({ value: item, path: `${path}[${index}]`, depth: depth + 1 }),
      );
    } else if (isRecord(value)) {
      found.push({ value: here.value, path });
      for (const [key, inner] of Object.entries(value)) {
        if (!hasParts(inner)) continue;
        open.push({ value: inner, path: joined(path, key), depth: depth + 1 });
      }
    }
  }
  return found;
}

/** The path to a property of what is at a path. */
export function joined(path: string, property: string): string {
  return path === "" || property === "" ? path + property : `${path}.${property}`;
}

interface Here extends Part {
  readonly under: string;
  /** Whether a `**` led here. */
  readonly isDeep: boolean;
}

function* walk(here: Here, steps: readonly string[]): Iterable<Match> {
  const { isDeep } = here;
  const found = read(here.value);
  if (found.kind === "absent") return;
  const value = valueIn(found) ?? here.value;
  const [step, ...rest] = steps;
  if (found.kind === "unknown") {
    if (isDeep && steps.length > 0) return;
    const wild = steps.findIndex((each) => each.includes("*") || each === "[]");
    const known = wild < 0 ? steps : steps.slice(0, wild);
    const unknown = { path: here.path, dependsOn: found.dependsOn };
    const path = known.reduce(joined, here.path);
    yield { value, path, under: known.at(-1) ?? here.under, unknown, isPart: wild >= 0 };
  } else if (step === undefined) {
    yield { value, path: here.path, under: here.under, isPart: false };
  } else {
    for (const next of stepInto({ ...here, value }, step)) yield* walk(next, rest);
  }
}

function stepInto(here: Here, step: string): readonly Here[] {
  const { value, path } = here;
  const inner = (name: string, item: Value): Here => ({
    ...here,
    value: item,
    path: joined(path, name),
    under: name,
  });
  if (step === "**") return partsOf(here).map((part) => ({ ...here, ...part, isDeep: true }));
  const items = step === "[]" || step === "*" ? listAt(value) : [];
  if (items.length > 0 || step === "[]") {
    return items.map((item, index) => ({ ...here, value: item, path: `${path}[${index}]` }));
  }
  if (step.includes("*")) {
    const [before = "", after = ""] = step.split("*");
    const fits = (name: string): boolean =>
      name.length >= step.length - 1 && name.startsWith(before) && name.endsWith(after);
    return entriesAt(value).flatMap(([name, item]) => (fits(name) ? [inner(name, item)] : []));
  }
  const found = valueIn(read(value, step));
  return found === undefined ? [] : [inner(step, found)];
}

const parsed = new Map<string, readonly (readonly string[])[]>();

function stepsOf(paths: Paths): readonly (readonly string[])[] {
  if (typeof paths !== "string") return paths.flatMap(stepsOf);
  const known = parsed.get(paths);
  if (known !== undefined) return known;
  const steps = [...new Set(alternativesOf(paths))].map((path) =>
    path
      .replaceAll("[]", ".[]")
      .split(".")
      .filter((step) => step !== ""),
  );
  parsed.set(paths, steps);
  return steps;
}

/** The paths without alternatives that a path stands for; the innermost braces are replaced first. */
function alternativesOf(path: string): readonly string[] {
  const braces = /\{([^{}]*)\}/.exec(path);
  if (braces === null) return [path];
  const [whole, inner = ""] = braces;
  const before = path.slice(0, braces.index);
  const after = path.slice(braces.index + whole.length);
  return inner.split(",").flatMap((one) => alternativesOf(before + one + after));
}
