import { checkAccount, readSecret } from "../kept-secret/arguments";
import { checkOauth2Providers, providerArgument, type Oauth2Provider } from "../oauth2/arguments";
import type { Mistakes } from "../../yaml/problems";
import { accountOf } from "./account-of";
import { checkToday, rotationOf } from "./check-keys";
import { problemOf, subject } from "./component-checks";
import type {
  Manifest,
  ManifestOauth2Provider,
  ManifestTenant,
  ManifestWorkload,
} from "./manifest-shape";
import { note } from "./note";

/** Who has a client or a secret that one workload alone may have, by the place in the manifest. */
type Owners = Map<string, string>;

/** Notes what is wrong with the services that workloads call with OAuth2 tokens, and clients and secrets that two have. */
export function checkOauth2(
  tenants: readonly (readonly [string, ManifestTenant])[],
  manifest: Partial<Manifest>,
  mistakes: Mistakes,
): void {
  const owners: Owners = new Map();
  for (const [tenantName, tenant] of tenants) {
    const account = accountOf(tenant, manifest, mistakes);
    for (const field of ["tools", "agents", "orchestrators"] as const) {
      const workloads: Readonly<Record<string, ManifestWorkload>> = tenant[field] ?? {};
      for (const [name, declared] of Object.entries(workloads)) {
        const path = `tenants.${tenantName}.${field}.${name}`;
        if (!mistakes.isClean(`${path}.oauth2Providers`)) continue;
        checkWorkload(path, declared, account, owners, mistakes);
      }
    }
  }
}

/** What a manifest says of the services that a workload calls with OAuth2 tokens, as components take it. */
export function oauth2ProvidersOf({ oauth2Providers = [] }: ManifestWorkload): Oauth2Provider[] {
  return oauth2Providers.map((provider) => ({ ...provider, rotation: rotationOf(provider) }));
}

function checkWorkload(
  path: string,
  declared: ManifestWorkload,
  account: string | undefined,
  owners: Owners,
  mistakes: Mistakes,
): void {
  const problem = problemOf(() => {
    checkOauth2Providers(subject, oauth2ProvidersOf(declared), declared);
  });
  note(path, problem, mistakes);
  (declared.oauth2Providers ?? []).forEach((provider, index) => {
    const at = `${path}.${providerArgument(index)}`;
    checkToday(at, provider, mistakes);
    if (!mistakes.isClean(at)) return;
    checkHome(path, provider, index, account, mistakes);
    claim(at, clientOf(provider), "is the client of", owners, mistakes);
    claim(at, secretOf(provider, index), "has the secret of", owners, mistakes);
  });
}

function checkHome(
  path: string,
  { clientSecret }: ManifestOauth2Provider,
  index: number,
  home: string | undefined,
  mistakes: Mistakes,
): void {
  const text = clientSecret.existingSecret?.arn;
  if (typeof text !== "string" || home === undefined) return;
  const argument = `${providerArgument(index)}.clientSecret`;
  const problem = problemOf(() => {
    const { account } = readSecret(subject, argument, text);
    checkAccount(subject, argument, { text, account }, home);
  });
  note(path, problem, mistakes);
}

/** How an issuer knows a workload, where the program does not tell it later. */
function clientOf({ vendor, discoveryUrl, clientId }: ManifestOauth2Provider): string | undefined {
  const issuer = vendor ?? discoveryUrl;
  if (typeof clientId !== "string" || typeof issuer !== "string") return undefined;
  return `\`${clientId}\` of \`${issuer}\``;
}

/** An existing secret by its name; one that is made is its workload's alone. */
function secretOf({ clientSecret }: ManifestOauth2Provider, index: number): string | undefined {
  const arn = clientSecret.existingSecret?.arn;
  if (typeof arn !== "string") return undefined;
  return `\`${readSecret(subject, providerArgument(index), arn).name}\``;
}

function claim(
  at: string,
  what: string | undefined,
  how: string,
  owners: Owners,
  mistakes: Mistakes,
): void {
  if (what === undefined) return;
  const owner = owners.get(`${how} ${what}`);
  if (owner === undefined) {
    owners.set(`${how} ${what}`, at);
    return;
  }
  mistakes.addAt(
    at,
    `\`${owner}\` ${how} ${what} already, so that nobody could tell them apart; register one for each`,
  );
}
