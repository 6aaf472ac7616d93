import assert from "node:assert/strict";
import fc from "fast-check";
import { contextOf } from "../../../core/policy/condition/context";
import type { PolicyDocument } from "../../../core/policy/statement";
import { admissions } from "../../../core/trust/admission";
import { admits } from "../../../core/trust/admits";
import type { Breadth } from "../../../core/trust/breadth";
import { gradeSubject } from "../../../core/trust/grade";
import { issuerOf } from "../../../core/trust/issuers";
import { noLookups, principalOf } from "../../../core/trust/principal";
import {
  assertNotLess,
  documentAsking,
  documents,
  mixed,
  positive,
  testOf,
  widest,
  type Askable,
  type Common,
  type Test,
} from "./support/drawn-policies";
import { bitbucket, circleci, cognito, google } from "./support/platform-worlds";
import { buildkite, cluster, github, gitlab, terraform, type World } from "./support/worlds";

/** What a world's tokens may be asked for, by the key of each claim. */
function askable({ host, values }: World): Askable {
  return Object.fromEntries(
    Object.entries(values).map(([claim, some]) => [`${host}:${claim}`, some]),
  );
}

function presenceOf(world: World): fc.Arbitrary<Test> {
  return fc
    .tuple(fc.constantFrom(...Object.keys(askable(world))), fc.constantFrom("true", "false"))
    .map(([key, isMissing]) => ({ operator: "Null", key, values: [isMissing] }));
}

function commonOf({ host }: World): Common {
  return { Principal: { Federated: providerOf(host) }, Action: "sts:AssumeRoleWithWebIdentity" };
}

function subjectOf({ host }: World): string {
  return `${host}:sub`;
}

function providerOf(host: string): string {
  return `arn:aws:iam::111122223333:oidc-provider/${host}`;
}

/** How many workloads a policy admits, as the tokens show that it admits. */
function shown(world: World, document: PolicyDocument): Breadth {
  const text = providerOf(world.host);
  const value = { kind: "text", text, secret: false } as const;
  const principal = principalOf({ type: "Federated", value }, noLookups);
  const action = "sts:AssumeRoleWithWebIdentity";
  return widest(
    world.tokens.map(({ claims, shows }): Breadth => {
      const keys = Object.entries(claims).map(([claim, each]) => [`${world.host}:${claim}`, each]);
      const context = contextOf(Object.fromEntries(keys) as Record<string, string>);
      return admits(document, { principal, action, context }).kind === "no" ? "nobody" : shows;
    }),
  );
}

/** How many workloads a policy admits, as it is told. */
function told({ host }: World, document: PolicyDocument): Breadth {
  return widest(
    admissions(document, noLookups).map(({ conditions, variables }): Breadth => {
      const grading = gradeSubject(issuerOf(host), conditions, variables);
      return grading.kind === "graded" ? grading.atMost : "anyone";
    }),
  );
}

const worlds = {
  ...{ github, gitlab, terraform, buildkite, cluster },
  ...{ circleci, bitbucket, google, cognito },
};

/** Claims by which alone a grade is exact: those that name a tenant at an issuer of these. */
const naming: Readonly<Record<string, readonly string[]>> = {
  github: ["sub", "repository"],
  google: ["sub", "aud", "google/organization_number"],
  cognito: ["aud"],
};

for (const [name, world] of Object.entries(worlds)) {
  describe(`what a trust policy admits of all tokens of ${name}`, function () {
    this.timeout(300_000);

    it("is never told as less than they show, whatever its statements, operators and lists", () => {
      const test = fc.oneof(
        { weight: 9, arbitrary: testOf(mixed, askable(world), subjectOf(world)) },
        { weight: 1, arbitrary: presenceOf(world) },
      );
      fc.assert(
        fc.property(documents(commonOf(world), test, 3), (document) => {
          assertNotLess(told(world, document), shown(world, document));
        }),
        { numRuns: 150 },
      );
    });

    it("is told as just what they show where one claim has to have one of its values", () => {
      fc.assert(
        fc.property(testOf(positive, askable(world), subjectOf(world)), (test) => {
          const document = documentAsking(commonOf(world), test);
          const just = shown(world, document);
          const keys = (naming[name] ?? ["sub"]).map((claim) => `${world.host}:${claim}`);
          fc.pre(just !== "nobody" && keys.includes(test.key));
          assert.equal(told(world, document), just);
        }),
        { numRuns: 150 },
      );
    });
  });
}
