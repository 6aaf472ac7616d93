import * as fc from "fast-check";
import { anyText } from "../../support/any-text";

/** Names as people and machines give them: plain, accented, of other scripts, emoji, uppercase, with separators, empty, very long. */
export const randomName: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    "triage",
    "Triage",
    "TRIAGE",
    "",
    "-",
    "a",
    "Rückgabe",
    "検索",
    "🤖",
    "👩‍🚀 agent",
    "מוכר",
    "ﬁnance",
    "İstanbul",
  ),
  fc.string({ unit: "grapheme", maxLength: 120 }),
  anyText(120),
  fc.integer({ min: 50, max: 3000 }).map((length) => "a".repeat(length)),
  fc.integer({ min: 20, max: 700 }).map((length) => "Ärger 🤖".repeat(length)),
  fc
    .array(fc.constantFrom("desk", "EU", "prod", "v2", "ü", "🤖"), { minLength: 2, maxLength: 20 })
    .chain((words) => fc.constantFrom("-", ".", "_", "/", ":", " ").map((by) => words.join(by))),
);

/** Two different names that are easily taken for one. */
export const alikeNames: fc.Arbitrary<readonly [string, string]> = randomName
  .chain((name) =>
    fc.tuple(
      fc.constant(name),
      fc.constantFrom(
        name.toUpperCase(),
        name.toLowerCase(),
        name.normalize("NFD"),
        name.normalize("NFKD").replace(/\p{M}/gu, ""),
        `${name} `,
        `${name}-`,
        `${name}x`,
        name.slice(0, -1),
        name.replace(/[^a-z0-9]/g, "-"),
      ),
    ),
  )
  .filter(([one, other]) => one !== other);
