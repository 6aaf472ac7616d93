import { existsSync, readdirSync } from "node:fs";
import { isAbsolute, join, sep } from "node:path";

/**
 * The files a pattern names, sorted: `*` and `?` match within a folder's or file's name, `**` any folders.
 *
 * @param directory the folder a relative pattern starts from; what it finds is relative too
 */
export function matchingFiles(pattern: string, directory: string): readonly string[] {
  if (!/[*?]/.test(pattern)) {
    return existsSync(isAbsolute(pattern) ? pattern : join(directory, pattern)) ? [pattern] : [];
  }
  const [first = "", ...rest] = pattern.split(/[/\\]/);
  const rooted = isAbsolute(pattern);
  const steps = rooted ? rest : [first, ...rest];
  return walk(
    rooted ? sep : "",
    steps.filter((step) => step !== "."),
    directory,
  );
}

function walk(base: string, steps: readonly string[], directory: string): readonly string[] {
  const [step, ...rest] = steps;
  if (step === undefined) return [base];
  const full = isAbsolute(base) ? base : join(directory, base);
  if (!/[*?]/.test(step)) {
    return existsSync(join(full, step)) ? walk(join(base, step), rest, directory) : [];
  }
  const entries = entriesOf(full);
  if (step === "**") {
    const here = walk(base, rest, directory);
    const below = entries
      .filter((entry) => entry.isFolder)
      .flatMap((entry) => walk(join(base, entry.name), steps, directory));
    return [...here, ...below];
  }
  return entries
    .filter((entry) => matchesName(entry.name, step) && (rest.length > 0 || !entry.isFolder))
    .flatMap((entry) => walk(join(base, entry.name), rest, directory));
}

function entriesOf(
  folder: string,
): readonly { readonly name: string; readonly isFolder: boolean }[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }))
      .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  } catch {
    return [];
  }
}

/** Whether a name fits a pattern of `*` and `?`, in time linear in name × stars. */
function matchesName(name: string, pattern: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let i = 0; i < name.length;) {
    const step = pattern[at];
    if (step === "*") {
      star = at++;
      resume = i;
    } else if (step !== undefined && (step === "?" || step === name[i])) {
      at++;
      i++;
    } else if (star >= 0) {
      at = star + 1;
      i = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}
