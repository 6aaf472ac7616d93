import type { YAMLError } from "yaml";

/** The parser's messages with a part of the text in the middle. */
const withoutText: Readonly<Partial<Record<YAMLError["code"], string>>> = {
  BAD_DIRECTIVE: "a directive that is not known or not whole",
  TAG_RESOLVE_FAILED: "a tag that is not known",
  BAD_DQ_ESCAPE: "an escape that is not known in a double-quoted text",
};

/** What is wrong with a YAML text, lowercase and without a word of that text, which may be a secret. */
export function syntaxProblem({ code, message }: YAMLError): string {
  return withoutText[code] ?? messageWithoutText(message);
}

/** A message of the parser, lowercase and without its quotation of the text: that is at the end, after a colon. */
export function messageWithoutText(message: string): string {
  const [line = ""] = message.split("\n");
  const repeated = /\S: /.exec(line)?.index;
  const sentence = repeated === undefined ? line : line.slice(0, repeated + 1);
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
