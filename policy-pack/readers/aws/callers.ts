import { read } from "../../../core/snapshot/read";
import type { Resource } from "../../../core/snapshot/resource";
import type { ValueRecord } from "../../../core/snapshot/value";
import type { Reader } from "../reader";
import { FactList, textAt, valueIn } from "../values";
import { sayLetsIn } from "./documents";
import { referred } from "./naming";
import { bedrockAgent, lambda } from "./refs";

/** Actions of a resource policy that let its principal call the function, in lowercase. */
const calling = /^lambda:(?:\*|invoke\S*)$/;

/**
 * Reads whom the resource policy of a function lets call it.
 *
 * Principals of services are left out: what they call it for is read where that is configured, or not at all.
 * Source: Lambda API, AddPermission: an account, an ARN, a service, or `*` with an organisation.
 */
export const functionPermissionReader: Reader = {
  name: "aws function permissions",
  types: ["aws:lambda/permission:Permission"],
  read: (resource, context) => {
    const list = new FactList(resource);
    const action = textAt(resource, "action");
    const principal = textAt(resource, "principal");
    const callee = referred(list, context, lambda, "function");
    if (callee === undefined || principal === undefined) return [];
    if (action?.kind === "known" && !calling.test(action.text.toLowerCase())) return [];
    if (principal.kind === "known" && isService(principal.text)) return [];
    const organisation = textAt(resource, "principalOrgId");
    list.say("permits", "principal", {
      callee,
      principal,
      ...(organisation !== undefined && { organisation }),
      ...(narrowing.some((input) => isGiven(resource, input)) && { isNarrowed: true }),
    });
    if (isOpenUrl(resource)) return list.all();
    const actions = valueIn(read(resource.inputs, "action")) ?? "lambda:InvokeFunction";
    sayLetsIn(list, context, callee, "principal", actions, conditionsIn(resource));
    return list.all();
  },
};

/** Inputs by which a permission is narrowed. Source: Lambda API, AddPermission. */
const narrowing = ["sourceArn", "sourceAccount", "functionUrlAuthType"];

/** What Lambda writes into the policy for what narrows a permission. Source: Lambda API, AddPermission. */
function conditionsIn({ inputs }: Resource): ValueRecord {
  const { sourceAccount = null, principalOrgId = null, sourceArn = null } = inputs;
  return {
    StringEquals: {
      ...(sourceAccount !== null && { "aws:SourceAccount": sourceAccount }),
      ...(principalOrgId !== null && { "aws:PrincipalOrgID": principalOrgId }),
    },
    ...(sourceArn !== null && { ArnLike: { "aws:SourceArn": sourceArn } }),
  };
}

/** Whether a permission is of a URL that asks nobody, which is told of by itself. */
function isOpenUrl(resource: Resource): boolean {
  const type = textAt(resource, "functionUrlAuthType");
  return type?.kind === "known" && type.text === "NONE";
}

/** A URL that asks IAM who calls takes whoever the permission names. */
function isGiven(resource: Resource, input: string): boolean {
  const given = textAt(resource, input);
  return given !== undefined && !(given.kind === "known" && given.text === "AWS_IAM");
}

/** `s3.amazonaws.com`; a name in an ARN may have a dot as well. */
function isService(principal: string): boolean {
  return principal.includes(".") && !principal.startsWith("arn:");
}

/** Reads which functions a Bedrock agent calls as its actions. */
export const actionGroupReader: Reader = {
  name: "aws action groups",
  types: ["aws:bedrock/agentAgentActionGroup:AgentAgentActionGroup"],
  read: (resource, context) => {
    const list = new FactList(resource);
    const callee = referred(list, context, lambda, "actionGroupExecutor", "lambda");
    const caller = referred(list, context, bedrockAgent, "agentId");
    if (callee === undefined || caller === undefined) return [];
    list.say("has-action", "actionGroupExecutor.lambda", { caller, callee });
    return list.all();
  },
};
