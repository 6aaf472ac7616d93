import { functionPermissionType } from "../../../../core/aws/lambda";
import { notKnown } from "../../../../core/certainty";
import { isAccountId, parseArn } from "../../../../core/arn";
import { named, type Ref, type Text } from "../../../facts/fact-values";
import { scopedName } from "../../../facts/name";
import { hasWildcard } from "../../../../core/pattern";
import { read } from "../../../../core/snapshot/read";
import type { Resource } from "../../../../core/snapshot/resource";
import type { ValueRecord } from "../../../../core/snapshot/value";
import type { ReadContext, Reader } from "../../resource/reader";
import { FactList, onlyOf, textAt, valueIn } from "../../resource/values";
import { addExposes } from "../iam/documents";
import { referred } from "../naming";
import { bedrockAgent, httpApi, lambda, placeFor, restApi } from "../refs";
import { sourceNamed } from "./relays";

/** Whether an action of a resource policy, as written, allows its principal to call the function. */
export function isCall(action: string): boolean {
  return /^(?:\*|lambda:(?:\*|invoke\S*))$/i.test(action);
}

/**
 * Reads which callers the resource policy of a function allows.
 *
 * Principals of services count where other principals send to them; their other calls are read where they are configured, or
 * not at all. Source: Lambda API, AddPermission: an account, an ARN, a service, or `*` with an organisation.
 */
export const functionPermissionReader: Reader = {
  name: "aws function permissions",
  types: [functionPermissionType],
  read: (resource, context) => {
    const list = new FactList(resource);
    const action = textAt(resource, "action");
    const principal = textAt(resource, "principal");
    const callee = referred(list, context, lambda, "function");
    if (callee === undefined || principal === undefined) return [];
    if (action?.kind === "known" && !isCall(action.text)) return [];
    if (principal.kind === "known" && isService(principal.text)) {
      addService(list, context, callee, principal.text, "sourceArn", textAt(resource, "sourceArn"));
      return list.all();
    }
    const organisation = textAt(resource, "principalOrgId");
    list.add("permits", "principal", {
      callee,
      principal,
      ...(organisation !== undefined && { organisation }),
      ...(narrowing.some((input) => isGiven(resource, input)) && { isNarrowed: true }),
    });
    if (isOpenUrl(resource)) return list.all();
    const actions = valueIn(read(resource.inputs, "action")) ?? "lambda:InvokeFunction";
    addExposes(list, context, callee, "principal", actions, conditionsIn(resource));
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

/** Whether a permission is of a URL without authentication, which is reported by itself. */
function isOpenUrl(resource: Resource): boolean {
  const type = textAt(resource, "functionUrlAuthType");
  return type?.kind === "known" && type.text === "NONE";
}

/** A URL with IAM authentication accepts every principal of the permission. */
function isGiven(resource: Resource, input: string): boolean {
  const given = textAt(resource, input);
  return given !== undefined && !(given.kind === "known" && given.text === "AWS_IAM");
}

/**
 * What a service calls a function for, which need not be in the stack: a topic, a bucket, an API.
 *
 * Source: Lambda developer guide, permissions for AWS services: `SourceArn`.
 *
 * @param source what it has to call it for; undefined where that is not set
 */
export function addService(
  list: FactList,
  context: ReadContext,
  callee: Ref,
  service: string,
  property: string,
  source: Text | undefined,
): void {
  const account = context.accountOf(list.resource);
  if (service === "apigateway.amazonaws.com") {
    list.add("invokes", property, { caller: apiNamed(source, account), callee, as: "API" });
    return;
  }
  const setsOff = /^(?:sns|s3)\.amazonaws\.com$/.test(service)
    ? sourceNamed(source, placeFor(list.resource, context))
    : undefined;
  if (setsOff !== undefined) {
    list.add("triggers", property, { source: setsOff, target: callee, isAllowed: true });
  }
}

/** `arn:aws:execute-api:eu-west-1:111122223333:abc123/*`; without one any API may call. */
function apiNamed(text: Text | undefined, account: string): Ref {
  if (text?.kind === "unknown") {
    const only = onlyOf(text, [...httpApi.types, ...restApi.types]);
    return only === undefined ? text : named(only);
  }
  const parsed = text === undefined ? undefined : parseArn(text.text);
  const [id = ""] = parsed?.ok === true ? parsed.arn.resource.split("/") : [];
  if (parsed?.ok !== true || id === "" || hasWildcard(id)) return notKnown();
  const of = isAccountId(account) ? parsed.arn.account : account;
  return named(scopedName("api", of, id));
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
    list.add("invokes", "actionGroupExecutor.lambda", { caller, callee, as: "action" });
    return list.all();
  },
};
