import type { Resource } from "../../core/snapshot/resource";
import {
  PartialText,
  Secret,
  Unknown,
  isList,
  isRecord,
  type Urn,
  type Value,
  type ValueRecord,
} from "../../core/snapshot/value";
import { deploy, type Place } from "./deployed";

/** Types that Pulumi names where a program does not, by the input that has the name. */
const autoNamed: Readonly<Record<string, string>> = {
  "aws:iam/role:Role": "name",
  "aws:iam/user:User": "name",
  "aws:iam/policy:Policy": "name",
  "aws:iam/instanceProfile:InstanceProfile": "name",
  "aws:s3/bucket:Bucket": "bucket",
  "aws:s3/bucketV2:BucketV2": "bucket",
  "aws:lambda/function:Function": "name",
  "aws:sqs/queue:Queue": "name",
  "aws:sns/topic:Topic": "name",
  "aws:dynamodb/table:Table": "name",
  "aws:secretsmanager/secret:Secret": "name",
  "aws:kinesis/stream:Stream": "name",
  "aws:sfn/stateMachine:StateMachine": "name",
};

/** Inputs that take the short name of a thing that the stack may make, by what they take. */
const namesOf: readonly (readonly [RegExp, RegExp])[] = [
  [/^(role|roles|roleName)$/, /^aws:iam\/role:/],
  [/^(user|users|userName)$/, /^aws:iam\/user:/],
  [/^(iamInstanceProfile|instanceProfile)$/, /^aws:iam\/instanceProfile:/],
  [/^(function|functionName|targetFunction)$/, /^aws:lambda\/function:/],
  [/^bucket$/, /^aws:s3\/bucket(V2)?:/],
  [/^(queue|queueUrl)$/, /^aws:sqs\/queue:/],
  [/^(topic|topicArn)$/, /^aws:sns\/topic:/],
  [/^secretId$/, /^aws:secretsmanager\/secret:/],
];

/** Types whose ARN is the start of those of what is in them. */
const hasParts = /^aws:(s3\/bucket(V2)?|dynamodb\/table):/;

interface Known {
  readonly urn: Urn;
  readonly type: string;
  readonly name: string | undefined;
  readonly arn: string | undefined;
}

/**
 * The same stack with references to its resources by their outputs, and with names by Pulumi: every text that is a resource's
 * ARN or begins with it, and every short name where one is used, becomes an unknown of a first preview.
 */
export function link(
  stack: readonly Resource[],
  place: Place,
  mayRename = true,
): readonly Resource[] {
  const known = deploy(stack, place).resources.flatMap((each): readonly Known[] => {
    if (!each.custom || !each.type.startsWith("aws:") || each.notInUpdate === true) return [];
    const named = autoNamed[each.type];
    const name = named === undefined ? undefined : each.inputs[named];
    const arn = Object.entries(each.outputs ?? {}).find(
      ([key]) =>
        key === "arn" || key === "gatewayArn" || key === "agentRuntimeArn" || key === "agentArn",
    );
    const isOwn = arn !== undefined && each.inputs[arn[0]] === undefined;
    return [
      {
        urn: each.urn,
        type: each.type,
        name: typeof name === "string" ? name : undefined,
        arn: isOwn && typeof arn[1] === "string" ? arn[1] : undefined,
      },
    ];
  });
  const linked = stack.map((each) => ({
    ...each,
    inputs: recordOf(each, each.inputs, known),
  }));
  const all = JSON.stringify(linked.map(({ inputs }) => inputs));
  return linked.map((each) => {
    const named = autoNamed[each.type];
    const name = named === undefined ? undefined : each.inputs[named];
    if (named === undefined || typeof name !== "string") return each;
    // What something else spells out, a pattern among it, would name another thing if the name were made up.
    const elsewhere = all.split(JSON.stringify(name).slice(1, -1)).length > 2;
    if (elsewhere || !mayRename || all.includes("*")) return each;
    const kept = Object.entries(each.inputs).filter(([key]) => key !== named);
    return { ...each, inputs: Object.fromEntries(kept) };
  });
}

function recordOf(of: Resource, record: ValueRecord, known: readonly Known[]): ValueRecord {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [key, valueOf(of, value, key, known)]),
  );
}

function valueOf(of: Resource, value: Value, key: string, known: readonly Known[]): Value {
  if (typeof value === "string") return textOf(of, value, key, known);
  if (value instanceof Unknown || value instanceof Secret) return value;
  if (isList(value)) return value.map((item) => valueOf(of, item, key, known));
  return isRecord(value) ? recordOf(of, value, known) : value;
}

function textOf(of: Resource, text: string, key: string, known: readonly Known[]): Value {
  for (const { urn, type, name, arn } of known) {
    if (urn === of.urn) continue;
    if (arn !== undefined && text === arn) return new Unknown([urn], false, arnKey(type));
    if (arn !== undefined && hasParts.test(type) && text.startsWith(`${arn}/`)) {
      return new PartialText([new Unknown([urn], false, arnKey(type)), text.slice(arn.length)]);
    }
    const isTaken = namesOf.some(([takes, types]) => takes.test(key) && types.test(type));
    if (isTaken && name !== undefined && text === name) return new Unknown([urn], false, "id");
  }
  return text;
}

function arnKey(type: string): string {
  const own = /agentcore(Gateway|AgentRuntime):|(agentAgent):/.exec(type);
  if (own === null) return "arn";
  return own[2] !== undefined
    ? "agentArn"
    : own[1] === "Gateway"
      ? "gatewayArn"
      : "agentRuntimeArn";
}
