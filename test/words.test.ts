import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { tracked } from "./support/tracked";

/** A word of the project's former dialect, and the term that replaces it. */
interface Former {
  /** In lower case; parts of one are separated by a space, whatever separates them where it is found. */
  readonly word: string;
  readonly instead: string;
}

/** Words without another sense in this field; docs/glossary.md explains the terms. */
const dialect: readonly Former[] = [
  { word: "broken off", instead: "interrupted" },
  { word: "enters as", instead: "access entry" },
  { word: "got round", instead: "bypassed" },
  { word: "lets in whom", instead: "trusts" },
  { word: "suppose", instead: "hypothesis, possible value" },
  { word: "waits for", instead: "depends on, known after" },
];

/** Files whose words are not ours: packages that are installed, and answers of other programs. */
const ofOthers =
  /^(?:LICENSE$|package-lock\.json$|tools\/.*(?:\.patch|go\.sum)$|test\/recordings\/)/;

const texts = /\.(?:[cm]?[jt]s|json|md|ya?ml|rego|sql|txt|html|css|go|java|py)$|(?:^|\/)[^.]+$/;

/** A text in lower case with a space between words, also those of names such as `isSharedKey` and `is-shared-key`. */
function spaced(text: string): string {
  return ` ${text
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .replace(/[^A-Za-z]+/g, " ")
    .toLowerCase()} `;
}

/** The former words in a text. */
function formerIn(text: string, words: readonly Former[] = dialect): readonly Former[] {
  const searched = spaced(text);
  return words.filter(({ word }) => searched.includes(` ${word} `));
}

/** Each former word in the name or the text of a file, with its place and its replacement. */
function formerOf(file: string, text: string): readonly string[] {
  const sentence =
    (at: string) =>
    ({ word, instead }: Former) =>
      `${at}: replace \`${word}\` by: ${instead}`;
  return [
    ...formerIn(file).map(sentence(`${file} (name)`)),
    ...text
      .split("\n")
      .flatMap((line, index) => formerIn(line).map(sentence(`${file}:${index + 1}`))),
  ];
}

describe("the words of names and texts", () => {
  it("are the terms of the field", () => {
    const own = tracked().filter(
      (file) => !ofOthers.test(file) && texts.test(file) && file !== "test/words.test.ts",
    );
    const found = own.flatMap((file) =>
      formerOf(file, readFileSync(join(__dirname, "..", file), "utf8")),
    );
    assert.equal(found.join("\n"), "");
  });

  it("are found in sentences, titles and names, in whatever spelling", () => {
    const words = [{ word: "broken off", instead: "interrupted" }];
    for (const text of [
      "// A run that is broken off.",
      "function brokenOff() {}",
      "const isBrokenOff = true;",
      "BROKEN_OFF",
      "test/broken-off.test.ts",
    ]) {
      assert.deepEqual(formerIn(text, words), words, text);
    }
  });

  it("are not found within other words", () => {
    const words = [{ word: "told", instead: "reports" }];
    for (const text of ["untold", "a toldo", "toLD", "to ld"]) {
      assert.deepEqual(formerIn(text, words), [], text);
    }
  });

  it("are reported with file, line and replacement", () => {
    assert.deepEqual(formerOf("core/broken-off.ts", "a\nit was broken off"), [
      "core/broken-off.ts (name): replace `broken off` by: interrupted",
      "core/broken-off.ts:2: replace `broken off` by: interrupted",
    ]);
  });
});
