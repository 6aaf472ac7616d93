import { exemptContent } from "../../../domain/secrets/apart";
import type { Fact } from "../../../facts/fact";
import { named, type Ref, type Selector } from "../../../facts/fact-values";
import { k8sName, urnName, type Name } from "../../../facts/name";
import { parameterType, secretType, secretVersionType } from "../../../../core/aws/secrets";
import { listAt, read } from "../../../../core/snapshot/read";
import { typeInUrn } from "../../../../core/snapshot/resource";
import { Unknown, type Urn, type Value } from "../../../../core/snapshot/value";
import { onlyOfType, type Reader } from "../../resource/reader";
import { valueIn } from "../../resource/values";
import { keysWithValue, mayMakeMore, templateIn } from "./template-literals";
import type { Template } from "./template-literals";
import { exemptByKeys, keysAre } from "./keys";
import { configuredTenant } from "../membership";
import { atOf, namespaceName, type KubeObject } from "../object";
import { metadataFacts, readerOf } from "../reader-of";
import { remoteSecret } from "./secret-stores";
import { exemptSecret } from "./secrets";
import { searchFacts, wordsOf } from "./secret-stores";
import { namespacesNamed, selectorsOfOthers } from "../network/selector";
import { templateLiterals } from "./template-literals";
import { nameTextAt, textAt, dependenciesAt } from "../text";
import { tokenSecret } from "./token-secrets";

/**
 * How much a preview has of the Secret that an external secret makes.
 *
 * Without its spec that is the one of the usual name, of unknown content. Without its target it may be any, whose type only the
 * target could have. Without only the name nothing is reported of any.
 */
type Known = "all" | "all but the name" | "all but the target" | "nothing of the spec";

/** The data of an external secret on one Secret that it makes. */
interface Target {
  readonly known: Exclude<Known, "all but the name">;
  readonly spec: Value | undefined;
  /** The location of the spec in the object. */
  readonly path: string;
  readonly namespace: string;
  readonly container: Name;
  readonly template: Template;
  /** What the Secrets are called that it makes in every namespace which one of these selects. */
  readonly spread?: { readonly name: string; readonly into: readonly Selector[] };
}

/** One reference to a remote secret. */
interface Remote {
  readonly property: string;
  readonly item: Value;
  readonly part: "remoteRef" | "extract";
  /** The key of the Secret that receives it; all of them when undefined. */
  readonly key: string | undefined;
}

const remoteTypes = new Set([secretType, secretVersionType, parameterType]);

/** Generators of tokens that expire after some hours at their service (external-secrets.io, api/generator). */
const shortLived = new Set([
  "ACRAccessToken",
  "ECRAuthorizationToken",
  "GCRAccessToken",
  "GithubAccessToken",
  "STSSessionToken",
]);

/** Reads ExternalSecrets: which remote secrets the Secret that they make contains (external-secrets.io/latest/api). */
export const externalSecretReader: Reader = readerOf({
  name: "external-secret",
  kinds: ["external-secrets.io/ExternalSecret", "external-secrets.io/ClusterExternalSecret"],
  readsLiterals: true,
  *facts(object) {
    yield* metadataFacts(object);
    for (const target of targetsOf(object)) {
      const facts = target.known === "all but the target" ? typeFacts : targetFacts;
      yield* facts(object, target);
    }
  },
});

function targetsOf(object: KubeObject): readonly Target[] {
  const wide = object.kind === "ClusterExternalSecret";
  const path = wide ? "spec.externalSecretSpec" : "spec";
  const spec = valueAt(object.body, ...path.split("."));
  const known = knownOf(spec);
  if (known === "all but the name") return [];
  const name =
    nameTextAt(spec, "target", "name") ??
    (wide ? nameTextAt(object.body, "spec", "externalSecretName") : undefined) ??
    nameTextAt(object.body, "metadata", "name");
  // `None` makes no Secret.
  if (name === undefined || nameTextAt(spec, "target", "creationPolicy") === "None") return [];
  const template = templateIn(valueAt(spec, "target", "template"));
  const named = namespacesOf(object, wide).map((namespace) => ({
    known,
    spec,
    path,
    namespace,
    container: k8sName(object.cluster, namespace, "Secret", name),
    template,
  }));
  if (known === "all but the target") return named;
  const spread = wide ? selectorsOfOthers(valueAt(object.body, "spec")) : [];
  if (spread.length === 0) return named;
  // What is written into the namespaces that labels select, whichever they are.
  const container = k8sName(object.cluster, "", "ClusterExternalSecret", objectNameOf(object));
  return [
    ...named,
    { known, spec, path, namespace: "*", container, template, spread: { name, into: spread } },
  ];
}

function knownOf(spec: Value | undefined): Known {
  if (spec instanceof Unknown) return "nothing of the spec";
  if (dependenciesAt(spec, "target") !== undefined) return "all but the target";
  return dependenciesAt(spec, "target", "name") === undefined ? "all" : "all but the name";
}

function objectNameOf({ body }: KubeObject): string {
  return nameTextAt(body, "metadata", "name") ?? "";
}

function namespacesOf(object: KubeObject, wide: boolean): readonly string[] {
  if (wide) return namespacesNamed(valueAt(object.body, "spec"));
  return object.namespace.kind === "named" ? [object.namespace.text] : [];
}

/** Whether a token is written into the Secret, which a wholly unknown target may configure for whichever it makes. */
function typeFacts(object: KubeObject, { spec, path, container }: Target): Iterable<Fact> {
  const body = valueAt(spec, "target", "template");
  return tokenSecret(object, { secret: container, body, path: `${path}.target.template.` });
}

function* targetFacts(object: KubeObject, target: Target): Iterable<Fact> {
  const { spec, path, namespace, container } = target;
  const at = atOf(object, `${path}.target`);
  if (target.spread === undefined) {
    const inside = named(namespaceName(object.cluster, namespace));
    yield { kind: "inside", at, thing: container, namespace: inside };
    yield* configuredTenant(object, container, namespace);
  } else {
    const { name, into } = target.spread;
    const { cluster } = object;
    for (const namespaces of into) {
      const content = { kind: "copies", cluster, name, namespaces } as const;
      yield { kind: "contains", at, container, content, derived: true };
    }
  }
  yield* exemptSecret(object, container, nameTextAt(spec, "target", "template", "type"));
  yield* typeFacts(object, target);
  yield* targetKeys(object, target);
  yield* unknownContents(object, target);
  yield* shortLivedToken(object, target);
  const template = valueAt(spec, "target", "template");
  yield* templateLiterals(object, container, template, `${path}.target.template`);
  for (const [index, item] of listAt(spec, "data").entries()) {
    const property = `${path}.data[${index}].remoteRef`;
    const key = nameTextAt(item, "secretKey");
    // What a generator makes is made anew for each external secret.
    if (generatorOf(item) !== undefined) continue;
    yield* remoteFacts(object, target, { property, item, part: "remoteRef", key });
  }
  for (const [index, item] of listAt(spec, "dataFrom").entries()) {
    const property = `${path}.dataFrom[${index}].extract`;
    yield* remoteFacts(object, target, { property, item, part: "extract", key: undefined });
    yield* searched(object, target, item, `${path}.dataFrom[${index}].find`);
  }
}

/** The Secret's remote contents where a preview has none of them. */
function* unknownContents(object: KubeObject, target: Target): Iterable<Fact> {
  const { known, spec, path, container } = target;
  const places = known === "nothing of the spec" ? [[]] : [["data"], ["dataFrom"]];
  for (const place of places) {
    const dependsOn = dependenciesAt(spec, ...place);
    if (dependsOn === undefined) continue;
    const content = { kind: "unknown", dependsOn } as const;
    const at = atOf(object, [path, ...place].join("."));
    yield { kind: "contains", at, container, content, derived: false };
  }
}

/** A Secret of tokens alone that end by themselves is no static one. */
function* shortLivedToken(object: KubeObject, { spec, path, container }: Target): Iterable<Fact> {
  const sources = [...listAt(spec, "data"), ...listAt(spec, "dataFrom")].map(generatorOf);
  if (sources.length === 0 || !sources.every((kind) => kind && shortLived.has(kind))) return;
  const content = named(exemptContent("no static secret"));
  const at = atOf(object, `${path}.dataFrom`);
  yield { kind: "contains", at, container, content, derived: false };
}

/** The kind of the generator that a value comes from; undefined for one that a store has. */
function generatorOf(item: Value): string | undefined {
  return nameTextAt(item, "sourceRef", "generatorRef", "kind");
}

/** The keys of the Secret that is made: those of a template where it has one, else those of the items. */
function* targetKeys(object: KubeObject, target: Target): Iterable<Fact> {
  const { spec, path, container, template } = target;
  const templated = template.texts.map(([key]) => key);
  const given = listAt(spec, "data").map((item) => nameTextAt(item, "secretKey"));
  const kept = template.replaces ? [] : given.filter((key) => key !== undefined);
  const isAll = template.replaces || listAt(spec, "dataFrom").length === 0;
  const dependencies = dependenciesAt(spec, "data") ?? dependenciesAt(spec, "dataFrom");
  const isKnown =
    isAll && !template.isOpen && dependencies === undefined && !given.includes(undefined);
  const keys = [...kept, ...templated];
  yield* keysAre(
    object,
    `${path}.data`,
    container,
    keys,
    isKnown ? undefined : (dependencies ?? []),
  );
  if (isKnown) yield* exemptByKeys(object, `${path}.data`, container, keys);
}

function* remoteFacts(object: KubeObject, target: Target, remote: Remote): Iterable<Fact> {
  const { item, part, key } = remote;
  const { template } = target;
  const reference = textAt(item, part, "key");
  if (reference.kind === "absent") return;
  const content =
    reference.kind === "unknown"
      ? waitedFor(reference.dependsOn)
      : named(remoteSecret(object, target.namespace, storeOf(target, item), reference.text));
  const property = nameTextAt(item, part, "property");
  const fact = (made: string | undefined, derived: boolean): Fact => ({
    kind: "contains",
    at: atOf(object, `${remote.property}.key`),
    container: target.container,
    ...(made !== undefined && { key: made }),
    content,
    derived,
    ...(property !== undefined && { contentKey: property }),
  });
  if (!template.replaces) yield fact(key, false);
  if (key !== undefined) for (const made of keysWithValue(template, key)) yield fact(made, false);
  // Which keys a template makes of values, and how, is not known.
  const isMade = key === undefined ? template.replaces : mayMakeMore(template);
  if (isMade) yield fact(undefined, true);
}

/** Only the store has what a search of it finds; two equal searches find the same. */
function* searched(
  object: KubeObject,
  target: Target,
  item: Value,
  property: string,
): Iterable<Fact> {
  const search = read(item, "find");
  if (search.kind === "absent" || search.kind === "unfit") return;
  const content =
    search.kind === "present"
      ? named(remoteSecret(object, target.namespace, storeOf(target, item), wordsOf(search.value)))
      : { kind: "unknown" as const, dependsOn: search.kind === "unknown" ? search.dependsOn : [] };
  const at = atOf(object, property);
  const { container } = target;
  yield { kind: "contains", at, container, content, derived: false };
  if (content.kind === "named" && search.kind === "present") {
    yield* searchFacts(at, { container, search: content.name, item, find: search.value });
  }
}

/** The store that a reference names itself, else the one of its ExternalSecret. */
function storeOf({ spec }: Target, item: Value): Value | undefined {
  const own = valueAt(item, "sourceRef", "storeRef");
  return own ?? valueAt(spec, "secretStoreRef");
}

/** A remote secret with an unknown key: the one secret or parameter of the stack that it depends on. */
function waitedFor(dependsOn: readonly Urn[]): Ref {
  const urn = onlyOfType(dependsOn, (candidate) => remoteTypes.has(typeInUrn(candidate)));
  return urn === undefined ? { kind: "unknown", dependsOn } : named(urnName(urn));
}

function valueAt(value: Value | undefined, ...path: readonly string[]): Value | undefined {
  return valueIn(read(value, ...path));
}
