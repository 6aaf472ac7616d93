import { checkAccount, readSecret } from "../stored-secret/arguments";
import type { KeyRotation } from "../stored-secret/rotation";
import { keyArgument, legacyChecks, madeSecretName } from "../legacy-tool";
import type { Mistakes } from "../../yaml/problems";
import { accountOf } from "./account-of";
import { problemOf, subject } from "./component-checks";
import type { Manifest, ManifestLegacyTool, ManifestTenant } from "./manifest-shape";
import { note } from "./note";

/** Who has a secret that one workload alone may have, by the secret's name: the place in the manifest. */
export type SecretOwners = Map<string, string>;

/** Records mistakes of tools with the key of a legacy platform, and keys that two of them have. */
export function checkKeys(
  tenants: readonly (readonly [string, ManifestTenant])[],
  manifest: Partial<Manifest>,
  owners: SecretOwners,
  mistakes: Mistakes,
): void {
  for (const [tenantName, tenant] of tenants) {
    const account = accountOf(tenant, manifest, mistakes);
    for (const [name, declared] of Object.entries(tenant.legacyTools ?? {})) {
      const path = `tenants.${tenantName}.legacyTools.${name}`;
      if (!mistakes.isClean(path)) continue;
      checkParts(path, declared, account, mistakes);
      if (!mistakes.isClean(`${path}.key`)) continue;
      const key = keyNameOf(tenantName, name, declared);
      if (key === undefined) continue;
      const owner = owners.get(key);
      if (owner === undefined) owners.set(key, path);
      else {
        mistakes.addAt(
          `${path}.key`,
          `\`${owner}\` has the key \`${key}\` already, and a log could not distinguish them; have the platform issue one for each, under a name of its own`,
        );
      }
    }
  }
}

/** The rotation of a secret where the day of the run is a text. */
export function rotationOf({ rotation }: Pick<ManifestLegacyTool, "rotation">): KeyRotation {
  const { today, ...days } = rotation;
  return { ...days, ...(typeof today === "string" && { today }) };
}

function checkParts(
  path: string,
  declared: ManifestLegacyTool,
  account: string | undefined,
  mistakes: Mistakes,
): void {
  checkToday(path, declared, mistakes);
  const checked = { ...declared, rotation: rotationOf(declared) };
  for (const check of legacyChecks) {
    const problem = problemOf(() => check(subject, checked));
    note(path, problem, mistakes);
  }
  const arn = declared.key.existingSecret?.arn;
  if (typeof arn !== "string" || account === undefined || !mistakes.isClean(`${path}.key`)) return;
  const ofOther = problemOf(() => {
    const { account: given } = readSecret(subject, keyArgument, arn);
    checkAccount(subject, keyArgument, { text: arn, account: given }, account);
  });
  note(path, ofOther, mistakes);
}

/** Notes a day of the run that is known too late. */
export function checkToday(
  path: string,
  { rotation: { today } }: Pick<ManifestLegacyTool, "rotation">,
  mistakes: Mistakes,
): void {
  if (today === undefined || typeof today === "string") return;
  const message =
    "the program gives it as an output, which is known too late; give a text, such as `2026-11-25`";
  mistakes.addAt(`${path}.rotation.today`, message);
}

/** The name of a key, or undefined where it comes from the program. */
function keyNameOf(tenant: string, name: string, { key }: ManifestLegacyTool): string | undefined {
  if (key.externalSecret !== undefined) return key.externalSecret.remoteKey;
  const arn = key.existingSecret?.arn;
  if (arn === undefined) return madeSecretName(tenant, name);
  return typeof arn === "string" ? readSecret(subject, keyArgument, arn).name : undefined;
}
