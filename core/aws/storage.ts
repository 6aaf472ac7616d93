import type { AwsArn, AwsType } from "./aws-type";

// Types that code asks for by name.
export const bucketType = "aws:s3/bucket:Bucket";
export const bucketV2Type = "aws:s3/bucketV2:BucketV2";

const bucketArn = {
  what: "bucket",
  arn: "arn:aws:s3:::{bucket}",
  inside: ["/*"],
  notActions: `
    CreateBucket ListAllMyBuckets *AccountPublicAccessBlock *AccessPoint* *AccessGrant*
    *StorageLens* *Job *JobPriority *JobStatus *JobTagging ListJobs
  `,
  insideActions: `
    *Object* AbortMultipartUpload BypassGovernanceRetention ListMultipartUploadParts
    Replicate*
  `,
  calls: {
    actions: "s3:PutObject s3:DeleteObject",
    ifConfigured: `
      s3:DeleteObjectVersion s3:PutObjectTagging s3:PutObjectVersionTagging
      s3:DeleteObjectTagging s3:DeleteObjectVersionTagging s3:PutObjectAcl
      s3:PutObjectVersionAcl s3:RestoreObject
    `,
    by: "may write to",
  },
} as const satisfies AwsArn;

/** Buckets, file systems and backups. */
export const storageTypes = {
  [bucketType]: { native: "aws-native:s3:Bucket", policyInput: "policy", arn: bucketArn },
  [bucketV2Type]: { policyInput: "policy", arn: bucketArn },
  "aws:s3/accessPoint:AccessPoint": {
    policyInput: "policy",
    arn: {
      what: "access point",
      arn: "arn:aws:s3:{region}:{account}:accesspoint/{name}",
      inside: ["/object/*"],
      actions: `
        s3:GetObject* s3:PutObject* s3:DeleteObject* s3:RestoreObject s3:AbortMultipartUpload
        s3:ListBucket* s3:GetAccessPoint* s3:PutAccessPointPolicy s3:DeleteAccessPoint*
      `,
      insideActions: "*Object* AbortMultipartUpload",
    },
  },
  "aws:s3/directoryBucket:DirectoryBucket": {
    arn: {
      what: "directory bucket",
      arn: "arn:aws:s3express:{region}:{account}:bucket/{bucket}",
      actions: `
        s3express:CreateSession s3express:GetBucketPolicy s3express:PutBucketPolicy
        s3express:DeleteBucketPolicy s3express:DeleteBucket
      `,
    },
  },
  "aws:s3/vectorsVectorBucket:VectorsVectorBucket": {
    arn: {
      what: "vector bucket",
      arn: "arn:aws:s3vectors:{region}:{account}:bucket/{vectorBucketName}",
      arnOutput: "vectorBucketArn",
      inside: ["/index/*"],
      notActions: "CreateVectorBucket ListVectorBuckets",
    },
  },
  "aws:s3/vectorsIndex:VectorsIndex": {
    arn: {
      what: "vector index",
      arn: "arn:aws:s3vectors:{region}:{account}:bucket/{vectorBucketName}/index/{indexName}",
      arnOutput: "indexArn",
      authorizedAs: ["s3vectors:Index"],
    },
  },
  "aws:s3/bucketPolicy:BucketPolicy": {
    native: "aws-native:s3:BucketPolicy",
    policyOf: { input: "bucket", types: [bucketType, bucketV2Type] },
  },
  "aws:s3/vectorsVectorBucketPolicy:VectorsVectorBucketPolicy": {
    policyOf: {
      input: "vectorBucketArn",
      types: ["aws:s3/vectorsVectorBucket:VectorsVectorBucket"],
    },
  },
  "aws:s3tables/tableBucket:TableBucket": {
    arn: {
      what: "table bucket",
      arn: "arn:aws:s3tables:{region}:{account}:bucket/{name}",
      inside: ["/table/*"],
      notActions: "CreateTableBucket ListTableBuckets",
    },
  },
  "aws:s3tables/table:Table": {
    arn: {
      what: "table of table bucket",
      arn: "arn:aws:s3tables:{region}:{account}:bucket/{tableBucketArn}/table/{id}",
      authorizedAs: ["s3tables:Table"],
    },
  },
  "aws:s3tables/tableBucketPolicy:TableBucketPolicy": {
    policyOf: {
      input: "tableBucketArn",
      types: ["aws:s3tables/tableBucket:TableBucket"],
      policy: "resourcePolicy",
    },
  },
  "aws:s3control/accessPointPolicy:AccessPointPolicy": {
    policyOf: { input: "accessPointArn", types: ["aws:s3/accessPoint:AccessPoint"] },
  },
  "aws:efs/fileSystem:FileSystem": {
    arn: {
      what: "file system",
      arn: "arn:aws:elasticfilesystem:{region}:{account}:file-system/{id}",
      notActions: "CreateFileSystem DescribeAccountPreferences PutAccountPreferences",
    },
  },
  "aws:efs/fileSystemPolicy:FileSystemPolicy": {
    policyOf: { input: "fileSystemId", types: ["aws:efs/fileSystem:FileSystem"] },
  },
  "aws:backup/vault:Vault": {
    arn: {
      what: "backup vault",
      arn: "arn:aws:backup:{region}:{account}:backup-vault:{name}",
      actions: `
        backup:DescribeBackupVault backup:DeleteBackupVault backup:PutBackupVault*
        backup:DeleteBackupVault* backup:ListRecoveryPointsByBackupVault
        backup:CopyIntoBackupVault backup:StartBackupJob
      `,
    },
  },
  "aws:backup/vaultPolicy:VaultPolicy": {
    policyOf: { input: "backupVaultName", types: ["aws:backup/vault:Vault"] },
  },
  "aws:transfer/server:Server": {
    arn: {
      what: "transfer server",
      arn: "arn:aws:transfer:{region}:{account}:server/{id}",
      actions: `
        transfer:CreateUser transfer:UpdateServer transfer:DeleteServer transfer:StartServer
        transfer:StopServer
      `,
    },
  },
} as const satisfies Readonly<Record<string, AwsType>>;
