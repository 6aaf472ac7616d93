import { exemptKey, type Exempt } from "../../../domain/secrets/apart";
import { keyedContents } from "../../../domain/secrets/looked-for";
import type { Fact } from "../../../facts/fact";
import { likeNoOther, named, type At, type Ref } from "../../../facts/fact-values";
import { k8sName, type Name } from "../../../facts/name";
import { read } from "../../../../core/snapshot/read";
import type { Urn, Value } from "../../../../core/snapshot/value";
import type { Kind, ObjectReference, SecretReference } from "../../catalogue/product";
import { catalogued, operators } from "../../catalogue/kinds";
import { hiddenIn, joined, matchesAt, type Hidden, type Match } from "../../catalogue/paths";
import { valueIn } from "../../resource/values";
import { atOf, sibling, spaceOf, type KubeObject } from "../object";
import { unknownUse } from "../pods/pod-uses";
import { keyAt, nameTextAt, textAt, type TextRead } from "../text";
import { runsUnknownTemplate } from "./workflow-templates";
import { operatorIn } from "./operators";

/** What has the secrets of an object: a workload that uses them, or a configuration that contains them. */
export interface Holder {
  readonly thing: Name;
  readonly how: "uses" | "contains";
  /** The workload for which an operator uses them. */
  readonly onBehalfOf?: Ref;
}

/** The secrets and other objects that an object references, by what the catalogue has of its kind. */
export function* referencesOf(object: KubeObject, holder: Holder): Iterable<Fact> {
  const {
    receives = [],
    containers = [],
    calls = [],
    secrets = [],
    uses = [],
  } = catalogued(object);
  const references = secrets
    .map((each): SecretReference => (typeof each === "string" ? { at: each } : each))
    .map((reference) => ({ reference, matches: [...matchesAt(object.body, reference.at)] }));
  const headers = calls.map(({ at, headersFrom }) => `${at}.${headersFrom.at}`);
  const hidden = hiddenIn([
    ...matchesAt(object.body, [receives, containers, headers].flat()),
    ...references.flatMap(({ reference, matches }) =>
      reference.exempt === undefined ? matches : [],
    ),
  ]);
  for (const each of hidden) yield unknownFact(object, holder, each);
  for (const { reference, matches } of references) {
    yield* secretFacts(object, holder, reference, matches);
  }
  for (const reference of uses) yield* objectFacts(object, holder, reference);
}

/** That an unknown part of an object may hold a secret. */
function unknownFact(object: KubeObject, holder: Holder, { path, dependsOn }: Hidden): Fact {
  return holder.how === "uses" && holder.onBehalfOf === undefined
    ? unknownUse(object, "env", path, dependsOn)
    : holds(holder, atOf(object, path), { kind: "unknown", dependsOn });
}

/** That a holder has another object, or something unknown. */
function holds({ thing, how, onBehalfOf }: Holder, at: At, has: Ref): Fact {
  if (how === "contains") {
    return { kind: "contains", at, container: thing, content: has, derived: false };
  }
  const use = { kind: "uses", at, workload: thing, secret: has, through: "configuration" } as const;
  return onBehalfOf !== undefined && has.kind === "named" ? { ...use, onBehalfOf } : use;
}

function* secretFacts(
  object: KubeObject,
  holder: Holder,
  reference: SecretReference,
  matches: readonly Match[],
): Iterable<Fact> {
  for (const match of matches) {
    if (match.unknown !== undefined) continue;
    const { within, under = "" } = reference;
    const value = within === undefined ? match.value : valueIn(read(match.value, within));
    if (value === undefined) continue;
    const isStated = fits(value, reference.where ?? {});
    const found = secretIn(object, value, reference);
    if (isStated === false || found === undefined) continue;
    const key = reference.key ?? "key";
    const stated = key.startsWith("spec.")
      ? keyAt(object.body, ...key.split("."))
      : found.key === undefined
        ? keyAt(value, key)
        : { key: found.key };
    const { usualKey } = reference;
    const which =
      usualKey === undefined || Object.keys(stated).length > 0 ? stated : { key: usualKey };
    const exempt = reference.exempt ?? exemptBy(match.under) ?? exemptKey(which.key);
    const at = atOf(object, joined(match.path, within ?? ""));
    if (holder.how === "contains") {
      // No credential of a configuration need be known of what has the configuration.
      if (exempt === undefined) yield* contents(object, holder.thing, { ...found, at, which });
      continue;
    }
    const variable = under === "*" ? match.under : nameTextAt(match.value, under);
    yield {
      kind: "uses",
      at,
      workload: holder.thing,
      secret: found.secret,
      through: reference.through ?? "env",
      ...which,
      ...(variable !== undefined && { under: variable }),
      ...(exempt !== undefined && { exempt }),
      ...(isStated !== true && { dependsOn: isStated }),
    };
  }
}

/** What is no credential of a client by the property that names it. */
function exemptBy(property: string): Exempt | undefined {
  if (/^(?:ca|clientCert)[A-Z]?/.test(property)) return "tls";
  return property === "usernameSecretRef" ? "no static secret" : undefined;
}

/** Whether other properties of a reference have the texts that it needs; where one is unknown, what it depends on. */
function fits(value: Value, where: Readonly<Record<string, string>>): boolean | readonly Urn[] {
  for (const [property, text] of Object.entries(where)) {
    const found = textAt(value, property);
    if (found.kind === "unknown") return found.dependsOn;
    if (found.kind === "absent" || found.text !== text) return false;
  }
  return true;
}

/** A Secret that a reference names. */
interface SecretIn {
  readonly secret: Ref;
  /** Its name, where it is in the namespace of what references it. */
  readonly own?: string;
  readonly key?: string;
}

/** The Secret that a reference names, as a text or by a property; undefined where it names none. */
export function secretIn(
  object: KubeObject,
  value: Value,
  { name = "name" }: Pick<SecretReference, "name">,
): SecretIn | undefined {
  const text = nameIn(value, name);
  if (text.kind === "absent" || (text.kind === "text" && text.text === "")) return undefined;
  if (text.kind === "unknown") return { secret: sibling(object, "Secret", text) };
  if (text.text.includes(":")) return mounted(object, text);
  const [first = "", second] = text.text.split("/", 2);
  return second === undefined
    ? { secret: sibling(object, "Secret", text), own: first }
    : { secret: named(k8sName(object.cluster, first, "Secret", second)) };
}

/** The Secret of a text such as `secret:crm/token@/etc/crm`; undefined for a ConfigMap. */
function mounted(
  object: KubeObject,
  text: Extract<TextRead, { kind: "text" }>,
): SecretIn | undefined {
  const [, name, key] = /^secret:([^/@]+)(?:\/([^@]+))?/.exec(text.text) ?? [];
  if (name === undefined) return undefined;
  return {
    secret: sibling(object, "Secret", { ...text, text: name }),
    ...(key !== undefined && { key }),
  };
}

function nameIn(value: Value, names: string | readonly string[]): TextRead {
  const texts = [textAt(value), ...[names].flat().map((name) => textAt(value, name))];
  return texts.find(({ kind }) => kind !== "absent") ?? { kind: "absent" };
}

interface Given extends SecretIn {
  readonly at: At;
  readonly which: ReturnType<typeof keyAt>;
}

/** A Secret of a configuration. One for the whole cluster has it where the product's operator looks for Secrets. */
function* contents(
  object: KubeObject,
  container: Name,
  { at, secret, own, which }: Given,
): Iterable<Fact> {
  const { cluster, group } = object;
  const operator = operators.get(group);
  const { key: contentKey, keyDependsOn } = which;
  const content = {
    kind: "contains",
    at,
    container,
    content: secret,
    derived: false,
    ...(contentKey !== undefined && { contentKey }),
  } as const;
  if (operator !== undefined && own !== undefined && catalogued(object).isClusterWide === true) {
    const usually = operator.namespace;
    const called = { operator: operatorIn(cluster, operator), cluster, secret: own, usually };
    const open = keyDependsOn !== undefined && { keyDependsOn };
    yield { ...content, content: { kind: "operator secret", ...called, ...open } };
  } else if (operator !== undefined || keyDependsOn === undefined) {
    yield* keyedContents(content, keyDependsOn);
  } else {
    // An unknown key is the same for all that have the configuration, and may be any for others.
    yield { ...content, contentKey: likeNoOther(at) };
    yield { ...content, content: { kind: "unknown", dependsOn: keyDependsOn } };
  }
}

/** The other objects that an object references. */
function* objectFacts(
  object: KubeObject,
  holder: Holder,
  reference: ObjectReference,
): Iterable<Fact> {
  const matches = [...matchesAt(object.body, reference.at)];
  for (const hidden of hiddenIn(matches)) {
    yield* unknownObject(object, holder, hidden, [reference.kinds].flat());
  }
  for (const match of matches) {
    if (match.unknown === undefined) yield* objectFact(object, holder, reference, match);
  }
}

function* unknownObject(
  object: KubeObject,
  holder: Holder,
  { path, dependsOn }: Hidden,
  kinds: readonly string[],
): Iterable<Fact> {
  const own = kindsOfSort("template", object, kinds);
  if (own.length > 0) {
    yield* runsUnknownTemplate(object, path, { wide: [], own, runs: undefined, dependsOn });
  }
  if (kindsOfSort("configuration", object, kinds).length > 0) {
    yield holds(holder, atOf(object, path), { kind: "unknown", dependsOn });
  }
}

function* objectFact(
  object: KubeObject,
  holder: Holder,
  reference: ObjectReference,
  { value, path: start }: Match,
): Iterable<Fact> {
  const { cluster } = object;
  const { name: property } = reference;
  const name = property === undefined ? nameIn(value, "name") : textAt(value, property);
  if (name.kind === "absent" || (name.kind === "text" && name.text === "")) return;
  const path = joined(start, property ?? "");
  const at = atOf(object, path);
  const { kinds, dependsOn } = kindsOf(value, reference);
  const [configuration] = kindsOfSort("configuration", object, kinds);
  if (configuration !== undefined) {
    const [kind = ""] = configuration.split(".", 1);
    const isWide = catalogued({ group: object.group, kind }).isClusterWide === true;
    const secret =
      isWide && name.kind === "text"
        ? named(k8sName(cluster, "", configuration, name.text))
        : sibling(object, configuration, name);
    yield holds(holder, at, secret);
  }
  const space = textAt(value, "namespace");
  if (name.kind === "unknown" || space.kind === "unknown") {
    const open = [name, space].flatMap((each) => (each.kind === "unknown" ? each.dependsOn : []));
    const templates = kinds.filter((kind) => sortOf(object, kind) === "template");
    yield* unknownObject(object, holder, { path, dependsOn: open }, templates);
    return;
  }
  const stated = space.kind === "text" && space.text !== "" ? space.text : spaceOf(object);
  const [first = "", second] = name.text.split("/", 2);
  const [namespace, called] = second === undefined ? [stated, first] : [first, second];
  if (namespace === undefined) return;
  for (const kind of kindsOfSort("template", object, kinds)) {
    const template = named(k8sName(cluster, namespace, kind, called));
    const run = { kind: "runs-template", at, workload: object.thing, template } as const;
    yield dependsOn === undefined ? run : { ...run, dependsOn };
  }
}

/** The kinds that a reference may be of; what it depends on where it is unknown which. */
function kindsOf(
  value: Value,
  reference: ObjectReference,
): { readonly kinds: readonly string[]; readonly dependsOn?: readonly Urn[] } {
  const kinds = [reference.kinds].flat();
  const stated = textAt(value, "kind");
  if (kinds.length === 1 || stated.kind === "absent") return { kinds: kinds.slice(0, 1) };
  if (stated.kind === "unknown") return { kinds, dependsOn: stated.dependsOn };
  return { kinds: kinds.filter((kind) => kind === stated.text) };
}

/** Those of some kinds that are of a sort, with their group. */
function kindsOfSort(
  sort: Kind["is"],
  object: KubeObject,
  kinds: readonly string[],
): readonly string[] {
  return kinds
    .filter((kind) => sortOf(object, kind) === sort)
    .map((kind) => `${kind}.${object.group}`);
}

/** The sort of a kind of the same group. What the catalogue does not have is a configuration. */
function sortOf({ group }: KubeObject, kind: string): Kind["is"] {
  return catalogued({ group, kind }).is ?? "configuration";
}

/** The name of the object that a reference of a single kind names. */
export function objectNamed(object: KubeObject, { at, kinds }: ObjectReference): Ref | undefined {
  const [match] = matchesAt(object.body, at);
  return (
    match && sibling(object, `${[kinds].flat()[0]}.${object.group}`, nameIn(match.value, "name"))
  );
}
