import { iamRole } from "../../core/arn";
import { checkAdopt, checkCallsNone, checkNoCallers, checkTenantOfRole } from "../arguments/adopt";
import { providerArgument } from "../oauth2/arguments";
import type { Mistakes } from "../../yaml/problems";
import { accountOf } from "./account-of";
import { problemOf, subject } from "./component-checks";
import type { Manifest, ManifestTenant, ManifestWorkload } from "./manifest-shape";
import { note } from "./note";
import { workloadsOf } from "./workloads-of";

type Tenants = readonly (readonly [string, ManifestTenant])[];

/** Notes what is wrong with what workloads adopt, and roles that one adopts and something else has. */
export function checkAdoptions(
  tenants: Tenants,
  manifest: Partial<Manifest>,
  mistakes: Mistakes,
): void {
  const owners = otherRoles(tenants, mistakes);
  for (const [tenantName, tenant] of tenants) {
    const account = accountOf(tenant, manifest, mistakes);
    for (const { field, name, declared } of workloadsOf(tenant)) {
      const path = `tenants.${tenantName}.${field}.${name}`;
      const { adopt } = declared;
      if (adopt === undefined || !mistakes.isClean(`${path}.adopt`)) continue;
      for (const problem of problemsOf(name, declared, tenantName, tenant)) {
        note(path, problem, mistakes);
      }
      if (adopt.role === undefined || account === undefined) continue;
      const role = keyOf(account, adopt.role.name);
      const owner = owners.get(role);
      if (owner === undefined) owners.set(role, path);
      else {
        mistakes.addAt(
          `${path}.adopt.role`,
          `\`${adopt.role.name}\` is the role at \`${owner}\` already, and a role is of one alone; leave it out, and a role is made`,
        );
      }
    }
  }
}

/** What is wrong with the adoptions of a workload. */
function problemsOf(
  name: string,
  declared: ManifestWorkload,
  tenantName: string,
  tenant: ManifestTenant,
): readonly (string | undefined)[] {
  const { adopt = {}, directCallers = [], grants = [] } = declared;
  const own = { name, adopt };
  const direct = grants.flatMap(({ tool }) =>
    tenant.tools?.[tool]?.directCallers?.includes(name) === true ? [tool] : [],
  );
  return [
    problemOf(() => {
      checkAdopt(subject, adopt, declared.subject !== undefined);
      checkTenantOfRole(subject, own, tenantName);
    }),
    ...(adopt.role === undefined
      ? []
      : [
          problemOf(() => {
            checkNoCallers(subject, directCallers);
          }),
        ]),
    problemOf(() => {
      checkCallsNone(subject, own, direct);
    }),
  ];
}

/** The locations of roles that are no workload's: those of brokers and of writers of a key or another secret. */
function otherRoles(tenants: Tenants, mistakes: Mistakes): Map<string, string> {
  const owners = new Map<string, string>();
  const add = (path: string, roleArn: unknown): void => {
    const role = typeof roleArn === "string" ? iamRole(roleArn) : undefined;
    if (role !== undefined) owners.set(keyOf(role.account, role.name), path);
  };
  for (const [tenantName, tenant] of tenants) {
    const { broker, legacyTools = {} } = tenant;
    const path = `tenants.${tenantName}`;
    if (mistakes.isClean(`${path}.broker`)) add(`${path}.broker`, broker?.roleArn);
    for (const [name, { key }] of Object.entries(legacyTools)) {
      const at = `${path}.legacyTools.${name}.key`;
      if (!mistakes.isClean(at)) continue;
      add(`${at}.secretsManager.writerArn`, key.secretsManager?.writerArn);
      add(`${at}.existingSecret.writerArn`, key.existingSecret?.writerArn);
    }
    for (const { at, clientSecret } of clientSecretsOf(path, tenant)) {
      if (!mistakes.isClean(at)) continue;
      add(`${at}.secretsManager.writerArn`, clientSecret.secretsManager?.writerArn);
      add(`${at}.existingSecret.writerArn`, clientSecret.existingSecret?.writerArn);
    }
  }
  return owners;
}

/** The locations of the secrets of a tenant's OAuth2 clients, by the place in the manifest. */
function clientSecretsOf(path: string, tenant: ManifestTenant) {
  return (["tools", "agents", "orchestrators"] as const).flatMap((field) => {
    const workloads: Readonly<Record<string, ManifestWorkload>> = tenant[field] ?? {};
    return Object.entries(workloads).flatMap(([name, { oauth2Providers = [] }]) =>
      oauth2Providers.map(({ clientSecret }, index) => ({
        at: `${path}.${field}.${name}.${providerArgument(index)}.clientSecret`,
        clientSecret,
      })),
    );
  });
}

/** Names of roles do not differ by case, nor by path. */
function keyOf(account: string, name: string): string {
  return `${account}/${name.toLowerCase()}`;
}
