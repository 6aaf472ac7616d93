import { knownString, listAt, read } from "../../core/snapshot/read";
import type { Resource } from "../../core/snapshot/resource";
import { Unknown, isRecord, type Urn, type Value } from "../../core/snapshot/value";
import { legacyToolType } from "./legacy-tool";
import type { ReadContext } from "./reader";

const workloadTypes = [
  "agentid:index:Orchestrator",
  "agentid:index:Agent",
  "agentid:index:Tool",
  legacyToolType,
];

/**
 * The policy of a workload's role where its text is not known yet, as far as our component declares it.
 *
 * A text with one ARN that is still to come is unknown as a whole. Which actions it allows, and on which resources that are
 * known, stands in the component's inputs all the same. Once the text is known, it alone is judged.
 *
 * @returns undefined for the policy of anything else
 */
export function declaredPolicy(
  resource: Resource,
  context: ReadContext,
  { waitsFor }: Unknown,
): Value | undefined {
  const parent = resource.parent === undefined ? undefined : context.resource(resource.parent);
  if (parent === undefined || !workloadTypes.includes(parent.type)) return undefined;
  const statements =
    parent.type === legacyToolType && resource.name === `${parent.name}-key`
      ? [allow(readingKey, new Unknown(waitsFor))]
      : statementsOf(parent, waitsFor);
  if (statements === undefined || statements.length === 0) return undefined;
  return { Version: "2012-10-17", Statement: statements };
}

/** What a LegacyTool's role may call to read its key; the resources are its own secret, key and provider. */
const readingKey = [
  "secretsmanager:GetSecretValue",
  "kms:Decrypt",
  "bedrock-agentcore:GetWorkloadAccessToken",
  "bedrock-agentcore:GetResourceApiKey",
];

/** What the role of a workload of AgentCore may call, on its own workload identity. */
const provingIdentity = [
  "bedrock-agentcore:GetWorkloadAccessToken",
  "bedrock-agentcore:GetWorkloadAccessTokenForJWT",
];

/** The statements of a workload's own policy; what a function of Lambda is denied beside them is left out. */
function statementsOf(
  { inputs }: Resource,
  waitsFor: readonly Urn[],
): readonly Value[] | undefined {
  const permissions = read(inputs, "permissions");
  const grants = read(inputs, "grants");
  const isOpen = permissions.kind === "unknown" || grants.kind === "unknown";
  const callers = listAt(inputs, "grants");
  // Whether a grant is a direct one is not known before the tool is.
  if (isOpen || callers.some((grant) => grant instanceof Unknown)) return undefined;
  const statements = listAt(inputs, "permissions").map(permitted);
  if (callers.some((grant) => read(grant, "direct").kind === "present")) {
    statements.push(allow(["sts:AssumeRole", "sts:SetSourceIdentity"], new Unknown(waitsFor)));
  }
  if (read(inputs, "subject", "agentCore").kind !== "absent") {
    statements.push(allow(provingIdentity, new Unknown(waitsFor)));
  }
  if (read(inputs, "outbound").kind !== "absent") statements.push(outbound(inputs["outbound"]));
  return statements;
}

function permitted(permission: Value): Value {
  if (!isRecord(permission)) return permission;
  const conditions = listAt(permission, "conditions").map((condition): ConditionTest => {
    const text = (step: string): string => knownString(condition, step) ?? "";
    const values = isRecord(condition) ? (condition["values"] ?? null) : condition;
    return [text("test"), text("variable"), values];
  });
  return allow(permission["actions"] ?? null, permission["resources"] ?? null, conditions);
}

function outbound(declared: Value | undefined): Value {
  const {
    maxSeconds = 300,
    signingAlgorithm = "RS256",
    audience = null,
  } = isRecord(declared) ? declared : {};
  return allow("sts:GetWebIdentityToken", "*", [
    ["ForAllValues:StringEquals", "sts:IdentityTokenAudience", audience],
    ["Null", "sts:IdentityTokenAudience", "false"],
    ["NumericLessThanEquals", "sts:DurationSeconds", maxSeconds],
    ["StringEquals", "sts:SigningAlgorithm", signingAlgorithm],
  ]);
}

/** Operator, key and values. */
type ConditionTest = readonly [string, string, Value];

function allow(action: Value, on: Value, tests: readonly ConditionTest[] = []): Value {
  const condition: Record<string, Record<string, Value>> = {};
  for (const [operator, key, values] of tests) {
    condition[operator] = { ...condition[operator], [key]: values };
  }
  return {
    Effect: "Allow",
    Action: action,
    Resource: on,
    ...(tests.length > 0 && { Condition: condition }),
  };
}
