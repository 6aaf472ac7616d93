import { accountOf } from "../arguments/adopt";
import { isOutside, type FederationKind, type KnownSubject } from "../federations/all-federations";
import { isPlain } from "../arguments/known";
import type { Permission } from "../workload/permissions";
import { checkAdoptions } from "./check-adoptions";
import { checkBrokers } from "./check-grants";
import { checkFederations } from "./check-federations";
import { checkDirectCallers, otherCallers } from "./check-grants";
import { checkGateways } from "./check-gateways";
import { checkGrants } from "./check-grants";
import { checkKeys, type SecretOwners } from "./check-keys";
import { checkOauth2 } from "./check-oauth2";
import {
  egressOfProblem,
  longSessionProblem,
  permissionsProblem,
  proofsIn,
} from "./component-checks";
import { federationNameOf, federationNames, knownFederation } from "./federations-of";
import type { Manifest, ManifestTenant, ManifestWorkload } from "./manifest-shape";
import type { Mistakes } from "../../yaml/problems";
import { resourceName, workloadsOf } from "./workloads-of";

/** Notes what is wrong between the parts of a manifest: names that name nothing, and names that two things have. */
export function checkManifest(manifest: Partial<Manifest>, mistakes: Mistakes): void {
  const tenants = Object.entries(manifest.tenants ?? {});
  for (const [name, tenant] of tenants) {
    const path = `tenants.${name}`;
    checkFederations(name, tenant, manifest, mistakes);
    if (tenant.namespace !== undefined && tenant.existingNamespace !== undefined) {
      mistakes.addAt(
        `${path}.existingNamespace`,
        "`namespace` is set as well; give `namespace` to make one, or `existingNamespace` to use one",
      );
    }
    checkFence(path, name, tenant, manifest, mistakes);
    checkGateways(name, tenant, manifest, mistakes);
    for (const { field, name: workload, declared } of workloadsOf(tenant)) {
      const at = `${path}.${field}.${workload}`;
      checkWorkload(at, workload, declared, name, manifest, mistakes);
    }
  }
  checkNamespaces(tenants, manifest, mistakes);
  checkBrokers(tenants, manifest, mistakes);
  for (const [name, tenant] of tenants) checkDirectCallers(name, tenant, mistakes);
  const secrets: SecretOwners = new Map();
  checkKeys(tenants, manifest, secrets, mistakes);
  checkAdoptions(tenants, manifest, mistakes);
  checkOauth2(tenants, manifest, secrets, mistakes);
  checkProofs(tenants, manifest, mistakes);
  checkResourceNames(tenants, mistakes);
}

function checkWorkload(
  path: string,
  name: string,
  workload: ManifestWorkload,
  tenantName: string,
  manifest: Partial<Manifest>,
  mistakes: Mistakes,
): void {
  const tenant = manifest.tenants?.[tenantName];
  if (workload.session !== undefined && mistakes.isClean(`tenants.${tenantName}.maxSession`)) {
    const problem = longSessionProblem(workload.session, tenant?.maxSession ?? "1h");
    if (problem !== undefined) mistakes.addAt(`${path}.session`, problem);
  }
  const permissions: Permission[] = workload.permissions ?? [];
  if (mistakes.isClean(`${path}.permissions`)) {
    const problem = permissionsProblem(permissions);
    if (problem !== undefined) mistakes.addAt(`${path}.permissions`, problem);
  }
  checkEgress(path, workload, tenant, mistakes);
  checkGrants(path, name, workload, tenantName, manifest, mistakes);
}

/** What a workload calls, its pods have to reach. */
function checkEgress(
  path: string,
  { subject, kubernetesPermissions = [], outbound }: ManifestWorkload,
  tenant: ManifestTenant | undefined,
  mistakes: Mistakes,
): void {
  const fence = {
    apiServer: tenant?.apiServer ?? {},
    isolated: tenant?.existingNamespace === undefined || tenant.egress !== undefined,
  };
  const senders = {
    kubernetesPermissions: kubernetesPermissions.length > 0 ? { kubernetesPermissions } : {},
    outbound: outbound === undefined ? {} : { outbound },
  };
  for (const [field, sender] of Object.entries(senders)) {
    const at = `${path}.${field}`;
    if (!mistakes.isClean(at)) continue;
    const own = { ...sender, ...(subject !== undefined && { subject }) };
    const problem = egressOfProblem(own, fence);
    if (problem !== undefined) mistakes.addAt(at, problem);
  }
}

/** Two tenants in one namespace could use each other's ServiceAccounts. */
function checkNamespaces(
  tenants: readonly (readonly [string, ManifestTenant])[],
  manifest: Partial<Manifest>,
  mistakes: Mistakes,
): void {
  const owners = new Map<string, string>();
  for (const [name, tenant] of tenants) {
    const used = namespaceOf(name, tenant, manifest);
    if (used === undefined) continue;
    const owner = owners.get(used);
    if (owner === undefined) owners.set(used, name);
    else {
      mistakes.addAt(
        `tenants.${name}`,
        `namespace \`${used}\` is tenant \`${owner}\`'s already; give each tenant one of its own`,
      );
    }
  }
}

/** The namespace of a tenant's workloads; none is made for a federation outside Kubernetes. */
function namespaceOf(
  name: string,
  tenant: ManifestTenant,
  { federations }: Partial<Manifest>,
): string | undefined {
  const given = tenant.existingNamespace ?? tenant.namespace;
  if (given !== undefined) return given;
  const kinds = federationNames(tenant).map((each) => Object.keys(federations?.[each] ?? {})[0]);
  const isNone = kinds.every((kind) => kind !== undefined && isOutside(kind as FederationKind));
  return isNone ? undefined : name;
}

/** The fields of a tenant that isolate its namespace. */
const fenceFields = ["egress", "apiServer", "quota", "deployers", "serviceAccounts"] as const;

/** Where there is no namespace, nothing can be put into it. */
function checkFence(
  path: string,
  name: string,
  tenant: ManifestTenant,
  manifest: Partial<Manifest>,
  mistakes: Mistakes,
): void {
  if (namespaceOf(name, tenant, manifest) !== undefined) return;
  for (const field of fenceFields) {
    if (!mistakes.has(`${path}.${field}`)) continue;
    mistakes.addAt(
      `${path}.${field}`,
      `the tenant has no namespace, since its federation is outside Kubernetes; give \`namespace\`, or leave this out`,
    );
  }
}

/** Two workloads with one subject could assume each other's role. */
function checkProofs(
  tenants: readonly (readonly [string, ManifestTenant])[],
  manifest: Partial<Manifest>,
  mistakes: Mistakes,
): void {
  const owners = new Map<string, { readonly path: string; readonly called: string }>();
  for (const [tenantName, tenant] of tenants) {
    const namespace = namespaceOf(tenantName, tenant, manifest) ?? tenantName;
    for (const { field, name, declared } of workloadsOf(tenant)) {
      const path = `tenants.${tenantName}.${field}.${name}`;
      const called = resourceName(tenantName, name);
      const { subject } = declared;
      const chosen = federationNameOf(tenant, declared);
      const federation = knownFederation(chosen, manifest, mistakes);
      if (
        federation === undefined ||
        !mistakes.isClean(`${path}.federation`) ||
        !mistakes.isClean(`${path}.adopt`) ||
        !mistakes.isClean(`${path}.subject`) ||
        !isPlain(subject)
      )
        continue;
      const known = {
        tenant: tenantName,
        namespace,
        name,
        serviceAccount: accountOf({ name, ...declared }),
        subject: subject as KnownSubject | undefined,
      };
      const found = proofsIn(
        federation,
        known,
        field === "tools" ? otherCallers(tenantName, name, tenant, mistakes) : {},
      );
      if ("problem" in found) mistakes.addAt(path, found.problem);
      for (const proof of "proofs" in found ? found.proofs : []) {
        const owner = owners.get(proof);
        if (owner === undefined) owners.set(proof, { path, called });
        // Two of one name are reported already.
        else if (owner.called !== called) {
          mistakes.addAt(
            path,
            `\`${owner.path}\` has the same subject, so that each could act as the other; give each workload one of its own`,
          );
        }
      }
    }
  }
}

function checkResourceNames(
  tenants: readonly (readonly [string, ManifestTenant])[],
  mistakes: Mistakes,
): void {
  const owners = new Map<string, string>();
  for (const [tenant, declared] of tenants) {
    const gateways = Object.keys(declared.gateways ?? {}).map((name) => ({
      field: "gateways",
      name,
    }));
    for (const { field, name } of [...workloadsOf(declared), ...gateways]) {
      const resource = resourceName(tenant, name);
      const path = `tenants.${tenant}.${field}.${name}`;
      const owner = owners.get(resource);
      if (owner === undefined) owners.set(resource, path);
      else {
        mistakes.addAt(
          path,
          `its resources would have the name \`${resource}\`, as those of \`${owner}\` have; rename one`,
        );
      }
    }
  }
}
