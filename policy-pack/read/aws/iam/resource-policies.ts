import { kindOfType, type ResourceKind } from "../../../domain/paths/access/kinds";
import { parseArn } from "../../../../core/arn";
import { named, type Flag, type Ref, type Text } from "../../../facts/fact-values";
import { placeOfScope, regionalScope, scopedName, type Name } from "../../../facts/name";
import { read } from "../../../../core/snapshot/read";
import type { Reader } from "../../resource/reader";
import { FactList, onlyOf, textAt, valueIn } from "../../resource/values";
import { addGuards, addExposes } from "./documents";
import { placeFor } from "../refs";

/** A type that puts a resource policy on another resource: the input that names it, and what that can be. */
interface Attaching {
  readonly of: string;
  readonly types: readonly string[];
  /** The input with the policy. Default: `policy`. */
  readonly policy?: string;
}

const attaching: Readonly<Record<string, Attaching>> = {
  "aws:acmpca/policy:Policy": {
    of: "resourceArn",
    types: ["aws:acmpca/certificateAuthority:CertificateAuthority"],
  },
  "aws:apigateway/restApiPolicy:RestApiPolicy": {
    of: "restApiId",
    types: ["aws:apigateway/restApi:RestApi"],
  },
  "aws:backup/vaultPolicy:VaultPolicy": {
    of: "backupVaultName",
    types: ["aws:backup/vault:Vault"],
  },
  // Source: Amazon Bedrock AgentCore developer guide, "Resource-based policies".
  "aws:bedrock/agentcoreResourcePolicy:AgentcoreResourcePolicy": {
    of: "resourceArn",
    types: [
      "aws:bedrock/agentcoreAgentRuntime:AgentcoreAgentRuntime",
      "aws:bedrock/agentcoreGateway:AgentcoreGateway",
      "aws:bedrock/agentcoreMemory:AgentcoreMemory",
    ],
  },
  "aws:cloudwatch/eventBusPolicy:EventBusPolicy": {
    of: "eventBusName",
    types: ["aws:cloudwatch/eventBus:EventBus"],
  },
  "aws:codeartifact/repositoryPermissionsPolicy:RepositoryPermissionsPolicy": {
    of: "repository",
    types: ["aws:codeartifact/repository:Repository"],
    policy: "policyDocument",
  },
  "aws:codebuild/resourcePolicy:ResourcePolicy": {
    of: "resourceArn",
    types: ["aws:codebuild/project:Project"],
  },
  "aws:dsql/clusterPolicy:ClusterPolicy": {
    of: "identifier",
    types: ["aws:dsql/cluster:Cluster"],
  },
  "aws:dynamodb/resourcePolicy:ResourcePolicy": {
    of: "resourceArn",
    types: ["aws:dynamodb/table:Table"],
  },
  "aws:ecr/repositoryPolicy:RepositoryPolicy": {
    of: "repository",
    types: ["aws:ecr/repository:Repository"],
  },
  "aws:efs/fileSystemPolicy:FileSystemPolicy": {
    of: "fileSystemId",
    types: ["aws:efs/fileSystem:FileSystem"],
  },
  "aws:elasticsearch/domainPolicy:DomainPolicy": {
    of: "domainName",
    types: ["aws:elasticsearch/domain:Domain"],
    policy: "accessPolicies",
  },
  "aws:kinesis/resourcePolicy:ResourcePolicy": {
    of: "resourceArn",
    types: ["aws:kinesis/stream:Stream"],
  },
  "aws:kms/keyPolicy:KeyPolicy": { of: "keyId", types: ["aws:kms/key:Key"] },
  "aws:msk/clusterPolicy:ClusterPolicy": {
    of: "clusterArn",
    types: ["aws:msk/cluster:Cluster", "aws:msk/serverlessCluster:ServerlessCluster"],
  },
  "aws:opensearch/domainPolicy:DomainPolicy": {
    of: "domainName",
    types: ["aws:opensearch/domain:Domain"],
    policy: "accessPolicies",
  },
  "aws:s3/bucketPolicy:BucketPolicy": {
    of: "bucket",
    types: ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"],
  },
  "aws:s3/vectorsVectorBucketPolicy:VectorsVectorBucketPolicy": {
    of: "vectorBucketArn",
    types: ["aws:s3/vectorsVectorBucket:VectorsVectorBucket"],
  },
  "aws:s3control/accessPointPolicy:AccessPointPolicy": {
    of: "accessPointArn",
    types: ["aws:s3/accessPoint:AccessPoint"],
  },
  "aws:s3tables/tableBucketPolicy:TableBucketPolicy": {
    of: "tableBucketArn",
    types: ["aws:s3tables/tableBucket:TableBucket"],
    policy: "resourcePolicy",
  },
  "aws:sesv2/emailIdentityPolicy:EmailIdentityPolicy": {
    of: "emailIdentity",
    types: ["aws:sesv2/emailIdentity:EmailIdentity"],
  },
  "aws:sns/topicPolicy:TopicPolicy": { of: "arn", types: ["aws:sns/topic:Topic"] },
  "aws:sqs/queuePolicy:QueuePolicy": { of: "queueUrl", types: ["aws:sqs/queue:Queue"] },
};

/** Reads resource policies that are resources of their own. */
export const resourcePolicyReader: Reader = {
  name: "aws resource policies",
  types: Object.keys(attaching),
  read: (resource, context) => {
    const list = new FactList(resource);
    const attached = attaching[resource.type];
    if (attached === undefined) return [];
    const of = refTo(textAt(resource, attached.of), attached.types, placeFor(resource, context));
    if (of === undefined) return [];
    addGuards(list, context, attached.policy ?? "policy", of);
    return list.all();
  },
};

/**
 * Reads which principals a bus of EventBridge allows to put events on it, beside its own policy.
 *
 * Source: EventBridge API, PutPermission: an account or `*`, and an organisation; `events:PutEvents` by default.
 */
export const eventPermissionReader: Reader = {
  name: "aws event permissions",
  types: ["aws:cloudwatch/eventPermission:EventPermission"],
  read: (resource, context) => {
    const list = new FactList(resource);
    const name = textAt(resource, "eventBusName") ?? { kind: "known", text: "default" };
    const types = ["aws:cloudwatch/eventBus:EventBus"];
    const bus = refTo(name, types, placeFor(resource, context));
    if (bus === undefined) return [];
    const { action = "events:PutEvents" } = resource.inputs;
    const [type, key, value] = ["type", "key", "value"].map((part) =>
      valueIn(read(resource.inputs, "condition", part)),
    );
    const conditions =
      typeof type === "string" && typeof key === "string" && value !== undefined
        ? { [type]: { [key]: value } }
        : {};
    addExposes(list, context, bus, "principal", action, conditions);
    return list.all();
  },
};

/** Reads the names of keys of KMS, by which policies can allow the use of a key. */
export const keyAliasReader: Reader = {
  name: "aws key aliases",
  types: ["aws:kms/alias:Alias"],
  read: (resource, context) => {
    const list = new FactList(resource);
    const key = keyNamed(textAt(resource, "targetKeyId"), placeFor(resource, context));
    const alias = textAt(resource, "name");
    if (key !== undefined && alias !== undefined) {
      list.add("configures", "name", { resource: key, setting: "alias", alias });
    }
    return list.all();
  },
};

/**
 * Reads of which buckets S3 looks at the tags: by default of none.
 *
 * Source: Amazon S3 user guide, "Enabling ABAC in general purpose buckets".
 */
export const bucketAbacReader: Reader = {
  name: "aws bucket ABAC",
  types: ["aws:s3/bucketAbac:BucketAbac"],
  read: (resource, context) => {
    const list = new FactList(resource);
    const bucket = bucketNamed(textAt(resource, "bucket"), placeFor(resource, context));
    if (bucket !== undefined) addAccessByTags(list, bucket, "abacStatus", "status");
    return list.all();
  },
};

/** Adds whether S3 authorises by the tags of a bucket, if its settings have that at a path. */
export function addAccessByTags(
  list: FactList,
  bucket: Ref,
  ...path: readonly [string, ...string[]]
): void {
  const status = textAt(list.resource, ...path);
  if (status === undefined) return;
  const isOn: Flag =
    status.kind === "unknown" ? status : { kind: "known", value: status.text === "Enabled" };
  list.add("configures", path.join("."), { resource: bucket, setting: "access by tags", isOn });
}

/** The key of KMS that a text names, by its id or ARN; {@link placeFor} has the location. */
export function keyNamed(text: Text | undefined, place: string): Ref | undefined {
  return refTo(text, ["aws:kms/key:Key"], place);
}

/** The bucket that a text names. */
export function bucketNamed(text: Text | undefined, place: string): Ref | undefined {
  return refTo(text, ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"], place);
}

const kindsNamed = new Set(
  Object.values(attaching).flatMap(({ types }) => types.flatMap((type) => kindOfType(type) ?? [])),
);

/** Whether resource policies of a kind are resources of their own that name theirs. */
export function isNamedByPolicies(kind: ResourceKind): boolean {
  return kindsNamed.has(kind);
}

/**
 * A resource by its short name, as {@link resourcePolicyReader} and the reader of resources spell it.
 *
 * @param scope its account, with its region where that is known
 */
export function resourceName(kind: ResourceKind, short: string, scope: string): Name {
  const within = kind.global === true ? placeOfScope(scope).account : scope;
  return scopedName("aws", within, kind.what, short);
}

/** A scope with the region of what something in it names; where its own is not known, that is taken for its own. */
function inRegion(scope: string, region: string): string {
  const { account, region: own } = placeOfScope(scope);
  return own === undefined || region === "" ? scope : regionalScope(account, region);
}

/** What a text names, an ARN, a URL or a short name, or an output of one of the types. */
function refTo(text: Text | undefined, types: readonly string[], scope: string): Ref | undefined {
  const kinds = types.flatMap((type) => kindOfType(type) ?? []);
  if (text === undefined) return undefined;
  if (text.kind === "unknown") {
    const only = onlyOf(text, types);
    return only === undefined ? text : named(only);
  }
  const kind = kinds.find((each) => isIn(text.text, each)) ?? kinds[0];
  return (
    kind &&
    named(resourceName(kind, shortIn(text.text, kind), inRegion(scope, regionIn(text.text))))
  );
}

/** The region that an ARN names, or the URL of a queue. */
function regionIn(text: string): string {
  const parsed = parseArn(text);
  return parsed.ok ? parsed.arn.region : (/^https:\/\/sqs\.([\w-]+)\./.exec(text)?.[1] ?? "");
}

/** Whether an ARN is one of a kind. */
function isIn(text: string, { service, resource }: ResourceKind): boolean {
  const parsed = parseArn(text);
  const [before = ""] = resource.split("{}");
  return parsed.ok && parsed.arn.service === service && parsed.arn.resource.startsWith(before);
}

/** What an ARN, a URL or a short name names of a kind: what is behind the prefix of its ARNs. */
export function shortIn(text: string, { resource }: ResourceKind): string {
  const parsed = parseArn(text);
  if (!parsed.ok) return text.includes("://") ? text.slice(text.lastIndexOf("/") + 1) : text;
  const [before = ""] = resource.split("{}");
  const named = parsed.arn.resource;
  return named.startsWith(before) ? named.slice(before.length) : named;
}
