import assert from "node:assert/strict";
import { noTwinKeys, requireKey, thingReader } from "./support/keys";
import { createPolicies } from "../../../policy-pack/crossguard/policies";
import { Served } from "./support/served";
import { unknownString, urnOf, type Given, type Stated } from "./support/wire";

const rules = [noTwinKeys, requireKey];

function serve(
  environment: Readonly<Record<string, string>> = {},
  undetermined: "rule" | "mandatory" | "advisory" = "rule",
): Served {
  return new Served(
    createPolicies({
      rules,
      readers: [thingReader],
      environment,
      configuration: { undetermined },
    }),
  );
}

const keyMaker = { name: "maker", type: "test:index:Other", provider: "urn:p" };
const waiting: Given = { name: "a", inputs: { key: unknownString } };
const listedWaiting: Given = {
  ...waiting,
  dependencies: [urnOf("maker", "test:index:Other")],
  propertyDependencies: { key: [urnOf("maker", "test:index:Other")] },
};

function brief(stated: readonly Stated[]): readonly string[] {
  return stated.map(
    ({ policy, level, urn }) => `${policy} ${level} ${urn.split("::").at(-1) ?? ""}`,
  );
}

describe("the pack at the end of a preview or update", () => {
  it("decides what rests on something being absent", async () => {
    const pack = serve();
    assert.deepEqual(await pack.analyze({ name: "a" }), []);
    assert.deepEqual(await pack.analyzeStack([{ name: "a" }]), [
      {
        policy: "no-twin-keys",
        message: "Cannot verify: `a` has the key of another\nfix: give each thing a key of its own",
        level: "mandatory",
        severity: "critical",
        urn: urnOf("a"),
      },
      {
        policy: "require-key",
        message: "`a` has no key\nfix: give the thing a key",
        level: "mandatory",
        severity: "high",
        urn: urnOf("a"),
      },
    ]);
  });

  it("does not repeat what it reported before the resource was created", async () => {
    const pack = serve();
    const things = [
      { name: "a", inputs: { key: "k" } },
      { name: "b", inputs: { key: "k" } },
    ];
    assert.deepEqual(brief(await pack.analyzeAll(things)), ["no-twin-keys mandatory b"]);
    assert.deepEqual(await pack.analyzeStack(things), []);
  });

  it("judges early rules over what is live but was never handed", async () => {
    const pack = serve();
    assert.deepEqual(await pack.analyze({ name: "b", inputs: { key: "k" } }), []);
    const stated = await pack.analyzeStack([
      { name: "dropped", inputs: { key: "k" } },
      { name: "b", inputs: { key: "k" } },
    ]);
    assert.equal(stated.length, 1);
    assert.equal(stated[0]!.policy, "no-twin-keys");
  });

  it("judges a resource by the inputs it was handed with, not by its outputs", async () => {
    const pack = serve();
    await pack.analyzeAll([
      { name: "a", inputs: { key: "k" } },
      { name: "b", inputs: { key: "l" } },
    ]);
    const stated = await pack.analyzeStack([{ name: "a" }, { name: "b", inputs: { key: "k" } }]);
    assert.deepEqual(stated, []);
  });

  it("names the dependencies of an unknown, advisory in a preview where the update will decide", async () => {
    const pack = serve({ PULUMI_DRY_RUN: "true" });
    await pack.analyzeAll([keyMaker, waiting]);
    assert.deepEqual(await pack.analyzeStack([keyMaker, listedWaiting]), [
      {
        policy: "no-twin-keys",
        message: [
          "Cannot verify yet (known after `maker` is created): `a` has the key of another",
          "fix: give each thing a key of its own",
        ].join("\n"),
        level: "advisory",
        severity: "critical",
        urn: urnOf("a"),
      },
      {
        policy: "require-key",
        message:
          "Cannot verify yet (known after `maker` is created): undetermined: key not known\nfix: give the thing a key",
        level: "mandatory",
        severity: "high",
        urn: urnOf("a"),
      },
    ]);
  });

  for (const { environment, level, when } of [
    { when: "the engine does not say which", environment: {}, level: "advisory" },
    { when: "it is an update", environment: { PULUMI_DRY_RUN: "false" }, level: "mandatory" },
  ]) {
    it(`reports an unknown under an early rule as ${level} when ${when}`, async () => {
      const pack = serve(environment);
      await pack.analyzeAll([keyMaker, waiting]);
      const stated = await pack.analyzeStack([keyMaker, listedWaiting]);
      assert.deepEqual(brief(stated), [`no-twin-keys ${level} a`, "require-key mandatory a"]);
    });
  }

  it("blocks on every unknown under `undetermined: mandatory`, on none under `advisory`", async () => {
    const levels = await Promise.all(
      (["mandatory", "advisory"] as const).map(async (undetermined) => {
        const pack = serve({ PULUMI_DRY_RUN: "true" }, undetermined);
        await pack.analyzeAll([keyMaker, waiting]);
        return brief(await pack.analyzeStack([keyMaker, listedWaiting]));
      }),
    );
    assert.deepEqual(levels, [
      ["no-twin-keys mandatory a", "require-key mandatory a"],
      ["no-twin-keys advisory a", "require-key advisory a"],
    ]);
  });

  for (const { inputs, level } of [
    { inputs: { tenant: "acme" }, level: "advisory" },
    { inputs: { tenant: unknownString }, level: "mandatory" },
  ]) {
    const what = level === "advisory" ? "are known" : "hold an unknown";
    it(`leaves a closed rule's unknown ${level} on a child of a component whose inputs ${what}`, async () => {
      const pack = serve({ PULUMI_DRY_RUN: "true" });
      const agent = { name: "agent", type: "agentid:index:Agent", inputs };
      const group = { name: "group", type: "mine:index:Group", parent: urnOf("agent", agent.type) };
      const child = { ...listedWaiting, parent: urnOf("group", group.type) };
      await pack.analyzeAll([keyMaker, agent, group, child]);
      const stated = await pack.analyzeStack([keyMaker, agent, group, child]);
      assert.deepEqual(brief(stated), ["no-twin-keys advisory a", `require-key ${level} a`]);
    });
  }
});
