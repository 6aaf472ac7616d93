import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { argumentError, fitting } from "../arguments/argument-error";
import { ownIdentityAllowed } from "../documents/permissions";
import { serviceTrust } from "../documents/trust";
import { derive } from "../arguments/known";
import { runtimeNameOf, workloadIdentityName } from "../arguments/naming";
import type { Federation } from "./federation";
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

/** An address as it is sent, without wildcards and what the start of a variable would be. */
const exactAddress = /^[!#$%&'()+,./0-9:;=?@A-Z[\]_a-z~-]{1,2048}$/;

/** Source: Amazon Bedrock AgentCore Control API, CreateAgentRuntime. */
const runtimeNames = /^[A-Za-z][A-Za-z0-9_]{0,47}$/;

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

/**
 * ARN of what ids of a kind of AgentCore's resources with one name fit: AgentCore adds `-` and ten characters.
 *
 * No name has a `-`. Source: Amazon Bedrock AgentCore Control API, CreateAgentRuntime.
 */
export function namedIn(
  place: Place,
  kind: "runtime" | "gateway" | "policy-engine",
  name: string,
): string {
  return `${agentCoreArn(place)}:${kind}/${name}-??????????`;
}

/** The start of ARNs of AgentCore. */
function agentCoreArn({ partition, region, account }: Place): string {
  return `arn:${partition}:bedrock-agentcore:${region}:${account}`;
}

/** Bedrock AgentCore. */
export const agentCore: Federation<AgentCoreFederation, Place, AgentCoreSubject> = {
  knownBy: "subject",
  sdk: { module: "bedrock", resource: "AgentcoreWorkloadIdentity", since: "7.10" },
  read: (subject, given) => readPlace(subject, "agentCore", given),
  // AgentCore calls for runtimes, gateways and code interpreters by one principal: the runtime's ARN distinguishes them.
  // Source: Amazon Bedrock AgentCore developer guide, IAM permissions for AgentCore Runtime.
  trust: (subject, place, { tenant, name }, given) => {
    const runtime = agentRuntime(subject, given, tenant, name);
    checkReturnUrls(subject, given);
    const { account } = place;
    return {
      statement: serviceTrust({
        service: "bedrock-agentcore.amazonaws.com",
        source: { account, arn: namedIn(place, "runtime", runtime) },
      }),
      proof: `${agentCoreArn(place)}:runtime/${runtime}`,
    };
  },
  register: ({ parent, resourceName, subject, tenant, name, given }) => {
    const workloadIdentity = new aws.bedrock.AgentcoreWorkloadIdentity(
      resourceName,
      {
        name: derive(tenant, (known) => workloadIdentityName(known, name)),
        ...(given.returnUrls !== undefined && {
          allowedResourceOauth2ReturnUrls: derive(given, (known) => [
            ...checkReturnUrls(subject, known),
          ]),
        }),
      },
      { parent },
    );
    return { workloadIdentity };
  },
  statements: (_, place, { tenant, name }) => {
    const directory = `${agentCoreArn(place)}:workload-identity-directory/default`;
    const own = `${directory}/workload-identity/${workloadIdentityName(tenant, name)}`;
    return [ownIdentityAllowed(directory, own)];
  },
  fronted: {
    is: "runtime",
    arn: (subject, place, { tenant, name }, given) =>
      namedIn(place, "runtime", agentRuntime(subject, given, tenant, name)),
  },
};

/** Where people may be sent back to, or an error that names `subject`. */
function checkReturnUrls(
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

function isAddress(url: string): boolean {
  return URL.canParse(url) && new URL(url).protocol === "https:" && exactAddress.test(url);
}
