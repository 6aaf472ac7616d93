import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { contextOf } from "../../../../core/policy/condition/context";
import { parsePolicyDocument } from "../../../../core/policy/document";
import type { PolicyDocument } from "../../../../core/policy/statement";
import { Unknown, isRecord, type Value } from "../../../../core/snapshot/value";
import { admissions, type Admission } from "../../../../policy-pack/domain/trust/admission";
import { trusts } from "../../../../policy-pack/domain/trust/trusts";
import { severityOfSubject, type Grading } from "../../../../policy-pack/domain/trust/grading";
import { claimKey, issuerOf } from "../../../../core/trust/issuers";
import { namingOf } from "../../../../policy-pack/domain/trust/naming";
import {
  noLookups,
  principalOf,
  type Principal,
} from "../../../../policy-pack/domain/trust/principal";
import type { PrincipalType } from "../../../../core/policy/statement";
import { titleOf } from "../../../support/cases";
import { testedKey } from "../../../../policy-pack/domain/trust/tested";

/** A case about a trust policy, named in its file's name, with the answer and the fact that decides. */
interface Case {
  readonly because: string;
  /** Where an object has the one key `$unknown`, a value that waits for the URNs listed. */
  readonly document: Value;
  /** The rules' findings on it, which `test/policy-pack/trust-cases.test.ts` checks. */
  readonly findings?: readonly string[];
  /** One line for each path into the role. */
  readonly ways?: readonly string[];
  readonly requests?: readonly {
    readonly principal: Readonly<Record<string, string>>;
    readonly action?: string;
    readonly keys?: Readonly<Record<string, string | readonly string[]>>;
    readonly admitted: "yes" | "no" | "unknown";
  }[];
}

const root = join(__dirname, "../../../cases/trust");

describe("trust cases", () => {
  for (const topic of readdirSync(root).sort()) {
    describe(topic, () => {
      for (const file of readdirSync(join(root, topic)).sort()) {
        it(titleOf(file), () => {
          check(JSON.parse(readFileSync(join(root, topic, file), "utf8")) as Case);
        });
      }
    });
  }
});

function check(requested: Case): void {
  assert.ok(requested.because.length > 0);
  const { ways, requests, findings } = requested;
  assert.ok(ways ?? requests ?? findings, "a case expects something");
  const parsed = parsePolicyDocument(withUnknowns(requested.document));
  assert.equal(parsed.kind, "document", JSON.stringify(parsed));
  const { document } = parsed;
  if (requested.ways !== undefined) {
    assert.deepEqual(
      admissions(document, noLookups).map(lineOf),
      requested.ways,
      requested.because,
    );
  }
  for (const request of requested.requests ?? []) {
    assert.equal(answer(document, request), request.admitted, JSON.stringify(request));
  }
}

function answer(document: PolicyDocument, request: NonNullable<Case["requests"]>[number]): string {
  const [type = "", text = ""] = Object.entries(request.principal)[0] ?? [];
  const value = { kind: "text", text, secret: false } as const;
  const principal = principalOf({ type: type as PrincipalType, value }, noLookups);
  const action =
    request.action ?? (type === "Federated" ? "sts:AssumeRoleWithWebIdentity" : "sts:AssumeRole");
  return trusts(document, { principal, action, context: contextOf(request.keys ?? {}) }).kind;
}

function withUnknowns(value: Value): Value {
  if (Array.isArray(value)) return (value as readonly Value[]).map(withUnknowns);
  if (!isRecord(value)) return value;
  if (Object.keys(value).join() === "$unknown") return new Unknown(value["$unknown"] as string[]);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withUnknowns(each)]));
}

function lineOf(admission: Admission): string {
  const uncertainty = admission.holds.kind === "unknown" ? ` (if ${admission.holds.reason})` : "";
  return `${nameOf(admission.principal)}${verdictOn(admission)}${uncertainty}`;
}

function nameOf(principal: Principal): string {
  switch (principal.kind) {
    case "everyone":
      return "everyone";
    case "account":
      return `account ${principal.account}`;
    case "role":
    case "user":
    case "session":
      return `${principal.kind} ${principal.arn}`;
    case "service":
      return `service ${principal.service}`;
    case "federated":
      return principal.issuer.kind === "known" ? principal.issuer.host : "unknown issuer";
    case "saml":
      return `saml ${principal.provider}`;
    case "canonical":
      return `canonical ${principal.id}`;
    case "other":
      return `other ${principal.text}`;
    case "unknown":
      return `unknown ${principal.type}`;
  }
}

function verdictOn(admission: Admission): string {
  const { principal, conditions, variables } = admission;
  if (principal.kind === "everyone") return `: ${namingOf(conditions, variables).kind}`;
  if (principal.kind !== "federated" || principal.issuer.kind === "unknown") return "";
  const issuer = issuerOf(principal.issuer.host);
  const audience = testedKey(conditions, claimKey(issuer, "aud"), variables).kind;
  const subject = gradingText(severityOfSubject(issuer, conditions, variables));
  return `: ${subject}${audience === "tested" ? "" : `, audience ${audience}`}`;
}

function gradingText(grading: Grading): string {
  switch (grading.kind) {
    case "unguarded":
      return grading.operators.length === 0
        ? "unguarded"
        : `unguarded but for ${grading.operators.join()}`;
    case "unknown":
      return "guard unknown";
    case "graded":
      return grading.atLeast === grading.atMost
        ? grading.atLeast
        : `between ${grading.atLeast} and ${grading.atMost}`;
  }
}
