import assert from "node:assert/strict";
import fc from "fast-check";
import { contextOf } from "../../../../core/policy/condition/context";
import type { PolicyDocument } from "../../../../core/policy/statement";
import { admissions } from "../../../../policy-pack/domain/trust/admission";
import { trusts } from "../../../../policy-pack/domain/trust/trusts";
import type { Breadth } from "../../../../policy-pack/domain/trust/breadth";
import { severityOfCertificate } from "../../../../policy-pack/domain/trust/certificate/breadth";
import { certificateGuards } from "../../../../policy-pack/domain/trust/certificate/certificate";
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
} from "./support/drawn-policies";

const uri = "aws:PrincipalTag/x509SAN/URI";
const commonName = "aws:PrincipalTag/x509Subject/CN";
const unit = "aws:PrincipalTag/x509Subject/OU";
const organisation = "aws:PrincipalTag/x509Subject/O";
const anchorOf = (id: string): string =>
  `arn:aws:rolesanywhere:eu-west-1:111122223333:trust-anchor/${id}`;

/** A certificate of the namespaces `acme` and `globex` and their neighbours, whose units are called as they are. */
interface Certificate {
  readonly keys: Readonly<Record<string, string>>;
  /** How many workloads a policy trusts with this one: `workload` where a value below names it. */
  readonly shows: Breadth;
  readonly anchor: string;
}

const certificates: readonly Certificate[] = ["acme", "globex", "acme2", "ac"].flatMap(
  (namespace) =>
    ["triage", "desk", "triage2", "tri"].flatMap((name) =>
      ["t-1", "t-2", "t-12"].map((anchor) => ({
        keys: {
          [uri]: `spiffe://acme.example/ns/${namespace}/sa/${name}`,
          [commonName]: `${name}.${namespace}`,
          [unit]: namespace,
          [organisation]: "Acme",
          "aws:SourceArn": anchorOf(anchor),
        },
        shows: breadthOf(namespace, name),
        anchor,
      })),
    ),
);

function breadthOf(namespace: string, name: string): Breadth {
  if (!/^(acme|globex)$/.test(namespace)) return "organisation";
  return /^(triage|desk)$/.test(name) ? "workload" : "project";
}

const values: Askable = {
  [uri]: [
    "acme/sa/triage",
    "acme/sa/desk",
    "globex/sa/triage",
    "acme/sa/*",
    "acme/*",
    "*/sa/triage",
  ]
    .map((path) => `spiffe://acme.example/ns/${path}`)
    .concat("spiffe://acme.example/ns/acme*/sa/triage", "spiffe://acme.example/*"),
  [commonName]: ["triage.acme", "desk.acme", "triage.globex", "*.acme"],
  [unit]: ["acme", "globex", "ac*"],
  [organisation]: ["Acme"],
  "aws:SourceArn": [anchorOf("t-1"), anchorOf("t-1*"), anchorOf("*")],
};

const common = { Principal: { Service: "rolesanywhere.amazonaws.com" }, Action: "sts:AssumeRole" };
const value = { kind: "text", text: "rolesanywhere.amazonaws.com", secret: false } as const;
const principal = principalOf({ type: "Service", value }, noLookups);

function admitted(document: PolicyDocument): readonly Certificate[] {
  return certificates.filter(({ keys }) => {
    const request = { principal, action: "sts:AssumeRole", context: contextOf(keys) };
    return trusts(document, request).kind !== "no";
  });
}

/** How many workloads a policy trusts, by the code; where no name is tested, all of the organisation's. */
function reported(document: PolicyDocument): Breadth {
  return widest(
    admissions(document, noLookups).map(
      ({ conditions, variables }) =>
        severityOfCertificate(conditions, variables)?.atMost ?? "organisation",
    ),
  );
}

function isAnchorPinned(document: PolicyDocument): boolean {
  return admissions(document, noLookups).every(({ conditions, variables }) => {
    const guards = certificateGuards(conditions, variables);
    return guards["trust anchor"].kind === "pinned";
  });
}

describe("what a trust policy trusts of all certificates", function () {
  it("is never less than they show, whatever its statements, operators and lists", () => {
    fc.assert(
      fc.property(documents(common, testOf(mixed, values, uri), 3), (document) => {
        const found = admitted(document);
        assertNotLess(reported(document), widest(found.map(({ shows }) => shows)));
        if (isAnchorPinned(document)) {
          assert.deepEqual(new Set(found.map(({ anchor }) => anchor)).has("t-2"), false);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("is exactly what they show where one name must have one of its values", () => {
    fc.assert(
      fc.property(testOf(positive, values, uri), (test) => {
        const document = documentAsking(common, test);
        const just = widest(admitted(document).map(({ shows }) => shows));
        fc.pre(just !== "none" && [uri, commonName].includes(test.key));
        assert.equal(reported(document), just);
      }),
      { numRuns: 300 },
    );
  });
});
