import type { Fact } from "../../../facts/fact";
import { listAt, read } from "../../../../core/snapshot/read";
import { isRecord } from "../../../../core/snapshot/value";
import { partsOf, type Part } from "../../catalogue/paths";
import type { Reader } from "../../resource/reader";
import { valueIn } from "../../resource/values";
import { workloadFacts } from "../pods/controllers";
import { accountsOf } from "./pods";
import { referencesOf } from "./references";
import { namedFields } from "./named-fields";
import { leavesOf, type Leaf } from "../../resource/leaves";
import { groupInType, isCustomGroup, kindInType, type KubeObject } from "../object";
import { podHoldings } from "../pods/pod-uses";
import { podLiterals } from "../pods/pod-literals";
import { podTemplates, type PodTemplate } from "../pods/pod-template";
import { metadataFacts, readerOf } from "../reader-of";
import { settingLiteral } from "../secrets/setting-literals";
import { nameTextAt } from "../text";

/**
 * Makes the reader of what operators run, as far as no other reader covers the kind: variables, volumes and Secrets beside a
 * pod's template, and literal credentials in a custom resource.
 *
 * @param isRead whether another reader reads all of a type
 */
export function operatedReader(isRead: (type: string) => boolean): Reader {
  const reader = readerOf({
    name: "custom resources of operators",
    matchesType: (type) => isOperated(type) && !isRead(type),
    readsLiterals: true,
    facts: operatedFacts,
  });
  return { ...reader, partial: true, namesNotRead: true };
}

/** Groups whose objects are patterns of others, so that nothing receives what is in them. Tests of Chainsaw apply theirs. */
const patterns =
  /(?:^|(?<!^chainsaw)\.)(?:kyverno\.io|gatekeeper\.sh|kubewarden\.io|apiextensions\.crossplane\.io|pkg\.crossplane\.io)$/;

/** Kinds in which a text is a query or a picture. */
const texts = new Set(["GrafanaDashboard", "GrafanaAlertRuleGroup", "PrometheusRule", "VMRule"]);

/** Whether objects of a type are what operators run: custom ones that are no patterns, queries or pictures. */
function isOperated(type: string): boolean {
  return isCustom(type) && !isPattern(type);
}

function isPattern(type: string): boolean {
  return isCustom(type) && (patterns.test(groupInType(type)) || texts.has(kindInType(type)));
}

function isCustom(type: string): boolean {
  return type.startsWith("kubernetes:") && isCustomGroup(groupInType(type));
}

/** Reads patterns of other objects, queries and pictures: names in them are of what they are for, so only formats count. */
export const patternReader = readerOf({
  name: "patterns of objects",
  matchesType: isPattern,
  readsLiterals: true,
  facts: () => [],
});

function* operatedFacts(object: KubeObject): Iterable<Fact> {
  const held = [...referencesOf(object, { thing: object.thing, how: "uses" })];
  const spec = valueIn(read(object.body, "spec"));
  if (spec === undefined) {
    const fields = [...namedFields(object, topParts(object), held)];
    if (held.length > 0 || fields.some(isUse)) yield* workloadFacts(object, []);
    yield* held;
    yield* fields;
    return;
  }
  const templates = podTemplates(object);
  const isWithin = (path: string): boolean =>
    templates.some((pod) => path === pod.path || path.startsWith(`${pod.path}.`));
  const parts = partsOf({ value: spec, path: "spec" }).filter((part) => !isWithin(part.path));
  const pods = parts.filter(isGiven).map(asPod);
  const references = new Set(held.map(({ at }) => at.property.slice(object.path.length)));
  const literals = leavesOf(object.resource, { value: spec, path: "spec" });
  const found = [...literals]
    .filter(({ path }) => !isWithin(path) && !pods.some((pod) => isVariable(pod.path, path)))
    .filter(({ path }) => !references.has(path))
    .flatMap((leaf) => [...settingLiteral(object, withMeaning(leaf))]);
  // A pod template makes a workload, with the template's account.
  const accounts = templates.length === 0 ? [...accountsOf(object)] : [];
  const own = pods.flatMap((pod) => [...podHoldings(object, pod), ...podLiterals(object, pod)]);
  const fields = [...namedFields(object, parts, [...own, ...accounts, ...held, ...found])];
  if (templates.length === 0) {
    const isWorkload = [pods, held, accounts, fields.filter(isUse)].some(
      ({ length }) => length > 0,
    );
    if (isWorkload) yield* workloadFacts(object, []);
    else if (found.length > 0) yield* metadataFacts(object);
  }
  yield* own;
  yield* accounts;
  yield* held;
  yield* found;
  yield* fields;
}

/** Whether a fact is a use that may be one of a credential. */
function isUse(fact: Fact): boolean {
  return fact.kind === "uses" && fact.exempt === undefined;
}

/** The records of an object without a spec. */
function topParts({ body }: KubeObject): readonly Part[] {
  return partsOf({ value: body, path: "" }).filter(
    ({ path }) => !/^(?:metadata|status)(?:[.[]|$)/.test(path),
  );
}

/** A text with the name of what it is: `key` of an `auth` is one to authenticate by. */
function withMeaning(leaf: Leaf): Leaf {
  return /(?:^|\.)auth\.key$/.test(leaf.path) ? { ...leaf, under: "authKey" } : leaf;
}

/** Whether a part of an object has variables or volumes as a container or a pod does. */
function isGiven({ value }: Part): boolean {
  const isVariables = [...listAt(value, "env"), ...listAt(value, "envs")].some(
    (item) =>
      nameTextAt(item, "name") !== undefined &&
      ["value", "valueFrom"].some((part) => read(item, part).kind !== "absent"),
  );
  const isWhole = listAt(value, "envFrom").some((item) =>
    ["secretRef", "configMapRef"].some((part) => read(item, part).kind !== "absent"),
  );
  const isVolumes = listAt(value, "volumes").some((item) =>
    ["secret", "configMap", "projected", "csi"].some((part) => isRecord(valueIn(read(item, part)))),
  );
  return isVariables || isWhole || isVolumes;
}

function asPod({ value, path }: Part): PodTemplate {
  return { spec: value, path, labels: undefined, isContainer: true };
}

function isVariable(pod: string, leaf: string): boolean {
  return /^\.envs?\[/.test(leaf.startsWith(pod) ? leaf.slice(pod.length) : "");
}
