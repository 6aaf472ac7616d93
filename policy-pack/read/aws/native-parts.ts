import { isCloudControl } from "../../domain/native/as-classic";
import type { Fact } from "../../facts/fact";
import { tablePolicyType, tableType } from "../../../core/aws/databases";
import { bucketType } from "../../../core/aws/storage";
import { topicSubscriptionType, topicType } from "../../../core/aws/events";
import { agentCollaboratorType, bedrockAgentType } from "../../../core/aws/bedrock";
import { secretType, secretVersionType } from "../../../core/aws/secrets";
import { managedPolicyType, policyAttachmentType } from "../../../core/aws/iam";
import { knownString, listAt, read, type Step } from "../../../core/snapshot/read";
import { tokenInUrn, type Resource } from "../../../core/snapshot/resource";
import { Secret, Unknown, type Value, type ValueRecord } from "../../../core/snapshot/value";
import type { Reader } from "../resource/reader";
import { valueIn } from "../resource/values";
import { actionGroupReader } from "./events/callers";
import { collaboratorReader } from "./iam/collaborators";
import { iamReader } from "./iam/iam";
import { resourcePolicyReader } from "./iam/resource-policies";
import { secretReader } from "./secrets/secrets";
import { triggerReader } from "./events/triggers";

/** What one resource of AWS Cloud Control declares beside, for which the AWS provider has a resource of its own. */
interface Part {
  readonly type: string;
  readonly inputs: ValueRecord;
  /** Its location in the resource. Default: its inputs are the resource's own. */
  readonly under?: string;
  readonly reader: Reader;
}

/** Answers the parts of a resource; `itself` is what refers to it. */
type PartsOf = (resource: Resource, itself: Value) => readonly Part[];

/** Source: the input types of `@pulumi/aws-native` 1, and those of `@pulumi/aws` 7 for the same. */
const parts: Readonly<Record<string, PartsOf>> = {
  [bedrockAgentType]: ({ inputs }, agentId) => [
    ...itemsIn(inputs, "actionGroups").map(([under, group]) => ({
      type: "aws:bedrock/agentAgentActionGroup:AgentAgentActionGroup",
      inputs: { agentId, actionGroupExecutor: partOf(group, "actionGroupExecutor") },
      under,
      reader: actionGroupReader,
    })),
    ...itemsIn(inputs, "agentCollaborators").map(([under, item]) => ({
      type: agentCollaboratorType,
      inputs: { agentId, agentDescriptor: partOf(item, "agentDescriptor") },
      under,
      reader: collaboratorReader,
    })),
  ],
  [tableType]: ({ inputs }, resourceArn) => [
    {
      type: tablePolicyType,
      inputs: { resourceArn, policy: inputs["policy"] ?? null },
      reader: resourcePolicyReader,
    },
  ],
  [managedPolicyType]: ({ inputs }, policyArn) => [
    {
      type: policyAttachmentType,
      inputs: { policyArn, roles: inputs["roles"] ?? null, users: inputs["users"] ?? null },
      reader: iamReader,
    },
  ],
  [bucketType]: ({ inputs }, bucket) => [
    {
      type: "aws:s3/bucketNotification:BucketNotification",
      inputs: { bucket, ...notifiedBy(inputs[notifications] ?? null) },
      under: notifications,
      reader: triggerReader,
    },
  ],
  [secretType]: ({ inputs }, secretId) => [
    {
      type: secretVersionType,
      inputs: { secretId, secretString: inputs["secretString"] ?? null },
      reader: secretReader,
    },
  ],
  [topicType]: ({ inputs }, topic) =>
    itemsIn(inputs, "subscription").map(([under, item]) => ({
      type: topicSubscriptionType,
      inputs: { topic, protocol: partOf(item, "protocol"), endpoint: partOf(item, "endpoint") },
      under,
      reader: triggerReader,
    })),
};

/** Reads what a resource of AWS Cloud Control declares for which the AWS provider has further resources. */
export const nativePartsReader: Reader = {
  name: "aws cloud control",
  types: Object.keys(parts),
  partial: true,
  readsLiterals: true,
  read: (resource, context) => {
    if (!isCloudControl(tokenInUrn(resource.urn))) return [];
    const found = parts[resource.type]?.(resource, new Unknown([resource.urn])) ?? [];
    return found.flatMap(({ reader, type, inputs, under }) =>
      [...reader.read(partSeen(resource, type, inputs), context)]
        .filter((fact) => fact.kind !== "alias" || fact.thing !== fact.also)
        .map((fact) => (under === undefined ? fact : placedUnder(fact, under))),
    );
  },
};

/** A resource as a part of it is read; what is looked at beside its inputs is looked at in the resource. */
function partSeen(resource: Resource, type: string, inputs: ValueRecord): Resource {
  return new Proxy(resource, {
    get: (target, key): unknown =>
      key === "type" ? type : key === "inputs" ? inputs : Reflect.get(target, key),
  });
}

function placedUnder(fact: Fact, under: string): Fact {
  return { ...fact, at: { ...fact.at, property: `${under}.${fact.at.property}` } };
}

/** The items of a list by their positions; an unknown list is one unknown item. */
function itemsIn(inputs: Value, top: string): readonly (readonly [string, Value])[] {
  const whole = read(inputs, top);
  if (whole.kind === "unknown") return [[top, partOf(inputs, top)]];
  return listAt(inputs, top).map((item, index) => [`${top}[${index}]`, item]);
}

/** A part of a value, marks included; of one that is not known no part is. */
function partOf(value: Value, ...path: readonly Step[]): Value {
  return valueIn(read(value, ...path)) ?? null;
}

const notifications = "notificationConfiguration";

/** Source: S3 user guide, "Amazon S3 Event Notifications"; CloudFormation, `AWS::S3::Bucket` `NotificationConfiguration`. */
function notifiedBy(configuration: Value): ValueRecord {
  const whole = read(configuration).kind;
  const marked = (value: Value): Value => (whole === "secret" ? new Secret(value) : value);
  const lists = [
    ["lambdaConfigurations", "lambdaFunctions", "function", "lambdaFunctionArn"],
    ["queueConfigurations", "queues", "queue", "queueArn"],
    ["topicConfigurations", "topics", "topic", "topicArn"],
  ] as const;
  const found = lists.map(([list, now, target, arn]): readonly [string, Value] => {
    if (whole === "unknown") return [now, configuration];
    const items = itemsIn(configuration, list).map(([, item]) => ({
      [arn]: partOf(item, target),
      events: [partOf(item, "event")],
      ...filterOf(item),
    }));
    return [now, items.length === 0 ? null : marked(items)];
  });
  const isReported = read(configuration, "eventBridgeConfiguration").kind !== "absent";
  const enabled = partOf(configuration, "eventBridgeConfiguration", "eventBridgeEnabled");
  const eventbridge = isReported ? (enabled ?? marked(true)) : null;
  return { ...Object.fromEntries(found), eventbridge };
}

function filterOf(item: Value): ValueRecord {
  const all = read(item, "filter", "s3Key", "rules");
  if (all.kind === "unknown") return { filterPrefix: new Unknown(all.dependsOn) };
  const rules = listAt(item, "filter", "s3Key", "rules");
  return Object.fromEntries(
    rules.flatMap((rule) => {
      const name = knownString(rule, "name")?.toLowerCase();
      const isKnown = name === "prefix" || name === "suffix";
      return isKnown
        ? [[`filter${name === "prefix" ? "Prefix" : "Suffix"}`, partOf(rule, "value")]]
        : [];
    }),
  );
}
