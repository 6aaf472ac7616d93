/** A step into a value: a property by its name, or an item by its number. */
export type Step = string | number;

/** A part of a text: literal, or `${…}` as the steps that lead to a value. */
export type TextPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "reference"; readonly root: string; readonly steps: readonly Step[] };

/** The parts of a text, or why it cannot be read. */
export type TextParts =
  | { readonly kind: "ok"; readonly parts: readonly TextPart[] }
  | { readonly kind: "problem"; readonly problem: string };

/**
 * Reads the references in a text: `${name.property[0]["key"]}`; `$$` is a literal `$`.
 *
 * The grammar is that of https://github.com/pulumi/pulumi-yaml/blob/main/pkg/pulumiyaml/ast/property.go and, of `$$`,
 * interpolation.go beside it.
 */
export function readReferences(text: string): TextParts {
  const parts: TextPart[] = [];
  let plain = "";
  let at = 0;
  while (at < text.length) {
    if (text.startsWith("$$", at)) {
      plain += "$";
      at += 2;
    } else if (text.startsWith("${", at)) {
      const read = readPath(text, at + 2);
      if (read.kind === "problem") return read;
      const [root, ...steps] = read.steps;
      if (typeof root !== "string") return problem("`${}` names nothing");
      if (plain !== "") parts.push({ kind: "text", text: plain });
      plain = "";
      parts.push({ kind: "reference", root, steps });
      at = read.end;
    } else {
      plain += text.charAt(at);
      at++;
    }
  }
  if (plain !== "" || parts.length === 0) parts.push({ kind: "text", text: plain });
  return { kind: "ok", parts };
}

type Path =
  | { readonly kind: "ok"; readonly steps: readonly Step[]; readonly end: number }
  | { readonly kind: "problem"; readonly problem: string };

function readPath(text: string, start: number): Path {
  const steps: Step[] = [];
  let at = start;
  while (at < text.length) {
    const rest = text.slice(at);
    if (rest.startsWith("}")) return { kind: "ok", steps, end: at + 1 };
    if (rest.startsWith(".")) {
      at++;
      continue;
    }
    const quoted = /^\["((?:\\"|[^"])*)"\]/.exec(rest);
    const numbered = /^\[(\d+)\]/.exec(rest);
    const named = /^[^.[\]}]+/.exec(rest);
    const found = quoted ?? numbered ?? named;
    if (found === null) return problem(`\`${text.slice(start - 2)}\` cannot be read`);
    if (quoted !== null) steps.push((quoted[1] ?? "").replaceAll('\\"', '"'));
    else if (numbered !== null) steps.push(Number(numbered[1]));
    else steps.push(found[0]);
    at += found[0].length;
  }
  return problem(`\`${text.slice(start - 2)}\` has no end: a \`}\` is missing`);
}

function problem(text: string): { readonly kind: "problem"; readonly problem: string } {
  return { kind: "problem", problem: text };
}
