import assert from "node:assert/strict";
import { createPolicies } from "../../../policy-pack/crossguard/policies";
import { noTwinKeys, requireKey, thingReader } from "./support/keys";
import { Served } from "./support/served";
import { secret, unknownString, urnOf, type Stated } from "./support/wire";

const rules = [noTwinKeys, requireKey];

function serve(environment: Readonly<Record<string, string>> = {}): Served {
  return new Served(createPolicies({ rules, readers: [thingReader], environment }));
}

function twin(holder: string, other: string, also: Partial<Stated> = {}): Stated {
  return {
    policy: "no-twin-keys",
    message: [
      `\`${holder}\` has the key of \`${other}\``,
      `  ${other}: has the same key`,
      "fix: give each thing a key of its own",
    ].join("\n"),
    level: "mandatory",
    severity: "critical",
    urn: urnOf(holder),
    ...also,
  };
}

describe("the pack on a resource before it is made", () => {
  it("speaks on the resource that completes a finding, under the rule's own name", async () => {
    const pack = serve();
    assert.deepEqual(await pack.analyze({ name: "a", inputs: { key: "k" } }), []);
    assert.deepEqual(await pack.analyze({ name: "other", inputs: { key: "l" } }), []);
    assert.deepEqual(await pack.analyze({ name: "b", inputs: { key: "k" } }), [twin("b", "a")]);
  });

  it("reports a finding once in a run, also where the resource comes again", async () => {
    const pack = serve();
    await pack.analyzeAll([{ name: "a", inputs: { key: "k" } }]);
    assert.equal((await pack.analyze({ name: "b", inputs: { key: "k" } })).length, 1);
    assert.deepEqual(await pack.analyze({ name: "b", inputs: { key: "k" } }), []);
  });

  it("reads secrets in plain text and never prints them", async () => {
    const pack = serve();
    const stated = await pack.analyzeAll([
      { name: "a", inputs: { key: "k", password: secret("canary-7f3a") } },
      { name: "b", inputs: { key: secret("k"), password: secret("canary-7f3a") } },
    ]);
    assert.deepEqual(stated, [twin("b", "a")]);
  });

  it("does not fall silent on an unknown, and leaves it to the end", async () => {
    const pack = serve();
    const stated = await pack.analyzeAll([
      { name: "a", inputs: { key: unknownString } },
      { name: "b", inputs: { key: "k", other: { deep: [unknownString] } } },
      { name: "c", inputs: { key: "k" } },
    ]);
    assert.deepEqual(stated, [twin("c", "b")]);
  });

  it("reports a lower grade at the lower level under a mandatory rule", async () => {
    const pack = serve();
    const stated = await pack.analyzeAll([
      { name: "a", inputs: { key: "k" } },
      { name: "b", inputs: { key: "k", severity: "low" } },
    ]);
    assert.deepEqual(stated, [twin("b", "a", { level: "advisory", severity: "low" })]);
  });

  it("raises a finding above an advisory rule when its own grade is critical", async () => {
    const raised = { ...noTwinKeys, id: "prefer-own-keys", severity: "medium" } as const;
    const pack = new Served(createPolicies({ rules: [raised], readers: [thingReader] }));
    const stated = await pack.analyzeAll([
      { name: "a", inputs: { key: "k" } },
      { name: "b", inputs: { key: "k" } },
    ]);
    assert.deepEqual(stated, [twin("b", "a", { policy: "prefer-own-keys" })]);
  });

  it("keeps overlapping calls separate: each resource gets its own findings", async () => {
    const pack = serve();
    const names = Array.from({ length: 40 }, (_, i) => `n${i}`);
    const stated = await Promise.all(
      names.map((name, i) => pack.analyze({ name, inputs: { key: `k${i % 20}` } })),
    );
    const expected = names.map((name, i) => (i < 20 ? [] : [twin(name, `n${i - 20}`)]));
    assert.deepEqual(stated, expected);
  });

  it("gives rules nothing to run, whatever they find: the SDK reads all properties anew for each policy that runs", async () => {
    const policies = createPolicies({ rules, readers: [thingReader] });
    const rulePolicies = policies.slice(1) as unknown as {
      validateResource: unknown;
      validateStack: unknown;
    }[];
    const pack = new Served(policies);
    const silent = () =>
      rulePolicies.every(
        ({ validateResource, validateStack }) =>
          Array.isArray(validateResource) && validateResource.length === 0 && !validateStack,
      );
    const stated = await pack.analyzeAll(
      ["a", "b"].map((name) => ({ name, inputs: { key: "k" } })),
    );
    assert.deepEqual([stated.length, silent()], [1, true]);
    assert.equal((await pack.analyzeStack([{ name: "c" }])).length, 2);
    assert.ok(silent());
  });

  it("leaves a resource that is handed without its inputs out of the judgement", async () => {
    const pack = serve();
    const role = { name: "r", type: "aws:iam/role:Role", provider: "urn:p" };
    assert.deepEqual(await pack.analyze(role), []);
    assert.deepEqual(await pack.analyzeStack([role]), []);
  });

  it("blocks on a resource that its reader fails at, names the reader, and judges the rest", async () => {
    const pack = serve();
    const stated = await pack.analyzeAll([
      { name: "a", inputs: { key: "k" } },
      { name: "bad", inputs: { key: "poison" } },
      { name: "b", inputs: { key: "k" } },
    ]);
    assert.deepEqual(
      stated.map(({ policy, level, urn }) => ({ policy, level, urn })),
      [
        { policy: "agentid", level: "mandatory", urn: urnOf("bad") },
        { policy: "no-twin-keys", level: "mandatory", urn: urnOf("b") },
      ],
    );
    assert.match(stated[0]!.message, /reader thing .*RangeError/u);
    assert.doesNotMatch(stated[0]!.message, /hunter2/u);
  });

  it("writes control characters of the program's names out", async () => {
    const pack = serve();
    const name = "b\u001b[31m\u202e\nred";
    const stated = await pack.analyzeAll([
      { name: "a", inputs: { key: "k" } },
      { name, inputs: { key: "k" } },
    ]);
    assert.ok(
      stated[0]!.message.startsWith("`b\\u{1b}[31m\\u{202e}\\u{a}red` has the key of `a`\n"),
    );
  });
});
