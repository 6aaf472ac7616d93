import assert from "node:assert/strict";
import fc from "fast-check";
import { WholeWords } from "../../policy-pack/facts/masks";

function wordsOf(...texts: readonly string[]): WholeWords {
  const words = new WholeWords();
  for (const text of texts) words.add(text);
  return words;
}

/** What a regular expression finds, which takes the longer the more there are. */
function expressionOf(texts: readonly string[]): RegExp {
  const any = [...texts]
    .sort((a, b) => b.length - a.length)
    .map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`(?<![A-Za-z0-9])(?:${any.join("|")})(?![A-Za-z0-9])`, "g");
}

describe("texts that are looked for as whole words", () => {
  it("are replaced, the longest first, and only where no word goes on", () => {
    const words = wordsOf("desk", "desk-prod", "-x", "a+b/*");
    assert.equal(
      words.replaced("desk-prod of desk, desks and helpdesk", "?"),
      "? of ?, desks and helpdesk",
    );
    assert.equal(words.replaced("-x, a-x, -xy, a+b/*, a+b/*c", "?"), "?, a-x, -xy, ?, a+b/*c");
    assert.equal(words.replaced("", "?"), "");
  });

  it("are found also within one another", () => {
    const words = wordsOf("acme/desk", "desk", "mail");
    assert.deepEqual([...words.foundIn("role acme/desk")], ["acme/desk", "desk"]);
  });

  it("are those that were added and not taken out again", () => {
    const words = wordsOf("desk", "desk", "mail", "a b", "c d");
    assert.equal(words.size, 4);
    words.delete("desk");
    assert.deepEqual([words.size, words.has("desk"), words.has("mail")], [3, false, true]);
    assert.equal(words.replaced("desk mail", "?"), "desk ?");
  });

  it("are replaced as by a regular expression", () => {
    const text = fc.string({
      unit: fc.constantFrom("a", "b1", "-", "/", " ", "é", "\n"),
      minLength: 1,
    });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 6 }), text, (texts, whole) => {
        assert.equal(
          wordsOf(...texts).replaced(whole, "?"),
          whole.replace(expressionOf(texts), "?"),
        );
      }),
      { numRuns: 2_000 },
    );
  });
});
