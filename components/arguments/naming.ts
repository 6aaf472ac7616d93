import { fitting } from "./argument-error";
import { shortened, withHash } from "../../core/shortened-name";

export { objectName, sessionName } from "../manifests/names";
export { brokerPath, roleName, rolePath, workloadPath } from "../../core/workload-role";

/** Longest name of a Kubernetes object and longest label value. Source: kubernetes.io, object names. */
const longestKubernetesName = 63;

/** Names of ServiceAccounts other than `default`. Source: kubernetes.io, object names, DNS subdomain names. */
export const accountNames = /^(?!default$)[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

/** Longest name of an IAM managed policy. Source: IAM and STS quotas. */
const longestPolicyName = 128;

/** Longest name of an AgentCore runtime, a policy engine and a policy. Source: Amazon Bedrock AgentCore Control API, CreateAgentRuntime, CreatePolicyEngine, CreatePolicy. */
const longestIdentifier = 48;

/** Longest name of a gateway. Source: Amazon Bedrock AgentCore Control API, CreateGateway. */
const longestGatewayName = 48;

/** Longest name of an OAuth2 provider. Source: Amazon Bedrock AgentCore Control API, CreateOauth2CredentialProvider. */
const longestProviderName = 128;

/** Longest name of a Lambda function. Source: AWS Lambda API, CreateFunction. */
const longestFunctionName = 64;

/**
 * A name that Kubernetes, IAM paths and tags all accept: lowercase letters, digits and single `-` inside, at most 63.
 *
 * A name that is already so stays as it is. Any other is cut to fit and ends in a hash of the whole name, so that two
 * different names stay different and the same name always gives the same answer.
 */
export function safeName(name: string): string {
  const slug = slugOf(name);
  if (slug === name && slug !== "" && slug.length <= longestKubernetesName) return slug;
  return withHash(slug, name, longestKubernetesName);
}

/** Refuses what is no name of a namespace. Source: kubernetes.io, object names, RFC 1123 labels. */
export function checkNamespace(subject: string, argument: string, namespace: string): void {
  const allowed = "lowercase letters, digits and `-` inside, at most 63";
  fitting(subject, argument, namespace, /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/, allowed);
}

/** Name of a workload's Roles Anywhere profile, which takes no dot: `<tenant>_<workload>`; `_` is in neither. */
export function profileName(tenant: string, workload: string): string {
  return `${tenant}_${workload}`;
}

/** Usual name of a workload's Lambda function, which takes no dot: `<tenant>_<workload>`. */
export function functionNameOf(tenant: string, workload: string): string {
  return shortened(`${tenant}_${workload}`, longestFunctionName);
}

/** Usual family of a workload's ECS task definitions, which takes no dot: `<tenant>_<workload>`. */
export function taskFamilyOf(tenant: string, workload: string): string {
  return `${tenant}_${workload}`;
}

/** Name of a workload's identity in Bedrock AgentCore: `<tenant>.<workload>`; the dot is in neither. */
export function workloadIdentityName(tenant: string, workload: string): string {
  return `${tenant}.${workload}`;
}

/**
 * Usual name of a workload's AgentCore runtime, which takes letters, digits and `_` and starts with a letter.
 *
 * A name that had to be changed to fit has a second `_` and a hash, which no other name has.
 */
export function runtimeNameOf(tenant: string, workload: string): string {
  return identifier(`${tenant}_${workload}`);
}

/** Name of the policy engine of a gateway, which takes what runtimes take. */
export function policyEngineName(tenant: string, gateway: string): string {
  return identifier(`${tenant}_${gateway}`);
}

/** Name of a policy of a gateway's engine, by which a workload calls a tool; it takes what runtimes take. */
export function gatewayPolicyName(workload: string, tool: string): string {
  return identifier(`${workload}_${tool}`);
}

/**
 * Name of a gateway, which takes no separator that names do not have: what follows them is a hash of both.
 *
 * In lowercase, as the address of a gateway starts with its id.
 */
export function gatewayNameOf(tenant: string, gateway: string): string {
  return withHash(`${tenant}-${gateway}`, `${tenant}.${gateway}`, longestGatewayName);
}

/** Name of what AgentCore gets a workload the tokens of a service by, which takes no dot; `_` is in none of its parts. */
export function oauth2ProviderName(tenant: string, workload: string, provider: string): string {
  return shortened(`${tenant}_${workload}_${provider}`, longestProviderName);
}

/** Name of the policy that bounds all roles of a tenant. */
export function boundaryName(tenant: string): string {
  return shortened(`${tenant}.boundary`, longestPolicyName);
}

/** A name of letters, digits and `_` that starts with a letter: as it is where it is one, else with a second `_` and a hash. */
function identifier(name: string): string {
  if (/^[a-z][a-z0-9_]*$/.test(name) && name.length <= longestIdentifier) return name;
  const fitting = name.replaceAll("-", "_");
  const start = /^[a-z]/.test(fitting) ? fitting : `w${fitting}`;
  return withHash(start, name, longestIdentifier).replaceAll("-", "_");
}

function slugOf(name: string): string {
  let slug = "";
  for (const character of name.normalize("NFKD").toLowerCase()) {
    if (isPlainCharacter(character)) slug += character;
    else if (isCombining(character)) continue;
    else if (!slug.endsWith("-") && slug !== "") slug += "-";
  }
  return slug.endsWith("-") ? slug.slice(0, -1) : slug;
}

function isPlainCharacter(character: string): boolean {
  return (character >= "a" && character <= "z") || (character >= "0" && character <= "9");
}

/** Accents that NFKD splits from their letters: U+0300 to U+036F. */
function isCombining(character: string): boolean {
  return character >= "\u0300" && character <= "\u036f";
}
