import assert from "node:assert/strict";
import type { Authority, Policy } from "../../policy-pack/domain/iam/authority/authority";
import { allowedBy, requested, leftOf } from "../../policy-pack/domain/iam/authority/grants";
import { contextOf } from "../../core/policy/condition/context";
import { parsePolicyDocument } from "../../core/policy/document";
import type { Value } from "../../core/snapshot/value";
import { urnOf } from "./resources";

/** A request of an identity: one action on one resource, with the keys of the request. */
export interface Request {
  readonly action: string;
  readonly on: string;
  readonly keys?: Readonly<Record<string, string | readonly string[]>>;
}

/** The statements of the policies that count for an identity; a policy that is not known is no list. */
export interface Policies {
  readonly identity: readonly Value[];
  readonly boundary?: Value;
  readonly session?: Value;
  /** The statements of the resource's policy that are about the identity. */
  readonly ofResource?: Value;
}

/** Whether an identity may make a request. */
export function mayMake(policies: Policies, request: Request): "yes" | "no" | "unknown" {
  const authority = authorityIn(policies);
  const wanted = { actions: [requested(request.action)], resources: [requested(request.on)] };
  const context = contextOf(request.keys ?? {});
  const allowing = [...authority.policies, ...(authority.ofResource ?? [])];
  const left = leftOf(allowedBy(allowing, wanted, context), authority, context);
  if (left.some(({ uncertainty }) => uncertainty === undefined)) return "yes";
  return left.length > 0 ? "unknown" : "no";
}

function authorityIn({ identity, boundary, session, ofResource }: Policies): Authority {
  return {
    policies: identity.map(policyOf),
    limits: [boundary, session].flatMap((given) =>
      given === undefined ? [] : [[policyOf(given)]],
    ),
    ofResource: ofResource === undefined ? [] : [policyOf(ofResource)],
  };
}

function policyOf(statements: Value): Policy {
  const parsed = parsePolicyDocument({ Version: "2012-10-17", Statement: statements });
  assert.notEqual(parsed.kind, "problem", JSON.stringify(parsed));
  const at = { urn: urnOf("aws:iam/policy:Policy", "calls"), property: "policy" };
  if (parsed.kind === "document") {
    return { name: "calls", at, content: { kind: "document", document: parsed.document } };
  }
  const dependsOn = parsed.kind === "unknown" ? parsed.dependsOn : [];
  const reason = "a policy is not known yet";
  return { name: "calls", at, content: { kind: "unknown", reason, dependsOn } };
}
