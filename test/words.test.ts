import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { tracked } from "./support/tracked";
import table from "./words.json";

/** A word of the project's former dialect, and the term that replaces it. */
interface Former {
  /** In lower case; a space stands for whatever separates words: `brokenOff`, `broken-off`. */
  readonly word: string;
  readonly instead: string;
  /** Folders in which it is still to be replaced: shorten this list, and never make it longer. */
  readonly stillIn: readonly string[];
}

/** Words without a sense of their own in this field; docs/glossary.md explains the terms that replace them. */
const dialect: readonly Former[] = table;

/** Files with the words of others, and the table. */
const ofOthers =
  /^(?:LICENSE$|package-lock\.json$|tools\/|test\/recordings\/|test\/words\.(?:test\.ts|json)$)/;

const texts = /\.(?:[cm]?[jt]s|json|md|ya?ml|rego|sql|txt|html|css|go|java|py)$|(?:^|\/)[^.]+$/;

/** A text in lower case with a space between words, also those of names such as `isSharedKey` and `is-shared-key`. */
function spaced(text: string): string {
  return ` ${text
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .replace(/[^A-Za-z]+/g, " ")
    .toLowerCase()} `;
}

/** The former words in a text. */
function formerIn(text: string, words: readonly Former[]): readonly Former[] {
  const searched = spaced(text);
  return words.filter(({ word }) => searched.includes(` ${word} `));
}

/** Each former word in the name and the text of a file, with its place and its replacement. */
function formerOf(file: string, text: string, among = dialect): readonly string[] {
  const words = among.filter(({ stillIn }) => !stillIn.some((folder) => file.startsWith(folder)));
  if (formerIn(`${file} ${text}`, words).length === 0) return [];
  const found = [
    { place: `${file} (its name)`, part: file },
    ...text.split("\n").map((part, index) => ({ place: `${file}:${index + 1}`, part })),
  ];
  return found.flatMap(({ place, part }) =>
    formerIn(part, words).map(({ word, instead }) => `${place}: "${word}": write ${instead}`),
  );
}

describe("the words of names and texts", () => {
  const words = [{ word: "broken off", instead: "`interrupted`", stillIn: [] }];

  it("are the terms of the field", () => {
    const own = tracked().filter((file) => texts.test(file) && !ofOthers.test(file));
    const found = own.flatMap((file) =>
      formerOf(file, readFileSync(join(__dirname, "..", file), "utf8")),
    );
    assert.ok(found.length === 0, `\n${found.join("\n")}`);
  });

  for (const text of [
    "// A run that is Broken off.",
    "function brokenOff() {}",
    "const isBrokenOff = true;",
    "BROKEN_OFF",
    "test/broken-off.test.ts",
  ]) {
    it(`are found in whatever spelling: ${text}`, () => {
      assert.deepEqual(formerIn(text, words), words);
    });
  }

  for (const text of ["unbroken off", "broken offer", "broken", "off"]) {
    it(`are not found within others: ${text}`, () => {
      assert.deepEqual(formerIn(text, words), []);
    });
  }

  it("are reported with file, line and replacement, except in folders where they are still to be replaced", () => {
    const [file, text] = ["core/broken-off.ts", "a\nit was broken off"];
    assert.deepEqual(formerOf(file, text, words), [
      'core/broken-off.ts (its name): "broken off": write `interrupted`',
      'core/broken-off.ts:2: "broken off": write `interrupted`',
    ]);
    assert.deepEqual(
      formerOf(
        file,
        text,
        words.map((each) => ({ ...each, stillIn: ["core/"] })),
      ),
      [],
    );
  });
});
