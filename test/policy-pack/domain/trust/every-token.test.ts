import assert from "node:assert/strict";
import fc from "fast-check";
import { contextOf } from "../../../../core/policy/condition/context";
import type { PolicyDocument } from "../../../../core/policy/statement";
import { admissions } from "../../../../policy-pack/domain/trust/admission";
import { trusts } from "../../../../policy-pack/domain/trust/trusts";
import type { Breadth } from "../../../../policy-pack/domain/trust/breadth";
import { severityOfSubject } from "../../../../policy-pack/domain/trust/grading";
import { issuerOf } from "../../../../core/trust/issuers";
import { noLookups, principalOf } from "../../../../policy-pack/domain/trust/principal";
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
import {
  buildkite,
  cluster,
  github,
  gitlab,
  terraform,
  type PossibleValues,
} from "./support/worlds";
import { runs } from "../../../support/runs";

/** The values that conditions may require of a world's tokens, by the key of each claim. */
function askable({ host, values }: PossibleValues): Askable {
  return Object.fromEntries(
    Object.entries(values).map(([claim, some]) => [`${host}:${claim}`, some]),
  );
}

function presenceOf(possibleValues: PossibleValues): fc.Arbitrary<Test> {
  return fc
    .tuple(
      fc.constantFrom(...Object.keys(askable(possibleValues))),
      fc.constantFrom("true", "false"),
    )
    .map(([key, isMissing]) => ({ operator: "Null", key, values: [isMissing] }));
}

function commonOf({ host }: PossibleValues): Common {
  return { Principal: { Federated: providerOf(host) }, Action: "sts:AssumeRoleWithWebIdentity" };
}

function subjectOf({ host }: PossibleValues): string {
  return `${host}:sub`;
}

function providerOf(host: string): string {
  return `arn:aws:iam::111122223333:oidc-provider/${host}`;
}

/** How many workloads a policy trusts, by the tokens. */
function shown(possibleValues: PossibleValues, document: PolicyDocument): Breadth {
  const text = providerOf(possibleValues.host);
  const value = { kind: "text", text, secret: false } as const;
  const principal = principalOf({ type: "Federated", value }, noLookups);
  const action = "sts:AssumeRoleWithWebIdentity";
  return widest(
    possibleValues.tokens.map(({ claims, shows }): Breadth => {
      const keys = Object.entries(claims).map(([claim, each]) => [
        `${possibleValues.host}:${claim}`,
        each,
      ]);
      const context = contextOf(Object.fromEntries(keys) as Record<string, string>);
      return trusts(document, { principal, action, context }).kind === "no" ? "none" : shows;
    }),
  );
}

/** How many workloads a policy trusts, by the code. */
function reported({ host }: PossibleValues, document: PolicyDocument): Breadth {
  return widest(
    admissions(document, noLookups).map(({ conditions, variables }): Breadth => {
      const grading = severityOfSubject(issuerOf(host), conditions, variables);
      return grading.kind === "graded" ? grading.atMost : "any";
    }),
  );
}

const judgedValues = {
  ...{ github, gitlab, terraform, buildkite, cluster },
  ...{ circleci, bitbucket, google, cognito },
};

/** Claims by which alone a grade is exact: those that name a tenant at an issuer of these. */
const naming: Readonly<Record<string, readonly string[]>> = {
  github: ["sub", "repository"],
  google: ["sub", "aud", "google/organization_number"],
  cognito: ["aud"],
};

for (const [name, possibleValues] of Object.entries(judgedValues)) {
  describe(`what a trust policy trusts of all tokens of ${name}`, function () {
    it("is never less than they show, whatever its statements, operators and lists", () => {
      const test = fc.oneof(
        { weight: 9, arbitrary: testOf(mixed, askable(possibleValues), subjectOf(possibleValues)) },
        { weight: 1, arbitrary: presenceOf(possibleValues) },
      );
      fc.assert(
        fc.property(documents(commonOf(possibleValues), test, 3), (document) => {
          assertNotLess(reported(possibleValues, document), shown(possibleValues, document));
        }),
        { numRuns: runs(37, 150) },
      );
    });

    it("is exactly what they show where one claim must have one of its values", () => {
      fc.assert(
        fc.property(
          testOf(positive, askable(possibleValues), subjectOf(possibleValues)),
          (test) => {
            const document = documentAsking(commonOf(possibleValues), test);
            const just = shown(possibleValues, document);
            const keys = (naming[name] ?? ["sub"]).map(
              (claim) => `${possibleValues.host}:${claim}`,
            );
            fc.pre(just !== "none" && keys.includes(test.key));
            assert.equal(reported(possibleValues, document), just);
          },
        ),
        { numRuns: runs(37, 150) },
      );
    });
  });
}
