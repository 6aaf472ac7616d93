import assert from "node:assert/strict";
import fc from "fast-check";
import type { PolicyResource } from "@pulumi/policy";
import type { Finding } from "../../core/finding";
import type { Resource } from "../../core/snapshot/resource";
import { Run, type Told } from "../../policy-pack/crossguard/run";
import { knownFingerprints, parseBaseline, printBaseline } from "../../policy-pack/baseline";
import { mergeFindings } from "../../policy-pack/findings";
import { judgeSnapshot } from "../../policy-pack/judge";
import { rules } from "../../policy-pack/rules";
import { defaultSettings } from "../../policy-pack/settings";
import { blocksOfRule, resourcesOfBlock } from "../support/rule-page";
import { Secret, Unknown, type Urn, type Value } from "../../core/snapshot/value";
import { resource, snapshotOf } from "../support/resources";

const judging = { settings: defaultSettings };

/** What has nothing to do with any stack of the rules' pages. */
const unrelated: readonly Resource[] = [
  resource("aws:s3/bucketV2:BucketV2", "unrelated", { bucket: "unrelated-archive" }),
  resource("aws:sns/topic:Topic", "unrelated", { name: "unrelated" }),
  resource("kubernetes:core/v1:ServiceAccount", "unrelated", {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { namespace: "unrelated", name: "unrelated" },
  }),
  resource("kubernetes:core/v1:Service", "unrelated", {
    apiVersion: "v1",
    kind: "Service",
    metadata: { namespace: "unrelated", name: "unrelated" },
    spec: { ports: [{ port: 80 }] },
  }),
];

describe("the whole pack", function () {
  this.timeout(120_000);
  let stacks: fc.Arbitrary<readonly Resource[]>;

  before("read the stacks of the rules' pages", async () => {
    const blocks: (readonly Resource[])[] = [];
    for (const { id } of rules) {
      for (const block of blocksOfRule(id)) {
        if (block.section === "Avoid" || block.section === "Prefer") {
          blocks.push(await resourcesOfBlock(block));
        }
      }
    }
    stacks = fc
      .uniqueArray(fc.nat(blocks.length - 1), { minLength: 1, maxLength: 4 })
      .map((chosen) => {
        const byUrn = new Map<string, Resource>();
        for (const each of chosen.flatMap((index) => blocks[index] ?? [])) {
          if (!byUrn.has(each.urn)) byUrn.set(each.urn, each);
        }
        return [...byUrn.values()];
      });
  });

  it("says the same of a stack in any order of its resources", async () => {
    await fc.assert(
      fc.asyncProperty(stacks, fc.infiniteStream(fc.nat()), async (stack, random) => {
        assert.deepEqual(
          (await findingsOf(shuffled(stack, random))).map(withoutCarrier),
          (await findingsOf(stack)).map(withoutCarrier),
        );
      }),
      { numRuns: 200 },
    );
  });

  it("says the same when resources are added that have nothing to do with it", async () => {
    await fc.assert(
      fc.asyncProperty(
        stacks,
        fc.subarray([...unrelated], { minLength: 1 }),
        async (stack, more) => {
          assert.deepEqual(await findingsOf([...stack, ...more]), await findingsOf(stack));
          assert.deepEqual(await findingsOf([...more, ...stack]), await findingsOf(stack));
        },
      ),
      { numRuns: 150 },
    );
  });

  it("says a violation no more when the resource that it points at is gone", async () => {
    await fc.assert(
      fc.asyncProperty(stacks, fc.nat(), async (stack, choice) => {
        const violated = (await findingsOf(stack)).filter(({ verdict }) => verdict === "violated");
        const finding = violated[choice % Math.max(violated.length, 1)];
        fc.pre(finding !== undefined);
        const rest = await findingsOf(stack.filter(({ urn }) => urn !== finding.at.urn));
        const left = rest.find(
          ({ fingerprint, at }) => fingerprint === finding.fingerprint && at.urn === finding.at.urn,
        );
        assert.equal(left, undefined, finding.message);
      }),
      { numRuns: 200 },
    );
  });

  it("says resource by resource and at the end what it says of the whole stack at once", async () => {
    await fc.assert(
      fc.asyncProperty(stacks, async (stack) => {
        const run = new Run({ ...judging, rules });
        const told: Told[] = [];
        for (const each of stack) told.push(...(await run.validate(each)));
        told.push(...(await run.validateAll(stack.map(listed))).told);
        // Some are told early by a spelling that is not the final one: each is told once, and merged they are the same.
        const atOnce = await findingsOf(stack);
        assert.equal(told.length, atOnce.length);
        assert.deepEqual(
          mergeFindings([...told.map(({ finding }) => finding), ...atOnce]).map(keyOf),
          atOnce.map(keyOf),
        );
      }),
      { numRuns: 200 },
    );
  });

  it("knows before a resource is made what a baseline of the whole stack knows", async () => {
    await fc.assert(
      fc.asyncProperty(stacks, async (stack) => {
        const text = printBaseline(await findingsOf(stack));
        const parsed = parseBaseline(text);
        assert.ok(parsed.kind === "ok");
        const settings = { ...defaultSettings, baseline: knownFingerprints(parsed.known) };
        const run = new Run({ settings, rules });
        for (const each of stack) {
          for (const { finding } of await run.validate(each)) {
            assert.ok(finding.known || finding.verdict === "undetermined", finding.message);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});

async function findingsOf(stack: readonly Resource[]): Promise<readonly Finding[]> {
  return (await judgeSnapshot(snapshotOf(stack), judging)).findings;
}

function shuffled(stack: readonly Resource[], random: fc.Stream<number>): readonly Resource[] {
  return stack
    .map((each) => ({ each, key: Number(random.next().value) }))
    .sort((a, b) => a.key - b.key)
    .map(({ each }) => each);
}

/** A finding without the resource that happens to complete it. */
function withoutCarrier(finding: Finding): unknown {
  return { ...finding, at: undefined, source: undefined };
}

function keyOf({ rule, verdict, grade, fingerprint }: Finding): string {
  return `${rule} ${verdict} ${grade} ${fingerprint}`;
}

/** A resource as the engine lists it at the end. */
function listed({ urn, type, name, inputs }: Resource): PolicyResource {
  const propertyDependencies = Object.fromEntries(
    Object.entries(inputs).map(([property, value]) => [
      property,
      waitingIn(value).map((on) => ({ urn: on })),
    ]),
  );
  return {
    urn,
    type,
    name,
    props: inputs,
    dependencies: [],
    propertyDependencies,
    opts: {},
  } as unknown as PolicyResource;
}

/** What unknowns in a value wait for: a host says it of a whole property. */
function waitingIn(value: Value): readonly Urn[] {
  if (value instanceof Unknown) return value.waitsFor;
  if (value === null || typeof value !== "object" || value instanceof Secret) return [];
  return [...new Set(Object.values(value).flatMap(waitingIn))];
}
