import { printRoleArn } from "../../../../core/arn";
import { outboundDefaults, outboundStatement } from "../../../../core/outbound-statement";
import { knownString, listAt, read, readThrough } from "../../../../core/snapshot/read";
import type { Resource } from "../../../../core/snapshot/resource";
import {
  directCallActions,
  gatewayActions,
  invokeGatewayActions,
  legacyKeyActions,
  oauth2Actions,
  ownIdentityActions,
  taskBrokerStatements,
} from "../../../../core/workload-policies";
import { rolePath } from "../../../../core/workload-role";
import { Unknown, type Value, type ValueRecord } from "../../../../core/snapshot/value";
import { mayHaveFederation } from "./declared-federation";
import { legacyToolType } from "./legacy-tool";
import { valueIn } from "../../resource/values";
import { gatewayType, taskBrokerType } from "./workload-components";

/**
 * The policy that one of our components makes for the role of its workload, as far as the component's inputs contain it.
 *
 * One ARN that is unknown in a preview makes the whole text of a policy unknown; the actions beside it are known in the
 * component. The policy of the update is read itself, once it is known, and replaces this one.
 *
 * @param policy the policy of a role, unknown as a whole
 */
export function declaredPolicy(
  policy: Resource,
  component: Resource,
  unknown: Unknown,
): Value | undefined {
  const statements = statementsOf(policy, component, unknown);
  return statements.length === 0 ? undefined : { Version: "2012-10-17", Statement: statements };
}

function statementsOf(
  policy: Resource,
  { name, type, inputs }: Resource,
  unknown: Unknown,
): readonly Value[] {
  if (type === legacyToolType && policy.name === `${name}-key`) {
    return [allowed(legacyActions(inputs), unknown)];
  }
  if (type === gatewayType) return policy.name === name ? throughGateway(inputs, unknown) : [];
  if (type === taskBrokerType) return policy.name === name ? asTools(inputs) : [];
  if (policy.name === `${name}-oauth2`) return oauth2(inputs, unknown);
  if (policy.name !== name || read(inputs, "permissions").kind === "unknown") return [];
  return [
    ...listAt(inputs, "permissions").map(permitted),
    ...directCalls(inputs, unknown),
    ...gatewayCalls(inputs, unknown),
    ...ownFunction(inputs, unknown),
    ...ownIdentity(inputs, unknown),
    ...outbound(inputs),
  ];
}

function legacyActions(inputs: ValueRecord): readonly string[] {
  const has = (...path: readonly string[]): boolean => read(inputs, ...path).kind !== "absent";
  const { read: reads, decrypt, prove, fetch } = legacyKeyActions;
  const isOfAws = has("key", "existingSecret") && !has("key", "existingSecret", "kmsKeyArn");
  return [reads, ...(isOfAws ? [] : [decrypt]), ...(has("apiKeyProvider") ? [prove, fetch] : [])];
}

/** What a workload on AgentCore needs to get the tokens of its services. */
function oauth2(inputs: ValueRecord, unknown: Unknown): readonly Value[] {
  const providers = listAt(inputs, "oauth2Providers");
  if (providers.length === 0) return [];
  const { fetch, read: reads, decrypt } = oauth2Actions;
  const isOfAws = (provider: Value): boolean => {
    const existing = ["clientSecret", "existingSecret"] as const;
    const isGiven = read(provider, ...existing).kind !== "absent";
    return isGiven && read(provider, ...existing, "kmsKeyArn").kind === "absent";
  };
  const actions = [fetch, reads, ...(providers.every(isOfAws) ? [] : [decrypt])];
  return [allowed(actions, unknown)];
}

function permitted(permission: Value): Value {
  if (permission instanceof Unknown) return permission;
  const conditions = valueIn(read(permission, "conditions"));
  return {
    Effect: "Allow",
    Action: partOf(permission, "actions"),
    Resource: partOf(permission, "resources"),
    ...(conditions !== undefined && { Condition: conditionsOf(permission, conditions) }),
  };
}

function conditionsOf(permission: Value, conditions: Value): Value {
  if (conditions instanceof Unknown) return conditions;
  const block: Record<string, Record<string, Value>> = {};
  for (const condition of listAt(permission, "conditions")) {
    const test = knownString(condition, "test");
    const variable = knownString(condition, "variable");
    if (test === undefined || variable === undefined) return new Unknown([]);
    block[test] = { ...block[test], [variable]: partOf(condition, "values") };
  }
  return block;
}

/** The roles of tools that it calls without a broker. */
function directCalls(inputs: ValueRecord, unknown: Unknown): readonly Value[] {
  const isDirect = (grant: Value): boolean => {
    const direct = readThrough(grant, "direct");
    return direct.kind === "unknown" || (direct.kind === "present" && direct.value === true);
  };
  const mayBeDirect =
    read(inputs, "grants").kind === "unknown" || listAt(inputs, "grants").some(isDirect);
  if (!mayBeDirect) return [];
  return [allowed(directCallActions, unknown)];
}

/** The gateways that identify the workload by its role. */
function gatewayCalls(inputs: ValueRecord, unknown: Unknown): readonly Value[] {
  const mayCall = (grant: Value): boolean =>
    grant instanceof Unknown || read(grant, "gateway", "arn").kind !== "absent";
  const calls = read(inputs, "grants").kind === "unknown" || listAt(inputs, "grants").some(mayCall);
  return calls ? [allowed(invokeGatewayActions, unknown)] : [];
}

/** What a task broker needs to act as the tools of its tenant, whose roles are under one path of an account that is not known. */
function asTools(inputs: ValueRecord): readonly Value[] {
  const tenant = knownString(inputs, "tenant");
  if (tenant === undefined) return [];
  const roles = { partition: "aws", account: "*", path: rolePath(tenant), name: "*" };
  const podIdentity = read(inputs, "federation", "eksPodIdentity").kind !== "absent";
  return taskBrokerStatements(printRoleArn(roles), podIdentity) as readonly ValueRecord[];
}

/** What a gateway needs to have its policy engine decide, and to call what it fronts. */
function throughGateway(inputs: ValueRecord, unknown: Unknown): readonly Value[] {
  const { engine, decide, check, ...calls } = gatewayActions;
  const called = [
    ...(mayFront(inputs, "lambda", ":lambda:") ? calls.function : []),
    ...(mayFront(inputs, "agentCore", ":bedrock-agentcore:") ? calls.runtime : []),
  ];
  return [allowed([...engine, ...decide, ...check, ...called], unknown)];
}

/** Whether a gateway may front a tool of a service, by the tools' own ARNs where they are known. */
function mayFront(inputs: ValueRecord, kind: string, service: string): boolean {
  const arns = listAt(inputs, "targets").map((target) => knownString(target, "tool", "serviceArn"));
  return mayHaveFederation(inputs, kind) && arns.some((arn) => arn?.includes(service) ?? true);
}

/** A role for a function denies everything to the code of another function; which one is left out here. */
function ownFunction(inputs: ValueRecord, unknown: Unknown): readonly Value[] {
  if (read(inputs, "subject", "lambda").kind === "absent") return [];
  return [{ Effect: "Deny", Action: "*", Resource: "*", Condition: unknown }];
}

/** What a workload on AgentCore needs to prove who it is. */
function ownIdentity(inputs: ValueRecord, unknown: Unknown): readonly Value[] {
  if (read(inputs, "subject", "agentCore").kind === "absent") return [];
  return [allowed(ownIdentityActions, unknown)];
}

function outbound(inputs: ValueRecord): readonly Value[] {
  const audience = knownString(inputs, "outbound", "audience");
  if (audience === undefined) return [];
  const maxSeconds = valueIn(read(inputs, "outbound", "maxSeconds"));
  const signingAlgorithm =
    knownString(inputs, "outbound", "signingAlgorithm") ?? outboundDefaults.signingAlgorithm;
  const seconds = typeof maxSeconds === "number" ? maxSeconds : outboundDefaults.maxSeconds;
  return [outboundStatement({ audience, maxSeconds: seconds, signingAlgorithm }) as ValueRecord];
}

function allowed(actions: readonly string[], resource: Value): Value {
  return { Effect: "Allow", Action: actions, Resource: resource };
}

function partOf(of: Value, key: string): Value {
  return valueIn(read(of, key)) ?? new Unknown([]);
}
