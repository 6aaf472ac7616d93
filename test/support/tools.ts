import type { Resource } from "../../core/snapshot/resource";
import type { Value, ValueRecord } from "../../core/snapshot/value";
import { outputOf, resource, urnOf } from "./resources";

/** The default account of everything. */
export const account = "111122223333";
/** A provider that is restricted to that account. */
const aws = resource("pulumi:providers:aws", "prod", { allowedAccountIds: [account] });

export const roleType = "aws:iam/role:Role";
export const functionType = "aws:lambda/function:Function";
export const gatewayType = "aws:bedrock/agentcoreGateway:AgentcoreGateway";
export const runtimeType = "aws:bedrock/agentcoreAgentRuntime:AgentcoreAgentRuntime";

const options = { provider: aws.urn };

/** Something of another stack that is unknown in a preview. */
export const later = outputOf(urnOf("pulumi:pulumi:StackReference", "platform"));

export const roleArn = (name: string) => `arn:aws:iam::${account}:role/${name}`;
export const functionArn = (name: string) => `arn:aws:lambda:eu-west-1:${account}:function:${name}`;

/** A resource in the account. */
export function inAccount(type: string, name: string, inputs: ValueRecord): Resource {
  return resource(type, name, inputs, options);
}

/** A policy document of statements. */
function document(...statements: readonly Value[]): Value {
  return { Version: "2012-10-17", Statement: statements };
}

/** A statement that trusts a principal with a role. */
export function admitting(principal: Value, condition?: Value): Value {
  return {
    Effect: "Allow",
    Principal: principal,
    Action: "sts:AssumeRole",
    ...(condition !== undefined && { Condition: condition }),
  };
}

const byLambda = admitting({ Service: "lambda.amazonaws.com" });

/** A role that Lambda assumes, and the other principals of its trust policy. */
export function role(name: string, ...more: readonly Value[]): Resource {
  return inAccount(roleType, name, { name, assumeRolePolicy: document(byLambda, ...more) });
}

/** A function that runs as the role of its name, with tags. */
export function lambda(name: string, tags: ValueRecord = {}): Resource {
  return inAccount(functionType, name, {
    name,
    role: outputOf(urnOf(roleType, name)),
    tags: { "agentid.dev/tenant": "acme", ...tags },
  });
}

const payment = { "agentid.dev/kind": "tool", "agentid.dev/effects": "payment" };

/** A tool that moves money: a function with a role of its own, and the role's other principals. */
export function refunds(tags: ValueRecord = {}, ...more: readonly Value[]): readonly Resource[] {
  return [aws, role("refunds", ...more), lambda("refunds", { ...payment, ...tags })];
}

/** An agent: a function with a role of its own. */
export function triage(tags: ValueRecord = {}): readonly Resource[] {
  return [role("triage"), lambda("triage", { "agentid.dev/kind": "agent", ...tags })];
}

/** An inline policy of a role. */
export function allows(
  of: string,
  action: Value,
  on: Value,
  more: ValueRecord = {},
  ...others: readonly Value[]
): Resource {
  const statement = { Effect: "Allow", Action: action, Resource: on, ...more };
  const inputs = { role: of, policy: document(statement, ...others) };
  return inAccount("aws:iam/rolePolicy:RolePolicy", `${of} calls`, inputs);
}

/** A gateway with a target, and how its policy engine looks at calls. */
export function gateway(
  mode: Value | undefined,
  target: Value = { mcp: { lambda: { lambdaArn: functionArn("refunds") } } },
  authorizerType: Value = "CUSTOM_JWT",
  gatewayIdentifier: Value = outputOf(urnOf(gatewayType, "desk")),
): readonly Resource[] {
  return [
    inAccount(gatewayType, "desk", {
      name: "desk",
      authorizerType,
      roleArn: roleArn("desk-gateway"),
      ...(mode !== undefined && {
        policyEngineConfiguration: {
          arn: "arn:aws:bedrock-agentcore:eu-west-1:111122223333:policy-engine/desk-1234567890",
          mode,
        },
      }),
    }),
    inAccount("aws:bedrock/agentcoreGatewayTarget:AgentcoreGatewayTarget", "to-refunds", {
      gatewayIdentifier,
      targetConfiguration: target,
    }),
  ];
}

/** A tenant that names the role of its broker. */
export function tenant(brokerRole: Value = roleArn("acme-broker")): Resource {
  const inputs = { name: "acme", broker: { roleArn: brokerRole } };
  return resource("agentid:index:Tenant", "acme", inputs, { custom: false });
}
