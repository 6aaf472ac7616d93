import assert from "node:assert/strict";
import fc from "fast-check";
import { contextOf } from "../../../core/policy/condition/context";
import { parsePolicyDocument } from "../../../core/policy/document";
import type { PolicyDocument } from "../../../core/policy/statement";
import type { Value } from "../../../core/snapshot/value";
import { admissions } from "../../../core/trust/admission";
import { admits } from "../../../core/trust/admits";
import { podGuards, podParts, podTags, type PodPart } from "../../../core/trust/pod-identity";
import { noLookups, principalOf } from "../../../core/trust/principal";

const account = "111122223333";
const arnOf = (region: string, resource: string): string =>
  `arn:aws:eks:${region}:${account}:${resource}`;

/** A request by which EKS obtains a role for a pod. */
interface Request {
  readonly keys: Readonly<Record<string, string>>;
  /** The parts of it that an exact value below names. */
  readonly named: readonly PodPart[];
}

const requests: readonly Request[] = [
  ["eu-west-1", "prod"],
  ["eu-west-2", "prod"],
  ["eu-west-1", "prod2"],
].flatMap(([region = "", cluster = ""]) =>
  ["acme", "globex", "acme2", "ac"].flatMap((namespace) =>
    ["triage", "desk", "triage2", "tri"].map((name): Request => {
      const id = `a-${namespace}-${name}`;
      return {
        keys: {
          [podTags.cluster]: arnOf(region, `cluster/${cluster}`),
          [podTags.namespace]: namespace,
          [podTags.ServiceAccount]: name,
          "aws:RequestTag/eks-cluster-name": cluster,
          "aws:SourceAccount": account,
          "aws:SourceArn": arnOf(region, `podidentityassociation/${cluster}/${id}`),
        },
        named: [
          ...(region === "eu-west-1" && cluster === "prod" ? (["cluster"] as const) : []),
          ...(/^(acme|globex)$/.test(namespace) ? (["namespace"] as const) : []),
          ...(/^(triage|desk)$/.test(name) ? (["ServiceAccount"] as const) : []),
        ],
      };
    }),
  ),
);

const values: Readonly<Record<string, readonly string[]>> = {
  [podTags.cluster]: [
    ...[arnOf("eu-west-1", "cluster/prod"), arnOf("*", "cluster/prod")],
    ...[arnOf("eu-west-1", "cluster/prod*"), "*"],
  ],
  [podTags.namespace]: ["acme", "globex", "acme*", "*"],
  [podTags.ServiceAccount]: ["triage", "desk", "tri*", "*"],
  "aws:RequestTag/eks-cluster-name": ["prod", "prod*"],
  "aws:SourceAccount": [account],
  "aws:SourceArn": [
    arnOf("eu-west-1", "podidentityassociation/prod/a-acme-triage"),
    arnOf("eu-west-1", "podidentityassociation/prod/*"),
    arnOf("*", "podidentityassociation/prod/*"),
    arnOf("eu-west-1", "podidentityassociation/*"),
  ],
};

/** A test of one key. */
interface Test {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

const positive = ["StringEquals", "StringLike", "StringEqualsIgnoreCase", "ForAnyValue:StringLike"];
const all = [
  ...[...positive, ...positive, ...positive],
  ...["StringLikeIfExists", "ForAllValues:StringLike", "StringNotLike", "StringNotEquals"],
];

function testOf(operators: readonly string[]): fc.Arbitrary<Test> {
  return fc
    .tuple(fc.constantFrom(...operators), fc.constantFrom(...Object.keys(values)))
    .chain(([operator, key]) =>
      fc
        .uniqueArray(fc.constantFrom(...(values[key] ?? [])), { minLength: 1, maxLength: 2 })
        .map((some) => ({ operator, key, values: some })),
    );
}

function documentOf(
  statements: readonly (readonly ["Allow" | "Deny", readonly Test[]])[],
): PolicyDocument {
  const parsed = parsePolicyDocument({
    Version: "2012-10-17",
    Statement: statements.map(([Effect, tests]): Value => {
      const Condition: Record<string, Record<string, readonly string[]>> = {};
      for (const { operator, key, values: some } of tests) {
        (Condition[operator] ??= {})[key] = some;
      }
      const Principal = { Service: "pods.eks.amazonaws.com" };
      return { Effect, Principal, Action: ["sts:AssumeRole", "sts:TagSession"], Condition };
    }),
  });
  assert.equal(parsed.kind, "document");
  return parsed.document;
}

const value = { kind: "text", text: "pods.eks.amazonaws.com", secret: false } as const;
const principal = principalOf({ type: "Service", value }, noLookups);

function admitted(document: PolicyDocument): readonly Request[] {
  return requests.filter(({ keys }) => {
    const request = { principal, action: "sts:AssumeRole", context: contextOf(keys) };
    return admits(document, request).kind !== "no";
  });
}

/** The parts that are told to be held fast, whichever way a pod comes in. */
function pinned(document: PolicyDocument): readonly PodPart[] {
  const ways = admissions(document, noLookups);
  return podParts.filter((part) =>
    ways.every(({ conditions, variables }) => {
      const guard = podGuards(conditions, variables)[part];
      return guard.kind === "pinned";
    }),
  );
}

describe("what a trust policy admits of all pods", function () {
  this.timeout(300_000);

  it("has in what is told to be pinned no other than it names, whatever its statements, operators and lists", () => {
    const tests = fc.array(testOf(all), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        fc.array(tests, { minLength: 1, maxLength: 2 }),
        fc.array(tests, { maxLength: 1 }),
        (allows, denies) => {
          const document = documentOf([
            ...allows.map((each) => ["Allow", each] as const),
            ...denies.map((each) => ["Deny", each] as const),
          ]);
          for (const part of pinned(document)) {
            for (const { named, keys } of admitted(document)) {
              assert.ok(named.includes(part), `${part} of ${JSON.stringify(keys)}`);
            }
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it("has others in what is told not to be, where one test asks for values", () => {
    fc.assert(
      fc.property(testOf(positive), (test) => {
        const document = documentOf([["Allow", [test]]]);
        const found = admitted(document);
        fc.pre(found.length > 0);
        const told = pinned(document);
        for (const part of podParts.filter((one) => !told.includes(one))) {
          assert.ok(
            found.some(({ named }) => !named.includes(part)),
            part,
          );
        }
      }),
      { numRuns: 400 },
    );
  });
});
