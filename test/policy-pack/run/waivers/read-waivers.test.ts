import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import Ajv from "ajv";
import { parse } from "yaml";
import { rules } from "../../../../policy-pack/rules/index";
import { readWaivers } from "../../../../policy-pack/run/waivers/read-waivers";
import { printProblems } from "../../../../yaml/problems";
import { waiverOf } from "../../../support/waived";

function mistakesIn(text: string): readonly string[] {
  const read = readWaivers(text, "w");
  return read.kind === "ok" ? [] : printProblems("w", read.problems).split("\n");
}

describe("the waivers file", () => {
  it("is read with the place of each waiver", () => {
    const read = readWaivers(`# guarded\n${waiverOf()}`, "infra/waivers.yaml");
    assert.deepEqual(read, {
      kind: "ok",
      waivers: [
        {
          rule: "no-shared-secret",
          thing: "acme/crm",
          holder: "acme/report",
          owner: "team-crm",
          reason: "the vendor issues one key per customer",
          ticket: "SEC-14",
          expires: "2027-01-15",
          controls: ["network-policy"],
          source: { file: "infra/waivers.yaml", line: 3, column: 5 },
        },
      ],
    });
    assert.deepEqual(readWaivers("waivers: []\n", "w"), { kind: "ok", waivers: [] });
  });

  const controls = "`network-policy`, `permissions-boundary`, `secret-policy` or `secret-rotation`";
  for (const [name, text, expected] of [
    ["an empty file", "", "w:1:1: the file is empty; write `waivers: []` where there is none"],
    [
      "another file",
      "rules: []\n",
      "w has 2 mistakes: w:1:1: this key is not known here; give `waivers`|w:1:1: waivers: it is missing; give a list of waivers",
    ],
    ["no list", "waivers: none\n", "w:1:10: waivers: a text is here; give a list of waivers"],
    [
      "a mistyped control",
      waiverOf({ controls: "[network-polcy]" }),
      `w:9:16: waivers[0].controls[0]: this is not allowed; give ${controls}; did you mean \`network-policy\`?`,
    ],
    [
      "no control",
      waiverOf({ controls: "[]" }),
      "w:9:15: waivers[0].controls: the list is empty; give a list of controls, such as `network-policy`",
    ],
    [
      "a day that no month has",
      waiverOf({ expires: "2027-02-29" }),
      "w:8:14: waivers[0].expires: this is no day of the calendar; give one that there is",
    ],
    [
      "a day that is written otherwise",
      waiverOf({ expires: "15.01.2027" }),
      "w:8:14: waivers[0].expires: this is no such day; give the last day of the waiver: written as `2026-11-30`",
    ],
    [
      "no owner",
      waiverOf({ owner: undefined }),
      "w:2:5: waivers[0].owner: it is missing; give a team or a person",
    ],
    [
      "an owner of spaces alone",
      waiverOf({ owner: '"  "' }),
      "w:5:12: waivers[0].owner: it has only spaces; write it in words",
    ],
    [
      "neither thing nor fingerprint",
      waiverOf({ thing: undefined }),
      "w:2:5: waivers[0]: it has neither; give `thing` or `fingerprint`",
    ],
    [
      "a fingerprint that is none",
      waiverOf({ fingerprint: "abc" }),
      "w:10:18: waivers[0].fingerprint: this is no such fingerprint; give the fingerprint in a JSON report: 32 characters of `0` to `9` and `a` to `f`",
    ],
    [
      "a mistyped field",
      waiverOf({ tickets: "x" }),
      "w:10:5: waivers[0]: this key is not known here; give `rule`, `thing`, `holder`, `holders`, `fingerprint`, `owner`, `reason`, `ticket`, `expires` or `controls`; did you mean `ticket`?",
    ],
    [
      "the same finding twice",
      waiverOf() + waiverOf({ owner: "team-erp" }).replace("waivers:\n", ""),
      "w:10:5: waivers[1]: `waivers[0]` waives the same; keep one",
    ],
    [
      "all mistakes at once",
      waiverOf({ reason: undefined, controls: "[firewall]" }),
      `w has 2 mistakes: w:2:5: waivers[0].reason: it is missing; give why the finding cannot be fixed yet|w:8:16: waivers[0].controls[0]: this is not allowed; give ${controls}`,
    ],
  ] as const) {
    it(`reports ${name}`, () => assert.deepEqual(mistakesIn(text).join("|"), expected));
  }

  it("suggests the intended rule", () => {
    const [mistake = ""] = mistakesIn(waiverOf({ rule: "no-shared-secrets" }));
    assert.match(mistake, /^w:2:11: waivers\[0\]\.rule: this is not allowed; give `/);
    assert.match(mistake, /; did you mean `no-shared-secret`\?$/);
    for (const { id } of rules) assert.ok(mistake.includes(`\`${id}\``), id);
  });

  it("refuses workloads that are named twice, or beside what names one", () => {
    for (const [fields, mistake] of [
      [{ holder: "a", holders: "[b]" }, /it has `holder` and `holders`; keep one/],
      [{ holder: undefined, holders: "[a, a]" }, /`waivers\[0\]` waives the same; keep one/],
      [
        { holder: undefined, holders: "[a]", fingerprint: `"${"0".repeat(32)}"` },
        /a `fingerprint` names the finding of one workload/,
      ],
    ] as const) {
      assert.match(mistakesIn(waiverOf(fields)).join("\n"), mistake);
    }
  });

  it("has a JSON Schema that states the same", () => {
    const schema = JSON.parse(readFileSync("docs/waivers.schema.json", "utf8")) as object;
    const validate = new Ajv({ strict: true, strictTypes: false, strictRequired: false }).compile(
      schema,
    );
    for (const [text, isGood] of [
      [waiverOf(), true],
      ["waivers: []", true],
      [waiverOf({ thing: undefined, fingerprint: `"${"0".repeat(32)}"` }), true],
      [waiverOf({ thing: undefined }), false],
      [waiverOf({ rule: "no-shared-secrets" }), false],
      [waiverOf({ controls: "[]" }), false],
      [waiverOf({ controls: "[firewall]" }), false],
      [waiverOf({ expires: "15.01.2027" }), false],
      [waiverOf({ owner: undefined }), false],
      [waiverOf({ tickets: "x" }), false],
      [waiverOf({ holder: undefined, holders: "[a, b]" }), true],
      [waiverOf({ holder: undefined, holders: "[]" }), false],
    ] as const) {
      assert.equal(validate(parse(text)), isGood, text);
      assert.equal(mistakesIn(text).length === 0, isGood, text);
    }
  });
});
