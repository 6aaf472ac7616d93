import { notKnown } from "../../../core/certainty";
import { entriesAt, knownString, listAt, read, readString } from "../../../core/snapshot/read";
import type { Resource } from "../../../core/snapshot/resource";
import type { Value } from "../../../core/snapshot/value";
import type { Labels, Text } from "../../facts/fact-values";
import { scopedName, type Name } from "../../facts/name";
import { tenantMark, workloadMark } from "../../../core/marks";
import type { ReadContext } from "../resource/reader";

/** Longest text of a provider's JSON-encoded property that is looked at. */
const longestProperty = 65_536;

/**
 * A tag of a resource, or undefined where it has none.
 *
 * The provider's `defaultTags` count where the resource has no tag of that key, as the AWS provider merges them.
 */
export function tagOf(resource: Resource, context: ReadContext, key: string): Text | undefined {
  return (
    tagIn(resource.inputs["tags"], key) ??
    tagIn(resource.inputs["tagsAll"], key) ??
    launchedTag(resource, key) ??
    defaultTag(resource, context, key)
  );
}

/** All tags of a resource, the provider's `defaultTags` among them. */
export function tagsOf(resource: Resource, context: ReadContext): Labels {
  const provider =
    resource.provider === undefined ? undefined : context.resource(resource.provider);
  const defaults = defaultTagsOf(provider);
  const maps: readonly (readonly [Value | undefined, readonly string[]])[] = [
    [defaults, ["tags"]],
    [resource.inputs["tagsAll"], []],
    [resource.inputs["tags"], []],
  ];
  const labels: Record<string, Text> = {};
  for (const [value, path] of maps) {
    const found = read(value, ...path);
    if (found.kind === "unknown") return notKnown(found);
    for (const [key] of entriesAt(value, ...path)) {
      const tag = tagIn(value, key, ...path);
      if (tag !== undefined) labels[key] = tag;
    }
  }
  return { kind: "known", labels };
}

/** The workload that a resource's tags make it a part of, or undefined where they name none. */
export function taggedWorkload(resource: Resource, context: ReadContext): Name | undefined {
  const part = knownTag(resource, context, workloadMark);
  if (part === undefined) return undefined;
  const tenant = knownTag(resource, context, tenantMark) ?? "";
  return scopedName("workload", context.accountOf(resource), "aws", tenant, part);
}

/** A tag of a resource that is known and not empty. */
export function knownTag(
  resource: Resource,
  context: ReadContext,
  key: string,
): string | undefined {
  const text = tagOf(resource, context, key);
  return text?.kind === "known" && text.text !== "" ? text.text : undefined;
}

/** A launch template also sets the tags of its instances. */
function launchedTag(resource: Resource, key: string): Text | undefined {
  for (const specification of listAt(resource.inputs, "tagSpecifications")) {
    if (knownString(specification, "resourceType") !== "instance") continue;
    const tag = tagIn(specification, key, "tags");
    if (tag !== undefined) return tag;
  }
  return undefined;
}

function defaultTag(resource: Resource, context: ReadContext, key: string): Text | undefined {
  const provider =
    resource.provider === undefined ? undefined : context.resource(resource.provider);
  return tagIn(defaultTagsOf(provider), key, "tags");
}

/** What a provider tags by default: Pulumi hands a provider's nested properties to it as JSON text. */
function defaultTagsOf(provider: Resource | undefined): Value | undefined {
  const text = knownString(provider?.inputs, "defaultTags");
  return text === undefined ? provider?.inputs["defaultTags"] : parsed(text);
}

function tagIn(tags: Value | undefined, key: string, ...path: readonly string[]): Text | undefined {
  const map = read(tags, ...path);
  // Wholly unknown tags may or may not contain this one.
  if (map.kind === "unknown") return undefined;
  const found = readString(tags, ...path, key);
  switch (found.kind) {
    case "present":
      return { kind: "known", text: found.value };
    case "unknown":
      return notKnown(found);
    case "absent":
    case "unfit":
      return undefined;
  }
}

function parsed(text: string): Value {
  if (text.length > longestProperty) return null;
  try {
    return JSON.parse(text) as Value;
  } catch {
    return null;
  }
}
