import assert from "node:assert/strict";
import { parseSettings } from "../../cli/settings-file";
import { defaultSettings } from "../../policy-pack/findings/settings";

const ruleIds = ["no-shared-secret", "no-shared-identity", "no-access-key"];

function parse(text: string): ReturnType<typeof parseSettings> {
  return parseSettings(text, "agentid.yaml", ruleIds);
}

function problemIn(text: string): string {
  const parsed = parse(text);
  return parsed.kind === "problem" ? parsed.problem : "no problem";
}

describe("settings file", () => {
  it("reads everything there is to set", () => {
    const parsed = parse(`
scope: declared
tenants:
  acme:
    namespaces: [acme, "acme-*"]
    accounts: [012345678901, "111122223333"]
    rolePaths: [/acme/*]
  globex:
    names: [globex-*]
maxSession: 30m
maxToken: 600s
undetermined: mandatory
levels:
  no-shared-secret: advisory
  no-access-key: disabled
baseline: known.json
waivers: waivers.yaml
functions:
  - token: aws:index/getCallerIdentity:getCallerIdentity
    result: { accountId: "111122223333" }
  - token: aws:iam/getRole:getRole
    args: { name: deployer }
    result: { arn: "arn:aws:iam::111122223333:role/deployer" }
`);
    assert.deepEqual(parsed, {
      kind: "ok",
      value: {
        settings: {
          scope: "declared",
          tenants: {
            acme: {
              namespaces: ["acme", "acme-*"],
              accounts: ["012345678901", "111122223333"],
              rolePaths: ["/acme/*"],
              names: [],
            },
            globex: { namespaces: [], accounts: [], rolePaths: [], names: ["globex-*"] },
          },
          maxSessionSeconds: 1800,
          maxTokenSeconds: 600,
          undetermined: "mandatory",
          levels: { "no-shared-secret": "advisory", "no-access-key": "disabled" },
        },
        baseline: "known.json",
        waivers: "waivers.yaml",
        functions: [
          {
            token: "aws:index/getCallerIdentity:getCallerIdentity",
            result: { accountId: "111122223333" },
          },
          {
            token: "aws:iam/getRole:getRole",
            args: { name: "deployer" },
            result: { arn: "arn:aws:iam::111122223333:role/deployer" },
          },
        ],
        places: new Map([
          ["scope", { line: 2, column: 8 }],
          ["tenants", { line: 4, column: 3 }],
          ["maxSession", { line: 10, column: 13 }],
          ["maxToken", { line: 11, column: 11 }],
          ["undetermined", { line: 12, column: 15 }],
          ["levels", { line: 14, column: 3 }],
          ["baseline", { line: 16, column: 11 }],
          ["waivers", { line: 17, column: 10 }],
          ["functions", { line: 19, column: 3 }],
          ["levels.no-shared-secret", { line: 14, column: 21 }],
          ["levels.no-access-key", { line: 15, column: 18 }],
        ]),
      },
    });
  });

  it("takes defaults for what is left out, also where nothing is written at all", () => {
    const { baseline, ...defaults } = defaultSettings;
    assert.equal(baseline.size, 0);
    const expected = { settings: defaults, functions: [], places: new Map() };
    for (const text of ["", "# nothing yet\n", "tenants:\nlevels:\nmaxSession:\n", "{}"]) {
      assert.deepEqual(parse(text), { kind: "ok", value: expected }, JSON.stringify(text));
    }
  });

  it("reads whether a resource that is not read leaves everything unproven", () => {
    const strictIn = (text: string): unknown => {
      const parsed = parse(text);
      return parsed.kind === "ok" ? parsed.value.settings.strict : parsed.problem;
    };
    assert.equal(strictIn("strict: true"), true);
    assert.equal(strictIn("strict: false"), undefined);
    assert.equal(
      strictIn("strict: 3"),
      "agentid.yaml:1:9: `strict`: a number or word is there; write `true` or `false`",
    );
  });

  it("keeps a tenant called __proto__ a tenant", () => {
    const parsed = parse("tenants:\n  __proto__: { names: [x] }\n");
    assert.ok(parsed.kind === "ok");
    assert.deepEqual(Object.keys(parsed.value.settings.tenants), ["__proto__"]);
  });

  const mistakes: readonly (readonly [string, string, string])[] = [
    [
      "broken YAML",
      "scope: [all\n",
      "agentid.yaml:2:1: flow sequence in block collection must be sufficiently indented and end with a ]",
    ],
    ["a tab", "tenants:\n\tacme: {}\n", "agentid.yaml:2:1: tabs are not allowed as indentation"],
    ["a key twice", "scope: all\nscope: all\n", "agentid.yaml:2:1: map keys must be unique"],
    [
      "a mistyped setting",
      "scop: all\n",
      "agentid.yaml:1:1: this setting is not known; did you mean `scope`?",
    ],
    [
      "a setting of another tool",
      "scope: all\npolicies: {}\n",
      "agentid.yaml:2:1: this setting is not known; allowed are `scope`, `tenants`, `maxSession`, `maxToken`, `undetermined`, `strict`, `levels`, `baseline`, `waivers`, `functions`",
    ],
    [
      "a mistyped tenant pattern",
      "tenants:\n  acme:\n    namespace: [a]\n",
      "agentid.yaml:3:5: this setting is not known; did you mean `namespaces`?",
    ],
    [
      "a word that is not offered",
      "scope: some\n",
      "agentid.yaml:1:8: `scope`: this is not allowed; write one of `all`, `declared`",
    ],
    [
      "a list in place of a word",
      "scope: [all]\n",
      "agentid.yaml:1:8: `scope`: a list is there; write one of `all`, `declared`",
    ],
    [
      "a text in place of a list",
      "tenants:\n  acme:\n    names: x\n",
      "agentid.yaml:3:12: `tenants.acme.names`: a text is there; write a list of patterns",
    ],
    [
      "an empty item",
      "tenants:\n  acme:\n    names: [a, ]\n    rolePaths: [~]\n",
      "agentid.yaml:4:17: `tenants.acme.rolePaths[0]`: nothing is there; write a pattern",
    ],
    [
      "an account with eleven digits",
      "tenants:\n  acme:\n    accounts: [12345678901]\n",
      "agentid.yaml:3:16: `tenants.acme.accounts[0]`: this is no AWS account id; write twelve digits",
    ],
    [
      "a duration nobody can read",
      "maxSession: soon\n",
      "agentid.yaml:1:13: `maxSession`: this is no duration with a unit; write one such as `1h` or `30m`",
    ],
    [
      "a duration without a unit",
      "maxSession: 30\n",
      "agentid.yaml:1:13: `maxSession`: this is no duration with a unit; write one such as `1h` or `30m`",
    ],
    [
      "a mistyped rule",
      "levels:\n  no-shared-secrets: advisory\n",
      "agentid.yaml:2:3: this rule is not known; did you mean `no-shared-secret`?",
    ],
    [
      "a level there is not",
      "levels:\n  no-access-key: warn\n",
      "agentid.yaml:2:18: `levels.no-access-key`: this is not allowed; write one of `mandatory`, `advisory`, `disabled`",
    ],
    [
      "a list of settings",
      "- scope: all\n",
      "agentid.yaml:1:1: a list is there; write an object with `scope`, `tenants`, `maxSession`, `maxToken`, `undetermined`, `strict`, `levels`, `baseline`, `waivers`, `functions`",
    ],
    [
      "a function without an answer",
      "functions:\n  - token: a:b:c\n",
      "agentid.yaml:2:5: `functions[0]`: `result` is missing; give what the function returns",
    ],
    [
      "a function without a name",
      "functions:\n  - result: {}\n",
      "agentid.yaml:2:5: `functions[0]`: `token` is missing; name the function that is answered",
    ],
    [
      "functions by name",
      "functions:\n  a:b:c: {}\n",
      "agentid.yaml:2:3: `functions`: an object is there; write a list of recorded answers",
    ],
  ];
  for (const [what, text, problem] of mistakes) {
    it(`points at ${what}`, () => {
      assert.equal(problemIn(text), problem);
    });
  }

  it("reports text that is nested too deep", () => {
    const text = `tenants: ${"[".repeat(10_000)}${"]".repeat(10_000)}\n`;
    assert.match(problemIn(text), /^agentid\.yaml:1:\d+: nested too deep$/);
  });

  it("refuses aliases that grow without bounds", () => {
    const layers = Array.from(
      { length: 9 },
      (_, i) => `  a${i}: &a${i} [${`*a${i - 1},`.repeat(i === 0 ? 0 : 9)}x]`,
    );
    const text = `functions:\n- token: t\n  result:\n${layers.map((l) => `  ${l}`).join("\n")}\n`;
    assert.match(
      problemIn(text),
      /^agentid\.yaml:4:5: `functions\[0\]\.result`: has too many aliases/,
    );
  });
});
