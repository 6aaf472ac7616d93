import type { FactOf } from "../../../facts/fact";
import { named, type Ref, type Text } from "../../../facts/fact-values";
import { scopedName, type Name } from "../../../facts/name";
import {
  eventBusType,
  eventRuleType,
  pipeType,
  topicSubscriptionType,
} from "../../../../core/aws/events";
import { eventSourceMappingType } from "../../../../core/aws/lambda";
import { knownString, listAt } from "../../../../core/snapshot/read";
import type { Resource } from "../../../../core/snapshot/resource";
import type { Urn } from "../../../../core/snapshot/value";
import type { ReadContext, Reader } from "../../resource/reader";
import { FactList, flagAt, onlyOf, textAt } from "../../resource/values";
import { referred } from "../naming";
import { namesWithin, oneOf, type Parent } from "../parents";
import { lambda, placeFor, taskDefinition } from "../refs";
import { sourceNamed, targetNamed } from "./relays";
import { causesOf, bucketEventsIn } from "./event-matcher";
import { eventPattern, exactSources } from "./event-matcher";

const eventTarget = "aws:cloudwatch/eventTarget:EventTarget";
const notification = "aws:s3/bucketNotification:BucketNotification";

/**
 * Reads what triggers functions and state machines: event source mappings, subscriptions of topics, rules of event buses, pipes
 * and notifications of buckets. Source: the input types of `@pulumi/aws` 7.
 */
export const triggerReader: Reader = {
  name: "aws triggers",
  types: [
    eventSourceMappingType,
    topicSubscriptionType,
    eventRuleType,
    eventTarget,
    pipeType,
    notification,
  ],
  read: (resource, context) => {
    const list = new FactList(resource);
    const account = context.accountOf(resource);
    const scope = placeFor(resource, context);
    switch (resource.type) {
      case eventSourceMappingType: {
        if (isFalse(resource, "enabled")) break;
        const source = sourceNamed(textAt(resource, "eventSourceArn"), scope);
        add(list, "eventSourceArn", source, referred(list, context, lambda, "functionName"));
        break;
      }
      case topicSubscriptionType: {
        const protocol = textAt(resource, "protocol");
        const isCalled = protocol?.kind === "unknown" || called.has(protocol?.text ?? "");
        const target = targetNamed(textAt(resource, "endpoint"), scope);
        if (isCalled) add(list, "topic", sourceNamed(textAt(resource, "topic"), scope), target);
        break;
      }
      case eventRuleType:
        addRule(list, context);
        break;
      case eventTarget:
        addTarget(list, context);
        break;
      case pipeType: {
        const source = sourceNamed(textAt(resource, "source"), scope);
        for (const input of ["target", "enrichment"] as const) {
          add(list, input, source, targetNamed(textAt(resource, input), scope));
        }
        break;
      }
      case notification:
        addNotified(list, account, scope);
        break;
      default:
    }
    return list.all();
  },
};

/** Protocols by which a topic sends to what can be a workload. Source: SNS API, Subscribe. */
const called: ReadonlySet<string> = new Set(["lambda", "sqs"]);

type Narrowed = Pick<FactOf<"triggers">, "only" | "byActions" | "dependsOn">;

function narrowedTo(
  text: Text | undefined,
  read: (text: string) => readonly string[] | undefined,
): Narrowed {
  if (text?.kind === "unknown") return { dependsOn: text.dependsOn };
  const only = text && read(text.text);
  return only === undefined ? {} : { only };
}

function add(
  list: FactList,
  property: string,
  source: Ref | undefined,
  target: Ref | undefined,
  narrowed: Narrowed = {},
): void {
  if (source === undefined || target === undefined) return;
  list.add("triggers", property, { source, target, ...narrowed });
}

/**
 * A rule matches events of its bus by its pattern. No principal triggers a scheduled one, nor one for events only of AWS
 * services, in whose names no principal can put events.
 *
 * Source: EventBridge API, PutEvents: a source that starts with `aws.` is refused.
 */
function addRule(list: FactList, context: ReadContext): void {
  const { resource } = list;
  const name = knownString(resource.inputs, "name");
  const account = context.accountOf(resource);
  for (const also of name === undefined ? [] : ruleNames(list, context, name)) {
    list.add("alias", "name", { thing: resource.urn, also });
  }
  const text = textAt(resource, "eventPattern");
  const pattern = eventPattern(text);
  const isOff =
    knownString(resource.inputs, "state") === "DISABLED" || isFalse(resource, "isEnabled");
  if (pattern === "none" || isOff) return;
  addSubscribed(list, text, account);
  if (pattern === "of services") return;
  const source = busOf(textAt(resource, "eventBusName"), placeFor(resource, context));
  add(list, "eventPattern", source, named(resource.urn), narrowedTo(text, exactSources));
}

/** Buckets publish to the default bus of their account. Source: Amazon S3 user guide, "Using EventBridge". */
function addSubscribed(list: FactList, text: Text | undefined, account: string): void {
  const { resource } = list;
  const bus = knownString(resource.inputs, "eventBusName") ?? "default";
  const isOfOther =
    !/(^|\/)default$/.test(bus) || textAt(resource, "eventBusName")?.kind === "unknown";
  if (text === undefined || isOfOther) return;
  const heard =
    text.kind === "known"
      ? bucketEventsIn(text.text)
      : { buckets: undefined, byActions: causesOf("s3:*"), dependsOn: text.dependsOn };
  if (heard === undefined) return;
  const { buckets: names, ...narrowed } = heard;
  list.add("triggers", "eventPattern", {
    source: { kind: "buckets", account, ...(names && { names }) },
    target: named(resource.urn),
    ...narrowed,
  });
}

function isFalse(resource: Resource, input: string): boolean {
  const flag = flagAt(resource, input);
  return flag?.kind === "known" && !flag.value;
}

/** A bus by its name or ARN; the default one where none is named. */
function busOf(text: Text | undefined, scope: string): Ref {
  if (text?.kind === "unknown") {
    const only = onlyOf(text, [eventBusType]);
    return only === undefined ? text : named(only);
  }
  if (text?.text.startsWith("arn:") === true) return sourceNamed(text, scope) ?? named(text.text);
  return named(scopedName("aws", scope, "event bus", text?.text ?? "default"));
}

function addTarget(list: FactList, context: ReadContext): void {
  const { resource } = list;
  const scope = placeFor(resource, context);
  const source = ruleOf(list, context);
  if (source === undefined) return;
  const task = referred(list, context, taskDefinition, "ecsTarget", "taskDefinitionArn");
  add(list, "arn", source, task ?? targetNamed(textAt(resource, "arn"), scope));
}

/** The rule that a target is of, by its name or its resource. */
function ruleOf(list: FactList, context: ReadContext): Ref | undefined {
  const of = textAt(list.resource, "rule");
  if (of === undefined) return undefined;
  if (of.kind === "unknown") {
    const only = onlyOf(of, [eventRuleType]);
    return only === undefined ? of : named(only);
  }
  const name = oneOf(list, "rule", ruleNames(list, context, of.text));
  return name === undefined ? undefined : named(name);
}

/**
 * The names of a rule, whose own name is unique on its bus alone.
 *
 * Source: EventBridge API, PutRule, `EventBusName`.
 */
function ruleNames(list: FactList, context: ReadContext, name: string): readonly Name[] {
  const scope = placeFor(list.resource, context);
  return namesWithin(list, ofBus, (bus) => scopedName("aws", scope, "event rule", bus, name));
}

/** The bus of a rule or a target; one of the own account is also named by its ARN. */
const ofBus: Parent = {
  input: "eventBusName",
  types: [eventBusType],
  tidy: (bus) => bus.replace(/^arn:[^:]*:events:[^:]*:[^:]*:event-bus\//, ""),
  usual: "default",
};

/** Lists of what a bucket notifies, by the property of each item that names it. */
const notified: readonly (readonly [string, string])[] = [
  ["lambdaFunctions", "lambdaFunctionArn"],
  ["queues", "queueArn"],
  ["topics", "topicArn"],
];

function addNotified(list: FactList, account: string, scope: string): void {
  const { resource } = list;
  const bucket = textAt(resource, "bucket");
  const source =
    bucket?.kind === "known"
      ? sourceNamed({ ...bucket, text: `arn:aws:s3:::${bucket.text}` }, scope)
      : sourceNamed(bucket, scope);
  const publishesEvents = flagAt(resource, "eventbridge");
  if (
    source !== undefined &&
    (publishesEvents?.kind === "unknown" || publishesEvents?.value === true)
  ) {
    const dependsOn = publishesEvents.kind === "unknown" && {
      dependsOn: publishesEvents.dependsOn,
    };
    const target = { kind: "bucket events", account } as const;
    list.add("triggers", "eventbridge", { source, target, ...dependsOn });
  }
  for (const [top, property] of notified) {
    const whole = textAt(resource, top);
    if (whole?.kind === "unknown") add(list, top, source, whole);
    listAt(resource.inputs, top).forEach((_, at) => {
      const target = targetNamed(textAt(resource, top, at, property), scope);
      for (const narrowed of objectsOf(resource, top, at)) {
        add(list, `${top}[${at}].${property}`, source, target, narrowed);
      }
    });
  }
}

/** The objects and events of an item of a list; last what it may cover besides. */
function objectsOf(resource: Resource, top: string, at: number): readonly Narrowed[] {
  const [prefix, suffix] = ["filterPrefix", "filterSuffix"].map((key) =>
    textAt(resource, top, at, key),
  );
  const whole = textAt(resource, top, at, "events");
  const events = listAt(resource.inputs, top, at, "events").map((_, index) =>
    textAt(resource, top, at, "events", index),
  );
  const byActions = [...new Set(events.flatMap((text) => causesOf(knownIn(text) ?? "none")))];
  const [ofNames, ofEvents] = [dependsOnOf(prefix, suffix), dependsOnOf(whole, ...events)];
  const [start = "", end = ""] = [prefix, suffix].map((text) => knownIn(text));
  const only = start + end !== "" && { only: [`${start}*${end}`] };
  const reported: Narrowed =
    ofNames === undefined ? { ...only, byActions } : { byActions, dependsOn: ofNames };
  if (ofEvents === undefined) return [reported];
  const all = { byActions: causesOf("s3:*"), dependsOn: [...(ofNames ?? []), ...ofEvents] };
  return byActions.length === 0 ? [{ ...only, ...all }] : [reported, { ...only, ...all }];
}

/** What the texts that are not known wait for; undefined where all are. */
function dependsOnOf(...texts: readonly (Text | undefined)[]): readonly Urn[] | undefined {
  const open = texts.flatMap((text) => (text?.kind === "unknown" ? [text.dependsOn] : []));
  return open.length === 0 ? undefined : open.flat();
}

function knownIn(text: Text | undefined): string | undefined {
  return text?.kind === "known" ? text.text : undefined;
}
