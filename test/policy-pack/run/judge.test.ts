import assert from "node:assert/strict";
import { baselineOf, parseBaseline, printBaseline } from "../../../policy-pack/run/baseline";
import type { Fact } from "../../../policy-pack/facts/fact";
import { named } from "../../../policy-pack/facts/fact-values";
import { defineRule } from "../../../policy-pack/findings/define-rule";
import { IncrementalJudge, judgeSnapshot, type Judging } from "../../../policy-pack/run/judge";
import { knownString } from "../../../core/snapshot/read";
import type { Resource } from "../../../core/snapshot/resource";
import { Secret, Unknown } from "../../../core/snapshot/value";
import type { Reader } from "../../../policy-pack/read/resource/reader";
import noPublicTrust from "../../../policy-pack/rules/no-public-trust";
import requireSourceIdentity from "../../../policy-pack/rules/require-source-identity";
import { defaultSettings, type Settings } from "../../../policy-pack/findings/settings";
import { resource, snapshotOf } from "../../support/resources";

/** A rule that forbids what is tested here: an identity of two runners. It reads no further than it must. */
const pairs = defineRule({
  id: "no-pairs",
  title: "No two run as one",
  severity: "critical",
  family: "identity",
  decides: "early",
  because: "nothing takes a runner away",
  watches: ["runs-as"],
  standards: ["NHI9:2025"],
  remediation: "part them",
  messages: { pair: "`{a}` and another" },
  check: (fact, graph) => {
    if (fact.identity.kind === "unknown") return [];
    const runners = graph.facts("runs-as", "identity", fact.identity.name);
    if (runners.length < 2) return [];
    return [
      {
        message: "pair",
        data: { a: fact.workload },
        about: fact.identity.name,
        holder: fact.workload,
        at: fact.at,
      },
    ];
  },
});

/** Reads `{ as: identity }`. */
const reader: Reader = {
  name: "test",
  types: ["t:index:W"],
  read: ({ urn, inputs }) => [
    {
      kind: "runs-as",
      at: { urn, property: "as" },
      workload: urn,
      identity: named(knownString(inputs, "as") ?? ""),
      how: "test",
      isDefault: false,
    },
  ],
};

const throwing: Reader = {
  name: "clumsy",
  types: ["t:index:Broken"],
  read: () => {
    throw new TypeError("canary-value-of-a-secret");
  },
};

function judging(settings: Partial<Settings> = {}, rules = [pairs]): Judging {
  return { settings: { ...defaultSettings, ...settings }, rules, readers: [reader, throwing] };
}

const a = resource("t:index:W", "a", { as: "one" });
const b = resource("t:index:W", "b", { as: "one" });
const c = resource("t:index:W", "c", { as: "other" });
const broken = resource("t:index:Broken", "broken", {});

describe("judging a snapshot", () => {
  it("answers each finding once, whole, sorted", async () => {
    const { findings, resources, rules } = await judgeSnapshot(snapshotOf([b, a, c]), judging());
    assert.deepEqual([resources, rules], [3, 1]);
    assert.deepEqual(
      findings.map((finding) => ({ ...finding, fingerprint: "" })),
      ["a", "b"].map((name) => ({
        rule: "no-pairs",
        verdict: "violated",
        severity: "critical",
        level: "mandatory",
        about: { name: "one", label: "one" },
        holder: {
          name: resource("t:index:W", name, {}).urn,
          label: name,
          urn: resource("t:index:W", name, {}).urn,
        },
        at: { urn: resource("t:index:W", name, {}).urn, property: "as" },
        message: `\`${resource("t:index:W", name, {}).urn}\` and another`,
        fix: "part them",
        related: [],
        chain: [],
        dependsOn: [],
        fingerprint: "",
        standards: ["NHI9:2025"],
        known: false,
      })),
    );
  });

  it("calls a resource whose name is marked secret as the program does", async () => {
    const role = (name: string, called: Secret): Resource =>
      resource("aws:iam/role:Role", name, {
        name: called,
        assumeRolePolicy: {
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: "*" } }],
        },
      });
    const roles = [role("billing", new Secret("acme-prod")), role("mail", new Secret("acme-mail"))];
    const { findings } = await judgeSnapshot(snapshotOf(roles), {
      settings: defaultSettings,
      rules: [noPublicTrust],
    });
    const stated = "can be assumed from any AWS account";
    assert.deepEqual(
      findings.map(({ about, message }) => [about.label, message]),
      [
        ["billing", `Role \`billing\` ${stated}`],
        ["mail", `Role \`mail\` ${stated}`],
      ],
    );
  });

  it("counts how many are reported as one, with only marked names different", async () => {
    const callers = (...names: readonly string[]): Resource =>
      resource("aws:iam/role:Role", "billing", {
        name: "billing",
        assumeRolePolicy: {
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Action: "sts:AssumeRole",
              Principal: {
                AWS: names.map((name) => new Secret(`arn:aws:iam::111122223333:role/${name}`)),
              },
            },
          ],
        },
      });
    const related = async (...names: readonly string[]): Promise<unknown> => {
      const { findings } = await judgeSnapshot(snapshotOf([callers(...names)]), {
        settings: defaultSettings,
        rules: [requireSourceIdentity],
      });
      return findings.map((finding) => finding.related);
    };
    const secret = { name: "[secret]", label: "[secret]" };
    assert.deepEqual(await related("desk-one"), [[]]);
    assert.deepEqual(await related("desk-one", "desk-two"), [
      [{ ...secret, as: "is reported with it: only what is marked as secret differs" }],
    ]);
    assert.deepEqual(await related("desk-one", "desk-two", "desk-six"), [
      [
        {
          ...secret,
          as: "is reported with it, as is 1 more: only what is marked as secret differs",
        },
      ],
    ]);
    assert.deepEqual(await related("desk-one", "desk-two", "desk-six", "desk-ten"), [
      [
        {
          ...secret,
          as: "is reported with it, as are 2 more: only what is marked as secret differs",
        },
      ],
    ]);
  });

  it("shows a secret name that appears in plain text as a name, and none that appears as a value", async () => {
    const named = "arn:aws:iam::444455556666:role/planner";
    const trusting = resource("aws:iam/role:Role", "desk", {
      name: "desk",
      assumeRolePolicy: {
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: new Secret(named) } },
        ],
      },
    });
    const task = (more: Resource["inputs"]): Resource =>
      resource("aws:ecs/taskDefinition:TaskDefinition", "planner", { family: "planner", ...more });
    const environment = [{ name: "PLANNER", value: named }];
    const container = { name: "main", image: "registry.example/planner:1.0.0", environment };
    const shows = async (other: Resource): Promise<boolean> => {
      const judgement = await judgeSnapshot(snapshotOf([trusting, other]), {
        settings: defaultSettings,
      });
      return JSON.stringify(judgement.authority).includes("444455556666");
    };
    assert.equal(await shows(task({ taskRoleArn: named })), true);
    assert.equal(await shows(task({ containerDefinitions: JSON.stringify([container]) })), false);
  });

  it("goes by a name that is marked secret as by any other, and shows it nowhere", async () => {
    const as = new Secret("arn:aws:iam::444455556666:role/planner");
    const marked = [a, b].map((each) => ({ ...each, inputs: { as } }));
    const plain = [a, b].map((each) => ({ ...each, inputs: { as: as.revealForComparison() } }));
    const { findings } = await judgeSnapshot(snapshotOf(marked), judging());
    const whole = (await judgeSnapshot(snapshotOf(plain), judging())).findings;
    assert.deepEqual(
      findings.map((finding) => ({ ...finding, fingerprint: "" })),
      whole.map((finding) => ({
        ...finding,
        about: { name: "[secret]", label: "[secret]" },
        fingerprint: "",
      })),
    );
    // Nor does a fingerprint reveal it to a guesser.
    const other = new Secret("arn:aws:iam::444455556666:role/other");
    const others = marked.map((each) => ({ ...each, inputs: { as: other } }));
    const again = await judgeSnapshot(snapshotOf(others), judging());
    assert.deepEqual(again.findings, findings);
    // So that a baseline, which would match the one by the other, lists neither.
    const parsed = parseBaseline(printBaseline(findings));
    assert.ok(parsed.kind === "ok");
    const baseline = baselineOf(parsed.known);
    const { findings: known } = await judgeSnapshot(snapshotOf(others), judging({ baseline }));
    assert.deepEqual(
      known.map((finding) => finding.known),
      [false, false],
    );
  });

  it("points at where things are declared", async () => {
    const placed = [a, b].map((each, index) => ({
      ...each,
      source: { file: "index.ts", line: index + 1 },
    }));
    const { findings } = await judgeSnapshot(snapshotOf(placed), judging());
    assert.deepEqual(
      findings.map(({ source, holder }) => [source, holder?.source]),
      [1, 2].map((line) => [
        { file: "index.ts", line },
        { file: "index.ts", line },
      ]),
    );
  });

  it("matches a violation of the baseline, but not a further consumer", async () => {
    const { findings } = await judgeSnapshot(snapshotOf([a, b]), judging());
    const parsed = parseBaseline(printBaseline(findings));
    assert.ok(parsed.kind === "ok");
    const baseline = baselineOf(parsed.known);
    const third = resource("t:index:W", "d", { as: "one" });
    const again = await judgeSnapshot(snapshotOf([a, b, third]), judging({ baseline }));
    assert.deepEqual(
      again.findings.map(({ holder, known }) => [holder?.label, known]),
      [
        ["a", true],
        ["b", true],
        ["d", false],
      ],
    );
  });

  it("leaves out a disabled rule and gives each the level configured for it", async () => {
    const off = await judgeSnapshot(
      snapshotOf([a, b]),
      judging({ levels: { "no-pairs": "disabled" } }),
    );
    assert.deepEqual(off.findings, []);
    const mild = await judgeSnapshot(
      snapshotOf([a, b]),
      judging({ levels: { "no-pairs": "advisory" } }),
    );
    assert.deepEqual(
      mild.findings.map(({ level }) => level),
      ["advisory", "advisory"],
    );
  });

  it("checks only declared workloads where scope is so configured", async () => {
    const { findings } = await judgeSnapshot(snapshotOf([a, b]), judging({ scope: "declared" }));
    assert.deepEqual(findings, []);
  });

  it("reports nothing on a resource that is not part of the update", async () => {
    const targeted = [a, { ...b, notInUpdate: true }];
    assert.deepEqual((await judgeSnapshot(snapshotOf(targeted), judging())).findings, []);
  });

  it("names types that carry identity without a reader", async () => {
    const strangers = [
      "aws-native:iam:Group",
      "aws-native:iam:Group",
      "aws-native:s3:AccessPoint",
      "aws:cloudformation/stack:Stack",
      "vault:index:Token",
    ];
    const { notRead } = await judgeSnapshot(
      snapshotOf(strangers.map((type, index) => resource(type, `r${index}`, {}))),
      judging(),
    );
    assert.deepEqual(notRead, [
      { type: "aws-native:iam:Group", count: 2 },
      { type: "aws:cloudformation/stack:Stack", count: 1 },
      { type: "vault:index:Token", count: 1 },
    ]);
  });

  it("names what makes resources of an unread text, and what passes a role to outside machines", async () => {
    const strangers = [
      "aws-native:cloudcontrol:Resource",
      "aws-native:cloudformation:Stack",
      "aws-native:index:ExtensionResource",
      "aws:cloudcontrol/resource:Resource",
      "aws:cloudformation/stack:Stack",
      "aws:cloudformation/stackSet:StackSet",
      "aws:iot/roleAlias:RoleAlias",
      "aws:serverlessrepository/cloudFormationStack:CloudFormationStack",
      "aws:servicecatalog/provisionedProduct:ProvisionedProduct",
      "aws:ssm/activation:Activation",
    ];
    const harmless = ["aws:iot/policy:Policy", "aws:iot/thing:Thing"];
    const { notRead } = await judgeSnapshot(
      snapshotOf(
        [...strangers, ...harmless].map((type, index) =>
          resource(type, `r${index}`, { parameters: { Size: "small" } }),
        ),
      ),
      judging(),
    );
    assert.deepEqual(
      notRead.map(({ type }) => type),
      strangers,
    );
  });

  it("blocks when a reader throws, names it, and repeats nothing of what it read", async () => {
    const { findings } = await judgeSnapshot(snapshotOf([broken, a, b]), judging());
    const [failure] = findings.filter(({ rule }) => rule === "agentid");
    assert.equal(failure?.level, "mandatory");
    assert.equal(
      failure.message,
      "reader clumsy could not judge `broken`: it failed with TypeError",
    );
    assert.equal(JSON.stringify(findings).includes("canary"), false);
    assert.equal(findings.length, 3, "the others were judged all the same");
  });

  it("blocks when a rule throws, names it, and continues with the others", async () => {
    const bad = defineRule({
      ...pairs,
      id: "no-luck",
      watches: ["runs-as"],
      messages: {},
      check: () => {
        throw new Error("canary-value-of-a-secret");
      },
    });
    const { findings } = await judgeSnapshot(snapshotOf([a, b]), judging({}, [bad, pairs]));
    assert.deepEqual(
      findings
        .map(({ rule, level, message }) => [rule, level, message.replace(/urn:\S+/, "…")])
        .sort(),
      [
        ["agentid", "mandatory", "rule no-luck could not judge `a`: it failed with Error"],
        ["agentid", "mandatory", "rule no-luck could not judge `b`: it failed with Error"],
        ["no-pairs", "mandatory", "`… and another"],
        ["no-pairs", "mandatory", "`… and another"],
      ],
    );
  });
});

describe("judging resources as they come", () => {
  it("reports a finding on the resource that completes it, once, with those it makes true of others", async () => {
    const judge = new IncrementalJudge(judging());
    const reported = async (each: typeof a): Promise<readonly unknown[]> =>
      (await judge.add(each)).map(({ holder }) => holder?.label);
    assert.deepEqual(await reported(a), []);
    assert.deepEqual(await reported(c), []);
    assert.deepEqual(await reported(b), ["a", "b"]);
    assert.deepEqual(await reported(resource("t:index:W", "d", { as: "one" })), ["d"]);
  });

  it("replaces the facts of a resource that comes again", async () => {
    const judge = new IncrementalJudge(judging());
    await judge.add(a);
    assert.deepEqual(await judge.add({ ...a, inputs: { as: "other" } }), []);
    assert.deepEqual(await judge.add(b), []);
    assert.equal((await judge.add(c)).length, 2);
  });

  it("does not mix up calls that overlap", async () => {
    const judge = new IncrementalJudge(judging());
    const answers = await Promise.all([a, b, c].map((each) => judge.add(each)));
    assert.deepEqual(
      answers.map((found) => found.length),
      [0, 2, 0],
    );
  });

  it("blocks on the resource at which a reader throws", async () => {
    const judge = new IncrementalJudge(judging());
    assert.deepEqual(
      (await judge.add(broken)).map(({ rule, level }) => [rule, level]),
      [["agentid", "mandatory"]],
    );
  });

  it("does not run closed rules", async () => {
    const judge = new IncrementalJudge(
      judging({}, [
        defineRule({ ...pairs, decides: "closed", watches: ["runs-as"], messages: {} } as never),
      ]),
    );
    await judge.add(a);
    assert.deepEqual(await judge.add(b), []);
  });

  it("evaluates an identity of all workloads as often as one that two share", async () => {
    let requested = 0;
    const counting = {
      ...pairs,
      check: (fact: Fact, graph: never) => (
        (requested += 1),
        pairs.check(fact, graph, defaultSettings)
      ),
    };
    const judge = new IncrementalJudge(judging({}, [counting as never]));
    for (let index = 0; index < 200; index += 1) {
      await judge.add(resource("t:index:W", `w${index}`, { as: "hub" }));
    }
    assert.ok(requested <= 202, `asked ${requested} times for 200 resources`);
  });

  it("reads for each value of an open place only the resource that has it once more", async () => {
    const read: string[] = [];
    const counting: Reader = {
      ...reader,
      types: [...reader.types, "aws:iam/role:Role"],
      read: (each, context) => (read.push(each.name), reader.read(each, context)),
    };
    const judge = new IncrementalJudge({ ...judging(), readers: [counting] });
    const role = resource("aws:iam/role:Role", "desk", { name: new Unknown(), path: "/" });
    const resources = [{ ...a, inputs: { as: "one", other: new Unknown() } }, role];
    for (const each of resources) await judge.add(each);
    await judge.finish(snapshotOf(resources));
    assert.deepEqual(read, ["a", "desk", "desk"]);
  });
});
