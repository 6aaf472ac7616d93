import * as pulumi from "@pulumi/pulumi";
import { didYouMean, listed } from "../../yaml/problems";
import type { OpenTexts } from "../../yaml/read-shape";
import { isPlain } from "../arguments/known";

/** Values that a program gives to its manifest, by the names that `${name}` uses. */
export type TextValues = Readonly<Record<string, pulumi.Input<string>>>;

/** `${name}`. What IAM replaces, such as `${aws:username}` or `${*}`, is of another form and stays as it is. */
const placeholder = /\$\{([A-Za-z][\w-]*)\}/;

/** Texts of a manifest, with `${name}` filled in by what the program gives. */
export function openTexts(values: TextValues): OpenTexts<pulumi.Input<string>> {
  const known = Object.keys(values);
  return {
    isSettled: isPlain,
    read: (text, at, path, mistakes) => {
      const unknown = namesIn(text).filter((name) => !known.includes(name));
      for (const name of unknown) {
        const allowed =
          known.length === 0
            ? "the program gives none; add it to the stack's `values`"
            : `supported are ${listed(known, "and")}`;
        const message = `\`\${${name}}\` names no value of the program; ${allowed}${didYouMean(name, known)}`;
        mistakes.add(at, path, message);
      }
      return unknown.length > 0 ? undefined : fillIn(text, values);
    },
  };
}

/** The names that a text uses, in their order. */
function namesIn(text: string): readonly string[] {
  return piecesOf(text).filter((_, index) => index % 2 === 1);
}

/** A text with each `${name}` replaced; plain where all that it uses is plain. */
function fillIn(text: string, values: TextValues): pulumi.Input<string> {
  const pieces = piecesOf(text).map((piece, index) =>
    index % 2 === 0 ? piece : (values[piece] ?? ""),
  );
  const given = pieces.filter((piece) => piece !== "");
  const [only] = given;
  if (given.length === 1 && only !== undefined) return only;
  return given.every((piece) => typeof piece === "string")
    ? given.join("")
    : pulumi.concat(...given);
}

/** Text and names in turn: a name at each odd place. */
function piecesOf(text: string): readonly string[] {
  return text.split(placeholder);
}
