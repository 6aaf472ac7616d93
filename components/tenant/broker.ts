import * as pulumi from "@pulumi/pulumi";
import { claimForOther } from "../arguments/adopt";
import { argumentError, fitting } from "../arguments/argument-error";
import { checkTypes } from "../arguments/argument-types";
import { claim } from "../arguments/claimed";
import type { Home } from "../federations/federation";
import { part } from "../arguments/known";
import { knownRole } from "../arguments/known-arn";
import { workloadPath } from "../arguments/naming";
import type { BrokerTarget } from "../kubernetes/namespace";
import { isMtlsPort, mtlsPortWanted, ports } from "../manifests/place";

/** The task broker of a tenant: what decides each call of a tool by the grants that workloads declare. */
export interface TenantBroker {
  /**
   * ARN of the IAM role that the broker runs as, in the account of the tenant's roles and not under `/agentid/`. It serves only
   * this tenant.
   *
   * With a text, a preview can judge the trust of tools before anything is created; with an output, once it is known.
   */
  roleArn: pulumi.Input<string>;
  /** Address of the broker, `https` and without a path. Pods of the tenant then get a token for it, by which they prove who they are. Default: no pod gets one. */
  issuer?: pulumi.Input<string>;
  /**
   * Whether the broker's pods assume its role by EKS Pod Identity. EKS then tags the broker's sessions, and tools' roles accept
   * these tags. Default: `false`.
   */
  podIdentity?: pulumi.Input<boolean>;
  /** What a `TaskBroker` of ours made beside the role; its `ref` has it. Default: the broker is run by other means. */
  place?: pulumi.Input<BrokerPlace>;
}

/** Where in a cluster a task broker runs, and as what. */
export interface BrokerPlace {
  /** Name of the only tenant that the broker serves. */
  tenant: pulumi.Input<string>;
  /** Name of the broker within its tenant. */
  name: pulumi.Input<string>;
  /** Name of its role. */
  roleName: pulumi.Input<string>;
  /** Its own namespace. */
  namespace: pulumi.Input<string>;
  /** Name of its ServiceAccount there. */
  serviceAccountName: pulumi.Input<string>;
  /** Namespace of the ServiceAccounts that it makes for tasks. */
  tasksNamespace: pulumi.Input<string>;
  /** How its pods assume the role: `eksIrsa` or `eksPodIdentity`. */
  federation: pulumi.Input<string>;
  /** Where it answers by mutual TLS. Default: nowhere. */
  mtls?: pulumi.Input<BrokerMtls>;
}

/** Where a task broker answers by mutual TLS, at which workloads prove who they are by an X.509-SVID of SPIFFE. */
export interface BrokerMtls {
  /** Address for it, `https` and without a path, such as `https://broker.acme.example:8444`. The certificate of the broker's pods has to be for its host too. */
  url: pulumi.Input<string>;
  /** Port of the broker's pods and of its Service for it, 1024 to 65535, not 8443 or 9443. Default: 8444. */
  port?: number;
}

/** The part of a tenant's broker that the tenant's workloads use. */
export function knownToWorkloads(broker: pulumi.Input<TenantBroker>): pulumi.Input<TenantBroker> {
  return part(broker, ({ roleArn, issuer, podIdentity }): TenantBroker => ({
    roleArn,
    ...(issuer !== undefined && { issuer }),
    ...(podIdentity !== undefined && { podIdentity }),
  }));
}

/** The address of a broker, which is its name as an issuer as well. Source: RFC 8414, section 2. */
const addresses =
  /^https:\/\/(?=[^:]{1,253}(?::|$))[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*(?::[1-9][0-9]{0,4})?$/;

/** Refuses what is no address of a broker. */
export function checkBrokerIssuer(subject: string, argument: string, issuer: string): void {
  const wanted = "`https`, the host and at most a port, such as `https://broker.acme.example`";
  fitting(subject, argument, issuer, addresses, wanted);
  // Such as a port above 65535.
  if (!URL.canParse(issuer)) fitting(subject, argument, issuer, /^(?!)/, wanted);
}

/** Refuses what is no address of a broker by mutual TLS; `issuer` is its other address. */
export function checkMtlsUrl(subject: string, argument: string, url: string, issuer: string): void {
  checkBrokerIssuer(subject, `${argument}.url`, url);
  if (new URL(url).origin !== new URL(issuer).origin) return;
  throw argumentError(
    subject,
    `${argument}.url is \`${url}\`, at which the broker reads no certificates; give another port or another host`,
  );
}

/** The port of a broker for mutual TLS; throws an error that names `subject` and `argument` where pods cannot use it. */
export function mtlsPortOf(
  subject: string,
  argument: string,
  { port = ports.mtls }: Pick<BrokerMtls, "port">,
): number {
  if (isMtlsPort(port)) return port;
  throw argumentError(subject, `${argument}.port is \`${port}\`; give ${mtlsPortWanted}`);
}

/** The port for mutual TLS of a broker of ours; undefined where it has none. */
export function mtlsPortIn(
  subject: string,
  place: pulumi.Input<BrokerPlace>,
): pulumi.Input<number | undefined> {
  return part(place, ({ mtls }) =>
    mtls === undefined
      ? undefined
      : part(mtls, (known) => mtlsPortOf(subject, "broker.place.mtls", known)),
  );
}

/** Where a tenant's pods reach a broker of ours; undefined for others. */
export function brokerTargetOf(
  subject: string,
  broker: pulumi.Input<TenantBroker> | undefined,
): pulumi.Input<BrokerTarget | undefined> {
  if (broker === undefined) return undefined;
  return part(broker, ({ place }): pulumi.Input<BrokerTarget | undefined> => {
    if (place === undefined) return undefined;
    const mtlsPort = mtlsPortIn(subject, place);
    return part(place, ({ namespace }): BrokerTarget => ({ namespace, mtlsPort }));
  });
}

/** Refuses a broker of ours that was made for another tenant or has a port that pods cannot use, as far as it is known. */
export function checkPlace(
  subject: string,
  tenant: string,
  broker: pulumi.Input<TenantBroker>,
): void {
  const place = isLater(broker) ? undefined : broker.place;
  if (place === undefined || isLater(place)) return;
  void mtlsPortIn(subject, place);
  if (typeof place.tenant !== "string" || place.tenant === tenant) return;
  throw argumentError(
    subject,
    `broker serves tenant \`${place.tenant}\`; give \`${tenant}\` a \`TaskBroker\` of its own`,
  );
}

/**
 * The ARN of a broker's role; throws an error that names `subject` where it is no role of the tenant's account, or the
 * role of a workload.
 *
 * @param home Where the tenant's roles are; undefined while it is not known, so that the account is not compared.
 */
export function readBroker(
  subject: string,
  { roleArn, issuer, podIdentity }: pulumi.Unwrap<TenantBroker>,
  home: Home | undefined,
): string {
  checkTypes(subject, "TenantBroker", { roleArn, issuer, podIdentity }, "broker");
  if (issuer !== undefined) checkBrokerIssuer(subject, "broker.issuer", issuer);
  const role = knownRole(roleArn);
  if (role === undefined) {
    throw argumentError(
      subject,
      `broker.roleArn \`${roleArn}\` is no IAM role; give an ARN such as \`arn:aws:iam::111122223333:role/task-broker\``,
    );
  }
  const isAway =
    home !== undefined && (role.account !== home.account || role.partition !== home.partition);
  if (isAway) {
    throw argumentError(
      subject,
      `broker.roleArn \`${roleArn}\` is not of account \`${home.account}\` in partition \`${home.partition}\`, where the tenant's roles are; run the broker there`,
    );
  }
  if (role.path.toLowerCase().startsWith(workloadPath)) {
    throw argumentError(
      subject,
      `broker.roleArn \`${roleArn}\` is under \`${workloadPath}\`, where the roles of workloads are; give the broker a role of another path`,
    );
  }
  return roleArn;
}

/** The ARN of a tenant's broker role, read as {@link readBroker} does; throws where it serves another tenant of the stack. */
export function claimBroker(
  subject: string,
  tenant: string,
  broker: pulumi.Unwrap<TenantBroker>,
  home: Home | undefined,
): string {
  const roleArn = readBroker(subject, broker, home);
  claim(
    subject,
    `tenant ${tenant}`,
    `broker ${roleArn}`,
    `broker.roleArn \`${roleArn}\` is already the broker of another tenant, and could act for both; give each tenant a broker role of its own`,
  );
  claimForOther(subject, "broker.roleArn", roleArn);
  return roleArn;
}

function isLater<T>(value: pulumi.Input<T>): value is Exclude<pulumi.Input<T>, T> {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
}
