import type * as pulumi from "@pulumi/pulumi";
import { claim } from "../arguments/claimed";
import { claimStored, type ClaimedStorage } from "../stored-secret/store";
import { isPlain } from "../arguments/known";
import type { Declaration } from "./workload";
import { providerArgument, type Oauth2Provider } from "../oauth2/arguments";

/** Claims a workload's clients and their secrets as far as they are known before anything is made. */
export function claimOauth2Providers(subject: string, declaration: Declaration): void {
  (declaration.oauth2Providers ?? []).forEach((provider, index) => {
    claimStored(storageOf(subject, declaration, provider, index), provider.clientSecret);
    const { discoveryUrl, clientId } = provider;
    if (!isPlain({ discoveryUrl, clientId })) return;
    claimClient(subject, provider, { discoveryUrl, clientId } as pulumi.Unwrap<Client>);
  });
}

/** How an issuer identifies a workload. */
interface Client {
  readonly discoveryUrl: pulumi.Input<string> | undefined;
  readonly clientId: pulumi.Input<string>;
}

/** Refuses a client that two workloads would be. */
export function claimClient(
  subject: string,
  provider: Oauth2Provider,
  { discoveryUrl, clientId }: pulumi.Unwrap<Client>,
): string {
  const issuer = provider.vendor ?? discoveryUrl ?? "";
  const problem = `\`${clientId}\` of \`${issuer}\` is already the client of another workload, and the service could not distinguish them; register one for each`;
  claim(subject, provider, `oauth2 client ${clientId} of ${issuer}`, problem);
  return clientId;
}

/** What is known of the location of a client's secret before its workload is made. */
export function storageOf(
  subject: string,
  declaration: Declaration,
  provider: Oauth2Provider,
  index: number,
): ClaimedStorage {
  return {
    subject,
    argument: `${providerArgument(index)}.clientSecret`,
    declaration,
    holder: provider,
    nameIn: (tenant) => madeClientSecretName(tenant, declaration.name, provider.name),
  };
}

/** Name of a secret that is made for a client; no LegacyTool's has three parts. */
export function madeClientSecretName(tenant: string, workload: string, provider: string): string {
  return `agentid/${tenant}/${workload}/${provider}`;
}
