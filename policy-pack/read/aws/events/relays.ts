import {
  isRelay as isRelayKind,
  kindOfType,
  resourceKinds,
} from "../../../domain/paths/access/kinds";
import { isAccountId, parseArn } from "../../../../core/arn";
import { named, type Ref, type Text } from "../../../facts/fact-values";
import { placeOfScope, regionalScope, type Name } from "../../../facts/name";
import { typeInUrn } from "../../../../core/snapshot/resource";
import { onlyOf } from "../../resource/values";
import { lambda, nameOf, taskDefinition } from "../refs";
import { resourceName } from "../iam/resource-policies";

/** Resources that trigger workloads: queues, topics, buses, streams, tables, buckets, state machines. */
const relays = resourceKinds.filter(isRelayKind);
const relayTypes = relays.flatMap(({ types }) => types);

/** Whether resources of a type trigger workloads. */
export function isRelay(type: string): boolean {
  const kind = kindOfType(type);
  return kind !== undefined && isRelayKind(kind);
}

/**
 * What sets something off, by its ARN or an output; undefined where it is of another kind.
 *
 * @param scope the account, and the region where it is known, of whatever names it
 */
export function sourceNamed(text: Text | undefined, scope: string): Ref | undefined {
  return thingNamed(text, scope, relayTypes);
}

/** What is triggered, by its ARN or an output; undefined where it is of another kind. */
export function targetNamed(text: Text | undefined, scope: string): Ref | undefined {
  if (text?.kind === "known") {
    const workload = nameOf(lambda, text.text, scope) ?? nameOf(taskDefinition, text.text, scope);
    if (workload !== undefined && text.text.startsWith("arn:")) return named(workload);
  }
  return thingNamed(text, scope, [...relayTypes, ...lambda.types, ...taskDefinition.types]);
}

function thingNamed(
  text: Text | undefined,
  scope: string,
  types: readonly string[],
): Ref | undefined {
  if (text === undefined) return undefined;
  if (text.kind === "known") {
    const name = relayName(text.text, scope);
    return name === undefined ? undefined : named(name);
  }
  const only = onlyOf(text, types);
  if (only !== undefined) return named(only);
  return isOfOthers(text.dependsOn) ? undefined : text;
}

/** Whether a value depends only on resources of AWS that neither trigger anything nor are triggered. */
function isOfOthers(dependsOn: readonly string[]): boolean {
  return (
    dependsOn.length > 0 &&
    dependsOn.every((urn) => {
      const type = typeInUrn(urn);
      return type.startsWith("aws:") && !type.startsWith("aws:lambda/") && !isRelay(type);
    })
  );
}

/** A queue, topic and so on by its ARN, or a queue by its URL. */
function relayName(text: string, scope: string): Name | undefined {
  const parsed = parseArn(text);
  if (!parsed.ok) {
    const url = /^https:\/\/sqs\.([\w-]+)\.[^/]+\/(\d{12})\/([^/]+)$/.exec(text);
    const queue = relays.find(({ what }) => what === "queue");
    if (url === null || queue === undefined) return undefined;
    return resourceName(queue, url[3] ?? "", scopeOf(url[2] ?? "", url[1] ?? "", scope));
  }
  const { service, resource, account, region } = parsed.arn;
  for (const kind of relays) {
    const [before = ""] = kind.resource.split("{}");
    if (kind.service !== service || !resource.startsWith(before)) continue;
    // A stream of a table, a version of a state machine and an object of a bucket are behind the name.
    const [short = ""] = resource.slice(before.length).split(/[/:]/);
    return resourceName(kind, short, scopeOf(account, region, scope));
  }
  return undefined;
}

/** Where the account of a stack is not known, what its program writes out is taken to be in it, and so of its region. */
function scopeOf(own: string, region: string, scope: string): string {
  const { account, region: ofStack } = placeOfScope(scope);
  const of = isAccountId(own) && isAccountId(account) ? own : account;
  return regionalScope(of, region === "" || ofStack === undefined ? ofStack : region);
}
