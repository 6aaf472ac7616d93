import type * as pulumi from "@pulumi/pulumi";
import { argumentError, exactlyOne, fitting, oneOf } from "../arguments/argument-error";
import {
  checkStored,
  withoutValue,
  type ExistingSecret,
  type MadeSecret,
} from "../stored-secret/arguments";
import { readRotation, type KeyRotation, type KnownRotation } from "../stored-secret/rotation";
import type { WorkloadSubject } from "../federations/all-federations";

/** A service that a workload calls with OAuth2 tokens, which Bedrock AgentCore gets for its workload identity. */
export interface Oauth2Provider {
  /** Name of the service within the workload, such as `github`: lowercase letters, digits and single `-` inside, at most 32. */
  name: string;
  /**
   * Issuer of the tokens, where AgentCore supports it by name: `atlassian`, `github`, `google`, `linkedin`, `salesforce` or
   * `slack`. Default: the issuer at `discoveryUrl`; exactly one of both.
   */
  vendor?: string;
  /** Where any other issuer describes itself: an `https` address that ends in `/.well-known/openid-configuration`. Default: none. */
  discoveryUrl?: pulumi.Input<string>;
  /** Id of the workload's client at the issuer; no other workload has it. */
  clientId: pulumi.Input<string>;
  /** The location of the client's secret; give exactly one. */
  clientSecret: ClientSecret;
  /** Field of the secret, which is a JSON object, that has the client's secret. Default: `clientSecret`. */
  jsonKey?: string;
  /** Until when the client's secret may be used. */
  rotation: KeyRotation;
}

/** The location of the secret of an OAuth2 client; give exactly one. */
export interface ClientSecret {
  /** A secret made in AWS Secrets Manager, under a KMS key of its own. */
  secretsManager?: MadeSecret;
  /** A secret that exists in AWS Secrets Manager; its resource policy becomes ours. */
  existingSecret?: ExistingSecret;
}

/** Field that has a client's secret where none is named. */
export const defaultSecretKey = "clientSecret";

/** Vendors whose issuers AgentCore supports by name. Source: Bedrock AgentCore Control API, CredentialProviderVendorType. */
export const vendors = {
  Atlassian: "atlassian",
  Github: "github",
  Google: "google",
  Linkedin: "linkedin",
  Salesforce: "salesforce",
  Slack: "slack",
} as const;

/** Most services of one workload: so many fit the inline policies of its role beside its permissions. */
const mostProviders = 4;

/** The argument of a workload that names one of its services. */
export function providerArgument(index: number): string {
  return `oauth2Providers[${index}]`;
}

/** Checks a workload's OAuth2 services, for every declaration of it. */
export function checkOauth2Providers(
  subject: string,
  providers: readonly Oauth2Provider[],
  workload: { readonly subject?: WorkloadSubject },
): void {
  if (providers.length === 0) return;
  if (workload.subject?.agentCore === undefined) {
    throw argumentError(
      subject,
      "oauth2Providers is set, but AgentCore gets tokens only for its own workloads; give `subject.agentCore` under a tenant whose federation is `agentCore`, or leave it out",
    );
  }
  if (providers.length > mostProviders) {
    throw argumentError(
      subject,
      `oauth2Providers has \`${providers.length}\` services; at most ${mostProviders} fit the policies of one role; give others to a tool of their own`,
    );
  }
  const names = providers.map(({ name }) => name);
  providers.forEach((provider, index) => {
    const argument = providerArgument(index);
    checkOauth2Provider(subject, argument, provider);
    if (names.indexOf(provider.name) === index) return;
    throw argumentError(
      subject,
      `${argument}.name \`${provider.name}\` is that of another of its services; give each a name of its own`,
    );
  });
}

/** The rotation of a client's secret. */
export function rotationOf(
  subject: string,
  argument: string,
  { rotation }: Oauth2Provider,
): KnownRotation {
  return readRotation(subject, rotation, `${argument}.rotation`);
}

/** What of a service may be in the stack's state: all but the secret's value, and not the day of the run. */
export function withoutSecret({ clientSecret, rotation, ...others }: Oauth2Provider): object {
  const { secretsManager } = clientSecret;
  const { issued, rotateBefore } = rotation;
  return {
    ...others,
    clientSecret:
      secretsManager === undefined
        ? clientSecret
        : { secretsManager: withoutValue(secretsManager) },
    rotation: { issued, rotateBefore },
  };
}

/** Refuses an address that is none of an issuer's description. */
export function checkDiscoveryUrl(subject: string, argument: string, url: string): string {
  fitting(
    subject,
    `${argument}.discoveryUrl`,
    url,
    /^https:\/\/[^\s?#*]+\/\.well-known\/openid-configuration$/,
    "the issuer's address, `https` and with `/.well-known/openid-configuration` at the end",
  );
  return url;
}

/** Checks one OAuth2 service of a workload, for every declaration of it. */
export function checkOauth2Provider(
  subject: string,
  argument: string,
  provider: Oauth2Provider,
): void {
  const { name, vendor, discoveryUrl, clientId, clientSecret, jsonKey } = provider;
  fitting(
    subject,
    `${argument}.name`,
    name,
    /^(?=.{1,32}$)[a-z0-9]+(?:-[a-z0-9]+)*$/,
    "1 to 32 lowercase letters, digits and single `-` inside",
  );
  exactlyOne(subject, argument, { vendor, discoveryUrl });
  if (vendor !== undefined) oneOf(subject, `${argument}.vendor`, vendor, vendors);
  if (typeof discoveryUrl === "string") checkDiscoveryUrl(subject, argument, discoveryUrl);
  if (typeof clientId === "string") {
    const wanted = "the id of a client, 1 to 256 characters without spaces";
    fitting(subject, `${argument}.clientId`, clientId, /^[^\s\p{C}]{1,256}$/u, wanted);
  }
  const { secretsManager, existingSecret } = clientSecret;
  exactlyOne(subject, `${argument}.clientSecret`, { secretsManager, existingSecret });
  checkStored(subject, `${argument}.clientSecret`, clientSecret);
  if (jsonKey !== undefined) {
    const wanted = "the name of a field, 1 to 64 letters, digits, `_`, `.` or `-`";
    fitting(subject, `${argument}.jsonKey`, jsonKey, /^[\w.-]{1,64}$/, wanted);
  }
  rotationOf(subject, argument, provider);
}
