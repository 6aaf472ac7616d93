/** A file that YAML readers parse differently. */
interface Trap {
  readonly name: string;
  readonly content: Buffer;
  /** Why it is not judged, where Kubernetes reads it otherwise or not at all; undefined where it is read alike. */
  readonly notJudged?: string;
}

const pod = "apiVersion: v1\nkind: Pod\nmetadata: { name: a }\n";
const head = "apiVersion: v1\nkind: A\n";

function read(name: string, text: string): Trap {
  return { name, content: Buffer.from(text) };
}

function refused(name: string, text: string | Buffer, notJudged: string): Trap {
  return { name, content: Buffer.from(text), notJudged };
}

function utf16(text: string, isBigEndian: boolean): Buffer {
  const bytes = Buffer.from(text, "utf16le");
  return isBigEndian ? bytes.swap16() : bytes;
}

const otherForm = "this form of YAML is not read here";
const noYaml = "this is no YAML that is read here";

const breaks: readonly (readonly [string, string])[] = [
  ["a carriage return", "\r"],
  ["U+0085", "\u0085"],
  ["U+2028", "\u2028"],
  ["U+2029", "\u2029"],
];

/** The files that a test compares with kubectl's reading. */
export const traps: readonly Trap[] = [
  ...breaks.flatMap(([name, sign]) => [
    refused(`${name} that ends a comment`, `# a${sign}${pod}`, otherForm),
    refused(`${name} within a text`, `${head}b: a${sign}  b\nc: 'a${sign}${sign}  b'\n`, otherForm),
    refused(
      `${name} within a block`,
      `${head}b: |\n  a${sign}  b\nc: >\n  a${sign}  b\n`,
      otherForm,
    ),
    refused(`${name} before a document`, `${pod}#${sign}---\n${pod}`, otherForm),
  ]),
  ...[
    ["UTF-16 with the small end first", Buffer.concat([Buffer.of(0xff, 0xfe), utf16(pod, false)])],
    ["UTF-16 with the big end first", Buffer.concat([Buffer.of(0xfe, 0xff), utf16(pod, true)])],
  ].map(([name, content]) => ({ name, content }) as Trap),
  refused("UTF-16 without a mark", utf16(pod, false), "control characters are not allowed"),
  refused("half a character of UTF-16", Buffer.of(0xff, 0xfe, 0x61), "this is no text"),
  refused("what is no UTF-8", Buffer.from(`${pod}# \xe9\n`, "latin1"), "this is no text"),
  refused("a control character", `${pod}# \u0001\n`, "control characters are not allowed"),
  read("a byte order mark", `\ufeff${pod}`),
  read("a byte order mark at a later document", `${pod}---\n\ufeff${pod}`),
  refused(
    "a byte order mark in a line",
    `${head}a: \ufeffb\n`,
    "a byte order mark is within a document",
  ),

  ...[
    ["an empty line", "\n"],
    ["a line of spaces", "  \n"],
    ["a line of a tab", " \t\n"],
  ].flatMap(([name, line = ""]) => [
    refused(`an escaped line end before ${name}`, `${head}b: "a\\\n${line}  c"\n`, otherForm),
    refused(
      `an escaped line end behind a space and a backslash, before ${name}`,
      `${head}b: "a\n\n  b \\\\\\\n${line}  \\ c"\n`,
      otherForm,
    ),
    read(`a backslash at a line end before ${name}`, `${head}b: "a\\\\\n${line}  c"\n`),
    read(`a backslash at a line end without quotes, before ${name}`, `${head}b: a\\\n${line}  c\n`),
    read(
      `a backslash at a line end in single quotes, before ${name}`,
      `${head}b: 'a\\\n${line}  c'\n`,
    ),
  ]),
  ...["\t", " \t", "  \t "].flatMap((space) =>
    ["-", "  -", "- -", "- a: c\n-"].flatMap((dash) => [
      ...["c", "[c]", '"c"', "|\n    c", "\n    c", "# d\n    c"].map((value) =>
        refused(
          `a tab in ${JSON.stringify(dash + space)} before ${JSON.stringify(value)}`,
          `${head}b:\n${dash}${space}${value}\n`,
          otherForm,
        ),
      ),
      read(
        `a tab in a text behind ${JSON.stringify(dash + space)}`,
        `${head}b:\n${dash} "-${space}c"\n`,
      ),
      read(
        `a tab behind the text of ${JSON.stringify(dash + space)}`,
        `${head}b:\n${dash} c -${space}d\n`,
      ),
    ]),
  ),
  ...["", "-", "+"].map((sign) =>
    read(
      `numbers of ${sign}.5 with underscores`,
      `${head}b: [${[".5", ".5_1", ".5_1_2", "._5", ".5_", ".5__1", "._", ".5_e1", ".5e_1", ".5e1_0", ".5e1_", ".5_1E-1_0", "5_1.5_1", "5_.5", "5._5"].map((each) => sign + each).join(", ")}]\n`,
    ),
  ),
  ...["|", ">", "|-", ">+"].flatMap((block) => [
    ...["\n \t", "\n  \t ", "\n\n  \t"].map((tab) =>
      refused(
        `a tab before the text of ${block}, behind ${JSON.stringify(tab)}`,
        `${head}b: ${block}${tab}c\n  d\n`,
        "a tab indents a line",
      ),
    ),
    read(`a tab in the text of ${block}`, `${head}b: ${block}\n\n  c\n  \td\n\n  e\n`),
    read(
      `a tab at the start of ${block} with its indentation`,
      `${head}b: ${block.slice(0, 1)}1${block.slice(1)}\n \tc\n`,
    ),
  ]),
  read("a tab behind a colon", `${head}b:\tc\nd: \t\n- a:\t1\n`),
  read("an escaped line end before text", `${head}b: "a \\\n  c \\\n  \\ d"\n`),
  ...["! ", "!a ", "!!str ", "&b ", "&b ! ", "! &b "].flatMap((mark) => [
    ...["*a", '"d"', "[d]", "{ d: 1 }"].map((value) =>
      refused(
        `an empty key with ${mark}in another column, behind ${value}`,
        `${head}b: &a 1\nc: ${value}\n  ${mark}: 2\n`,
        otherForm,
      ),
    ),
    read(`a key with ${mark}`, `${head}${mark}b: 2\n`),
  ]),
  read("binary text", `${head}b: !!binary aGVsbG8=\n!!binary a2V5: 1\n`),
  refused(
    "binary that is no text",
    `${head}b: !!binary gIE=\n`,
    "the tag `!!binary` is read here of texts alone",
  ),
  read(
    "tags",
    `${head}b: !!str 1\nc: !!int 1\nd: !!float 1\ne: !a 1\nf: ! 1\ng: !!null ""\nh: !!set {a: 1}\n`,
  ),
  refused(
    "tags in full",
    `%TAG !y! tag:yaml.org,2002:\r---\r${head}b: !y!str 1\nc: !<tag:yaml.org,2002:int> "1"\n`,
    noYaml,
  ),
  refused(
    "a tag that its value is not of",
    `${head}b: !!int a\n`,
    "a value is no `!!int`, which its tag names",
  ),
  refused(
    "a tag of a date",
    `${head}b: !!timestamp 2020-01-01\n`,
    "the tag `!!timestamp` is not read here",
  ),
  refused("a tag of an unknown handle", `${head}b: !x!y 1\n`, noYaml),
  refused(
    "a directive in the line before a separator, of which kubectl makes a document of its own",
    `%YAML 1.1\n---\n${pod}`,
    otherForm,
  ),
  refused("another version of YAML", `%YAML 1.2\r---\r${pod}`, noYaml),
  refused("the version of YAML", `%YAML 1.1\r---\r${pod}`, noYaml),

  read(
    "numbers",
    `${head}b: [1e3, 017, 0o17, 08, 0x1F, 0b11, 1_000, +1, -0, .5, 1., 1e-400, 0b-1]\n`,
  ),
  read(
    "numbers that are texts",
    `${head}b: [1e999, 0x1FFFFFFFFFFFFFFFFF, 12:30:45, 2020-01-01, ., e12, 1e, 0x, =]\n`,
  ),
  read(
    "numbers that 64 bits do not hold",
    `${head}b: [9223372036854775808, 18446744073709551616, -9223372036854775809]\n`,
  ),
  refused(
    "a number that is infinite",
    `${head}b: .inf\n`,
    "a number that is infinite or none cannot be written as JSON",
  ),
  refused(
    "a number that is none",
    `${head}b: .NaN\n`,
    "a number that is infinite or none cannot be written as JSON",
  ),
  read("truths", `${head}b: [yes, on, y, No, OFF, n, True, yEs, "yes"]\n`),
  read("nothing", `${head}b: [~, null, NULL, nUll, '']\nc:\n`),
  read("keys that are no texts", `${head}1: a\nyes: b\n1.5: c\n0x10: d\n`),
  refused("a key that is nothing", `${head}~: a\n`, "a key of this form is not read here"),
  refused(
    "a key that is a large fraction",
    `${head}1234567.5: a\n`,
    "a key of this form is not read here",
  ),
  refused("a key that is a map", `${head}? {a: b}\n: c\n`, otherForm),
  refused("a key twice", `${head}kind: B\n`, "map keys must be unique"),

  read("a merge", `x: &x {kind: A, b: 1}\ny: &y {b: 2, c: 3}\napiVersion: v1\n<<: [*x, *y]\n`),
  read("a merge behind what it replaces", `x: &x {kind: B}\n${head}<<: *x\n`),
  read("a merge before what replaces it", `x: &x {kind: B}\n<<: *x\n${head}`),
  read("a merge in quotes", `${head}"<<": {a: 1}\n`),
  refused(
    "a merge of a text",
    `${head}<<: a\n`,
    "map merge requires map or sequence of maps as the value",
  ),
  read("an anchor that is given twice", `${head}b: &b 1\nc: *b\nd: &b 2\ne: *b\n`),
  refused("an anchor that is not there", `${head}b: *b\n`, "unknown anchor referenced"),
  refused("an anchor in itself", `${head}b: &b [*b]\n`, "an anchor contains itself"),
  refused(
    "aliases that multiply",
    `a: &a [${"x,".repeat(20)}]\nb: &b [${"*a,".repeat(20)}]\nc: &c [${"*b,".repeat(20)}]\nd: [${"*c,".repeat(20)}]\n`,
    "document contains excessive aliasing",
  ),

  read("documents that hold nothing", `---\n---\n# a\n---\n${pod}---\n\n---\nnull\n`),
  read("a comment behind a separator", `${pod}--- # a\n${pod}---\t\n${pod}`),
  refused(
    "a text behind a separator",
    `${pod}--- a\n${pod}`,
    "a line of `---` has something other than a comment behind it",
  ),
  refused(
    "a separator that goes on",
    `${pod}----\n${pod}`,
    "a line of `---` has something other than a comment behind it",
  ),
  read("what follows the end of a document", `${pod}...\n${pod}`),
  refused(
    "what follows a bracket that closes a document",
    `{ apiVersion: v1, kind: A }\n${pod}`,
    noYaml,
  ),
  read("a separator in a text in brackets", `${head}b: "a\n  --- \n  b"\n`),
  refused(
    "a tab that indents",
    `${head}b:\n\tc: 1\n`,
    `${noYaml}: Tabs are not allowed as indentation`,
  ),
  read("tabs between words", `${head}b:\t1\nc: [\t1,\t2]\nd: a\tb\n`),
  refused("an escape of JSON in YAML", `${head}b: "\\/"\n`, otherForm),
  refused("half a character as an escape", `${head}b: "\\ud83d\\ude00"\n`, otherForm),
  read("escapes", `${head}"\\u0062": "\\x41\\U0001F600\\N\\_\\L\\P\\e\\0"\n`),
  read("a colon without a space in brackets", `${head}b: {c:1, d: [a:b, "e":1]}\n`),
  refused("a question mark in brackets", `${head}b: [? a : b, c: d]\n`, otherForm),
  read(
    "a block that ends in lines of spaces no longer than its indentation",
    `${head}b: |\n  a\n  \n \nc: |\n  d\n\n`,
  ),
  ...["", "-", "+"].map((chomping) =>
    read(
      `a block with the header |${chomping} that ends in a line of more spaces`,
      `${head}b: |${chomping}\n  a\n\n   c  \n \n    \n\n   \n \n\nc:\n  d: |${chomping}\n    a\n      \n  e: 1\n`,
    ),
  ),
  refused(
    "a folded block that ends in a line of more spaces",
    `${head}b: >-\n  a\n    \n`,
    "a block of text ends in a line of spaces; remove these",
  ),
  refused(
    "a block of a given indentation that ends in spaces",
    `${head}b: |2-\n\n    a\n    \n`,
    "a block of text ends in a line of spaces; remove these",
  ),
  read(
    "folded texts",
    `${head}b: >\n  a\n  b\n\n    c\n\n  d\nc: |2-\n    a\n  b\n\nd: "a\n\n  b \\\n  c"\n`,
  ),
  refused("a key longer than 1,024 characters", `${head}${"b".repeat(1025)}: 1\n`, noYaml),
  refused(
    "a key of 1,024 characters of two units each",
    `${head}"${"😀".repeat(1000)}": 1\n`,
    noYaml,
  ),

  read("JSON", '{"apiVersion":"v1","\\u006bind":"A","kind":"B","b":"\\/\\ud83d\\ude00","c":1e3}'),
  read(
    "JSON one after the other",
    '{"apiVersion":"v1","kind":"A"}{"apiVersion":"v1","kind":"B"} null\n',
  ),
  read("JSON that goes on as YAML", `{"apiVersion":"v1","kind":"A"}\n---\n${pod}---\n${pod}`),
  read("what begins as JSON and is YAML", `\n { apiVersion: v1, kind: A }\n---\n${pod}`),
  refused(
    "two of JSON that go on as YAML",
    `{}{}\n---\n${pod}`,
    "something other than JSON follows JSON",
  ),
  refused(
    "JSON with a number too large",
    '{"apiVersion":"v1","kind":"A","b":1e999}',
    "a number is too large for JSON",
  ),
  refused(
    "JSON with half a character",
    '{"apiVersion":"v1","kind":"A","b":"\\ud83d"}',
    "an escape is half a character",
  ),

  read(
    "a list",
    `apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: A}, {a: 1}, {kind: B}]\n`,
  ),
  read(
    "a list of a kind",
    "apiVersion: v1\nkind: SecretList\nitems: [{metadata: {name: a}}, {kind: A}, {apiVersion: v2}]\n",
  ),
  read("what has items and is called no list", `${head}items: [{a: 1}]\n`),
  read("what has no items and is called a list", "apiVersion: v1\nkind: SecretList\n"),
  read("a list without a version", `kind: List\nitems: [{apiVersion: v1, kind: A}]\n`),
  read("a list of nothing", `${head}items: []\n---\n${head}items: null\n`),
  refused(
    "a list that is none",
    `${head}items: {a: 1}\n`,
    "`items` is no list, and Kubernetes takes what has `items` for a list",
  ),
  refused("a list of numbers", `${head}items: [1]\n`, "an item of a list is no object"),
  refused(
    "a list in a list",
    "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: PodList, items: [{a: 1}]}]\n",
    "a list is inside a list, which kubectl refuses",
  ),
  read("a kind that is no text", "apiVersion: v1\nkind: 1\n"),
  read("no version", "kind: A\n"),
  read("no object", "- a\n---\na\n---\n1\n"),
];
