import assert from "node:assert/strict";
import { reporters } from "../../cli/report";
import { formats } from "../../cli/report/formats";
import { reportOf } from "../../policy-pack/views/report";
import type { Resource } from "../../core/snapshot/resource";
import { isRecord } from "../../core/snapshot/value";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { rules } from "../../policy-pack/rules/index";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { sampleOptions } from "../cli/report/sample-report";
import { snapshotOf, urnOf } from "../support/resources";
import { corpus } from "./corpus";
import { mutated } from "./mutate";
import { Random } from "./random";
import { canary, withSecrets } from "./secrets";
import { subject } from "./subjects";

/** How many documents, manifests and subjects are judged, together, a few at a time as a stack. */
const inputs = Number(process.env["FUZZ_INPUTS"] ?? 100_000);
const perStack = 25;

/** Run again with `FUZZ_SEED` what has failed. */
const seed = Number(process.env["FUZZ_SEED"] ?? Date.now() % 2 ** 32);

/** Milliseconds of processor time, far beyond what any stack of that size takes; only growth out of proportion comes near. */
const longest = 5_000;

const { documents, manifests } = corpus();
const random = new Random(seed);
// Laid out in a line: how nodes are drawn is no matter here.
const options = { ...sampleOptions, rules };

describe(`the whole pack on ${inputs} fuzzed inputs of seed ${seed}`, function () {
  this.timeout(600_000);
  let found = 0;
  const warnings: string[] = [];
  const listen = ({ message }: Error): void => void warnings.push(message);

  before(() => process.on("warning", listen));
  after(() => process.off("warning", listen));

  for (const [name, next] of [
    ["policy documents", (at: number) => fromCorpus(documents, at)],
    ["manifests", (at: number) => fromCorpus(manifests, at)],
    ["subjects", (at: number) => subject(`s${at}`, random)],
    ["all of them in one stack", mixed],
  ] as const) {
    it(`judges ${name} without a crash, in time, and shows no secret`, async () => {
      for (let at = 0; at < inputs / 4; at += perStack) {
        const stack = Array.from({ length: perStack }, (_, index) => next(index));
        found += await judge(stack, at);
      }
    });
  }

  it("writes no warning that could quote an input", () => {
    assert.deepEqual(warnings, []);
  });

  it("finds something in most", () => {
    assert.ok(found > inputs / 4, `${found} findings`);
  });
});

function mixed(at: number): Resource {
  return [
    () => fromCorpus(documents, at),
    () => fromCorpus(manifests, at),
    () => subject(`s${at}`, random),
  ][at % 3]!();
}

function fromCorpus(resources: readonly Resource[], at: number): Resource {
  const given = random.of(resources);
  const changed = withSecrets(mutated(given.inputs, random), random);
  const inputs = isRecord(changed) ? changed : {};
  // Some keep their name, so that they meet others of the stack.
  const name = random.oneIn(2) ? given.name : `${given.name}-${at}`;
  return { ...given, name, urn: urnOf(given.type, name), inputs };
}

async function judge(stack: readonly Resource[], at: number): Promise<number> {
  const where = `seed ${seed}, input ${at}`;
  const start = process.cpuUsage();
  const judgement = await judgeSnapshot(snapshotOf(stack), { settings: defaultSettings });
  const { user, system } = process.cpuUsage(start);
  const took = (user + system) / 1000;
  assert.ok(took < longest, `${where}: ${took} ms`);
  const failed = judgement.findings.filter(
    ({ rule, at: { property }, message }) =>
      rule === "agentid" && (property === "" || message.startsWith("rule ")),
  );
  assert.deepEqual(
    failed.map(({ message }) => message),
    [],
    where,
  );
  assert.ok(!JSON.stringify(judgement).includes(canary), `${where} shows a secret`);
  if (at % (perStack * 10) === 0) {
    const report = reportOf({ project: "desk", stack: "dev", version: "0.0.0" }, judgement);
    for (const format of formats) {
      assert.ok(!reporters[format]([report], options).includes(canary), `${where}, ${format}`);
    }
  }
  return judgement.findings.length;
}
