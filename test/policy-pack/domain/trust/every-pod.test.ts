import assert from "node:assert/strict";
import fc from "fast-check";
import { contextOf } from "../../../../core/policy/condition/context";
import type { PolicyDocument } from "../../../../core/policy/statement";
import { admissions } from "../../../../policy-pack/domain/trust/admission";
import { trusts } from "../../../../policy-pack/domain/trust/trusts";
import {
  podGuards,
  podParts,
  podTags,
  type PodPart,
} from "../../../../policy-pack/domain/trust/pod-identity";
import { noLookups, principalOf } from "../../../../policy-pack/domain/trust/principal";
import {
  documentAsking,
  documents,
  mixed,
  positive,
  testOf,
  type Askable,
} from "./support/drawn-policies";

const account = "111122223333";
const arnOf = (region: string, resource: string): string =>
  `arn:aws:eks:${region}:${account}:${resource}`;

/** A request by which EKS assumes a role for a pod. */
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

const values: Askable = {
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

const common = {
  Principal: { Service: "pods.eks.amazonaws.com" },
  Action: ["sts:AssumeRole", "sts:TagSession"],
};
const value = { kind: "text", text: "pods.eks.amazonaws.com", secret: false } as const;
const principal = principalOf({ type: "Service", value }, noLookups);

function admitted(document: PolicyDocument): readonly Request[] {
  return requests.filter(({ keys }) => {
    const request = { principal, action: "sts:AssumeRole", context: contextOf(keys) };
    return trusts(document, request).kind !== "no";
  });
}

/** The fixed parts, by any path of a pod. */
function pinned(document: PolicyDocument): readonly PodPart[] {
  const ways = admissions(document, noLookups);
  return podParts.filter((part) =>
    ways.every(({ conditions, variables }) => {
      const guard = podGuards(conditions, variables)[part];
      return guard.kind === "pinned";
    }),
  );
}

describe("what a trust policy trusts of all pods", function () {
  it("pins only what it names, whatever its statements, operators and lists", () => {
    fc.assert(
      fc.property(documents(common, testOf(mixed, values), 4), (document) => {
        for (const part of pinned(document)) {
          for (const { named, keys } of admitted(document)) {
            assert.ok(named.includes(part), `${part} of ${JSON.stringify(keys)}`);
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  it("leaves unpinned where one test requires values", () => {
    fc.assert(
      fc.property(testOf(positive, values), (test) => {
        const document = documentAsking(common, test);
        const found = admitted(document);
        fc.pre(found.length > 0);
        const reported = pinned(document);
        for (const part of podParts.filter((one) => !reported.includes(one))) {
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
