import type { Unwrap } from "@pulumi/pulumi";
import { argumentError } from "./argument-error";
import { checkTypes } from "./argument-types";
import {
  certificateTrust,
  podIdentityTrust,
  serviceTrust,
  stsAudience,
  tokenTrust,
  type TokenTrust,
  type TrustStatement,
} from "./documents/trust";
import type { KnownFederation } from "./federation";
import {
  agentCoreArn,
  agentRuntime,
  namedIn,
  returnUrls,
  type AgentCoreSubject,
  type KnownAgentCore,
} from "./federations/agent-core";
import { taskFamily, type EcsSubject, type KnownEcs } from "./federations/ecs";
import { githubSubject } from "./federations/github";
import { gitlabSubject } from "./federations/gitlab";
import { functionArn, type KnownLambda, type LambdaSubject } from "./federations/lambda";
import { oidcSubject } from "./federations/oidc";
import {
  certificateUri,
  type KnownRolesAnywhere,
  type RolesAnywhereSubject,
} from "./federations/roles-anywhere";
import { attestedBy, outsideSpiffeId, podSpiffeId } from "./federations/spiffe";
import { checkSubject, type KnownSubject } from "./subject";

/** A workload as trust documents name it. */
export interface TrustedWorkload {
  /** Its tenant. Default: its namespace's name. */
  readonly tenant?: string;
  readonly namespace: string;
  readonly name: string;
  /** Name of its ServiceAccount. Default: its own. */
  readonly serviceAccount?: string;
  /** Who it is outside Kubernetes. */
  readonly subject?: KnownSubject | undefined;
}

/** What obtains a workload's role. */
export interface Trust {
  /** The statement of the trust policy that admits it. */
  readonly statement: TrustStatement;
  /** What the workload proves itself by, as text: two workloads with the same could obtain each other's role. */
  readonly proof: string;
  /** The tokens that it proves itself by; undefined for other proofs. */
  readonly token?: Pick<TokenTrust, "issuer" | "subject">;
  /** What it gets that proof by, where it is attested rather than told by its account. */
  readonly attestedBy?: string;
}

/** Trust by which one workload, and nothing else, obtains its role; an error names `subject`. */
export function trustFor(
  subject: string,
  federation: KnownFederation,
  workload: TrustedWorkload,
): Trust {
  if (workload.subject !== undefined) {
    checkTypes(subject, "WorkloadSubject", workload.subject, "subject");
  }
  checkSubject(subject, federation.kind, workload.subject);
  const { namespace, name, serviceAccount = name } = workload;
  switch (federation.kind) {
    case "eksIrsa":
      return byToken({
        providerArn: federation.providerArn,
        issuer: federation.issuer,
        subject: `system:serviceaccount:${namespace}:${serviceAccount}`,
        audience: stsAudience,
      });
    case "eksPodIdentity":
      return {
        statement: podIdentityTrust({ ...federation, namespace, serviceAccount }),
        proof: `ServiceAccount ${namespace}/${serviceAccount} of ${federation.clusterArn}`,
      };
    case "github": {
      const given = workload.subject?.github ?? { repository: "", repositoryId: "" };
      return byToken({ ...federation, subject: githubSubject(subject, federation, given) });
    }
    case "gitlab": {
      const given = workload.subject?.gitlab ?? { project: "", projectId: "" };
      return byToken({ ...federation, subject: gitlabSubject(subject, federation, given) });
    }
    case "oidc": {
      const given = workload.subject?.oidc ?? { subject: "" };
      return byToken({ ...federation, subject: oidcSubject(subject, federation, given) });
    }
    case "rolesAnywhere":
      return byCertificate(subject, federation, workload.subject?.rolesAnywhere ?? { uri: "" });
    case "ecs":
      return byTask(subject, federation, workload.subject?.ecs ?? {}, workload);
    case "lambda":
      return byFunction(subject, federation, workload.subject?.lambda ?? {}, workload);
    case "agentCore":
      return byRuntime(subject, federation, workload.subject?.agentCore ?? {}, workload);
    case "spiffe": {
      const given = workload.subject?.spiffe;
      if (given === undefined) {
        const id = podSpiffeId(federation, namespace, serviceAccount);
        return byToken({ ...federation, subject: id });
      }
      const id = outsideSpiffeId(federation, workload.tenant ?? namespace, name);
      return {
        ...byToken({ ...federation, subject: id }),
        attestedBy: attestedBy(subject, federation, given),
      };
    }
  }
}

function byCertificate(
  subject: string,
  { trustAnchorArn }: KnownRolesAnywhere,
  given: Unwrap<RolesAnywhereSubject>,
): Trust {
  const uri = certificateUri(subject, given);
  if (trustAnchorArn === undefined) {
    throw argumentError(
      subject,
      "the tenant's rolesAnywhere has no `trustAnchorArn`; give `tenant.ref`, or the ARN of the trust anchor in it",
    );
  }
  return {
    statement: certificateTrust({ trustAnchorArn, uri }),
    proof: `${uri} of ${trustAnchorArn}`,
  };
}

/**
 * ECS tells account and region alone, so that every task of both may run with the role once it is passed to its definition.
 *
 * Source: Amazon ECS developer guide, task IAM role, which says that no cluster can be named.
 */
function byTask(
  subject: string,
  { partition, region, account }: KnownEcs,
  given: Unwrap<EcsSubject>,
  { tenant = "", name }: TrustedWorkload,
): Trust {
  const arn = `arn:${partition}:ecs:${region}:${account}`;
  const family = taskFamily(subject, given, tenant, name);
  return {
    statement: serviceTrust({
      service: "ecs-tasks.amazonaws.com",
      source: { account, arn: `${arn}:*` },
    }),
    proof: `${arn}:task-definition/${family}`,
  };
}

/** Lambda tells nothing of the function; what another function does with the role is refused by its policy. */
function byFunction(
  subject: string,
  federation: KnownLambda,
  given: Unwrap<LambdaSubject>,
  { tenant = "", name }: TrustedWorkload,
): Trust {
  return {
    statement: serviceTrust({ service: "lambda.amazonaws.com" }),
    proof: functionArn(subject, federation, given, tenant, name),
  };
}

/**
 * AgentCore asks for runtimes, gateways and code interpreters by one principal, so that the runtime's ARN is what tells them apart.
 *
 * A runtime's id is its name, `-` and ten characters, and no name has a `-`.
 * Source: Amazon Bedrock AgentCore developer guide, IAM permissions for AgentCore Runtime; Control API, CreateAgentRuntime.
 */
function byRuntime(
  subject: string,
  federation: KnownAgentCore,
  given: Unwrap<AgentCoreSubject>,
  { tenant = "", name }: TrustedWorkload,
): Trust {
  const runtime = agentRuntime(subject, given, tenant, name);
  returnUrls(subject, given);
  const { account } = federation;
  return {
    statement: serviceTrust({
      service: "bedrock-agentcore.amazonaws.com",
      source: { account, arn: namedIn(federation, "runtime", runtime) },
    }),
    proof: `${agentCoreArn(federation)}:runtime/${runtime}`,
  };
}

function byToken(trust: TokenTrust): Trust {
  const { issuer, subject } = trust;
  return {
    statement: tokenTrust(trust),
    proof: `${subject} of ${issuer}`,
    token: { issuer, subject },
  };
}
