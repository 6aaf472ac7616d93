import assert from "node:assert/strict";
import { countWork } from "../../core/work";
import { defineRule, type Rule } from "../../policy-pack/findings/define-rule";
import { mostWork } from "../../policy-pack/run/evaluation";
import { IncrementalJudge, judgeSnapshot } from "../../policy-pack/run/judge";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { resource, snapshotOf } from "../support/resources";

const functions = ["desk", "triage"].map((name) =>
  resource("aws:lambda/function:Function", name, {
    name,
    role: `arn:aws:iam::111122223333:role/${name}`,
  }),
);

/** A rule that takes work about each workload, and then reports it. */
function ruleOf(id: string, work: (name: string) => number): Rule {
  return defineRule({
    id,
    title: "A rule of a test",
    severity: "critical",
    family: "identity",
    decides: "early",
    because: "a test says so",
    watches: ["runs-as"],
    standards: [],
    remediation: "do nothing",
    messages: { found: "it is there" },
    *check(fact) {
      countWork(work(fact.at.urn));
      yield { message: "found", about: fact.at.urn, at: fact.at };
    },
  });
}

const endless = ruleOf("endless", () => Infinity);
const thorough = ruleOf("thorough", () => mostWork / 2);
const judging = { settings: defaultSettings, rules: [endless, thorough] };

describe("the work of a rule", () => {
  it("ends at its bound with one finding that blocks, and takes nothing from other rules", async () => {
    const { findings } = await judgeSnapshot(snapshotOf(functions), judging);
    assert.deepEqual(
      findings.map(({ rule, verdict, level, about, message }) => [
        rule,
        verdict,
        level,
        about.urn,
        message,
      ]),
      [
        ["thorough", "violated", "mandatory", functions[0]!.urn, "it is there"],
        ["thorough", "violated", "mandatory", functions[1]!.urn, "it is there"],
        [
          "agentid",
          "undetermined",
          "mandatory",
          functions[0]!.urn,
          "rule endless has not judged this stack beyond `desk`: it takes more work than a rule may use",
        ],
      ],
    );
  });

  it("ends at its bound while resources come, and is reported once", async () => {
    const judge = new IncrementalJudge(judging);
    const first = await judge.add(functions[0]!);
    const second = await judge.add(functions[1]!);
    const own = (each: { readonly rule: string }): boolean => each.rule === "agentid";
    assert.deepEqual([first.filter(own).length, second.filter(own).length], [1, 0]);
    const { findings } = await judge.finish(snapshotOf(functions));
    assert.equal(findings.filter(own).length, 1);
  });

  it("is counted for all questions of a rule together", async () => {
    const rules = [ruleOf("greedy", () => mostWork * 0.6)];
    const { findings } = await judgeSnapshot(snapshotOf(functions), { ...judging, rules });
    assert.deepEqual(
      findings.map(({ rule, about }) => [rule, about.urn]),
      [
        ["greedy", functions[0]!.urn],
        ["agentid", functions[1]!.urn],
      ],
    );
  });
});
