import { checkAccount, readSecret } from "../stored-secret/arguments";
import {
  checkOauth2Provider,
  checkOauth2Providers,
  providerArgument,
  type Oauth2Provider,
} from "../oauth2/arguments";
import { madeClientSecretName } from "../workload/oauth2-claim";
import type { Mistakes } from "../../yaml/problems";
import { accountOf } from "./account-of";
import { checkToday, rotationOf, type SecretOwners } from "./check-keys";
import { problemOf, subject } from "./component-checks";
import type {
  Manifest,
  ManifestOauth2Provider,
  ManifestTenant,
  ManifestWorkload,
} from "./manifest-shape";
import { note } from "./note";

/** Who has what one workload alone may have, by the place in the manifest. */
interface Owners {
  readonly clients: Map<string, string>;
  readonly secrets: SecretOwners;
}

/** The services of one workload, and the location of all of it. */
interface Place {
  readonly path: string;
  readonly tenant: string;
  readonly workload: string;
  /** Account of the workload's role, where the manifest has it. */
  readonly account: string | undefined;
}

/** Notes what is wrong with the services that workloads call with OAuth2 tokens, and clients and secrets that two have. */
export function checkOauth2(
  tenants: readonly (readonly [string, ManifestTenant])[],
  manifest: Partial<Manifest>,
  secrets: SecretOwners,
  mistakes: Mistakes,
): void {
  const owners: Owners = { clients: new Map(), secrets };
  for (const [tenantName, tenant] of tenants) {
    const account = accountOf(tenant, manifest, mistakes);
    for (const field of ["tools", "agents", "orchestrators"] as const) {
      const workloads: Readonly<Record<string, ManifestWorkload>> = tenant[field] ?? {};
      for (const [name, declared] of Object.entries(workloads)) {
        const path = `tenants.${tenantName}.${field}.${name}`;
        if (!mistakes.isClean(`${path}.oauth2Providers`)) continue;
        const place = { path, tenant: tenantName, workload: name, account };
        checkWorkload(place, declared, owners, mistakes);
      }
    }
  }
}

/** The services in a manifest that a workload calls with OAuth2 tokens, as components take them. */
export function oauth2ProvidersOf({ oauth2Providers = [] }: ManifestWorkload): Oauth2Provider[] {
  return oauth2Providers.map((provider) => ({ ...provider, rotation: rotationOf(provider) }));
}

function checkWorkload(
  place: Place,
  declared: ManifestWorkload,
  owners: Owners,
  mistakes: Mistakes,
): void {
  const { path } = place;
  const problem = problemOf(() => {
    checkOauth2Providers(subject, oauth2ProvidersOf(declared), declared);
  });
  note(path, problem, mistakes);
  (declared.oauth2Providers ?? []).forEach((provider, index) => {
    const argument = providerArgument(index);
    const at = `${path}.${argument}`;
    checkToday(at, provider, mistakes);
    const own = problemOf(() => {
      checkOauth2Provider(subject, argument, { ...provider, rotation: rotationOf(provider) });
      checkHome(`${argument}.clientSecret`, provider, place);
    });
    note(path, own, mistakes);
    if (!mistakes.isClean(at)) return;
    const client = clientOf(provider);
    if (client !== undefined) {
      claim(`${at}.clientId`, client, "is the client", owners.clients, mistakes);
    }
    const secret = secretOf(provider, place);
    if (secret !== undefined) {
      claim(`${at}.clientSecret`, secret, "has the secret", owners.secrets, mistakes);
    }
  });
}

/** Refuses a secret of another account than the workload's role. */
function checkHome(
  argument: string,
  { clientSecret }: ManifestOauth2Provider,
  { account: home }: Place,
): void {
  const text = clientSecret.existingSecret?.arn;
  if (typeof text !== "string" || home === undefined) return;
  const { account } = readSecret(subject, argument, text);
  checkAccount(subject, argument, { text, account }, home);
}

/** How an issuer identifies a workload, unless that comes from the program. */
function clientOf({ vendor, discoveryUrl, clientId }: ManifestOauth2Provider): string | undefined {
  const issuer = vendor ?? discoveryUrl;
  if (typeof clientId !== "string" || typeof issuer !== "string") return undefined;
  return `${clientId}\` of \`${issuer}`;
}

/** The name of a client's secret, unless it comes from the program. */
function secretOf(
  { name, clientSecret }: ManifestOauth2Provider,
  { tenant, workload }: Place,
): string | undefined {
  const arn = clientSecret.existingSecret?.arn;
  if (arn === undefined) return madeClientSecretName(tenant, workload, name);
  return typeof arn === "string" ? readSecret(subject, name, arn).name : undefined;
}

function claim(
  at: string,
  what: string,
  how: string,
  owners: Map<string, string>,
  mistakes: Mistakes,
): void {
  const owner = owners.get(what);
  if (owner === undefined) {
    owners.set(what, at);
    return;
  }
  mistakes.addAt(
    at,
    `\`${owner}\` ${how} \`${what}\` already, so they cannot be distinguished; issue one for each`,
  );
}
