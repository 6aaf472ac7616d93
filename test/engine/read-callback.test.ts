import assert from "node:assert/strict";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { PartialText, Unknown, type Value } from "../../core/snapshot/value";
import { readCallback } from "../../engine/program/read-callback";

const made = new Unknown(["urn:made"]);
const PIECES = Array.from("(){}[]`${}'\"/\\,;:=>.+ \nab1");
const given: Value = [made, "known", { a: made, b: [1] }];

const read: readonly (readonly [string, Value])[] = [
  ["([a]) => a", made],
  [
    "([a,]) => ({ a, b: [a, 1.5, -1, true, null], 'c': \"d\", 7: a })",
    { a: made, b: [made, 1.5, made, true, null], c: "d", 7: made },
  ],
  ["([a, x, { b: [y] }]) => ({ x, y })", { x: "known", y: 1 }],
  ["([a, x]) => `${x}/${1}`", "known/1"],
  ["([a, x]) => `${a}/${x}\\u0041\\n`", new PartialText([made, "/knownA\n"])],
  ["() => `a\r\nb\rc` + 'd\\\r\ne\\\n'", "a\nb\ncde"],
  ["([a, x]) => 'a' + x + a", new PartialText(["aknown", made])],
  ["([a, x]) => { const b = `${x}s`; return JSON.stringify({ b }); }", '{"b":"knowns"}'],
  [
    "([a]) => JSON.stringify({ a, b: other, }, null, 2)",
    new PartialText(['{"a":"', made, '","b":"', made, '"}']),
  ],
  [
    "([a]) => ({ s: [a ? 1 : 2, a.map((x) => { return { x }; }), /[/]}/.test(a), a / 2, a['b'] || {}, 'd'] })",
    { s: [made, made, made, made, made, "d"] },
  ],
  [
    "([a, x]) => ({ k: { [`${a}:sub`]: 'b' }, l: { [`${x}:sub`]: 'b' } })",
    { k: made, l: { "known:sub": "b" } },
  ],
  ["([a]) => ({ a: { ...a, b: 1 } })", { a: made }],
  ["() => ({ a: 1, /* { */ b: 2 // }\n })", { a: 1, b: 2 }],
  ["(all) => ({ a: all.length, b: all })", { a: made, b: given }],
  ["function (all) { return `${all[1]}/${all[2]['b']?.[0]}`; }", "known/1"],
  ["([a, x]) => { const { b: [y] } = { b: [x] }, z = 0x10; return y + z; }", "known16"],
  ["([a]) => [1, , 2]", made],
  ["([a, x]) => [1, ...x]", made],
  [
    "([a, x]) => { let b = 'a:' + a; b += '/' + x; return b; }",
    new PartialText(["a:", made, "/known"]),
  ],
  ["([a, x]) => { let b = a; b = x; console.log(b); return b; }", "known"],
  ["async ([a, x]) => ({ b: await x })", { b: "known" }],
  ["([a, x]) => 'a:'.concat(a, '/', x)", new PartialText(["a:", made, "/known"])],
  ["([a, x]) => a.concat(x)", made],
  ["([a, x]) => concat('a:', x)", made],
  ["([a, x]) => pulumi.concat('a:', a, x)", new PartialText(["a:", made, "known"])],
  ["([a, x]) => pulumi.interpolate`a:${a}/${x}`", new PartialText(["a:", made, "/known"])],
  ["([a, x]) => other`a:${a}/${x}`", made],
  ["([a, x]) => [x, a, x].join('/')", new PartialText(["known/", made, "/known"])],
  ["([a, x]) => ['a', x].join()", "a,known"],
  ["([a, x]) => x.join('/')", made],
  [
    "([a, x]) => `a:${encodeURIComponent('b/c')}@${encodeURIComponent(a)}`",
    new PartialText(["a:b%2Fc@", made]),
  ],
  ["([a, x]) => `${String(x)}:${String(a)}`.toString()", new PartialText(["known:", made])],
  ["([a, x]) => ` ${x}:${a} : `.trim()", new PartialText(["known:", made, " :"])],
  ["([a, x]) => ' a '.trim()", "a"],
  ["([a, x]) => a.trim()", made],
  ["([a, x]) => x.replace('k', '')", made],
  ["([a, x]) => `${x}`.concat(...a)", made],
  [
    "([a, x]) => ({ x: y.then((x) => `${x}`), y: y.apply(({ a }) => `${a}/${x}`), a: x })",
    { x: new PartialText([made]), y: new PartialText([made, "/known"]), a: "known" },
  ],
];

const refused: readonly (readonly [string, string])[] = [
  ["more than one statement", "(a) => { log(a); return { a: 1 }; }"],
  ["two ways out", "(a) => { if (a) return { b: 1 }; return { c: 1 }; }"],
  [
    "a variable that another function changes",
    "(a) => { let b = 'x'; const c = () => { b = 'y'; }; c(); return b; }",
  ],
  ["a constant that it changes", "(a) => { const b = 'x'; b += 'y'; return b; }"],
  ["a variable without a value", "(a) => { let b; return b; }"],
  ["a variable of a whole function", "(a) => { var b = 'x'; return b; }"],
  ["a variable that it multiplies", "(a) => { let b = 2; b *= 2; return b; }"],
  [
    "an object that something may change",
    "(a) => { const b = { c: 1 }; const d = b.e(); return b; }",
  ],
  ["what it is handed, changed", "([a, x, c]) => ({ d: [c, `${c.push(1)}`] })"],
  ["two arguments", "(a, b) => ({ b })"],
  ["one with a value of its own", "(a = {}) => ({ a })"],
  ["a method", "(a) => ({ b() { return 1; } })"],
  ["code that nobody shows", "function () { [native code] }"],
  ["a name that is given another value", "([a, x]) => [(x = 1), x]"],
  ["a number that is counted up", "([a, x]) => [x++, x]"],
  ["a second function after it", "(a) => 1), ((b) => 2"],
  ["a further statement after it", "(a) => 1); log((b) => 2"],
  ["no value", "(a) => { const b = 1; }"],
  ["a part whose name is computed", "([, , { [b]: a }]) => a"],
  ["the rest of what it is handed", "([a, ...b]) => b"],
  ["a loop that it makes values by", "function* (a) { return 1; }"],
  ["no end", "(a) => ({ a: `${a"],
  ["parameters nested deeper than anyone nests them", `(${"[".repeat(9_000)}a) => 1`],
  ["texts put into one another so deep", `(a) => ${"`${".repeat(6_000)}a${"}`".repeat(6_000)}`],
  ["a text that doubles", `() => { ${doubling(60)} }`],
];

function doubling(times: number): string {
  const names = Array.from(
    { length: times },
    (_, at) => `const a${at + 1} = \`\${a${at}}\${a${at}}\`;`,
  );
  return `const a0 = "text"; ${names.join(" ")} return a${times};`;
}

/** A value without the prototypes of where it was made. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}

describe("a function that only writes a value down", () => {
  for (const [text, value] of read) {
    it(`is read: ${text}`, () => assert.deepEqual(readCallback(text, given), value));
  }

  for (const [what, text] of refused) {
    it(`is not read where it has ${what}`, () =>
      assert.equal(readCallback(text, given), undefined));
  }

  it("gives what it gives when it is run, where all that it is handed is known", () => {
    const { written } = fc.letrec<{ written: string }>((tie) => ({
      written: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(
          "a",
          "b",
          "`${a}:${b}`",
          "'x' + a",
          "a + ':' + b + 1",
          "`${all[0]}`",
          "null",
          "true",
          "12",
        ),
        fc.string().map((text) => JSON.stringify(text)),
        fc.array(tie("written"), { maxLength: 3 }).map((items) => `[${items.join(", ")}]`),
        fc
          .array(fc.tuple(fc.constantFrom("k", "'l'", "[`${a}:m`]"), tie("written")), {
            maxLength: 3,
          })
          .map((fields) => `{ ${fields.map((field) => field.join(": ")).join(", ")} }`),
        tie("written").map((inner) => `JSON.stringify(${inner})`),
        fc.constantFrom("encodeURIComponent(a)", "String(b)", "' x '.trim()", "a.toString()"),
        fc.constantFrom("'x'.concat(a, 1)", "['x', a, 2].join('/')", "[a, b].join()"),
      ),
    }));
    fc.assert(
      fc.property(written, (body) => {
        const text = `(all) => { const [a, b] = all; return (${body}); }`;
        const run = runInNewContext(`(${text})(["one", "two"])`) as unknown;
        assert.deepEqual(plain(readCallback(text, ["one", "two"])), plain(run), text);
      }),
    );
  });

  it("never throws", () => {
    const piece = fc.constantFrom(...PIECES, "=>", "...", "JSON.stringify(", "const ", "return ");
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        readCallback(`(a) => ${pieces.join("")}`, given);
      }),
    );
  });
});
