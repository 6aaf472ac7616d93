import { printPermit, type Permit } from "../../core/cedar/text";
import { gatewayActions } from "../../core/workload-policies";
import { argumentError } from "../arguments/argument-error";
import { longestInlinePolicy } from "./permissions";

/** What a gateway's role has to do with. */
export interface GatewayAccess {
  /** What the gateway's ARN fits. */
  readonly gatewayArn: string;
  /** What the ARN of its policy engine fits. */
  readonly engineArn: string;
  /** ARNs of the functions that it fronts. */
  readonly functions: readonly string[];
  /** What the ARNs of the runtimes fit that it fronts. */
  readonly runtimes: readonly string[];
}

/**
 * Identity policy that allows a gateway only to have its own policy engine decide and to call the tools that it fronts; throws
 * where it is too long for IAM.
 *
 * The right to use the engine is checked on a path of its own, `policy-engines/<id>/target-resource/<gateway>`, which is
 * documented with and without a leading slash. Source: gatewayActions.
 */
export function gatewayAccess(subject: string, access: GatewayAccess): string {
  const { gatewayArn, engineArn, functions, runtimes } = access;
  const [start = "", engine = ""] = engineArn.split(":policy-engine/");
  const checked = ["policy-engines", "/policy-engines"].map(
    (path) => `${start}:${path}/${engine}/target-resource/*`,
  );
  const statements = [
    allowed("ReadPolicyEngine", gatewayActions.engine, [engineArn]),
    allowed("DecideCalls", gatewayActions.decide, [engineArn, gatewayArn]),
    allowed("CheckPolicyEngine", gatewayActions.check, checked),
    allowed("CallFunctions", gatewayActions.function, functions),
    allowed("CallRuntimes", gatewayActions.runtime, runtimes.flatMap(withEndpoint)),
  ];
  const document = JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.filter(({ Resource }) => Resource.length > 0),
  });
  if (document.length > longestInlinePolicy) {
    throw argumentError(
      subject,
      `targets take \`${document.length}\` characters of its role's policy; at most ${longestInlinePolicy} fit; put some of the tools behind another gateway`,
    );
  }
  return document;
}

/** Name of the endpoint of a runtime that calls go to. Source: AgentCore developer guide, AgentCore Runtime versioning and endpoints. */
export const defaultEndpoint = "DEFAULT";

/** Calls are authorised on the runtime and on its endpoint. Source: Service Authorization Reference, Amazon Bedrock AgentCore. */
function withEndpoint(runtimeArn: string): readonly string[] {
  return [runtimeArn, `${runtimeArn}/runtime-endpoint/${defaultEndpoint}`];
}

function allowed(sid: string, actions: readonly string[], resources: readonly string[]) {
  return { Sid: sid, Effect: "Allow", Action: actions, Resource: resources } as const;
}

/** The caller of tools through a gateway, as the gateway identifies it. */
export type GatewayCaller =
  | {
      readonly kind: "role";
      readonly partition: string;
      readonly account: string;
      readonly roleName: string;
    }
  | { readonly kind: "client"; readonly claim: string; readonly clientId: string };

/**
 * Cedar policy by which one workload may take some actions at one gateway.
 *
 * For a session of a role a gateway has account and name of the role, for a token its claims, as tags. Source: Amazon Bedrock
 * AgentCore developer guide, policy conditions, IAM entity attributes and OAuth tags.
 */
export function callPermit(
  caller: GatewayCaller,
  actions: readonly string[],
  gatewayArn: string,
): string {
  return printPermit({
    principal: principalOf(caller),
    actions: actions.map((id) => ({ type: "AgentCore::Action", id })),
    resource: { type: "AgentCore::Gateway", id: gatewayArn },
  });
}

function principalOf(caller: GatewayCaller): Permit["principal"] {
  switch (caller.kind) {
    case "role": {
      const { partition, account, roleName } = caller;
      const id = `arn:${partition}:sts::${account}:assumed-role/${roleName}`;
      return { type: "AgentCore::IamEntity", id };
    }
    case "client":
      return { type: "AgentCore::OAuthUser", tags: { [caller.claim]: caller.clientId } };
  }
}
