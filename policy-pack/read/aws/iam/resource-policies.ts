import { kindOfType, type ResourceKind } from "../../../domain/paths/access/kinds";
import { parseArn } from "../../../../core/arn";
import { eventBusType } from "../../../../core/aws/events";
import { keyType } from "../../../../core/aws/secrets";
import { bucketType, bucketV2Type } from "../../../../core/aws/storage";
import { typesWith } from "../../../../core/aws/types";
import { named, type Flag, type Ref, type Text } from "../../../facts/fact-values";
import { placeOfScope, regionalScope, scopedName, type Name } from "../../../facts/name";
import { read } from "../../../../core/snapshot/read";
import type { Reader } from "../../resource/reader";
import { FactList, onlyOf, textAt, valueIn } from "../../resource/values";
import { addGuards, addExposes } from "./documents";
import { placeFor } from "../refs";

const attached = typesWith("policyOf");

/** Reads resource policies that are resources of their own. */
export const resourcePolicyReader: Reader = {
  name: "aws resource policies",
  types: [...attached.keys()],
  read: (resource, context) => {
    const list = new FactList(resource);
    const policyOf = attached.get(resource.type);
    if (policyOf === undefined) return [];
    const { input, types, policy = "policy" } = policyOf;
    const of = refTo(textAt(resource, input), types, placeFor(resource, context));
    if (of === undefined) return [];
    addGuards(list, context, policy, of);
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
    const bus = refTo(name, [eventBusType], placeFor(resource, context));
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
  return refTo(text, [keyType], place);
}

/** The bucket that a text names. */
export function bucketNamed(text: Text | undefined, place: string): Ref | undefined {
  return refTo(text, [bucketType, bucketV2Type], place);
}

const kindsNamed = new Set(
  [...attached.values()].flatMap(({ types }) => types.flatMap((type) => kindOfType(type) ?? [])),
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
  const within = kind.global ? placeOfScope(scope).account : scope;
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
