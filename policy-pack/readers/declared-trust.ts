import { createHash } from "node:crypto";
import { isAccountId } from "../../core/arn";
import { knownString, read } from "../../core/snapshot/read";
import { typeInUrn, type Resource } from "../../core/snapshot/resource";
import { Unknown, type Urn, type Value } from "../../core/snapshot/value";
import { stsAudience, tokenTrust } from "../../core/token-trust";
import { federationPath } from "./declared-federation";
import type { ReadContext } from "./reader";
import { valueIn, waitingFor, waitsForIn } from "./values";
import { isWorkloadComponent } from "./workload-components";

const roleType = "aws:iam/role:Role";
const providerType = "aws:iam/openIdConnectProvider:OpenIdConnectProvider";

/**
 * The trust policy that one of our components makes for its workload, where the ARN of the cluster's OIDC provider is not known.
 *
 * That ARN makes the whole text unknown, and what the text asks of a token is known all the same: subject and audience under the
 * issuer that the provider itself is of, which the component takes from its ARN. So an ARN that stands for the provider is as good
 * as its own. Not for another issuer than the provider's, nor where the role's policy waits for what the component was not given.
 *
 * @param role the role of the workload, whose trust policy is unknown as a whole
 */
export function declaredTrust(
  role: Resource,
  unknown: Unknown,
  context: ReadContext,
): Value | undefined {
  const component = componentOf(role, context);
  if (component === undefined) return undefined;
  const { inputs } = component;
  const others = ["subject", "adopt", "directCallers"].some((key) => isGiven(inputs[key]));
  if (others || read(inputs, "tenant", "broker").kind !== "absent") return undefined;
  const namespace = knownString(inputs, "tenant", "namespace");
  const name = knownString(inputs, "name");
  const provider = providerOf(component, context);
  if (namespace === undefined || name === undefined || provider === undefined) return undefined;
  const waits = waitingFor(role, "assumeRolePolicy", unknown.waitsFor);
  if (!isHeldTo(component, waits)) return undefined;
  const issuer = `oidc.eks.region.amazonaws.com/id/${provider}`;
  const scope = context.accountOf(role);
  const account = isAccountId(scope) ? scope : "000000000000";
  const statement = tokenTrust({
    providerArn: `arn:aws:iam::${account}:oidc-provider/${issuer}`,
    issuer,
    subject: `system:serviceaccount:${namespace}:${name}`,
    audience: stsAudience,
  });
  return { Version: "2012-10-17", Statement: [statement as unknown as Value] };
}

/** The role of one of our workloads, which its ServiceAccount is given by an ARN that is not known. */
export function declaredRole(account: Resource, context: ReadContext): Urn | undefined {
  const component = componentOf(account, context);
  const urn = account.urn.replace(`$${account.type}::`, `$${roleType}::`);
  const role = component === undefined ? undefined : context.resource(urn);
  if (component === undefined || role?.parent !== component.urn) return undefined;
  const waits = waitsForIn(account, "metadata") ?? [];
  return isHeldTo(component, waits) ? urn : undefined;
}

/** The component of ours that makes a role or ServiceAccount for its workload, which has the component's name. */
function componentOf(child: Resource, context: ReadContext): Resource | undefined {
  const component = child.parent === undefined ? undefined : context.resource(child.parent);
  const isOurs = component !== undefined && isWorkloadComponent(component.type);
  return isOurs && child.name === component.name ? component : undefined;
}

/** What stands for the provider whose tokens a workload's role takes, where its ARN is not known and its issuer is its own. */
function providerOf(component: Resource, context: ReadContext): string | undefined {
  const at = [...federationPath(component.inputs), "eksIrsa"];
  const arn = read(component.inputs, ...at, "providerArn");
  if (arn.kind !== "unknown") return undefined;
  const waits = waitingFor(component, "tenant", arn.waitsFor);
  const issuer = read(component.inputs, ...at, "issuer");
  if (issuer.kind !== "absent" && issuer.kind !== "unknown") return undefined;
  if (issuer.kind === "unknown") {
    const from = waitingFor(component, "tenant", issuer.waitsFor);
    if (!isOfProvider(from, waits, context)) return undefined;
  }
  const text = JSON.stringify([component.urn, ...[...waits].sort()]);
  return createHash("sha256").update(text).digest("hex").slice(0, 32).toUpperCase();
}

/** What a `Tenant` makes, which its reference waits for too. */
const ofTenant = /[:$]agentid:index:Tenant\$/;

/** Whether an issuer that is not known comes from the only provider, or from the cluster that the provider is of. */
function isOfProvider(
  issuer: readonly Urn[],
  provider: readonly Urn[],
  context: ReadContext,
): boolean {
  const providers = [...issuer, ...provider].filter((urn) => typeInUrn(urn) === providerType);
  const [only, ...others] = new Set(providers);
  const resource = only === undefined ? undefined : context.resource(only);
  if (only === undefined || resource === undefined || others.length > 0) return false;
  const url = read(resource.inputs, "url");
  const of = url.kind === "unknown" ? waitingFor(resource, "url", url.waitsFor) : [];
  const own = new Set([only, ...of, resource.parent]);
  return issuer.length > 0 && issuer.every((urn) => own.has(urn) || ofTenant.test(urn));
}

/** Whether a child waits for nothing but what its component was given, and what the component itself makes under its own name. */
function isHeldTo(component: Resource, waits: readonly Urn[]): boolean {
  const given = new Set([
    ...Object.values(component.propertyDependencies).flat(),
    ...Object.keys(component.inputs).flatMap((top) => waitsForIn(component, top) ?? []),
  ]);
  const end = `::${component.name}`;
  const prefix = `${component.urn.slice(0, -end.length)}$`;
  return waits.every((urn) => given.has(urn) || (urn.startsWith(prefix) && urn.endsWith(end)));
}

function isGiven(value: Value | undefined): boolean {
  return valueIn(read(value)) !== undefined;
}
