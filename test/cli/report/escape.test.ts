import assert from "node:assert/strict";
import fc from "fast-check";
import {
  cell,
  code,
  commandData,
  commandProperty,
  html,
  json,
  plain,
  prose,
  proseCell,
  sarifText,
} from "../../../cli/report/escape";
import { anyText } from "../../support/any-text";

const anyMarkup = fc.oneof(
  anyText(),
  fc.string({
    unit: fc.constantFrom(
      "`",
      "|",
      "\\",
      "<",
      "*",
      "[",
      "](",
      " ",
      "a",
      "::",
      "##[",
      "\n",
      "@b",
      "{",
    ),
  }),
);

describe("escape", () => {
  it("leaves ordinary names as they are, in letters of any script", () => {
    for (const name of ["acme/crm-key", "Größe 1.5", "名前", "a::b", "#[x]", "🙂"])
      assert.equal(plain(name), name);
  });

  it("shows ANSI, controls, bidi overrides, zero-width and tag characters instead of passing them on", () => {
    assert.equal(
      plain("a\u001b[31mb\u0007\u009b\u202ec\u200b\u2028\u{e0041}\ud800\ufeff"),
      "a\\u{1b}[31mb\\u{7}\\u{9b}\\u{202e}c\\u{200b}\\u{2028}\\u{e0041}\\u{d800}\\u{feff}",
    );
  });

  it("breaks what a workflow's runner obeys: `::` at the start of a line, `##[` anywhere", () => {
    assert.equal(plain("  ::error::x"), "  \\u{3a}:error::x");
    assert.equal(plain("a ##[group]b"), "a #\\u{23}[group]b");
    assert.equal(plain("###[x] :: urn::y"), "##\\u{23}[x] :: urn::y");
    assert.equal(plain("a ##vso[task.complete]b"), "a #\\u{23}vso[task.complete]b");
    assert.equal(json("##vso[x]"), '"#\\u0023vso[x]"');
  });

  it("cuts a field that is too long, and reports the cut", () => {
    assert.equal(plain("x".repeat(5000)), `${"x".repeat(2000)}… (5000 characters)`);
  });

  it("writes HTML's own characters as references", () => {
    assert.equal(html(`<b a="1" c='2'>&\``), "&#60;b a=&#34;1&#34; c=&#39;2&#39;&#62;&#38;&#96;");
  });

  it("surrounds a code span by more backticks than any run in it", () => {
    assert.equal(code("a"), "`a`");
    assert.equal(code("a`b``c"), "```a`b``c```");
    assert.equal(code("`a"), "`` `a ``");
    assert.equal(code(" "), "—");
  });

  it("puts what GitHub could act on into code in a cell: it looks for mentions once references are resolved", () => {
    assert.equal(
      proseCell("ask @octocat on acme/desk#1: `a|b` and **x**"),
      "ask <code>&#64;octocat</code> on <code>acme/desk&#35;1&#58;</code> <code>a&#124;b</code> and <code>&#42;&#42;x&#42;&#42;</code>",
    );
    assert.equal(proseCell("one ` @octocat"), "<code>one &#96; &#64;octocat</code>");
    assert.equal(proseCell("Role, shared: (2)"), "Role&#44; shared&#58; &#40;2&#41;");
  });

  it("never closes a code span early", () => {
    fc.assert(
      fc.property(anyMarkup, (text) => {
        const span = code(text);
        if (span === "—") return;
        const isolation = /^`+/.exec(span)![0];
        const inner = span.slice(isolation.length, span.length - isolation.length);
        assert.ok(span.endsWith(isolation));
        assert.ok(![...inner.matchAll(/`+/g)].some(([run]) => run === isolation), span);
      }),
    );
  });

  it("leaves nothing in a table's cell that Markdown, HTML or a table acts on", () => {
    assert.equal(cell("a|b*c"), "<code>a&#124;b&#42;c</code>");
    fc.assert(
      fc.property(anyMarkup, (text) => {
        assert.match(cell(text), /^(—|<code>([\p{L}\p{N} /-]|&#\d+;)+<\/code>)$/u);
      }),
    );
  });

  it("keeps sentences, and makes code of words that could be markup, mentions, issues or links", () => {
    assert.equal(
      prose("`a/b` trusts *, @all, #1, https://x.test and <i>, in 1 role"),
      "`a/b` trusts `*,` `@all,` `#1,` `https://x.test` and `<i>,` in 1 role",
    );
  });

  it("makes code of a whole message where a name in it has backticks", () => {
    assert.equal(prose("`a`[x](y)` is shared"), "`` `a`[x](y)` is shared ``");
  });

  it("leaves nothing outside code spans that Markdown, HTML or GitHub acts on", () => {
    fc.assert(
      fc.property(anyMarkup, anyMarkup, (a, b) => {
        const outside = withoutCodeSpans(prose(`\`${a}\` runs as ${b}`));
        assert.doesNotMatch(outside, /[`<>[\]*_~#@&\\|${}^\n]|:\/\//, outside);
      }),
    );
  });

  it("separates properties and data of a workflow command", () => {
    assert.equal(commandProperty("a,b:c%\nd"), "a%2Cb%3Ac%25\\u{a}d");
    assert.equal(commandData("a,b:c%\r\nd"), "a,b:c%25\\u{d}\\u{a}d");
  });

  it("makes neither links nor placeholders of brackets and braces in SARIF", () => {
    assert.equal(sarifText("[a](1) {0} \\"), "\\[a\\](1) {{0}} \\\\");
  });

  it("writes JSON that reads back as the same value and has nothing invisible", () => {
    fc.assert(
      fc.property(fc.dictionary(anyMarkup, anyMarkup), (value) => {
        const text = json(value);
        assert.deepEqual({ ...(JSON.parse(text) as object) }, { ...value });
        assert.doesNotMatch(text, /[^\P{C}\n]|##\[/u);
      }),
    );
  });
});

/** What is left of Markdown when code spans are taken out, as CommonMark finds them: a run of backticks to its equal. */
function withoutCodeSpans(markdown: string): string {
  let rest = markdown;
  let outside = "";
  for (;;) {
    const open = /`+/.exec(rest);
    if (open === null) return outside + rest;
    outside += rest.slice(0, open.index);
    const after = rest.slice(open.index + open[0].length);
    const close = [...after.matchAll(/`+/g)].find(([run]) => run.length === open[0].length);
    if (close === undefined) return outside + rest.slice(open.index);
    rest = after.slice(close.index + close[0].length);
  }
}
