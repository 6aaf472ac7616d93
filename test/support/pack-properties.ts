import assert from "node:assert/strict";
import fc from "fast-check";
import type { Finding } from "../../policy-pack/findings/finding";
import type { Resource } from "../../core/snapshot/resource";
import { hasUnknown } from "../../policy-pack/crossguard/plain-values";
import { Run, type ReportedFinding } from "../../policy-pack/crossguard/run";
import { baselineOf, parseBaseline, printBaseline } from "../../policy-pack/run/baseline";
import { mergeFindings } from "../../policy-pack/run/findings";
import { IncrementalJudge, judgeSnapshot } from "../../policy-pack/run/judge";
import { rules } from "../../policy-pack/rules/index";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { openPlacesOf, withValue } from "../../policy-pack/run/hypotheses/open-place";
import { blocksOfRule, resourcesOfBlock } from "./rule-page";
import { Unknown } from "../../core/snapshot/value";
import { asListed, handedFirst, listed, listedLast } from "./handed";
import { resource, snapshotOf } from "./resources";
import { placesOf } from "./unknown-walk";

const judging = { settings: defaultSettings };

const accountType = "kubernetes:core/v1:ServiceAccount";
const issuer = "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE";

/** Rules that report a role which trusts more than those that it names. */
const tellingWideTrust = [
  "no-broad-subject",
  "no-fail-open-condition",
  "no-public-trust",
  "require-subject-condition",
];

/** A tool that moves money, and a role for tokens of a cluster that may call it. */
function callsByToken(subject: Readonly<Record<string, string>>): readonly Resource[] {
  const policy = {
    Statement: [
      {
        Effect: "Allow",
        Action: "lambda:InvokeFunction",
        Resource: "arn:aws:lambda:*:*:function:refunds",
      },
    ],
  };
  const trust = {
    Effect: "Allow",
    Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${issuer}` },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: {
      StringEquals: { [`${issuer}:aud`]: "sts.amazonaws.com", ...subject },
    },
  };
  return [
    resource("aws:iam/role:Role", "triage", {
      name: "triage",
      assumeRolePolicy: { Statement: [trust] },
    }),
    resource("aws:iam/rolePolicy:RolePolicy", "triage-calls", { role: "triage", policy }),
    resource("aws:lambda/function:Function", "refunds", {
      name: "refunds",
      role: "arn:aws:iam::111122223333:role/refunds",
      tags: {
        "agentid.dev/kind": "tool",
        "agentid.dev/tenant": "acme",
        "agentid.dev/effects": "payment",
      },
    }),
  ];
}

/** What has nothing to do with any stack of the rules' pages. */
const unrelated: readonly Resource[] = [
  resource("aws:s3/bucketV2:BucketV2", "unrelated", { bucket: "unrelated-archive" }),
  resource("aws:sns/topic:Topic", "unrelated", { name: "unrelated" }),
  resource(accountType, "unrelated", {
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

const madeUp = resource("random:index/randomPet:RandomPet", "made-up", {});

/** What is handed and never listed: of the second the name is that of others. */
const named: readonly Resource[] = [
  resource("aws:iam/role:Role", "dropped", { name: "dropped", assumeRolePolicy: "{}" }),
  resource("kubernetes:core/v1:ServiceAccount", "dropped", {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { namespace: "acme", name: "triage", labels: { "agentid.dev/tenant": "acme" } },
  }),
];

/** As a program declares them: what others wait for before these. */
function inOrderOfNeed(stack: readonly Resource[]): readonly Resource[] {
  const byUrn = new Map(stack.map((each) => [each.urn, each]));
  const ordered = new Set<Resource>();
  const visit = (each: Resource, above: ReadonlySet<Resource>): void => {
    if (ordered.has(each) || above.has(each)) return;
    for (const { dependsOn } of openPlacesOf(each)) {
      for (const needed of dependsOn.flatMap((urn) => byUrn.get(urn) ?? [])) {
        visit(needed, new Set([...above, each]));
      }
    }
    ordered.add(each);
  };
  for (const each of stack) visit(each, new Set());
  return [...ordered];
}

/**
 * States of the whole pack, with hypotheses, what is true of random stacks; so many for each property, from a seed.
 *
 * @param more stacks of which random ones are made, beside those of the rules' pages
 */
export function describeProperties(
  runs: number,
  seed: number,
  more: readonly (readonly Resource[])[] = [],
): void {
  describe(`the whole pack on random stacks of seed ${seed}`, function () {
    this.timeout(Math.max(runs * 1_000, 600_000));
    const options = { seed, numRuns: runs };
    let stacks: fc.Arbitrary<readonly Resource[]>;

    before("read the stacks of the rules' pages", async () => {
      const blocks: (readonly Resource[])[] = [...more];
      for (const { id } of rules) {
        for (const block of blocksOfRule(id)) {
          if (block.section === "Avoid" || block.section === "Prefer") {
            blocks.push(await resourcesOfBlock(block));
          }
        }
      }
      const known = fc
        .uniqueArray(fc.nat(blocks.length - 1), { minLength: 1, maxLength: 4 })
        .map((chosen) => {
          const byUrn = new Map<string, Resource>();
          for (const each of chosen.flatMap((index) => blocks[index] ?? [])) {
            if (!byUrn.has(each.urn)) byUrn.set(each.urn, each);
          }
          return [...byUrn.values()];
        });
      stacks = fc
        .tuple(known, fc.array(fc.nat(), { maxLength: 2 }))
        .map(([stack, choices]) => choices.reduce(withOpenPlace, stack));
    });

    it("reports the same for a stack in any order of its resources", async () => {
      await fc.assert(
        fc.asyncProperty(stacks, fc.infiniteStream(fc.nat()), async (stack, random) => {
          assert.deepEqual(
            (await findingsOf(shuffled(stack, random))).map(withoutCarrier),
            (await findingsOf(stack)).map(withoutCarrier),
          );
        }),
        options,
      );
    });

    it("reports the same when unrelated resources are added", async () => {
      await fc.assert(
        fc.asyncProperty(
          stacks,
          fc.subarray([...unrelated], { minLength: 1 }),
          async (stack, more) => {
            const findings = await findingsOf(stack);
            // No account is unrelated to a role that trusts any account of the cluster.
            const isWide = findings.some(({ rule }) => tellingWideTrust.includes(rule));
            // To a name that is not known no name is: it may be that of the namespace which an object is in, or of a bucket.
            const isOpen = stack.some(
              (each) =>
                each === madeUp || (each.type.startsWith("kubernetes:") && hasUnknown(each.inputs)),
            );
            const isOpenPolicy = stack.some(
              (each) => each.type.startsWith("aws:iam/") && hasUnknown(each.inputs),
            );
            const added = more.filter(
              ({ type }) =>
                (!isWide || type !== accountType) &&
                !(isOpen && type.startsWith("kubernetes:")) &&
                !(isOpenPolicy && type.startsWith("aws:s3/")),
            );
            assert.deepEqual(await findingsOf([...stack, ...added]), findings);
            assert.deepEqual(await findingsOf([...added, ...stack]), findings);
          },
        ),
        options,
      );
    });

    it("reports an added account where a role trusts every account of the cluster, and not where it trusts one", async () => {
      const account = unrelated.filter(({ type }) => type === accountType);
      const holders = async (
        subject: Readonly<Record<string, string>>,
      ): Promise<readonly (string | undefined)[]> =>
        (await findingsOf([...callsByToken(subject), ...account]))
          .filter(({ rule }) => rule === "require-runtime-policy")
          .map(({ holder }) => holder?.label);
      assert.deepEqual(await holders({}), ["unrelated/unrelated"]);
      const one = { [`${issuer}:sub`]: "system:serviceaccount:acme:triage" };
      assert.deepEqual(await holders(one), ["acme/triage"]);
    });

    it("no longer reports a violation when its resource is gone", async () => {
      await fc.assert(
        fc.asyncProperty(stacks, fc.nat(), async (stack, choice) => {
          const violated = (await findingsOf(stack)).filter(
            ({ verdict }) => verdict === "violated",
          );
          const finding = violated[choice % Math.max(violated.length, 1)];
          fc.pre(finding !== undefined);
          const rest = await findingsOf(stack.filter(({ urn }) => urn !== finding.at.urn));
          const left = rest.find(
            ({ fingerprint, at }) =>
              fingerprint === finding.fingerprint && at.urn === finding.at.urn,
          );
          assert.equal(left, undefined, finding.message);
        }),
        options,
      );
    });

    it("reports resource by resource and at the end what it reports for the whole stack at once", async () => {
      await fc.assert(
        fc.asyncProperty(stacks, async (stack) => {
          const run = new Run({ ...judging, rules });
          const reported: ReportedFinding[] = [];
          for (const each of stack) reported.push(...(await run.validate(each)));
          reported.push(...(await run.validateAll(stack.map(listed))).reportedFindings);
          // Some are reported early by a spelling that is not the final one: each is reported once, and merged they are the
          // same.
          const atOnce = await findingsOf(stack.map(asListed));
          assert.equal(reported.length, atOnce.length);
          assert.deepEqual(
            mergeFindings([...reported.map(({ finding }) => finding), ...atOnce]).map(keyOf),
            atOnce.map(keyOf),
          );
        }),
        options,
      );
    });

    it("reports at the end what it reports when it judges anew, whatever came before", async () => {
      await fc.assert(
        fc.asyncProperty(
          stacks,
          fc.infiniteStream(fc.nat(99)),
          fc.subarray([...unrelated, ...named]),
          async (stack, random, dropped) => {
            const last = stack.map((each) => listedLast(each, random));
            const judge = new IncrementalJudge(judging);
            const handed = stack.flatMap((each) => handedFirst(each, random));
            for (const each of shuffled([...handed, ...dropped], random)) await judge.add(each);
            const { findings, ...rest } = await judge.finish(snapshotOf(last));
            const anew = await judgeSnapshot(snapshotOf(last), judging);
            assert.deepEqual(findings.map(withoutCarrier), anew.findings.map(withoutCarrier));
            assert.deepEqual({ ...rest, findings: [] }, { ...anew, findings: [] });
          },
        ),
        options,
      );
    });

    it("recognises before a resource is created what a baseline of the whole stack lists", async () => {
      await fc.assert(
        fc.asyncProperty(stacks, async (stack) => {
          const text = printBaseline(await findingsOf(stack));
          const parsed = parseBaseline(text);
          assert.ok(parsed.kind === "ok");
          const settings = { ...defaultSettings, baseline: baselineOf(parsed.known) };
          const run = new Run({ settings, rules });
          for (const each of inOrderOfNeed(stack)) {
            for (const { finding } of await run.validate(each)) {
              assert.ok(finding.known || finding.verdict === "undetermined", finding.message);
            }
          }
        }),
        options,
      );
    });
  });
}

/** The stack with one more input, at whatever depth, that is not known and waits for a name that is made up. */
function withOpenPlace(stack: readonly Resource[], choice: number): readonly Resource[] {
  const places = placesOf({ name: "", resources: stack });
  const place = places[choice % Math.max(places.length, 1)];
  if (place === undefined) return stack;
  const { resource: of, path } = place;
  return stack
    .map((each) =>
      each.urn === of.urn
        ? { ...each, inputs: withValue(each.inputs, path, new Unknown([madeUp.urn])) }
        : each,
    )
    .concat(stack.includes(madeUp) ? [] : [madeUp]);
}

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

function keyOf({ rule, verdict, severity, fingerprint }: Finding): string {
  return `${rule} ${verdict} ${severity} ${fingerprint}`;
}
