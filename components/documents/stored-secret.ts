/** Who may decrypt a secret in Secrets Manager, and its location. */
export interface KeyReaders {
  readonly partition: string;
  readonly account: string;
  /** Name of the secret. */
  readonly secretName: string;
  /** ARNs of the roles that may read it. */
  readonly readers: readonly string[];
}

/**
 * What an administrator does with a KMS key; no grant, since a grant could allow any principal to decrypt. Source: AWS KMS
 * developer guide, default key policy, key administrators.
 */
const administration = [
  "kms:CancelKeyDeletion",
  "kms:CreateAlias",
  "kms:DeleteAlias",
  "kms:DescribeKey",
  "kms:DisableKey",
  "kms:DisableKeyRotation",
  "kms:EnableKey",
  "kms:EnableKeyRotation",
  "kms:GetKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:ListAliases",
  "kms:ListGrants",
  "kms:ListKeyPolicies",
  "kms:ListKeyRotations",
  "kms:ListResourceTags",
  "kms:PutKeyPolicy",
  "kms:RetireGrant",
  "kms:RevokeGrant",
  "kms:RotateKeyOnDemand",
  "kms:ScheduleKeyDeletion",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:UpdateAlias",
  "kms:UpdateKeyDescription",
];

/** A secret is decrypted by its service alone, in any region: a key is used in its own alone. Source: AWS KMS developer guide, kms:ViaService. */
export const viaSecretsManager = { "kms:ViaService": "secretsmanager.*" };

/**
 * Key policy by which the readers alone decrypt, of one secret alone and through Secrets Manager.
 *
 * All statements name the account, so that IAM policies are needed as well. Others manage the key and encrypt new
 * values, and decrypt what Secrets Manager has them try a key with, which is no secret's value.
 * Source: AWS Secrets Manager user guide, secret encryption and decryption.
 */
export function keyPolicy({ partition, account, secretName, readers }: KeyReaders): string {
  const Principal = { AWS: `arn:${partition}:iam::${account}:root` };
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Sid: "AdministerKey", Effect: "Allow", Principal, Action: administration, Resource: "*" },
      {
        Sid: "EncryptValues",
        Effect: "Allow",
        Principal,
        Action: "kms:GenerateDataKey",
        Resource: "*",
        Condition: { StringLike: viaSecretsManager },
      },
      {
        Sid: "TryKey",
        Effect: "Allow",
        Principal,
        Action: "kms:Decrypt",
        Resource: "*",
        Condition: {
          StringLike: viaSecretsManager,
          StringEquals: {
            "kms:EncryptionContext:SecretVersionId": "RequestToValidateKeyAccess",
          },
        },
      },
      {
        Sid: "ReadValue",
        Effect: "Allow",
        Principal,
        Action: "kms:Decrypt",
        Resource: "*",
        Condition: {
          ArnEquals: { "aws:PrincipalArn": readers },
          StringLike: {
            ...viaSecretsManager,
            // Secrets Manager ends a secret's ARN in six random characters.
            "kms:EncryptionContext:SecretARN": `arn:${partition}:secretsmanager:*:${account}:secret:${secretName}-??????`,
          },
        },
      },
    ],
  });
}

/** Who may read a secret's value. */
export interface SecretReaders {
  /** ARNs of the roles. */
  readonly readers: readonly string[];
  /** Pattern of the source identities of a broker's sessions; none without a broker. */
  readonly brokered: string | undefined;
}

/**
 * Resource policy by which only the readers read a secret's value, and they in no session of a broker.
 *
 * In such a session an agent acts, which would have the secret beside the tool.
 *
 * It denies only reading: administrators still describe, rotate, replace and delete the secret, and change this policy. A
 * request without a principal's ARN is denied too, since a negated operator is true where its key is absent.
 * `BatchGetSecretValue` needs the denied permission as well. Source: AWS Secrets Manager API, BatchGetSecretValue.
 */
export function secretPolicy({ readers, brokered }: SecretReaders): string {
  const deny = {
    Effect: "Deny",
    Principal: "*",
    Action: "secretsmanager:GetSecretValue",
    Resource: "*",
  };
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "DenyReadingToOthers",
        ...deny,
        Condition: { ArnNotEquals: { "aws:PrincipalArn": readers } },
      },
      ...(brokered === undefined
        ? []
        : [
            {
              Sid: "DenyReadingForOthers",
              ...deny,
              Condition: { StringLike: { "aws:SourceIdentity": brokered } },
            },
          ]),
    ],
  });
}
