import { oauth2Actions } from "../../core/workload-policies";
import { viaSecretsManager } from "./stored-secret";

/** What a workload needs to have AgentCore get it OAuth2 tokens. */
export interface Oauth2Access {
  /** ARN of the workload identity that tokens are for. */
  readonly workloadIdentityArn: string;
  readonly providers: readonly ProviderAccess[];
}

/** What a workload needs to get the tokens of one service. */
interface ProviderAccess {
  readonly providerArn: string;
  /** ARN of the secret that has the client's. */
  readonly secretArn: string;
  /** ARN of the customer managed key that encrypts it. */
  readonly kmsKeyArn?: string | undefined;
}

/**
 * Identity policy by which a role gets only the tokens of its own services, for its own workload identity.
 *
 * AgentCore reads a client's secret as the caller of a token. Each action names the collection of its resources as well.
 * Source: Service Authorization Reference, Amazon Bedrock AgentCore; its developer guide, credential provider in Secrets
 * Manager.
 */
export function oauth2Access({ workloadIdentityArn, providers }: Oauth2Access): string {
  const [directory] = workloadIdentityArn.split("/workload-identity/");
  const vaults = providers.map(
    ({ providerArn }) => providerArn.split("/oauth2credentialprovider/")[0],
  );
  const encrypted = providers.flatMap(({ kmsKeyArn, secretArn }) =>
    kmsKeyArn === undefined ? [] : [{ kmsKeyArn, secretArn }],
  );
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "GetTokens",
        Effect: "Allow",
        Action: oauth2Actions.fetch,
        Resource: [
          ...new Set(vaults),
          ...providers.map(({ providerArn }) => providerArn),
          directory,
          workloadIdentityArn,
        ],
      },
      {
        Sid: "ReadClientSecrets",
        Effect: "Allow",
        Action: oauth2Actions.read,
        Resource: providers.map(({ secretArn }) => secretArn),
      },
      ...(encrypted.length === 0
        ? []
        : [
            {
              Sid: "DecryptClientSecrets",
              Effect: "Allow",
              Action: oauth2Actions.decrypt,
              Resource: encrypted.map(({ kmsKeyArn }) => kmsKeyArn),
              Condition: {
                StringLike: viaSecretsManager,
                StringEquals: {
                  "kms:EncryptionContext:SecretARN": encrypted.map(({ secretArn }) => secretArn),
                },
              },
            },
          ]),
    ],
  });
}

/** Maximum characters of {@link oauth2Access}, reserved of the 10,240 of a role's inline policies. */
export function oauth2Room(secrets: readonly { readonly isMade: boolean }[]): number {
  if (secrets.length === 0) return 0;
  // Names of existing secrets have up to 512 characters, those of made ones up to 168; each is there twice.
  const each = secrets.map(({ isMade }) => 360 + 2 * (isMade ? 260 : 600));
  return each.reduce((sum, characters) => sum + characters, 1200);
}
