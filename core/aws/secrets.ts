import type { AwsArn, AwsType } from "./aws-type";

// Types that code asks for by name.
export const secretType = "aws:secretsmanager/secret:Secret";
export const secretPolicyType = "aws:secretsmanager/secretPolicy:SecretPolicy";
export const secretVersionType = "aws:secretsmanager/secretVersion:SecretVersion";
export const parameterType = "aws:ssm/parameter:Parameter";
export const keyType = "aws:kms/key:Key";

const keyArn = {
  what: "key",
  arn: "arn:aws:kms:{region}:{account}:key/{id}",
  notActions: `
    CreateKey ListKeys ListAliases GenerateRandom *CustomKeyStore* ListRetirableGrants
  `,
} as const satisfies AwsArn;

/** Secrets, keys and certificates. */
export const secretsTypes = {
  [secretType]: {
    native: "aws-native:secretsmanager:Secret",
    nativeSecrets: ["secretString"],
    hasTenantReader: true,
    arn: {
      what: "secret",
      arn: "arn:aws:secretsmanager:{region}:{account}:secret:{name-??????}",
      notActions: "CreateSecret ListSecrets BatchGetSecretValue GetRandomPassword",
      use: "secretsmanager:GetSecretValue",
    },
  },
  [secretPolicyType]: { native: "aws-native:secretsmanager:ResourcePolicy" },
  [secretVersionType]: {
    needsInputs: true,
    generates: { outputs: [], value: "copy" },
    secrets: { at: ["secretString", "secretBinary", "secretStringWo"], marked: true },
  },
  [parameterType]: {
    native: "aws-native:ssm:Parameter",
    needsInputs: true,
    generates: { outputs: [], value: "copy" },
    // Of a plain parameter too: its reader handles that it is no location for secrets, whatever is marked.
    secrets: { at: ["value", "valueWo"], marked: true },
    hasTenantReader: true,
    arn: {
      what: "parameter",
      arn: "arn:aws:ssm:{region}:{account}:parameter/{name}",
      actions: `
        ssm:GetParameter ssm:GetParameters ssm:GetParameterHistory ssm:GetParametersByPath
        ssm:PutParameter ssm:DeleteParameter* ssm:LabelParameterVersion
        ssm:UnlabelParameterVersion
      `,
      listing: "ssm:GetParametersByPath",
      use: `
        ssm:GetParameter ssm:GetParameters ssm:GetParameterHistory ssm:GetParametersByPath
      `,
      usedAs: { input: "type", is: "SecureString" },
    },
  },
  "aws:ssm/document:Document": {
    job: { what: "document of Systems Manager", texts: ["content"] },
    arn: {
      what: "document",
      arn: "arn:aws:ssm:{region}:{account}:document/{name}",
      actions: `
        ssm:SendCommand ssm:StartSession ssm:UpdateDocument* ssm:DeleteDocument ssm:GetDocument
        ssm:ModifyDocumentPermission
      `,
    },
  },
  "aws:ssm/association:Association": {
    job: { what: "association of Systems Manager", environments: ["parameters"] },
  },
  "aws:kms/externalKey:ExternalKey": { policyInput: "policy", arn: keyArn },
  [keyType]: { native: "aws-native:kms:Key", policyInput: "policy", arn: keyArn },
  "aws:kms/replicaKey:ReplicaKey": { policyInput: "policy", arn: keyArn },
  "aws:kms/keyPolicy:KeyPolicy": { policyOf: { input: "keyId", types: [keyType] } },
  "aws:acm/certificate:Certificate": {
    arn: {
      what: "certificate",
      arn: "arn:aws:acm:{region}:{account}:certificate/{id}",
      actions: "acm:ExportCertificate acm:DeleteCertificate acm:UpdateCertificateOptions",
    },
  },
  "aws:acmpca/certificateAuthority:CertificateAuthority": {
    arn: {
      what: "certificate authority",
      arn: "arn:aws:acm-pca:{region}:{account}:certificate-authority/{id}",
      actions: `
        acm-pca:IssueCertificate acm-pca:RevokeCertificate acm-pca:GetCertificate
        acm-pca:CreatePermission acm-pca:PutPolicy acm-pca:UpdateCertificateAuthority
        acm-pca:DeleteCertificateAuthority
      `,
    },
  },
  "aws:acmpca/policy:Policy": {
    policyOf: {
      input: "resourceArn",
      types: ["aws:acmpca/certificateAuthority:CertificateAuthority"],
    },
  },
} as const satisfies Readonly<Record<string, AwsType>>;
