import type { Mistakes } from "../../yaml/problems";
import { choiceProblem, readFederations } from "../tenant/tenant-federations";
import { problemOf, subject } from "./component-checks";
import { federationNameOf, federationNames, knownFederation } from "./federations-of";
import type { Manifest, ManifestTenant } from "./manifest-shape";
import { unknownName } from "./unknown-name";
import { workloadsOf } from "./workloads-of";

/** Notes federations of a tenant that are not declared or do not go together, and workloads that choose none of them. */
export function checkFederations(
  tenantName: string,
  tenant: ManifestTenant,
  manifest: Partial<Manifest>,
  mistakes: Mistakes,
): void {
  const path = `tenants.${tenantName}`;
  if (tenant.federation !== undefined && tenant.federations !== undefined) {
    mistakes.addAt(
      `${path}.federations`,
      "`federation` is set as well; name all of them in `federations`",
    );
    return;
  }
  checkNames(path, tenant, manifest, mistakes);
  if (!isClean(path, mistakes)) return;
  checkTogether(path, tenant, manifest, mistakes);
  const names = federationNames(tenant);
  for (const { field, name, declared } of workloadsOf(tenant)) {
    const at = `${path}.${field}.${name}`;
    if (!mistakes.isClean(`${at}.federation`)) continue;
    const chosen = federationNameOf(tenant, declared);
    if (chosen === undefined) mistakes.addAt(at, choiceProblem(undefined, names));
    else if (!names.includes(chosen)) noteChoice(at, chosen, names, mistakes);
  }
  for (const [name, { federation }] of Object.entries(tenant.gateways ?? {})) {
    const at = `${path}.gateways.${name}`;
    if (federation === undefined || names.includes(federation)) continue;
    noteChoice(at, federation, names, mistakes);
  }
}

/** Whether a tenant's choice of federations is without mistakes, whatever they are themselves. */
export function isClean(path: string, mistakes: Mistakes): boolean {
  return mistakes.isClean(`${path}.federation`) && mistakes.isClean(`${path}.federations`);
}

function noteChoice(
  at: string,
  chosen: string,
  names: readonly string[],
  mistakes: Mistakes,
): void {
  const problem = choiceProblem(chosen, names);
  mistakes.addAt(`${at}.federation`, problem.slice("federation ".length));
}

function checkNames(
  path: string,
  { federation, federations }: ManifestTenant,
  manifest: Partial<Manifest>,
  mistakes: Mistakes,
): void {
  const known = Object.keys(manifest.federations ?? {});
  const check = (name: string, at: string): void => {
    if (!mistakes.isClean(at) || mistakes.has(`federations.${name}`)) return;
    mistakes.addAt(at, unknownName(name, "federation", known, "`federations`"));
  };
  if (federation !== undefined) check(federation, `${path}.federation`);
  // A mistaken name has left a hole, which `forEach` passes over.
  federations?.forEach((name, index) => {
    const at = `${path}.federations[${index}]`;
    check(name, at);
    if (federations.indexOf(name) === index) return;
    mistakes.addAt(at, `\`${name}\` is named twice; name it once`);
  });
}

function checkTogether(
  path: string,
  tenant: ManifestTenant,
  manifest: Partial<Manifest>,
  mistakes: Mistakes,
): void {
  const known = federationNames(tenant).flatMap((name) => {
    const federation = knownFederation(name, manifest, mistakes);
    return federation === undefined ? [] : [{ name, federation }];
  });
  if (known.length < 2) return;
  const problem = problemOf(() => readFederations(subject, known));
  if (problem !== undefined) mistakes.addAt(`${path}.federations`, problem);
}
