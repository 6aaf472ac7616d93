import { createHash } from "node:crypto";
import { oidcProviderType, roleType } from "../../../../core/aws/iam";
import { iamRole, isAccountId, oidcIssuer, printRoleArn } from "../../../../core/arn";
import { brokerTrust, directTrust, type CallerTrust } from "../../../../core/caller-trust";
import { sourceIdentitiesOf, sourceIdentity } from "../../../../core/grants/source-identity";
import { roleUrnByName, type Name } from "../../../facts/name";
import { knownString, listAt, read, readString, readThrough } from "../../../../core/snapshot/read";
import { typeInUrn, type Resource } from "../../../../core/snapshot/resource";
import { Unknown, type Urn, type Value } from "../../../../core/snapshot/value";
import {
  stsAudience,
  tokenTrust,
  type TokenTrust,
  type TrustStatement,
} from "../../../../core/token-trust";
import { roleName, rolePath } from "../../../../core/workload-role";
import { federationPath } from "./declared-federation";
import type { ReadContext } from "../../resource/reader";
import { onlyOf, valueIn, dependenciesAt, dependsOnIn, unknownAt } from "../../resource/values";
import { isWorkloadComponent, taskBrokerType, workloadComponents } from "./workload-components";

/**
 * The trust policy that one of our components makes for its workload, where an ARN in it is unknown: that of the cluster's OIDC
 * provider, or of the tenant's broker.
 *
 * Such an ARN makes the whole text unknown. What the text requires of callers follows from the component's inputs all the same.
 * That is subject and audience under the provider's own issuer, or the broker or the direct callers under a source identity. A
 * stand-in for the provider's ARN is enough. It does not work for another issuer than the provider's, nor where the role's
 * policy depends on more than the component's inputs.
 *
 * @param role the role of the workload, whose trust policy is unknown as a whole
 */
export function declaredTrust(
  role: Resource,
  unknown: Unknown,
  context: ReadContext,
): Value | undefined {
  const component = componentOf(role, context);
  if (component === undefined || isGiven(component.inputs["subject"])) return undefined;
  // What a transform makes of the text that the component makes may trust more.
  if (unknown.isRewritten === true) return undefined;
  const account = accountOf(component);
  const dependencies = dependenciesAt(role, "assumeRolePolicy", unknown);
  if (account === undefined || !dependsOnlyOn(component, dependencies)) return undefined;
  const broker = brokerOf(component, context);
  const home = { partition: "aws", account: homeOf(role, broker, context) };
  const provider = providerOf(component, home.account, context);
  const callers = callersOf(component, broker, home, roleArnsBeside(role, context));
  if (provider === undefined || callers === undefined) return undefined;
  const own = tokenTrust({
    ...provider,
    subject: `system:serviceaccount:${account.namespace}:${account.name}`,
    audience: stsAudience,
  });
  return { Version: "2012-10-17", Statement: [own, ...callers] as unknown as readonly Value[] };
}

/**
 * A stand-in for the URN of a workload's role while its account is unknown, by its name: a tool names its direct callers, whose
 * roles may not be declared yet.
 */
export function declaredName(role: Resource, context: ReadContext): Name | undefined {
  const name = knownString(role.inputs, "name");
  const scope = context.accountOf(role);
  if (name === undefined || isAccountId(scope)) return undefined;
  return componentOf(role, context) === undefined ? undefined : roleUrnByName(scope, name);
}

/** The role of one of our workloads, which its ServiceAccount has by an unknown ARN. */
export function declaredRole(account: Resource, context: ReadContext): Urn | undefined {
  const component = componentOf(account, context);
  const urn = account.urn.replace(`$${account.type}::`, `$${roleType}::`);
  const role = component === undefined ? undefined : context.resource(urn);
  if (component === undefined || role?.parent !== component.urn) return undefined;
  const dependencies = dependsOnIn(account, "metadata") ?? [];
  return dependsOnlyOn(component, dependencies) ? urn : undefined;
}

/** The component of ours that makes a role or ServiceAccount for its workload or task broker, which has the component's name. */
function componentOf(child: Resource, context: ReadContext): Resource | undefined {
  const component = child.parent === undefined ? undefined : context.resource(child.parent);
  if (component === undefined || child.name !== component.name) return undefined;
  return isWorkloadComponent(component.type) || component.type === taskBrokerType
    ? component
    : undefined;
}

/** The ServiceAccount of a workload or task broker: that of the one that it adopts, else its own; undefined while it is not known. */
function accountOf({
  type,
  inputs,
}: Resource): { readonly namespace: string; readonly name: string } | undefined {
  const adopted = ["adopt", "serviceAccount"] as const;
  const isAdopted = read(inputs, ...adopted).kind !== "absent";
  const name = isAdopted ? knownString(inputs, ...adopted, "name") : knownString(inputs, "name");
  const namespace =
    type === taskBrokerType
      ? knownString(inputs, "namespace")
      : knownString(inputs, "tenant", "namespace");
  return name === undefined || namespace === undefined ? undefined : { namespace, name };
}

/** The role of the broker that may act as a tool. */
type Broker =
  | { readonly kind: "none" | "unclear" }
  | { readonly kind: "role"; readonly arn: string | Unknown };

/** The broker of a tool's tenant; agents and orchestrators have none that may act as them. */
function brokerOf(component: Resource, context: ReadContext): Broker {
  if (workloadComponents[component.type]?.is !== "tool") return { kind: "none" };
  const at = ["tenant", "broker"] as const;
  const found = read(component.inputs, ...at);
  if (found.kind === "absent") return { kind: "none" };
  const arn = readString(component.inputs, ...at, "roleArn");
  if (arn.kind === "present" && iamRole(arn.value) !== undefined) {
    return { kind: "role", arn: arn.value };
  }
  if (found.kind === "unknown" || arn.kind !== "unknown") return { kind: "unclear" };
  const only =
    onlyOf(unknownAt(component, "tenant", arn), [roleType]) ?? brokerRoleOf(component, context);
  return only === undefined
    ? { kind: "unclear" }
    : { kind: "role", arn: new Unknown([only], false, "arn") };
}

/** The role of the tenant's task broker, where a component of ours makes it; its ARN waits for the cluster's provider alone. */
export function brokerRoleOf(
  { type, inputs, propertyDependencies }: Resource,
  context: ReadContext,
): Urn | undefined {
  const isTenant = type === "agentid:index:Tenant";
  const tenant = isTenant ? knownString(inputs, "name") : knownString(inputs, "tenant", "name");
  const roles = (propertyDependencies[isTenant ? "broker" : "tenant"] ?? []).filter((urn) => {
    const { parent = "" } = (typeInUrn(urn) === roleType && context.resource(urn)) || {};
    const component = context.resource(parent);
    return component?.type === taskBrokerType && knownString(component.inputs, "tenant") === tenant;
  });
  return roles.length === 1 ? roles[0] : undefined;
}

/** The account of a workload's role, which is that of its tenant's broker; a stand-in where it is unknown. */
function homeOf(role: Resource, broker: Broker, context: ReadContext): string {
  const scope = context.accountOf(role);
  if (isAccountId(scope)) return scope;
  const arn = broker.kind === "role" && typeof broker.arn === "string" ? broker.arn : "";
  return iamRole(arn)?.account ?? "000000000000";
}

/** The statements by which others than a workload assume its role; undefined where they do not follow from its inputs. */
function callersOf(
  { type, inputs }: Resource,
  broker: Broker,
  home: Pick<CallerTrust, "partition" | "account">,
  roleArnOf: (tenant: string, workload: string) => string | Unknown,
): readonly TrustStatement<string | Unknown>[] | undefined {
  if (type === taskBrokerType) return [];
  const tenant = knownString(inputs, "tenant", "name");
  const direct = read(inputs, "directCallers");
  if (broker.kind === "unclear" || tenant === undefined) return undefined;
  if (broker.kind === "role") {
    const podIdentity = valueIn(read(inputs, "tenant", "broker", "podIdentity")) === true;
    const trusted = { ...home, roleArn: broker.arn, podIdentity };
    return direct.kind === "absent" ? brokerTrust(trusted, sourceIdentitiesOf(tenant)) : undefined;
  }
  const names = listAt(direct.kind === "present" ? direct.value : []).map((each) =>
    knownString(each),
  );
  if (direct.kind === "unknown" || names.includes(undefined)) return undefined;
  return names.flatMap((name) =>
    name === undefined
      ? []
      : directTrust({ ...home, roleArn: roleArnOf(tenant, name) }, sourceIdentity(tenant, name)),
  );
}

/** Returns the ARN of the role of a tenant's workload in the account of another role; a stand-in where that is unknown. */
function roleArnsBeside(
  role: Resource,
  context: ReadContext,
): (tenant: string, workload: string) => string | Unknown {
  const account = context.accountOf(role);
  return (tenant, workload) => {
    const name = roleName(tenant, workload);
    if (!isAccountId(account)) return new Unknown([roleUrnByName(account, name)], false, "arn");
    return printRoleArn({ partition: "aws", account, path: rolePath(tenant), name });
  };
}

/** The provider whose tokens a workload's role trusts; a stand-in where its ARN is unknown and its issuer is its own. */
function providerOf(
  component: Resource,
  account: string,
  context: ReadContext,
): Pick<TokenTrust, "providerArn" | "issuer"> | undefined {
  const isBroker = component.type === taskBrokerType;
  const [top, of] = isBroker
    ? ["federation", ["federation"]]
    : ["tenant", federationPath(component.inputs)];
  const at = [...of, "eksIrsa"];
  const arn = readThrough(component.inputs, ...at, "providerArn");
  const issuer = read(component.inputs, ...at, "issuer");
  if (arn.kind === "present" && typeof arn.value === "string") {
    const host = oidcIssuer(arn.value);
    return host === undefined || issuer.kind === "unknown"
      ? undefined
      : { providerArn: arn.value, issuer: host };
  }
  if (arn.kind !== "unknown") return undefined;
  const dependencies = dependenciesAt(component, top, arn);
  if (issuer.kind !== "absent" && issuer.kind !== "unknown") return undefined;
  if (issuer.kind === "unknown") {
    const from = dependenciesAt(component, top, issuer);
    if (!isOfProvider(from, dependencies, context)) return undefined;
  }
  const text = JSON.stringify([component.urn, ...[...dependencies].sort()]);
  const id = createHash("sha256").update(text).digest("hex").slice(0, 32).toUpperCase();
  const host = `oidc.eks.region.amazonaws.com/id/${id}`;
  return { providerArn: `arn:aws:iam::${account}:oidc-provider/${host}`, issuer: host };
}

/** What a `Tenant` makes, which its reference waits for too. */
const ofTenant = /[:$]agentid:index:Tenant\$/;

/** Whether an issuer that is not known comes from the only provider, or from the cluster that the provider is of. */
function isOfProvider(
  issuer: readonly Urn[],
  provider: readonly Urn[],
  context: ReadContext,
): boolean {
  const providers = [...issuer, ...provider].filter((urn) => typeInUrn(urn) === oidcProviderType);
  const [only, ...others] = new Set(providers);
  const resource = only === undefined ? undefined : context.resource(only);
  if (only === undefined || resource === undefined || others.length > 0) return false;
  const url = read(resource.inputs, "url");
  const of = url.kind === "unknown" ? dependenciesAt(resource, "url", url) : [];
  const own = new Set([only, ...of, resource.parent]);
  return issuer.length > 0 && issuer.every((urn) => own.has(urn) || ofTenant.test(urn));
}

/** Whether a child depends only on its component's inputs, and on what the component itself makes under its own name. */
function dependsOnlyOn(component: Resource, dependencies: readonly Urn[]): boolean {
  const given = new Set([
    ...Object.values(component.propertyDependencies).flat(),
    ...Object.keys(component.inputs).flatMap((top) => dependsOnIn(component, top) ?? []),
  ]);
  const end = `::${component.name}`;
  const prefix = `${component.urn.slice(0, -end.length)}$`;
  return dependencies.every(
    (urn) => given.has(urn) || (urn.startsWith(prefix) && urn.endsWith(end)),
  );
}

function isGiven(value: Value | undefined): boolean {
  return valueIn(read(value)) !== undefined;
}
