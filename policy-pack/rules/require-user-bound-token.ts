import { unnarrowed } from "../domain/iam/authority/effective";
import { grantedBy, requested, type Grant } from "../domain/iam/authority/grants";
import { attachedPolicies } from "../domain/iam/authority/permitted";
import type { Graph } from "../facts/graph";
import type { Name } from "../facts/name";
import type { Context } from "../../core/policy/condition/context";
import { defineRule } from "../findings/define-rule";
import { answerOnPolicy } from "./answers/authority";
import { dedupKey } from "./answers/dedup-keys";

/**
 * What is called to act for a user by an id alone, and on what.
 *
 * Source: service authorization reference, Amazon Bedrock AgentCore; API reference, GetWorkloadAccessTokenForUserId.
 */
const action = "bedrock-agentcore:GetWorkloadAccessTokenForUserId";
const wanted = {
  actions: [requested(action)],
  resources: [requested("arn:*:bedrock-agentcore:*:*:workload-identity-directory/*")],
};

const fromCaller = unnarrowed();

/**
 * Keys of the call may have any value; those of other services are never there, nor is a service that calls in the
 * role's name: none makes this call so.
 *
 * Source: IAM user guide, AWS global condition context keys, `aws:CalledVia`, `aws:ViaAWSService`.
 */
const anyCall: Context = (key) => {
  if (/^aws:calledvia(?:first|last)?$/.test(key)) return { kind: "absent" };
  if (key === "aws:viaawsservice") return { kind: "present", values: ["false"] };
  return /^(?:aws|bedrock-agentcore):/.test(key)
    ? { kind: "unknown", reason: `it depends on \`${key}\`` }
    : fromCaller(key);
};

/** A user's id is no proof of the user: who may name one may act for all of them. */
export default defineRule({
  id: "require-user-bound-token",
  title: "A workload acts for a user only with the user's own token",
  severity: "medium",
  family: "authority",
  decides: "closed",
  because: "a boundary or a Deny that comes later can take the call away",
  watches: ["allows", "attaches"],
  remediation:
    "allow only `bedrock-agentcore:GetWorkloadAccessTokenForJWT`, and pass the token that the user signed in with; a `Tenant` with `federation: { agentCore }` allows its workloads no more",
  messages: {
    "any user":
      "Policy `{policy}` allows acting for any user: `GetWorkloadAccessTokenForUserId` takes an unproven user ID",
  },
  check: (fact, graph) =>
    attachedPolicies(graph, fact).flatMap((held) => {
      const grant = grantedBy(held.policy, held.authority, wanted, anyCall);
      if (grant === undefined) return [];
      const { uncertainty = held.uncertainty } = grant;
      const fault = faultOf(grant, held.identity, graph);
      return [{ ...answerOnPolicy(held, graph), message: "any user", fault, uncertainty }];
    }),
});

/** A wholly unknown policy, and an identity that may do everything, are reported by a more specific rule. */
function faultOf({ policy, statement }: Grant, identity: Name, graph: Graph): string {
  if (policy.content.kind === "unknown") {
    return dedupKey(graph, "unknown policy", policy.name, identity);
  }
  const isAll =
    policy.managed === "AdministratorAccess" ||
    statement?.actions.values.some((part) => part.kind === "text" && /^\*+$/.test(part.text));
  return isAll === true
    ? dedupKey(graph, "all permissions of an identity", identity)
    : dedupKey(graph, "acting for users by id", policy.name);
}
