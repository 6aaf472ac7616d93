import * as pulumi from "@pulumi/pulumi";
import type { ApiServer } from "../kubernetes/api-server";
import { argumentError, fitting, oneOf } from "../arguments/argument-error";
import { checkTypes } from "../arguments/argument-types";
import {
  checkBrokerIssuer,
  mtlsPortIn,
  readBroker,
  type BrokerPlace,
  type TenantBroker,
} from "../tenant/broker";
import { derive, isPlain, part } from "../arguments/known";
import { accountNames, checkNamespace, safeName } from "../arguments/naming";
import { imageNames } from "../manifests/names";
import type { TenantRef } from "../tenant/tenant";
import { readSession } from "../arguments/session";
import { namedIn, readFederations } from "../tenant/tenant-federations";
import { checkTenantRef, maxSessionOf, refOf } from "../workload/workload";
import type { BrokeredWorkload } from "../workload/brokered";
import { brokerKinds } from "./arguments";
import { configurationFiles, type Configured } from "./configuration";
import type { TaskBrokerDeploymentArgs } from "./deployment-arguments";
import { brokerEgress, brokerIngress, type Traffic } from "./network";
import { intentRoles, type IntentRole } from "./sessions";
import { checkState, databasePolicy, stateOf, type BrokerState } from "./state";
import { checkTls } from "./tls";

/** What a deployment's resources are made from, beside its arguments. */
export interface DeploymentParts {
  readonly place: pulumi.Input<BrokerPlace>;
  /** The port for mutual TLS; undefined where there is none. */
  readonly mtlsPort: pulumi.Input<number | undefined>;
  readonly configured: Configured;
  readonly traffic: Traffic;
  readonly apiServer: pulumi.Input<ApiServer>;
  readonly tenantNamespace: pulumi.Input<string>;
  /** Of each tool the Roles that the broker gives to tasks. */
  readonly roles: readonly (IntentRole[] | pulumi.Output<IntentRole[]>)[];
}

/** Checks a deployment's arguments before anything is registered. */
export function declareDeployment(
  subject: string,
  given: TaskBrokerDeploymentArgs,
): TaskBrokerDeploymentArgs {
  const args = { ...given, tenant: refOf(given.tenant) };
  const { tenant, broker, image, state, issuers, ingress = [] } = args;
  const { workloads, tools } = args;
  checkTenantRef(subject, tenant);
  checkTenantParts(subject, tenant);
  if (issuers.length === 0) {
    throw argumentError(
      subject,
      "issuers is empty, so that no workload could prove who it is; give at least one",
    );
  }
  for (const [argument, list] of Object.entries({ workloads, tools })) {
    if (list.length > 0) continue;
    throw argumentError(subject, `${argument} is empty; give at least one, with its \`brokerRef\``);
  }
  checkState(subject, state);
  if (typeof image === "string") checkImage(subject, image);
  checkTls(subject, args);
  if (isPlain(broker)) checkBroker(subject, broker as pulumi.Unwrap<TenantBroker>);
  const parts = partsOf(subject, args);
  const { place, configured, traffic, apiServer, tenantNamespace } = parts;
  brokerIngress(subject, tenantNamespace, ingress, undefined);
  const serving = servingOf(tenant, broker);
  if (isPlain(serving)) checkServing(subject, serving as pulumi.Unwrap<typeof serving>);
  if (isPlain(state)) checkDatabase(subject, state as pulumi.Unwrap<BrokerState>);
  if (isPlain(configured)) {
    configurationFiles(subject, configured as pulumi.Unwrap<Configured>);
  }
  const { usesApiServer } = traffic;
  if (isPlain({ place, apiServer, usesApiServer })) {
    const { federation } = place as pulumi.Unwrap<BrokerPlace>;
    brokerEgress(subject, traffic, federation, apiServer as ApiServer, usesApiServer as boolean);
  }
  return args;
}

/** Refuses what is wrong in a tenant's reference, as far as it is known; of its federations the broker needs nothing. */
function checkTenantParts(subject: string, tenant: pulumi.Input<TenantRef>): void {
  const parts = {
    federations: part(tenant, (ref) => namedIn(subject, ref)),
    maxSession: maxSessionOf(tenant),
  };
  if (!isPlain(parts)) return;
  const known = parts as pulumi.Unwrap<typeof parts>;
  readFederations(subject, known.federations);
  readSession(subject, "tenant.maxSession", known.maxSession);
}

/** What a deployment's resources are made from; what is not known yet is checked once it is. */
export function partsOf(subject: string, args: TaskBrokerDeploymentArgs): DeploymentParts {
  const { state, issuers, users, egress, ingress } = args;
  const tools = args.tools.map((each, index) => ({
    ...each,
    tool: referred(subject, `tools[${index}].tool`, each.tool),
  }));
  const workloads = args.workloads.map((each, index) => ({
    ...each,
    workload: referred(subject, `workloads[${index}].workload`, each.workload),
  }));
  const { approvers, operators, loginClient, limits } = args;
  const place = part(args.broker, (broker): pulumi.Input<BrokerPlace> => {
    if (broker.place === undefined) throw noPlace(subject);
    return broker.place;
  });
  const tenantNamespace = part(args.tenant, (ref) => ref.madeNamespace ?? ref.namespace);
  const roles = tools.map(({ tool }) => intentRoles(tool));
  const counts = roles.map((ofTool) => part(ofTool, ({ length }) => length));
  const usesApiServer = derive(counts, (known) => known.some((count) => count > 0));
  const serving = servingOf(args.tenant, args.broker);
  return {
    place,
    mtlsPort: mtlsPortIn(subject, place),
    tenantNamespace,
    roles,
    apiServer: part(args.tenant, (ref) => ref.apiServer ?? {}),
    traffic: {
      state,
      usesApiServer,
      ...(egress !== undefined && { egress }),
      ...(ingress !== undefined && { ingress }),
    },
    configured: {
      serving: derive(serving, (known) => {
        checkServing(subject, known);
        const { served: tenant, issuer, tasksNamespace } = known;
        return { tenant, issuer, tasksNamespace };
      }),
      mtls: part(place, ({ mtls }) => mtls),
      namespace: part(args.tenant, (ref) => ref.namespace),
      state,
      issuers,
      workloads,
      tools,
      ...(users !== undefined && { users }),
      ...(approvers !== undefined && { approvers }),
      ...(operators !== undefined && { operators }),
      ...(loginClient !== undefined && { loginClient }),
      ...(limits !== undefined && { limits }),
    },
  };
}

/** A workload that is checked once it is known: an output of another stack may be anything, or missing. */
function referred(
  subject: string,
  argument: string,
  workload: pulumi.Input<BrokeredWorkload>,
): pulumi.Input<BrokeredWorkload> {
  if (!pulumi.Output.isInstance(workload) && !(workload instanceof Promise)) return workload;
  return pulumi.output(workload).apply((known) => {
    checkTypes(subject, "BrokeredWorkload", known, argument);
    return known;
  }) as pulumi.Output<BrokeredWorkload>;
}

/** Refuses what is no image of a container. */
export function checkImage(subject: string, image: string): string {
  const wanted = "an image such as `registry.example.com/agentid@sha256:…`";
  fitting(subject, "image", image, imageNames, wanted);
  return image;
}

/** Names of the Roles that a broker binds, by which RBAC restricts it to these. */
export function namesOf(roles: readonly (readonly pulumi.Unwrap<IntentRole>[])[]): string[] {
  return roles.flatMap((ofTool) => ofTool.map(({ name }) => name)).sort();
}

/** The tenant of a broker, as tenant and broker each name it. */
function servingOf(tenant: pulumi.Input<TenantRef>, broker: pulumi.Input<TenantBroker>) {
  return {
    tenant: part(tenant, (ref) => ref.name),
    namespace: part(tenant, (ref) => ref.namespace),
    trusted: part(tenant, (ref) =>
      ref.broker === undefined ? "" : part(ref.broker, ({ roleArn }) => roleArn),
    ),
    roleArn: part(broker, ({ roleArn }) => roleArn),
    issuer: part(broker, ({ issuer = "" }) => issuer),
    tasksNamespace: part(broker, ({ place = { tasksNamespace: "" } }) =>
      part(place, (known) => known.tasksNamespace),
    ),
    served: part(broker, ({ place = { tenant: "" } }) => part(place, (known) => known.tenant)),
  };
}

function checkServing(
  subject: string,
  {
    tenant,
    namespace,
    trusted,
    roleArn,
    issuer,
    served,
  }: pulumi.Unwrap<ReturnType<typeof servingOf>>,
): void {
  checkBrokerIssuer(subject, "broker.issuer", issuer);
  if (served !== tenant) {
    throw argumentError(
      subject,
      `broker serves tenant \`${served}\`, and tenant is \`${tenant}\`; give both of one tenant`,
    );
  }
  if (trusted !== roleArn) {
    throw argumentError(
      subject,
      `tenant \`${tenant}\` has ${trusted === "" ? "no broker" : "another broker"}, so that its tools do not trust this one; give the \`Tenant\` \`broker: taskBroker.ref\``,
    );
  }
  if (namespace !== "") return;
  throw argumentError(
    subject,
    `tenant \`${tenant}\` has no namespace in the cluster of the broker; give the \`Tenant\` a \`namespace\``,
  );
}

function checkBroker(subject: string, broker: pulumi.Unwrap<TenantBroker>): void {
  readBroker(subject, broker, undefined);
  const { place } = broker;
  if (place === undefined) throw noPlace(subject);
  checkTypes(subject, "BrokerPlace", place, "broker.place");
  const wanted = "`taskBroker.ref`";
  for (const key of ["tenant", "name"] as const) {
    const isName = safeName(place[key]) === place[key];
    if (!isName) fitting(subject, `broker.place.${key}`, place[key], /^(?!)/, wanted);
  }
  for (const key of ["namespace", "tasksNamespace"] as const) {
    checkNamespace(subject, `broker.place.${key}`, place[key]);
  }
  fitting(subject, "broker.place.roleName", place.roleName, /^[\w+=,.@-]{1,64}$/, wanted);
  const account = place.serviceAccountName;
  fitting(subject, "broker.place.serviceAccountName", account, accountNames, wanted);
  oneOf(subject, "broker.place.federation", place.federation, brokerKinds);
}

function noPlace(subject: string): Error {
  return argumentError(
    subject,
    "broker is known by its role alone, so where it runs is not known; give `taskBroker.ref` of a `TaskBroker`",
  );
}

/** Refuses what is wrong in where a broker keeps its tasks, with all of it known. */
function checkDatabase(subject: string, state: pulumi.Unwrap<BrokerState>): void {
  stateOf(subject, state);
  if (state.postgres?.rdsResourceId === undefined) return;
  databasePolicy(subject, state.postgres, "arn:aws:iam::111122223333:role/any");
}
