import type * as pulumi from "@pulumi/pulumi";
import { argumentError, fitting } from "../argument-error";
import { runtimeNameOf, workloadIdentityName } from "../naming";
import { readPlace, type Place } from "./place";

/** Runtimes of Bedrock AgentCore in one account and region. */
export interface AgentCoreFederation {
  /** Account that the runtimes are in, 12 digits; the tenant's roles are made there. */
  account: pulumi.Input<string>;
  /** Region that the runtimes are in, such as `eu-central-1`. */
  region: pulumi.Input<string>;
}

/** The runtime that acts as a workload. */
export interface AgentCoreSubject {
  /** Name of the runtime. Default: `<tenant>_<workload>` with `_` in place of `-`; with a hash where that is needed. */
  runtimeName?: pulumi.Input<string>;
  /** Where people may be sent back to once they have agreed that the workload acts for them; `https` addresses. Default: nowhere. */
  returnUrls?: pulumi.Input<string>[];
}

/** Bedrock AgentCore with all values known and checked. */
export interface KnownAgentCore extends Place {
  readonly kind: "agentCore";
}

/** An address as it is sent, without wildcards and what the start of a variable would be. */
const exactAddress = /^[!#$%&'()+,./0-9:;=?@A-Z[\]_a-z~-]{1,2048}$/;

/** Source: Amazon Bedrock AgentCore Control API, CreateAgentRuntime. */
const runtimeNames = /^[A-Za-z][A-Za-z0-9_]{0,47}$/;

/** Reads Bedrock AgentCore as a federation, or throws an error that names `subject`. */
export function readAgentCore(
  subject: string,
  given: pulumi.Unwrap<AgentCoreFederation>,
): KnownAgentCore {
  return { kind: "agentCore", ...readPlace(subject, "agentCore", given) };
}

/** The name of a workload's runtime, or an error that names `subject`. */
export function agentRuntime(
  subject: string,
  { runtimeName }: pulumi.Unwrap<AgentCoreSubject>,
  tenant: string,
  workload: string,
): string {
  if (runtimeName === undefined) return runtimeNameOf(tenant, workload);
  fitting(
    subject,
    "subject.agentCore.runtimeName",
    runtimeName,
    runtimeNames,
    "the name of one runtime, a letter and up to 47 letters, digits and `_`",
  );
  return runtimeName;
}

/** Where people may be sent back to, or an error that names `subject`. */
export function returnUrls(
  subject: string,
  { returnUrls: given = [] }: pulumi.Unwrap<AgentCoreSubject>,
): readonly string[] {
  for (const url of given) {
    if (isAddress(url)) continue;
    throw argumentError(
      subject,
      `subject.agentCore.returnUrls has \`${url}\`; give whole \`https\` addresses, such as \`https://desk.example.com/agreed\``,
    );
  }
  return given;
}

/** ARN of what ids of a kind of AgentCore's resources with one name fit: AgentCore adds `-` and ten characters. */
export function namedIn(
  place: Place,
  kind: "runtime" | "gateway" | "policy-engine",
  name: string,
): string {
  return `${agentCoreArn(place)}:${kind}/${name}-??????????`;
}

/** ARN of a workload's identity in AgentCore. */
export function workloadIdentityArn(place: Place, tenant: string, workload: string): string {
  return `${directoryArn(place)}/workload-identity/${workloadIdentityName(tenant, workload)}`;
}

/** ARN of the directory that all workload identities of an account and region are in. */
export function directoryArn(place: Place): string {
  return `${agentCoreArn(place)}:workload-identity-directory/default`;
}

/** The start of ARNs of AgentCore. */
export function agentCoreArn({ partition, region, account }: Place): string {
  return `arn:${partition}:bedrock-agentcore:${region}:${account}`;
}

function isAddress(url: string): boolean {
  return URL.canParse(url) && new URL(url).protocol === "https:" && exactAddress.test(url);
}
