import assert from "node:assert/strict";
import fc from "fast-check";
import data from "../../../../policy-pack/domain/secrets/gitleaks-formats.json";
import {
  gitleaksFormatsIn,
  gitleaksKeyIn,
} from "../../../../policy-pack/domain/secrets/gitleaks-formats";

const seed = 20261201;

/** Texts that an expression matches. Signs in its classes are left out: they are drawn so often that a text has little entropy. */
function textsOf(pattern: string, isFit: (text: string) => boolean): readonly string[] {
  const letters = new RegExp(`^(?:${pattern.replaceAll("=\\-]", "]")})$`);
  const texts = fc.sample(fc.stringMatching(letters, { size: "small" }), {
    seed,
    unbiased: true,
    numRuns: 200,
  });
  return texts.filter(isFit).slice(0, 5);
}

const formatsIn = (text: string): readonly string[] =>
  gitleaksFormatsIn(text).map(({ format }) => format);

/** A text with each keyword's letters replaced, so that none of them is in it. */
function withoutKeywords(text: string, keywords: readonly string[]): string {
  return keywords.reduce(
    (rest, word) => rest.replaceAll(new RegExp(escaped(word), "gi"), "#".repeat(word.length)),
    text,
  );
}

function escaped(word: string): string {
  return word.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

describe("formats by the rules of gitleaks", () => {
  it("name the commit, its date and the licence that they are of", () => {
    assert.match(data.commit, /^[0-9a-f]{40}$/);
    assert.match(data.date, /^20\d\d-\d\d-\d\d$/);
    assert.ok(data.source.includes(data.commit));
    assert.ok(data.license.includes("Copyright (c) 2019 Zachary Rice"));
    assert.ok(data.formats.length > 90 && data.named.length > 70);
  });

  for (const { format, pattern, keywords, what } of data.formats) {
    it(`find ${what} (${format}) by its form, and none in its near misses`, () => {
      const inText = keywords.length > 0 ? ` ${keywords[0] ?? ""} ` : "";
      const found = (text: string): boolean => formatsIn(text).includes(format);
      const texts = textsOf(pattern, (text) => found(`${inText}${text}`));
      assert.ok(texts.length > 0, "no text of the expression is found");
      for (const text of texts) {
        for (const around of [text, `value: "${text}"\nnext: 1`, `run --with=${text} -v`]) {
          const all = gitleaksFormatsIn(`${inText}\n${around}`);
          const one = all.find((each) => each.format === format);
          assert.equal(one?.text, text, around);
          assert.equal(`${inText}\n${around}`.slice(one.index).startsWith(text), true);
        }
        // A part of a longer word, a word that lacks its end, and one without what a vendor begins its keys with.
        const within = gitleaksFormatsIn(`${inText}x${text}`);
        assert.equal(
          within.some((one) => one.text === text),
          false,
          "within a word",
        );
        assert.equal(found(`${inText}${text.slice(0, 8)}`), false, "its beginning alone");
        assert.equal(found(withoutKeywords(text, keywords)), false, "without the keywords");
        assert.equal(found(inText + text.replaceAll(/[A-Za-z0-9]/g, "0")), false, "a filler");
      }
    });
  }

  for (const { format, what, names, value } of data.named) {
    it(`find ${what} (${format}) by the vendor's name and its form, and none in its near misses`, () => {
      const vendor = textsOf(names, (text) => /^[a-z_]+$/.test(text))[0] ?? "";
      assert.notEqual(vendor, "");
      const isFound = (text: string, under: string): boolean =>
        gitleaksKeyIn(text, under) !== undefined;
      const texts = textsOf(value, (text) => isFound(text, `${vendor}_key`));
      assert.ok(texts.length > 0);
      for (const text of texts) {
        for (const under of [
          `${vendor}_key`,
          `desk.${vendor}.key`,
          `DESK_${vendor.toUpperCase()}_KEY`,
        ]) {
          assert.equal(isFound(text, under), true, under);
        }
        for (const under of [
          vendor,
          `${vendor}_id`,
          `x${vendor}_key`,
          `${vendor}_key_name`,
          "desk_key",
        ]) {
          assert.equal(isFound(text, under), false, under);
        }
        assert.equal(isFound(text.slice(0, 8), `${vendor}_key`), false);
        assert.equal(isFound(`${text}!`, `${vendor}_key`), false);
      }
    });
  }

  it("are looked for to the end of a text that begins them over and over", () => {
    for (const { keywords, pattern } of data.formats) {
      const [text = ""] = textsOf(pattern, () => true);
      for (const unit of [...keywords, text, text.slice(0, -1)]) {
        if (unit !== "") gitleaksFormatsIn(unit.repeat(Math.ceil(16_384 / unit.length)));
      }
    }
  });

  it("take no text that gitleaks allows", () => {
    for (const text of ["s.desksDesksDesksDesksDesk", "AIzaSyabcdefghijklmnopqrstuvwxyz1234567"]) {
      assert.deepEqual(formatsIn(text), []);
    }
  });
});
