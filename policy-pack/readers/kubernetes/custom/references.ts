import { exemptKey, type Exempt } from "../../../../core/credential/apart";
import { keyedContents } from "../../../../core/credential/looked-for";
import type { Fact, FactOf } from "../../../../core/graph/fact";
import { named, type At, type Ref } from "../../../../core/graph/fact-values";
import { k8sName, type Name } from "../../../../core/graph/name";
import { read } from "../../../../core/snapshot/read";
import type { Urn, Value } from "../../../../core/snapshot/value";
import type { Kind, ObjectReference, SecretReference } from "../../../catalogue/product";
import { catalogued, operators } from "../../../reading/kinds";
import { hiddenAt, joined, matchesAt, type Hidden, type Match } from "../../../reading/paths";
import { valueIn } from "../../values";
import { keyOfSecret } from "../keys";
import { atOf, sibling, spaceOf, type KubeObject } from "../object";
import { unknownHeld } from "../pod-uses";
import { keyAt, nameTextAt, textAt, type TextRead } from "../text";
import { unknownTaken } from "../workflow-templates";
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
  const entry = catalogued(object);
  for (const { path, dependsOn } of hiddenAt(object.body, receivingPaths(entry))) {
    yield unknownFact(object, holder, path, dependsOn);
  }
  for (const each of entry.secrets ?? []) {
    yield* secretFacts(object, holder, typeof each === "string" ? { at: each } : each);
  }
  yield* objectFacts(object, holder, entry.uses ?? []);
}

/** Where an unknown value may hold a secret. */
function receivingPaths({ receives = [], containers = [], secrets = [], calls = [] }: Kind) {
  const own = secrets
    .map((each) => (typeof each === "string" ? { at: each } : each))
    .filter(({ exempt }) => exempt === undefined);
  const called = calls.flatMap(({ at, headersFrom }) =>
    headersFrom ? [`${at}.${headersFrom.at}`] : [],
  );
  return [receives, containers, ...own.map(({ at }) => at), ...called].flat();
}

function unknownFact(
  object: KubeObject,
  { thing, how, onBehalfOf }: Holder,
  path: string,
  dependsOn: readonly Urn[],
): Fact {
  const at = atOf(object, path);
  const unknown = { kind: "unknown", dependsOn } as const;
  if (how === "contains") {
    return { kind: "contains", at, container: thing, content: unknown, derived: false };
  }
  if (onBehalfOf === undefined) return unknownHeld(object, "env", path, dependsOn);
  return { kind: "uses", at, workload: thing, secret: unknown, through: "configuration" };
}

function* secretFacts(
  object: KubeObject,
  holder: Holder,
  reference: SecretReference,
): Iterable<Fact> {
  for (const match of matchesAt(object.body, reference.at)) {
    // What is unknown is reported once, where the unknown value is.
    if (match.isPart || (match.unknown && !match.isDeep)) continue;
    const { within } = reference;
    const value = within === undefined ? match.value : valueIn(read(match.value, within));
    if (value === undefined) continue;
    const isStated = fits(value, reference.where ?? {});
    const found = secretIn(object, value, reference);
    if (isStated === false || found === undefined) continue;
    const key = reference.key ?? "key";
    const which = key.startsWith("spec.")
      ? keyAt(object.body, ...key.split("."))
      : found.key === undefined
        ? keyAt(value, key)
        : { key: found.key };
    const exempt = reference.exempt ?? exemptBy(match.under) ?? exemptKey(which.key);
    const at = atOf(object, joined(match.path, within ?? ""));
    if (holder.how === "contains") {
      // No credential of a configuration need be known of what has the configuration.
      if (exempt === undefined) yield* contents(object, holder.thing, { ...found, at, which });
      continue;
    }
    const under = reference.under === "*" ? match.under : underIn(match.value, reference);
    const fact: FactOf<"uses"> = {
      kind: "uses",
      at,
      workload: holder.thing,
      secret: found.secret,
      through: reference.through ?? "env",
      ...which,
      ...(under !== undefined && { under }),
      ...(exempt !== undefined && { exempt }),
    };
    yield isStated === true ? fact : { ...fact, kind: "may-use", dependsOn: isStated };
  }
}

function underIn(value: Value, { under }: SecretReference): string | undefined {
  return under === undefined ? undefined : nameTextAt(value, under);
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

/** A Secret of a configuration; of one for the whole cluster, it is where the product's operator looks for Secrets. */
function* contents(
  object: KubeObject,
  container: Name,
  { at, secret, own, which }: Given,
): Iterable<Fact> {
  const { cluster, group } = object;
  const operator = operators.get(group);
  const { key: contentKey, ...waiting } = which;
  if (operator === undefined) {
    yield* keyOfSecret({ container, at, secret, which });
  } else if (own !== undefined && catalogued(object).isClusterWide === true) {
    yield {
      kind: "cluster-wide-reference",
      at,
      container,
      operator: operatorIn(cluster, operator),
      cluster,
      secret: own,
      usually: operator.namespace,
      ...(contentKey !== undefined && { contentKey }),
      ...waiting,
    };
  } else {
    const content = { kind: "contains", at, container, content: secret, derived: false } as const;
    yield* keyedContents(content, { contentKey, ...waiting });
  }
}

/** The other objects that an object references. */
function* objectFacts(
  object: KubeObject,
  holder: Holder,
  references: readonly ObjectReference[],
): Iterable<Fact> {
  const open = new Map<string, { readonly dependsOn: readonly Urn[]; readonly kinds: string[] }>();
  for (const reference of references) {
    for (const match of matchesAt(object.body, reference.at)) {
      const { unknown } = match;
      if (unknown === undefined || (!match.isPart && unknown.path === match.path)) {
        yield* objectFact(object, holder, reference, match);
      } else if (!match.isDeep) {
        const known = open.get(unknown.path) ?? { ...unknown, kinds: [] };
        open.set(unknown.path, known);
        known.kinds.push(...[reference.kinds].flat());
      }
    }
  }
  for (const [path, { dependsOn, kinds }] of open) {
    yield* unknownObject(object, holder, { path, dependsOn, kinds: [...new Set(kinds)] });
  }
}

function* unknownObject(
  object: KubeObject,
  holder: Holder,
  { path, dependsOn, kinds }: Hidden & { readonly kinds: readonly string[] },
): Iterable<Fact> {
  const own = kinds.filter((kind) => isA("template", object, kind));
  if (own.length > 0) {
    yield* unknownTaken(object, path, {
      wide: [],
      own: own.map((kind) => `${kind}.${object.group}`),
      runs: undefined,
      dependsOn,
    });
  }
  if (kinds.some((kind) => isA("configuration", object, kind))) {
    const unknown = { kind: "unknown", dependsOn } as const;
    yield configurationFact(object, holder, atOf(object, path), unknown);
  }
}

function* objectFact(
  object: KubeObject,
  holder: Holder,
  reference: ObjectReference,
  match: Match,
): Iterable<Fact> {
  const { group, cluster } = object;
  const { name: property } = reference;
  const name = property === undefined ? nameIn(match.value, "name") : textAt(match.value, property);
  if (name.kind === "absent" || (name.kind === "text" && name.text === "")) return;
  const path = joined(match.path, property ?? "");
  const at = atOf(object, path);
  const { kinds, dependsOn } = kindsOf(match.value, reference);
  const configuration = kinds.find((kind) => isA("configuration", object, kind));
  if (configuration !== undefined) {
    const kind = `${configuration}.${group}`;
    const isWide = catalogued({ group, kind: configuration }).isClusterWide === true;
    const secret =
      isWide && name.kind === "text"
        ? named(k8sName(cluster, "", kind, name.text))
        : sibling(object, kind, name);
    yield configurationFact(object, holder, at, secret);
  }
  const templates = kinds.filter((kind) => isA("template", object, kind));
  const space = textAt(match.value, "namespace");
  const open = [name, space].flatMap((each) => (each.kind === "unknown" ? each.dependsOn : []));
  if (name.kind === "unknown" || space.kind === "unknown") {
    yield* unknownObject(object, holder, { path, dependsOn: open, kinds: templates });
    return;
  }
  const stated = space.kind === "text" && space.text !== "" ? space.text : spaceOf(object);
  const [first = "", second] = name.text.split("/", 2);
  const [within, called] = second === undefined ? [stated, first] : [first, second];
  if (within === undefined) return;
  for (const kind of templates) {
    yield {
      kind: "runs-template",
      at,
      workload: object.thing,
      template: k8sName(cluster, within, `${kind}.${group}`, called),
      ...(dependsOn !== undefined && { dependsOn }),
    };
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

/** Whether a kind is of a sort; what the catalogue does not have is a configuration. */
function isA(sort: "template" | "configuration", { group }: KubeObject, kind: string): boolean {
  return (catalogued({ group, kind }).is ?? "configuration") === sort;
}

/** The name of the object that a reference of a single kind names. */
export function objectNamed(object: KubeObject, reference: ObjectReference): Ref | undefined {
  const [match] = matchesAt(object.body, reference.at);
  if (match === undefined) return undefined;
  const [kind = ""] = [reference.kinds].flat();
  return sibling(object, `${kind}.${object.group}`, nameIn(match.value, "name"));
}

function configurationFact(object: KubeObject, holder: Holder, at: At, secret: Ref): Fact {
  const { thing, how, onBehalfOf } = holder;
  if (how === "contains") {
    return { kind: "contains", at, container: thing, content: secret, derived: false };
  }
  return {
    kind: "uses",
    at,
    workload: thing,
    secret,
    through: "configuration",
    ...(onBehalfOf !== undefined && secret.kind === "named" && { onBehalfOf }),
  };
}
