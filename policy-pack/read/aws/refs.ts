import { httpApiType, restApiType } from "../../../core/aws/apis";
import { bedrockAgentType } from "../../../core/aws/bedrock";
import { parameterType, secretType, secretVersionType } from "../../../core/aws/secrets";
import { ec2InstanceType, launchTemplateType } from "../../../core/aws/compute";
import { taskDefinitionType } from "../../../core/aws/ecs";
import { functionType } from "../../../core/aws/lambda";
import {
  instanceProfileType,
  managedPolicyType,
  oidcProviderType,
  roleType,
  userType,
} from "../../../core/aws/iam";
import { notKnown } from "../../../core/certainty";
import { iamRole, iamUser, oidcIssuer, parseArn, type Arn } from "../../../core/arn";
import { withoutSuffix } from "../../domain/secrets/named-secret";
import { named, type Ref, type Text } from "../../facts/fact-values";
import {
  arnName,
  placeOfScope,
  regionalScope,
  scopedName,
  type Name,
  type ScopedKind,
} from "../../facts/name";
import type { Resource } from "../../../core/snapshot/resource";
import type { ReadContext } from "../resource/reader";
import { onlyOf } from "../resource/values";

/** A kind of AWS thing that others refer to by ARN, by short name, or by an output of its resource. */
export interface Referable {
  readonly kind: ScopedKind;
  /** Types of resources an unknown reference may come from. */
  readonly types: readonly string[];
  /** The short name in an ARN, or undefined where the ARN is another thing's. */
  readonly inArn: (arn: Arn) => string | undefined;
  /** The input with its short name; empty where others cannot refer to it by one. Default: `name`. */
  readonly named?: string;
  /** The output with the id by which others refer to it. Default: `id`. */
  readonly idOutput?: string;
  /** The output with its ARN. Default: `arn`. */
  readonly arnOutput?: string;
  /** A short name as it is compared. */
  readonly tidy: (name: string) => string;
  /**
   * Whether a region is a part of its identity. Where the region of a program is unknown, literal names count as being in it,
   * except for things in several regions. Default: only its account.
   */
  readonly isRegional?: "always" | "where known";
}

/** An IAM role. Its name is unique in its account, whatever its path (IAM API, `CreateRole`). */
export const role: Referable = {
  kind: "iam-role",
  types: [roleType],
  inArn: (arn) => iamRole(arn)?.name,
  tidy: asIs,
};

/** An IAM user. Its name is unique in its account, whatever its path. */
export const user: Referable = {
  kind: "iam-user",
  types: [userType],
  inArn: (arn) => iamUser(arn)?.name,
  tidy: asIs,
};

/** A customer managed policy. Its name is unique in its account, whatever its path. */
export const policy: Referable = {
  kind: "iam-policy",
  types: [managedPolicyType],
  inArn: (arn) => afterPath(arn, "iam", "policy/"),
  tidy: asIs,
};

/** An instance profile. Its name is unique in its account, whatever its path. */
export const instanceProfile: Referable = {
  kind: "instance-profile",
  types: [instanceProfileType],
  inArn: (arn) => afterPath(arn, "iam", "instance-profile/"),
  tidy: asIs,
};

/** An OIDC provider, named by its issuer's host and path. */
export const oidcProvider: Referable = {
  kind: "oidc-provider",
  types: [oidcProviderType],
  inArn: (arn) => oidcIssuer(arn),
  named: "url",
  tidy: (url) => url.replace(/^https:\/\//, "").replace(/\/$/, ""),
};

/**
 * A Secrets Manager secret, or a version of it. Its name is unique in its account and region; a replica in another region has
 * the same name.
 */
export const secret: Referable = {
  kind: "secret",
  types: [secretType, secretVersionType],
  inArn: (arn) =>
    arn.service === "secretsmanager" && arn.resource.startsWith("secret:")
      ? withoutSuffix(arn.resource.split(":")[1] ?? "")
      : undefined,
  tidy: asIs,
  isRegional: "always",
};

/**
 * A Systems Manager parameter; `/a/b` and the ARN's `parameter/a/b` are one spelling. Its name is unique in its account and
 * region (Systems Manager API, `PutParameter`).
 */
export const parameter: Referable = {
  kind: "parameter",
  types: [parameterType],
  inArn: (arn) => behind(arn, "ssm", "parameter/"),
  tidy: (name) => name.replace(/^\//, ""),
  isRegional: "always",
};

/** A Lambda function, unique in its account and region (Lambda API, `CreateFunction`); a version or alias behind its name is the same function. */
export const lambda: Referable = {
  kind: "function",
  types: [functionType],
  inArn: (arn) => behind(arn, "lambda", "function:")?.split(":")[0],
  tidy: (name) => name.split(":")[0] ?? name,
  isRegional: "where known",
};

/** A Bedrock agent, by its id; the ARN of an alias has it too: `agent-alias/<agent>/<alias>`. */
export const bedrockAgent: Referable = {
  kind: "bedrock-agent",
  types: [bedrockAgentType],
  inArn: (arn) =>
    behind(arn, "bedrock", "agent/") ?? behind(arn, "bedrock", "agent-alias/")?.split("/")[0],
  named: "agentName",
  idOutput: "agentId",
  arnOutput: "agentArn",
  tidy: asIs,
  isRegional: "where known",
};

/** An HTTP or WebSocket API, by its id. */
export const httpApi: Referable = {
  kind: "api",
  types: [httpApiType],
  inArn: () => undefined,
  named: "",
  tidy: asIs,
};

/** A REST API, by its id. */
export const restApi: Referable = {
  kind: "api",
  types: [restApiType],
  inArn: () => undefined,
  named: "",
  tidy: asIs,
};

/** A task definition of Amazon ECS, of a family that is unique in its account and region (ECS API, `RegisterTaskDefinition`); revisions of one family are one. */
export const taskDefinition: Referable = {
  kind: "workload",
  types: [taskDefinitionType],
  inArn: (arn) => {
    const family = behind(arn, "ecs", "task-definition/")?.split(":")[0];
    return family === undefined ? undefined : familyName(family);
  },
  named: "family",
  tidy: (text) => familyName(text.split(":")[0] ?? text),
  isRegional: "where known",
};

/** What machines are launched by, by name or id; a name is unique in its account and region (EC2 API, `CreateLaunchTemplate`). */
export const launchTemplate: Referable = {
  kind: "workload",
  types: [launchTemplateType],
  inArn: () => undefined,
  tidy: (name) => `launch template|${name}`,
  isRegional: "where known",
};

/** What machines were launched by before there were launch templates. */
export const launchConfiguration: Referable = {
  kind: "workload",
  types: ["aws:ec2/launchConfiguration:LaunchConfiguration"],
  inArn: () => undefined,
  tidy: (name) => `launch configuration|${name}`,
  isRegional: "where known",
};

/** An instance of Amazon EC2, by its id. */
export const instance: Referable = {
  kind: "workload",
  types: [ec2InstanceType],
  inArn: () => undefined,
  named: "",
  tidy: (id) => `ec2 instance|${id}`,
};

/** The account of a resource, with its region where that is known. */
export function placeFor(resource: Resource, context: ReadContext): string {
  return regionalScope(context.accountOf(resource), context.regionOf(resource));
}

/** Where the short name of such a thing is unique for a resource: in its account, or in its account and region. */
export function scopeFor(what: Referable, resource: Resource, context: ReadContext): string {
  return what.isRegional === undefined ? context.accountOf(resource) : placeFor(resource, context);
}

/**
 * A reference in the words of facts; undefined where there is no text or it is another thing's ARN.
 *
 * @param scope where a short name is one: {@link scopeFor}
 */
export function refTo(what: Referable, text: Text | undefined, scope: string): Ref | undefined {
  if (text === undefined) return undefined;
  if (text.kind === "unknown") {
    const only = onlyOf(text, what.types);
    return only === undefined ? notKnown(text) : named(only);
  }
  const name = nameOf(what, text.text, scope);
  return name === undefined ? undefined : named(name);
}

/** The name of a thing by what refers to it, an ARN or a short name in a scope; undefined for other things' ARNs. */
export function nameOf(what: Referable, text: string, scope: string): Name | undefined {
  if (text === "") return undefined;
  const parsed = parseArn(text);
  if (!parsed.ok)
    return text.startsWith("arn:") ? undefined : scopedName(what.kind, scope, what.tidy(text));
  const short = what.inArn(parsed.arn);
  if (short === undefined || short === "") return undefined;
  // AWS's own policies are in no account: `arn:aws:iam::aws:policy/ReadOnlyAccess`.
  if (parsed.arn.account === "aws" || parsed.arn.account === "") return arnName(text);
  return scopedName(what.kind, scopeIn(what, parsed.arn, scope), short);
}

/** @param scope that of what names it */
function scopeIn({ isRegional }: Referable, { account, region }: Arn, scope: string): string {
  if (isRegional === undefined) return account;
  const isKnown = isRegional === "always" || placeOfScope(scope).region !== undefined;
  return isKnown ? regionalScope(account, region) : account;
}

/** What a plain text refers to when it is the ARN of a Secrets Manager secret or a parameter, with the key it picks. */
export function secretInArn(
  text: string,
): { readonly name: Name; readonly key?: string; readonly what: Referable } | undefined {
  if (!text.startsWith("arn:")) return undefined;
  const parsed = parseArn(text);
  if (!parsed.ok) return undefined;
  for (const what of [secret, parameter]) {
    const inArn = what.inArn(parsed.arn);
    // `parameter/name:version` or `:label` (Systems Manager user guide, parameter versions).
    const short = what === parameter ? inArn?.replace(/:[^:/]*$/, "") : inArn;
    if (short === undefined || short === "") continue;
    // `secret:name-suffix:json-key:version-stage:version-id` (ECS developer guide, "secrets as environment variables").
    const key = what === secret ? parsed.arn.resource.split(":")[2] : undefined;
    return {
      name: scopedName(what.kind, scopeIn(what, parsed.arn, ""), short),
      what,
      ...(key !== undefined && key !== "" && { key }),
    };
  }
  return undefined;
}

/** What follows a prefix in the resource of an ARN of a service; undefined where it is another thing's. */
export function behind(arn: Arn, service: string, prefix: string): string | undefined {
  if (arn.service !== service || !arn.resource.startsWith(prefix)) return undefined;
  return arn.resource.slice(prefix.length);
}

function afterPath(arn: Arn, service: string, prefix: string): string | undefined {
  const rest = behind(arn, service, prefix);
  return rest?.slice(rest.lastIndexOf("/") + 1);
}

/** A short name that is compared literally. */
export function asIs(name: string): string {
  return name;
}

function familyName(family: string): string {
  return `ecs family|${family}`;
}
