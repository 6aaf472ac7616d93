import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { policyName } from "../arguments/adopt";
import { oauth2Access } from "../documents/oauth2";
import {
  guardSecret,
  makeSecret,
  type SecretStorage,
  type StoredSecret,
} from "../stored-secret/store";
import { rotationMark, versionOf } from "../stored-secret/rotation";
import { derive, part } from "../arguments/known";
import { oauth2ProviderName } from "../arguments/naming";
import type { Making } from "./registrations";
import {
  checkDiscoveryUrl,
  defaultSecretKey,
  providerArgument,
  rotationOf,
  vendors,
  type Oauth2Provider,
} from "../oauth2/arguments";
import { claimClient, storageOf } from "./oauth2-claim";

type ProviderConfig = aws.types.input.bedrock.AgentcoreOauth2CredentialProviderOauth2ProviderConfig;

/** A service that AgentCore gets tokens of, and where its client's secret is. */
interface MadeProvider {
  readonly name: string;
  readonly provider: aws.bedrock.AgentcoreOauth2CredentialProvider;
  readonly secret: StoredSecret;
}

/**
 * Allows only a workload to get the tokens of its services from AgentCore; returns the variables that name them.
 *
 * AgentCore stores no copy of a client's secret: it reads it as the workload's role.
 */
export function makeOauth2Providers(
  making: Making,
  role: aws.iam.Role,
  identity: aws.bedrock.AgentcoreWorkloadIdentity,
): Readonly<Record<string, pulumi.Output<string>>> {
  const providers = (making.declaration.oauth2Providers ?? []).map((given, index) =>
    makeProvider(making, given, index),
  );
  if (providers.length === 0) return {};
  new aws.iam.RolePolicy(
    `${making.resourceName}-oauth2`,
    {
      name: policyName(making.declaration, "oauth2"),
      role: role.name,
      policy: derive(
        {
          workloadIdentityArn: identity.workloadIdentityArn,
          providers: providers.map(({ provider, secret }) => ({
            providerArn: provider.credentialProviderArn,
            secretArn: secret.arn,
            kmsKeyArn: secret.kmsKeyArn,
          })),
        },
        oauth2Access,
      ),
    },
    { parent: making.parent },
  );
  return Object.fromEntries(
    providers.map(({ name, provider }) => [variableOf(name), provider.name]),
  );
}

/** Environment variable that has the name of a service's provider. */
function variableOf(name: string): string {
  return `AGENTID_OAUTH2_${name.replaceAll("-", "_").toUpperCase()}`;
}

function makeProvider(making: Making, given: Oauth2Provider, index: number): MadeProvider {
  const { parent, resourceName, subject, declaration, labels } = making;
  const argument = providerArgument(index);
  const childName = `${resourceName}-oauth2-${given.name}`;
  const rotation = rotationOf(subject, argument, given);
  const keeping: SecretStorage = {
    ...storageOf(subject, declaration, given, index),
    parent,
    childName,
    what: `client secret of ${given.name} of ${declaration.kind} ${declaration.name}`,
    description: `Client secret of ${declaration.kind} ${declaration.name} for ${given.name}, to be rotated before ${rotation.rotateBefore}`,
    tags: { ...labels, [rotationMark]: rotation.rotateBefore },
    version: versionOf(rotation),
  };
  const { secretsManager, existingSecret } = given.clientSecret;
  const secret =
    existingSecret === undefined
      ? makeSecret(keeping, secretsManager ?? {})
      : guardSecret(keeping, existingSecret);
  const { discoveryUrl, clientId } = given;
  const credentials = {
    clientId: derive({ discoveryUrl, clientId }, (known) => claimClient(subject, given, known)),
    clientSecretSource: "EXTERNAL",
    clientSecretConfig: { secretId: secret.arn, jsonKey: given.jsonKey ?? defaultSecretKey },
  };
  const provider = new aws.bedrock.AgentcoreOauth2CredentialProvider(
    childName,
    {
      name: derive(
        part(declaration.tenant, (ref) => ref.name),
        (tenant) => oauth2ProviderName(tenant, declaration.name, given.name),
      ),
      ...(discoveryUrl === undefined
        ? ofVendor(given.vendor ?? "", credentials)
        : {
            credentialProviderVendor: "CustomOauth2",
            oauth2ProviderConfig: {
              customOauth2ProviderConfig: {
                oauthDiscovery: {
                  discoveryUrl: derive(discoveryUrl, (url) =>
                    checkDiscoveryUrl(subject, argument, url),
                  ),
                },
                ...credentials,
              },
            },
          }),
      tags: labels,
    },
    { parent, dependsOn: [...secret.written] },
  );
  return { name: given.name, provider, secret };
}

/** A vendor in the words of AgentCore. */
function ofVendor(
  vendor: string,
  credentials: ProviderConfig["githubOauth2ProviderConfig"],
): { credentialProviderVendor: string; oauth2ProviderConfig: ProviderConfig } {
  const [called] = Object.entries(vendors).find(([, value]) => value === vendor) ?? [""];
  return {
    credentialProviderVendor: `${called}Oauth2`,
    oauth2ProviderConfig: { [`${vendor}Oauth2ProviderConfig`]: credentials },
  };
}
