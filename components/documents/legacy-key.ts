import { legacyKeyActions } from "../../core/workload-policies";
import { viaSecretsManager } from "./stored-secret";

/** What a tool needs to get its key. */
export interface KeyAccess {
  readonly secretArn: string;
  /** ARN of the customer managed key that encrypts the secret. */
  readonly kmsKeyArn: string | undefined;
  /** ARN of the AgentCore provider that hands the key out. */
  readonly providerArn: string | undefined;
  /** ARN of the AgentCore workload identity that the provider hands it to. */
  readonly workloadIdentityArn: string | undefined;
}

/** Identity policy by which a tool's role reads its key and nothing else. */
export function keyAccess({
  secretArn,
  kmsKeyArn,
  providerArn,
  workloadIdentityArn,
}: KeyAccess): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "ReadKey",
        Effect: "Allow",
        Action: legacyKeyActions.read,
        Resource: secretArn,
      },
      ...(kmsKeyArn === undefined ? [] : [decryptKey(kmsKeyArn, secretArn)]),
      ...(providerArn === undefined || workloadIdentityArn === undefined
        ? []
        : fromProvider(providerArn, workloadIdentityArn)),
    ],
  });
}

function decryptKey(kmsKeyArn: string, secretArn: string): object {
  return {
    Sid: "DecryptKey",
    Effect: "Allow",
    Action: legacyKeyActions.decrypt,
    Resource: kmsKeyArn,
    Condition: {
      StringLike: viaSecretsManager,
      StringEquals: { "kms:EncryptionContext:SecretARN": secretArn },
    },
  };
}

/**
 * A provider hands out a key against the token of a workload identity; each action names the collection as well.
 * Source: Service Authorization Reference, Amazon Bedrock AgentCore.
 */
function fromProvider(providerArn: string, workloadIdentityArn: string): readonly object[] {
  const directory = before(workloadIdentityArn, "/workload-identity/");
  return [
    {
      Sid: "ProveWorkload",
      Effect: "Allow",
      Action: legacyKeyActions.prove,
      Resource: [directory, workloadIdentityArn],
    },
    {
      Sid: "GetKeyFromProvider",
      Effect: "Allow",
      Action: legacyKeyActions.fetch,
      Resource: [
        before(providerArn, "/apikeycredentialprovider/"),
        providerArn,
        directory,
        workloadIdentityArn,
      ],
    },
  ];
}

/** The collection that an ARN's resource is in. */
function before(arn: string, part: string): string {
  const at = arn.indexOf(part);
  return at < 0 ? arn : arn.slice(0, at);
}
