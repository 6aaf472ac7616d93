import * as pulumi from "@pulumi/pulumi";

/** Values that a program gives to its manifest, by the names that `${name}` uses. */
export type GivenValues = Readonly<Record<string, pulumi.Input<string>>>;

/** `${name}`. What IAM replaces, such as `${aws:username}` or `${*}`, is of another form and stays as it is. */
const placeholder = /\$\{([A-Za-z][\w-]*)\}/;

/** The names that a text uses, in their order. */
export function namesIn(text: string): readonly string[] {
  return piecesOf(text).filter((_, index) => index % 2 === 1);
}

/** A text with each `${name}` replaced; plain where all that it uses is plain. */
export function fillIn(text: string, values: GivenValues): pulumi.Input<string> {
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
