import * as assert from "node:assert/strict";
import { isAuthorized, type EntityUid } from "@cedar-policy/cedar-wasm/nodejs";
import type { Registered } from "./registered";

/** A principal as a gateway passes it to its policy engine. */
export interface CedarPrincipal {
  readonly uid: EntityUid;
  readonly tags: Readonly<Record<string, string>>;
}

/** Who signs with a role, in whatever session. */
export function signedBy(role: Registered): CedarPrincipal {
  const id = `arn:aws:sts::111122223333:assumed-role/${String(role.inputs["name"])}`;
  return { uid: { type: "AgentCore::IamEntity", id }, tags: {} };
}

/** Who shows a token of someone, with these claims. */
export function bearing(tags: Readonly<Record<string, string>>): CedarPrincipal {
  return { uid: { type: "AgentCore::OAuthUser", id: "someone" }, tags };
}

/** Whether the policies of a gateway's engine let a principal take an action there, as Cedar itself decides. */
export function gatewayAllows(
  resources: readonly Registered[],
  gateway: Registered,
  { uid, tags }: CedarPrincipal,
  action: string,
): boolean {
  const { arn, engineId } = known(resources, gateway);
  const policies = resources
    .filter(({ type }) => type === "aws:bedrock/agentcorePolicy:AgentcorePolicy")
    .filter(({ inputs }) => inputs["policyEngineId"] === engineId)
    .map(
      ({ inputs }) => (inputs["definition"] as { cedar: { statement: string } }).cedar.statement,
    );
  const answer = isAuthorized({
    principal: uid,
    action: { type: "AgentCore::Action", id: action },
    resource: { type: "AgentCore::Gateway", id: arn },
    context: {},
    policies: { staticPolicies: policies.join("\n") },
    entities: [{ uid, attrs: {}, parents: [], tags }],
  });
  assert.ok(answer.type === "success", JSON.stringify(answer));
  assert.deepEqual(answer.response.diagnostics.errors, []);
  return answer.response.decision === "allow";
}

/** ARN and engine of a gateway, as the mocks make them. */
function known(
  resources: readonly Registered[],
  { inputs }: Registered,
): { readonly arn: string; readonly engineId: string } {
  const { arn } = inputs["policyEngineConfiguration"] as { arn: string };
  const engine = resources.find(
    ({ type, inputs: { name } }) =>
      type === "aws:bedrock/agentcorePolicyEngine:AgentcorePolicyEngine" &&
      arn.endsWith(`:policy-engine/${String(name)}-a1b2c3d4e5`),
  );
  assert.ok(engine !== undefined);
  return {
    arn: `arn:aws:bedrock-agentcore:eu-central-1:111122223333:gateway/${String(inputs["name"])}-a1b2c3d4e5`,
    engineId: `${String(engine.inputs["name"])}-a1b2c3d4e5`,
  };
}
