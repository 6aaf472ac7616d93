import type * as pulumi from "@pulumi/pulumi";
import { parseArn } from "../../core/arn";
import { matches } from "../../core/pattern";
import { parseOperator } from "../../core/policy/condition/operator";
import { argumentError } from "../arguments/argument-error";
import { permissionsDocument, type KnownPermission } from "../documents/permissions";
import { isPlain } from "../arguments/known";

/** Something a role may do in AWS. */
export interface Permission {
  /**
   * Actions, such as `s3:GetObject` or `s3:Get*`; at least one. Refused: all of a service, and what assumes or changes
   * identities, such as `sts:AssumeRole`, all of IAM and `bedrock-agentcore:UpdateGateway`. The policy pack finds what
   * together changes the code of other workloads, and data of every resource of a kind.
   */
  actions: string[];
  /** ARNs of the resources; at least one. */
  resources: pulumi.Input<string>[];
  /** Conditions, all of which must be met. Default: none. */
  conditions?: PermissionCondition[];
}

/** A condition of a permission. */
export interface PermissionCondition {
  /** Operator, such as `StringEquals`. */
  test: string;
  /** Condition key, such as `aws:SourceVpce`. */
  variable: string;
  /** Values, one of which must match; at least one. */
  values: pulumi.Input<string>[];
}

/** Refuses permissions that are empty, that span a whole service, that the tenant's boundary takes away anyway, or that do not fit. */
export function checkPermissions(subject: string, permissions: readonly Permission[]): void {
  permissions.forEach((permission, index) => {
    const argument = `permissions[${index}]`;
    if (permission.actions.length === 0) {
      throw argumentError(subject, `${argument} has no action; name at least one`);
    }
    if (permission.resources.length === 0) {
      throw argumentError(subject, `${argument} has no resource; name at least one`);
    }
    for (const action of permission.actions) checkAction(subject, argument, action);
    for (const resource of permission.resources) checkResource(subject, argument, resource);
    checkConditions(subject, argument, permission);
  });
  if (isPlain(permissions)) permissionsDocument(subject, permissions as readonly KnownPermission[]);
}

/** Service and action, either of which may be a pattern. Source: IAM user guide, Action element. */
const actionNames = /^[a-z0-9*?-]+:[a-z0-9*?]+$/i;

function checkAction(subject: string, argument: string, action: string): void {
  const [service = "", name = ""] = action.split(":");
  if (!actionNames.test(action)) {
    throw argumentError(
      subject,
      `${argument} action \`${action}\` is no IAM action; write service and action, such as \`s3:GetObject\``,
    );
  }
  if (service.includes("*") || service.includes("?") || isAll(name)) {
    throw argumentError(
      subject,
      `${argument} action \`${action}\` allows all of a service; name the actions the workload needs`,
    );
  }
  if (makesTokens(service.toLowerCase(), name.toLowerCase())) {
    throw argumentError(
      subject,
      `${argument} action \`${action}\` would allow the workload to have tokens for any service; give \`outbound\`, which names one`,
    );
  }
  const instead = agentCoreProblem(service.toLowerCase(), name.toLowerCase());
  if (instead !== undefined) {
    throw argumentError(subject, `${argument} action \`${action}\` ${instead}`);
  }
  if (isBounded(service.toLowerCase(), name.toLowerCase())) {
    throw argumentError(
      subject,
      `${argument} action \`${action}\` would allow the workload to assume or change identities; leave it out, as the tenant's boundary denies it`,
    );
  }
}

/** Whether an action, which may be a pattern, has STS make tokens for services outside AWS. */
function makesTokens(service: string, name: string): boolean {
  return service === "sts" && matches(name, "getwebidentitytoken");
}

/**
 * What is wrong with an action, which may be a pattern, by which AgentCore issues credentials of others.
 *
 * Source: Service Authorization Reference, Amazon Bedrock AgentCore.
 */
const issuedCredentials = {
  getresourceapikey:
    "would allow the workload to have keys of others; declare the platform as a `LegacyTool`, the only user of its key",
  getresourceoauth2token:
    "would allow the workload to have tokens for any service; give `oauth2Providers`, which name each",
  getworkloadaccesstokenforuserid:
    "would allow the workload to choose for which user it acts; leave it out, as tokens for a user come by that user's own token",
} as const;

/** Changes of what decides at AgentCore who may call a tool: gateways, their policy engines and policies. */
const decidingActions = [
  ...["create", "update", "delete"].flatMap((verb) =>
    ["gateway", "gatewaytarget", "policyengine", "policy"].map((noun) => `${verb}${noun}`),
  ),
  ...["putresourcepolicy", "deleteresourcepolicy"],
  ...["manageadminpolicy", "manageresourcescopedpolicy"],
];

function agentCoreProblem(service: string, name: string): string | undefined {
  if (service !== "bedrock-agentcore") return undefined;
  const handed = Object.entries(issuedCredentials).find(([action]) => matches(name, action));
  if (handed !== undefined) return handed[1];
  return decidingActions.some((action) => matches(name, action))
    ? "would allow the workload to change what decides calls of tools, its own among them; leave that to the pipeline that deploys"
    : undefined;
}

/** A name of `*` and `?` alone matches whatever the service has. */
function isAll(name: string): boolean {
  return /^[*?]+$/.test(name);
}

function isBounded(service: string, name: string): boolean {
  return service === "iam" || (service === "sts" && !name.startsWith("get"));
}

/** Source: IAM user guide, Resource element. */
function checkResource(subject: string, argument: string, resource: pulumi.Input<string>): void {
  if (typeof resource !== "string" || resource === "*") return;
  if (parseArn(resource).ok && !hasControls(resource)) return;
  throw argumentError(
    subject,
    `${argument} resource \`${resource}\` is no ARN; give one such as \`arn:aws:s3:::tickets/*\``,
  );
}

/** Service or issuer, then the key, which may be the name of a tag. Source: Service Authorization Reference, condition keys. */
const conditionKeys =
  /^[\w.-]+(?:\/[\w./-]+)?:[\p{L}\p{N}+=._:/@-](?:[\p{L}\p{N} +=._:/@-]{0,250}[\p{L}\p{N}+=._:/@-])?$/u;

function checkConditions(subject: string, argument: string, permission: Permission): void {
  const seen = new Set<string>();
  for (const condition of permission.conditions ?? []) {
    if (parseOperator(condition.test) === undefined) {
      throw argumentError(
        subject,
        `${argument} test \`${condition.test}\` is no condition operator; give one such as \`StringEquals\``,
      );
    }
    if (!conditionKeys.test(condition.variable) && condition.variable !== "") {
      throw argumentError(
        subject,
        `${argument} variable \`${condition.variable}\` is no condition key; give one such as \`aws:SourceVpce\``,
      );
    }
    if (condition.variable === "" || condition.values.length === 0) {
      throw argumentError(
        subject,
        `${argument} condition \`${condition.test}\` lacks a variable or values; give both`,
      );
    }
    for (const value of condition.values) {
      if (typeof value !== "string" || !hasControls(value)) continue;
      throw argumentError(
        subject,
        `${argument} value \`${value}\` has characters that cannot be seen; leave them out`,
      );
    }
    const key = `${condition.test} ${condition.variable.toLowerCase()}`;
    if (seen.has(key)) {
      throw argumentError(
        subject,
        `${argument} has \`${condition.test}\` on \`${condition.variable}\` twice; give all its values in one condition`,
      );
    }
    seen.add(key);
  }
}

function hasControls(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
