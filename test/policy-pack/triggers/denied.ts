import type { Resource } from "../../../core/snapshot/resource";
import type { Value, ValueRecord } from "../../../core/snapshot/value";
import { outputOf, urnOf } from "../../support/resources";
import { account, inAccount, role, roleArn, roleType } from "../../support/tools";
import { comes, drained, fromQueue, queueArn, toQueue } from "./sources";

/** The agent's role with a permissions boundary that allows an action. */
export function bounded(action: Value, ...others: readonly Value[]): readonly Resource[] {
  const { inputs } = role("triage");
  const permissionsBoundary = outputOf(urnOf("aws:iam/policy:Policy", "limit"));
  const statement = { Effect: "Allow", Action: action, Resource: "*" };
  const policy = { Version: "2012-10-17", Statement: [statement, ...others] };
  return [
    inAccount(roleType, "triage", { ...inputs, permissionsBoundary }),
    inAccount("aws:iam/policy:Policy", "limit", { name: "limit", policy }),
  ];
}

/** A Deny of a queue's policy. */
export function denying(principal: ValueRecord, more: ValueRecord = {}): ValueRecord {
  return { Effect: "Deny", ...principal, Action: "sqs:*", Resource: queueArn("jobs"), ...more };
}

/** The agent as a principal. */
export const ofTriage = { Principal: { AWS: roleArn("triage") } };

/** The account as a principal. */
export const root = `arn:aws:iam::${account}:root`;

/** All but another role, with the account that a Deny would refuse as well. */
export const butSearch = { NotPrincipal: { AWS: [roleArn("search"), root] } };

/** A service of AWS as a principal. */
export const ofService = { Service: "events.amazonaws.com" };

/** The agent without its role. */
export const withoutRole = drained.filter(
  ({ name, type }) => name !== "triage" || type !== roleType,
);

/** The report on the agent that the queue's policy allows. */
export const letIn = comes([toQueue, fromQueue], { at: "lets in: policy" });

/** The report where the queue's policy allows everyone. */
export const letInAll = comes([], {
  holder: "anyone",
  at: "lets in: policy",
  message:
    "Tool `acme/refunds`, which causes `payment`, can be called without a runtime policy decision",
  chain: ["anyone -may send to-> jobs", fromQueue],
});
