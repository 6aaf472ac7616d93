import assert from "node:assert/strict";
import * as fc from "fast-check";
import { covers, hasWildcard, matches, parsePattern, patternsOverlap } from "../../core/pattern";

/** The naive algorithm, which may take exponential time. */
function matchesNaively(pattern: string, text: string): boolean {
  if (pattern === "") return text === "";
  if (pattern.startsWith("*")) {
    return (
      matchesNaively(pattern.slice(1), text) ||
      (text !== "" && matchesNaively(pattern, text.slice(1)))
    );
  }
  if (text === "" || (pattern[0] !== "?" && pattern[0] !== text[0])) return false;
  return matchesNaively(pattern.slice(1), text.slice(1));
}

/** All texts of up to six characters over two that patterns name and one that they do not. */
const texts = (function grow(length: number): string[] {
  if (length === 0) return [""];
  const shorter = grow(length - 1);
  const longest = shorter.filter((text) => text.length === length - 1);
  return [...shorter, ...longest.flatMap((text) => ["a", "b", "x"].map((end) => text + end))];
})(6);

const pattern = fc
  .array(fc.constantFrom("a", "b", "?", "*"), { maxLength: 5 })
  .map((parts) => parts.join(""));
const text = fc
  .array(fc.constantFrom("a", "b", "x"), { maxLength: 8 })
  .map((parts) => parts.join(""));

describe("pattern", () => {
  describe("matches", () => {
    const cases: [string, string, boolean][] = [
      ["", "", true],
      ["", "a", false],
      ["*", "", true],
      ["*", "repo:acme/desk:ref:refs/heads/main", true],
      ["?", "", false],
      ["repo:acme/*", "repo:acme/desk", true],
      ["repo:acme/*", "repo:acme-evil/desk", false],
      ["repo:acme*", "repo:acme-evil/desk", true],
      ["system:serviceaccount:*:agent", "system:serviceaccount:a:agent", true],
      ["system:serviceaccount:*:agent", "system:serviceaccount:a:agent2", false],
      ["a*b*c", "abbc", true],
      ["a*bc*bc", "abc", false],
      ["a?c*", "abcd", true],
      ["*a?c*", "xxabcxx", true],
      ["*a?c*z", "xxabxx", false],
      ["ab", "abc", false],
    ];
    for (const [given, value, expected] of cases) {
      it(`${expected ? "matches" : "does not match"} \`${value}\` for \`${given}\``, () => {
        assert.equal(matches(given, value), expected);
      });
    }

    it("agrees with the naive algorithm on every small pattern and text", () => {
      fc.assert(
        fc.property(pattern, text, (given, value) => {
          assert.equal(matches(given, value), matchesNaively(given, value));
        }),
        { numRuns: 2000 },
      );
    });

    it("matches a literal `*` that a parsed pattern has as text", () => {
      const literal = [{ kind: "literal", text: "a*" }, { kind: "one" }] as const;
      assert.equal(matches(literal, "a*b"), true);
      assert.equal(matches(literal, "axb"), false);
    });

    it("ends at once on a pattern made to backtrack", () => {
      assert.equal(matches("*a".repeat(2000) + "b", "a".repeat(100_000)), false);
    });
  });

  describe("parsePattern", () => {
    it("parts text from wildcards", () => {
      assert.deepEqual(parsePattern("ab?*c"), [
        { kind: "literal", text: "ab" },
        { kind: "one" },
        { kind: "many" },
        { kind: "literal", text: "c" },
      ]);
    });
  });

  describe("hasWildcard", () => {
    it("sees both wildcards and nothing in plain text", () => {
      assert.deepEqual(["a*", "a?", "a"].map(hasWildcard), [true, true, false]);
    });
  });

  describe("patternsOverlap", () => {
    const cases: [string, string, boolean][] = [
      ["acme-*", "*-prod", true],
      ["acme-*", "globex-*", false],
      ["a*", "", false],
      ["*", "", true],
      ["a?c", "ab*", true],
      ["a?c", "abcd*", false],
    ];
    for (const [a, b, expected] of cases) {
      it(`returns ${expected} for \`${a}\` and \`${b}\`, either way round`, () => {
        assert.equal(patternsOverlap(a, b), expected);
        assert.equal(patternsOverlap(b, a), expected);
      });
    }

    it("never misses a text that both match, and finds one for each overlap", () => {
      fc.assert(
        fc.property(shortPattern(3), shortPattern(3), (a, b) => {
          const shared = texts.some((each) => matches(a, each) && matches(b, each));
          assert.equal(patternsOverlap(a, b), shared, `${a} and ${b}`);
        }),
        { numRuns: 1000 },
      );
    });
  });

  describe("covers", () => {
    const cases: [string, string, boolean][] = [
      ["repo:acme/*", "repo:acme/desk:*", true],
      ["repo:acme/desk:*", "repo:acme/*", false],
      ["*", "?*", true],
      ["?*", "*", false],
      ["??*", "?*a", true],
      ["a?*b", "a*b", false],
      ["a?*b", "a*xb", true],
      ["?*?", "*??", true],
      ["?", "*", false],
      ["", "", true],
    ];
    for (const [general, specific, expected] of cases) {
      it(`returns ${expected} for \`${general}\` over \`${specific}\``, () => {
        assert.equal(covers(general, specific), expected);
      });
    }

    it("agrees with trying every text", () => {
      fc.assert(
        fc.property(shortPattern(5), shortPattern(4), (general, specific) => {
          const all = texts.every((each) => !matches(specific, each) || matches(general, each));
          assert.equal(covers(general, specific), all, `${general} over ${specific}`);
        }),
        { numRuns: 2000 },
      );
    });

    it("covers every text that the specific pattern matches", () => {
      fc.assert(
        fc.property(pattern, pattern, text, (general, specific, value) => {
          if (!covers(general, specific) || !matches(specific, value)) return;
          assert.equal(matches(general, value), true);
        }),
        { numRuns: 2000 },
      );
    });
  });
});

function shortPattern(maxLength: number): fc.Arbitrary<string> {
  return fc
    .array(fc.constantFrom("a", "b", "?", "*"), { maxLength })
    .map((parts) => parts.join(""));
}
