import assert from "node:assert/strict";
import { formatsOf } from "../../scripts/gitleaks-formats";
import { forJavaScript } from "../../scripts/go-expression";
import { leftOut } from "../../scripts/gitleaks-left-out";

/** An expression of Go, what it matches as a whole, and what it does not. */
const expressions: readonly (readonly [
  go: string,
  yes: readonly string[],
  no: readonly string[],
])[] = [
  ["p8e-(?i)[a-z]{2}", ["p8e-aB"], ["P8e-ab", "p8E-ab"]],
  ["(?i)abc", ["abc", "ABC"], ["abd"]],
  ["a(b(?i)c)d", ["abcd", "abCd"], ["aBcd", "abcD"]],
  ["(?i:a)b", ["ab", "Ab"], ["aB"]],
  ["(?i)a(?-i:b)c", ["abc", "AbC"], ["aBc"]],
  ["(?:(?i)a|b)c", ["ac", "Ac", "Bc"], ["aC"]],
  [String.raw`[(?i)]\(`, ["((", "?(", "i("], ["I("]],
  ["[[:alnum:]]{2}", ["a1", "Z9"], ["a-"]],
  [String.raw`a\z`, ["a"], ["a\n"]],
  ["(?s:.)", ["\n"], [""]],
  ["(?P<one>a)", ["a"], ["b"]],
  ["[[]a", ["[a"], ["]a"]],
];

describe("expressions of Go", () => {
  for (const [go, yes, no] of expressions) {
    it(`match the same in JavaScript: \`${go}\``, () => {
      const expression = new RegExp(`^(?:${forJavaScript(go)})$`);
      for (const text of yes) assert.equal(expression.test(text), true, text);
      for (const text of no) assert.equal(expression.test(text), false, text);
      assert.equal(expression.exec(yes[0] ?? "")?.length, 1, "no group is captured");
    });
  }

  it("that JavaScript does not have are refused", () => {
    assert.throws(() => forJavaScript("[a"));
  });
});

/** A rule as gitleaks writes it. */
function rule(id: string, regex: string, rest = 'keywords = ["Desk-"]'): string {
  return `[[rules]]\nid = "${id}"\nregex = '''${regex}'''\n${rest}\n`;
}

const others = Object.keys(leftOut)
  .map((id) => rule(id, "x"))
  .join("\n");
const end = String.raw`(?:[\x60'"\s;]|\\[nr]|$)`;
const ofName = String.raw`(?i)[\w.-]{0,50}?(?:desk|ask)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}`;

describe("the file of formats of gitleaks", () => {
  it("has forms of values without what is around them, and what is allowed", () => {
    const allowed = 'keywords = ["Desk-"]\nentropy = 3\n[[rules.allowlists]]\nregexes = ["^x"]';
    const toml = others + rule("desk-api-token", String.raw`\b(desk-[a-z]{9})${end}`, allowed);
    assert.deepEqual(formatsOf(toml), {
      formats: [
        {
          ...{ format: "desk-api-token", what: "Desk API token", keywords: ["desk-"] },
          ...{ pattern: "(?:desk-[a-z]{9})", entropy: 3, except: ["^x"] },
        },
      ],
      named: [],
    });
  });

  it("has the names and the value of a form of both, and a further form beside", () => {
    const toml = others + rule("desk-key", String.raw`${ofName}([a-z]{3})${end}|\b(desk-\d)${end}`);
    const common = { format: "desk-key", what: "Desk key" };
    assert.deepEqual(formatsOf(toml), {
      formats: [{ ...common, keywords: ["desk-"], pattern: String.raw`(?:desk-\d)` }],
      named: [{ ...common, names: "desk|ask", value: "(?:[A-Za-z]{3})" }],
    });
  });

  for (const [what, toml] of [
    ["a rule is gone that is left out", rule("desk-key", "desk-[a-z]")],
    ["a rule has no expression", `${others}[[rules]]\nid = "desk-file"\n`],
    ["a rule has no keyword", others + rule("desk-key", "desk-[a-z]", "")],
    [
      "a name and a value have an unknown form",
      others + rule("desk-key", String.raw`(?i)[\w.-]{0,50}?(?:desk)=(a)`),
    ],
  ] as const) {
    it(`is not written where ${what}`, () => {
      assert.throws(() => formatsOf(toml), /desk|gitleaks has no rule/);
    });
  }
});
