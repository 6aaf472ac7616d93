import type * as pulumi from "@pulumi/pulumi";
import { argumentError } from "./argument-error";
import type { FederationKind } from "./federation";
import type { AgentCoreSubject } from "./federations/agent-core";
import type { EcsSubject } from "./federations/ecs";
import type { GithubSubject } from "./federations/github";
import type { GitlabSubject } from "./federations/gitlab";
import type { LambdaSubject } from "./federations/lambda";
import type { OidcSubject } from "./federations/oidc";
import type { RolesAnywhereSubject } from "./federations/roles-anywhere";
import type { SpiffeSubject } from "./federations/spiffe";

/** Who a workload is to an issuer outside Kubernetes; give exactly one, the block of its federation. */
export interface WorkloadSubject {
  /** Jobs of GitHub Actions. */
  github?: GithubSubject;
  /** Jobs of GitLab pipelines. */
  gitlab?: GitlabSubject;
  /** Holders of the tokens of another OIDC issuer. */
  oidc?: OidcSubject;
  /** A process that a SPIRE agent attests outside Kubernetes. */
  spiffe?: SpiffeSubject;
  /** Holders of certificates. */
  rolesAnywhere?: RolesAnywhereSubject;
  /** Tasks of Amazon ECS. */
  ecs?: EcsSubject;
  /** A function of AWS Lambda. */
  lambda?: LambdaSubject;
  /** A runtime of Bedrock AgentCore. */
  agentCore?: AgentCoreSubject;
}

/** A subject with all its values known. */
export type KnownSubject = pulumi.Unwrap<WorkloadSubject>;

/** Federations whose workloads say themselves who they are; all others are known by their ServiceAccount. */
const outside: readonly string[] = [
  "github",
  "gitlab",
  "oidc",
  "rolesAnywhere",
  "ecs",
  "lambda",
  "agentCore",
] satisfies FederationKind[];

/** Whether a federation is for workloads outside Kubernetes. */
export function isOutside(kind: FederationKind): boolean {
  return outside.includes(kind);
}

/** Refuses a subject that is missing, or that is of another kind than the tenant's federation. */
export function checkSubject(
  subject: string,
  kind: FederationKind,
  given: WorkloadSubject | KnownSubject | undefined,
): void {
  const named = Object.entries(given ?? {}).flatMap(([block, value]) =>
    value === undefined ? [] : [block],
  );
  if (given === undefined && !isOutside(kind)) return;
  if (!isOutside(kind) && kind !== "spiffe") {
    throw argumentError(
      subject,
      `subject is given, but its federation, \`${kind}\`, knows workloads by their ServiceAccount; leave \`subject\` out`,
    );
  }
  if (named.length === 1 && named[0] === kind) return;
  throw argumentError(
    subject,
    named.length === 0
      ? `subject is missing; its federation is \`${kind}\`, so give \`subject.${kind}\``
      : `subject has ${named.map((block) => `\`${block}\``).join(" and ")}; its federation is \`${kind}\`, so give \`subject.${kind}\` alone`,
  );
}
