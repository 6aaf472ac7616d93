import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { isBlocking, type Finding } from "../../policy-pack/findings/finding";
import type { Snapshot } from "../../core/snapshot/resource";
import { previewProgram } from "../../engine";
import { baselineOf, parseBaseline, printBaseline } from "../../policy-pack/run/baseline";
import type { Baseline } from "../../policy-pack/findings/known";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { defaultSettings } from "../../policy-pack/findings/settings";
import type { Changes } from "./support/changes";
import { changesFrom, deployed } from "./support/deployed";
import { inProgramHost } from "../support/program-host";

const directory = "test/components/programs/splitting";

const nothing: Changes = { created: [], deleted: [], updated: {}, replaced: {} };

const role = "aws:iam/role:Role";
const policy = "aws:iam/rolePolicy:RolePolicy";
const account = "kubernetes:core/v1:ServiceAccount";
const deployment = "kubernetes:apps/v1:Deployment";
const agent = "agentid:index:Agent";
const tool = "agentid:index:Tool";

type Config = Readonly<Record<string, string>>;

describe("a role that three workloads share is split into one of each, step by step", () => {
  inProgramHost();

  /** What a step shows beside the state of the step before, and what is in the state once it is made. */
  const shown: Snapshot[] = [];
  const states: Snapshot[] = [];
  const changes: Changes[] = [];

  before(async () => {
    for (const step of [0, 1, 2, 3, 4, 5]) {
      const before = states[step - 1];
      const seen = await preview({ step: String(step) }, before);
      shown[step] = seen;
      if (before !== undefined) changes[step] = changesFrom(before, seen);
      // Unknowns of a first preview, such as ARNs of new resources, are known once these exist.
      states[step] = deployed(await preview({ step: String(step) }, deployed(seen)));
    }
  });

  const findings = async (step: number): Promise<readonly Finding[]> =>
    judged(shown[step] ?? assert.fail());

  it("0: the three share an account, as the baseline lists", async () => {
    assert.deepEqual(sharing(await findings(0)), [
      "desk/answer runs as desk/desk",
      "desk/refunds runs as desk/desk",
      "desk/triage runs as desk/desk",
    ]);
  });

  it("1: identities are made beside the shared one, and nothing that runs is touched", async () => {
    const { created, ...rest } = changes[1] ?? nothing;
    assert.deepEqual({ created: [], ...rest }, nothing);
    assert.deepEqual(created, [
      `${agent}$${role}::triage`,
      `${agent}$${policy}::triage`,
      `${agent}$${account}::triage`,
      `${agent}::triage`,
      "agentid:index:Tenant$aws:iam/policy:Policy::acme-boundary",
      "agentid:index:Tenant::acme",
      `${tool}$${role}::refunds`,
      `${tool}$${policy}::refunds`,
      `${tool}$${account}::refunds`,
      `${tool}::refunds`,
    ]);
    assert.deepEqual(await newFindings(1), []);
    assert.equal((await findings(1)).length, 3);
  });

  it("2 and 3: one workload after the other moves to its own, by its Deployment alone", async () => {
    assert.deepEqual(changes[2], { ...nothing, updated: { [`${deployment}::triage`]: ["spec"] } });
    assert.deepEqual(changes[3], { ...nothing, updated: { [`${deployment}::refunds`]: ["spec"] } });
    assert.deepEqual(await newFindings(2), []);
    assert.deepEqual(sharing(await findings(2)), [
      "desk/answer runs as desk/desk",
      "desk/refunds runs as desk/desk",
    ]);
    assert.deepEqual(await findings(3), []);
  });

  it("4: the last takes over role and account, which are changed in place, and the old policy stays", async () => {
    assert.deepEqual(changes[4], {
      created: [`${agent}$${policy}::answer`, `${agent}::answer`],
      deleted: [],
      updated: {
        [`${agent}$${role}::answer`]: [
          "description",
          "maxSessionDuration",
          "permissionsBoundary",
          "tags",
        ],
        [`${agent}$${account}::answer`]: ["metadata"],
        [`${deployment}::answer`]: ["spec"],
      },
      replaced: {},
    });
    assert.deepEqual(await findings(4), []);
  });

  it("4: role and account keep their old ids, so that dependent resources do not change", () => {
    const idOf = (snapshot: Snapshot | undefined, urn: string): unknown =>
      snapshot?.resources.find((one) => one.urn.endsWith(urn))?.outputs?.["id"];
    for (const type of [role, account]) {
      const id = idOf(shown[4], `${agent}$${type}::answer`);
      assert.equal(id, idOf(states[0], `::${type}::desk`));
      assert.ok(typeof id === "string");
    }
  });

  it("5: only what is no longer needed goes, the policy that all three had", async () => {
    assert.deepEqual(changes[5], {
      ...nothing,
      deleted: [`${policy}::desk`],
      updated: { [`${agent}::answer`]: ["adopt"] },
    });
    assert.deepEqual(await findings(5), []);
  });

  it("can be taken back at each step, again with nothing that runs replaced or deleted", async () => {
    for (const step of [2, 3]) {
      const undone = changesFrom(
        states[step] ?? assert.fail(),
        await preview({ step: String(step - 1) }, states[step]),
      );
      assert.deepEqual(undone, changes[step]);
    }
    for (const step of [4, 5]) {
      const config = { step: String(step), back: "true" };
      const { created, deleted, updated, replaced } = changesFrom(
        states[step] ?? assert.fail(),
        await preview(config, states[step]),
      );
      assert.deepEqual(created, step === 4 ? [] : [`${policy}::desk`]);
      assert.deepEqual(deleted, [`${agent}$${policy}::answer`, `${agent}::answer`]);
      assert.deepEqual(
        Object.keys(updated).sort(),
        [`${role}::desk`, `${deployment}::answer`, `${account}::desk`].sort(),
      );
      assert.deepEqual(replaced, {});
    }
  });

  it("is stopped where a workload was left out, unless a baseline still lists what was shared", async () => {
    const seen = await preview({ step: "4", unmoved: "refunds" }, states[3]);
    const left = ["desk/answer runs as desk/desk", "desk/refunds runs as desk/desk"];
    const found = await judged(seen);
    assert.deepEqual(sharing(found), left);
    assert.ok(found.every(isBlocking));
    const known = await judged(seen, knownIn(await findings(0)));
    assert.deepEqual(sharing(known), left);
    assert.ok(!known.some(isBlocking));
  });

  async function newFindings(step: number): Promise<readonly Finding[]> {
    const known = knownIn(await findings(0));
    return (await judged(shown[step] ?? assert.fail(), known)).filter(isBlocking);
  }
});

describe("the page on adopting", () => {
  inProgramHost();

  const lines = (text: string): string =>
    text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "")
      .join("\n");
  const program = ["index.ts", "run.ts"]
    .map((file) => lines(readFileSync(`${directory}/${file}`, "utf8")))
    .join("\n");
  const page = readFileSync("docs/adopting.md", "utf8");
  const recipe = page.slice(page.indexOf("## Splitting"));
  const blocks = [...recipe.matchAll(/```ts\n([^]*?)```/g)].map(([, code = ""]) => lines(code));

  it("shows code that is a part of the steps tested here", () => {
    assert.equal(blocks.length, 5);
    for (const block of blocks) assert.ok(program.includes(block), block);
  });
});

async function preview(config: Config, state?: Snapshot): Promise<Snapshot> {
  const settings = Object.entries(config).map(([key, value]) => [`splitting:${key}`, value]);
  const result = await previewProgram({
    directory,
    stack: "dev",
    config: Object.fromEntries(settings) as Config,
    ...(state !== undefined && { state }),
  });
  assert.ok(result.kind === "snapshot", JSON.stringify(result));
  return result.snapshot;
}

async function judged(
  snapshot: Snapshot,
  baseline: Baseline = new Map(),
): Promise<readonly Finding[]> {
  const settings = { ...defaultSettings, baseline };
  return (await judgeSnapshot(snapshot, { settings })).findings;
}

/** A baseline of these findings. */
function knownIn(findings: readonly Finding[]): Baseline {
  const parsed = parseBaseline(printBaseline(findings));
  return parsed.kind === "ok" ? baselineOf(parsed.known) : assert.fail();
}

/** Who shares what, a line each. */
function sharing(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ rule, verdict, about, holder }) => {
    assert.deepEqual([rule, verdict], ["no-shared-identity", "violated"]);
    return `${holder?.label ?? "?"} runs as ${about.label}`;
  });
}
