import { YamlMistake, char, isBlankOrEnd, isDigit, isWord, type Cursor } from "./cursor";

/** A tag as it is written: a handle such as `!!`, and what follows. */
export interface WrittenTag {
  readonly handle: string;
  readonly suffix: string;
}

/** Reads a tag, whose `!` is next. */
export function writtenTag(cursor: Cursor): WrittenTag {
  const start = cursor.at;
  let tag: WrittenTag;
  if (cursor.code(1) === char.less) {
    cursor.at += 2;
    tag = { handle: "", suffix: tagUri(cursor, start) };
    if (cursor.code() !== char.greater) {
      throw new YamlMistake(start, "did not find the expected '>' of a tag");
    }
    cursor.at += 1;
  } else {
    const handle = tagHandle(cursor, start);
    if (handle.length > 1 && handle.endsWith("!")) {
      tag = { handle, suffix: tagUri(cursor, start) };
    } else {
      const suffix = tagUri(cursor, start, handle);
      tag = suffix === "" ? { handle: "", suffix: "!" } : { handle: "!", suffix };
    }
  }
  if (!isBlankOrEnd(cursor.code())) {
    throw new YamlMistake(start, "did not find expected whitespace or line break behind a tag");
  }
  return tag;
}

function tagHandle(cursor: Cursor, start: number): string {
  const from = cursor.at;
  if (cursor.code() !== char.exclamation) throw new YamlMistake(start, "did not find expected '!'");
  cursor.at += 1;
  while (isWord(cursor.code())) cursor.at += 1;
  if (cursor.code() === char.exclamation) cursor.at += 1;
  return cursor.text.slice(from, cursor.at);
}

/** @param head what was taken for a handle and is the first part of the tag */
function tagUri(cursor: Cursor, start: number, head = ""): string {
  const from = cursor.at;
  while (isWord(cursor.code()) || /[;/?:@&=+$,.!~*'()[\]]/.test(charAt(cursor))) cursor.at += 1;
  if (cursor.code() === char.percent) {
    throw new YamlMistake(start, "an escape in a tag is not read here");
  }
  if (head === "" && cursor.at === from) {
    throw new YamlMistake(start, "did not find expected tag URI");
  }
  return head.slice(1) + cursor.text.slice(from, cursor.at);
}

function charAt(cursor: Cursor): string {
  return cursor.code() === char.end ? "" : (cursor.text[cursor.at] ?? "");
}

/** A line that begins with `%`. */
export type Directive =
  | { readonly kind: "version"; readonly version: string }
  | { readonly kind: "tag"; readonly handle: string; readonly prefix: string };

/** Reads a directive, whose `%` is next. */
export function directive(cursor: Cursor): Directive {
  const start = cursor.at;
  cursor.at += 1;
  const from = cursor.at;
  while (isWord(cursor.code())) cursor.at += 1;
  const name = cursor.text.slice(from, cursor.at);
  if (!isBlankOrEnd(cursor.code()) || (name !== "YAML" && name !== "TAG")) {
    throw new YamlMistake(start, "found unknown directive name");
  }
  cursor.skipBlanks();
  const found = name === "YAML" ? versionOf(cursor, start) : tagPrefixOf(cursor, start);
  cursor.endLine(start);
  return found;
}

function versionOf(cursor: Cursor, start: number): Directive {
  const from = cursor.at;
  const number = (): void => {
    const first = cursor.at;
    while (isDigit(cursor.code())) cursor.at += 1;
    const digits = cursor.at - first;
    if (digits === 0 || digits > 2) {
      throw new YamlMistake(start, "did not find expected version number");
    }
  };
  number();
  if (cursor.code() !== char.dot) {
    throw new YamlMistake(start, "did not find expected digit or '.' character");
  }
  cursor.at += 1;
  number();
  const [major, minor] = cursor.text.slice(from, cursor.at).split(".").map(Number);
  return { kind: "version", version: `${major ?? 0}.${minor ?? 0}` };
}

function tagPrefixOf(cursor: Cursor, start: number): Directive {
  const handle = tagHandle(cursor, start);
  if (handle !== "!" && !/^!.*!$/.test(handle)) {
    throw new YamlMistake(start, "did not find expected '!'");
  }
  if (cursor.code() !== char.space && cursor.code() !== char.tab) {
    throw new YamlMistake(start, "did not find expected whitespace");
  }
  cursor.skipBlanks();
  const prefix = tagUri(cursor, start);
  if (!isBlankOrEnd(cursor.code())) {
    throw new YamlMistake(start, "did not find expected whitespace or line break");
  }
  return { kind: "tag", handle, prefix };
}
