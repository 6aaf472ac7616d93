import type { Fact } from "../../../core/graph/fact";
import { named, type Ref } from "../../../core/graph/fact-values";
import { k8sName, urnName, type Name } from "../../../core/graph/name";
import { entriesAt, listAt, read } from "../../../core/snapshot/read";
import { typeInUrn } from "../../../core/snapshot/resource";
import { Unknown, type Urn, type Value } from "../../../core/snapshot/value";
import { onlyOfType, type Reader } from "../reader";
import { valueIn } from "../values";
import { keysAre } from "./keys";
import { configuredTenant, membership } from "./membership";
import { aliasOf, atOf, namespaceName, type KubeObject } from "./object";
import { componentMembership, readerOf } from "./reader-of";
import { remoteSecret } from "./remote-secrets";
import { apartSecret } from "./secrets";
import { nameTextAt, textAt, waitingAt } from "./text";
import { tokenSecret } from "./token-secrets";

/** What an external secret says of one Secret that it makes. */
interface Target {
  readonly spec: Value | undefined;
  /** Where the spec stands in the object. */
  readonly path: string;
  readonly namespace: string;
  readonly container: Name;
}

/** One reference to a remote secret. */
interface Remote {
  readonly property: string;
  readonly item: Value;
  readonly part: "remoteRef" | "extract";
  /** The key of the Secret that receives it; all of them when undefined. */
  readonly key: string | undefined;
}

const remoteTypes = new Set([
  "aws:secretsmanager/secret:Secret",
  "aws:secretsmanager/secretVersion:SecretVersion",
  "aws:ssm/parameter:Parameter",
]);

/** Reads ExternalSecrets: which remote secrets the Secret that they make contains (external-secrets.io/latest/api). */
export const externalSecretReader: Reader = readerOf({
  name: "external-secret",
  kinds: ["external-secrets.io/ExternalSecret", "external-secrets.io/ClusterExternalSecret"],
  *facts(object) {
    yield* aliasOf(object);
    yield* membership(object);
    yield* componentMembership(object);
    for (const target of targetsOf(object)) yield* targetFacts(object, target);
  },
});

function targetsOf(object: KubeObject): readonly Target[] {
  const wide = object.kind === "ClusterExternalSecret";
  const path = wide ? "spec.externalSecretSpec" : "spec";
  const spec = valueAt(object.body, ...path.split("."));
  const name =
    nameTextAt(spec, "target", "name") ??
    (wide ? nameTextAt(object.body, "spec", "externalSecretName") : undefined) ??
    nameTextAt(object.body, "metadata", "name");
  if (name === undefined) return [];
  return namespacesOf(object, wide).map((namespace) => ({
    spec,
    path,
    namespace,
    container: k8sName(object.cluster, namespace, "Secret", name),
  }));
}

function namespacesOf(object: KubeObject, wide: boolean): readonly string[] {
  if (wide) {
    return listAt(object.body, "spec", "namespaces").flatMap((item) => nameTextAt(item) ?? []);
  }
  return object.namespace.kind === "named" ? [object.namespace.text] : [];
}

function* targetFacts(object: KubeObject, target: Target): Iterable<Fact> {
  const { spec, path, namespace, container } = target;
  const at = atOf(object, `${path}.target`);
  const inside = named(namespaceName(object.cluster, namespace));
  yield { kind: "inside", at, thing: container, namespace: inside };
  yield* configuredTenant(object, container, namespace);
  yield* apartSecret(object, container, nameTextAt(spec, "target", "template", "type"));
  const body = valueAt(spec, "target", "template");
  yield* tokenSecret(object, { secret: container, body, path: `${path}.target.template.` });
  yield* targetKeys(object, target);
  yield* unknownContents(object, target);
  for (const [index, item] of listAt(spec, "data").entries()) {
    const property = `${path}.data[${index}].remoteRef`;
    const key = nameTextAt(item, "secretKey");
    yield* remoteFacts(object, target, { property, item, part: "remoteRef", key });
  }
  for (const [index, item] of listAt(spec, "dataFrom").entries()) {
    const property = `${path}.dataFrom[${index}].extract`;
    yield* remoteFacts(object, target, { property, item, part: "extract", key: undefined });
    yield* searched(object, target, item, `${path}.dataFrom[${index}].find`);
  }
}

/** What the Secret has of remote ones where a preview knows none of them. */
function* unknownContents(object: KubeObject, target: Target): Iterable<Fact> {
  const { spec, path, container } = target;
  const places = spec instanceof Unknown ? [[]] : [["data"], ["dataFrom"]];
  for (const place of places) {
    const waitsFor = waitingAt(spec, ...place);
    if (waitsFor === undefined) continue;
    const content = { kind: "unknown", waitsFor } as const;
    const at = atOf(object, [path, ...place].join("."));
    yield { kind: "contains", at, container, content, derived: false };
  }
}

/** The keys of the Secret that is made: those of a template where it has one, else those of the items. */
function* targetKeys(object: KubeObject, { spec, path, container }: Target): Iterable<Fact> {
  const templated = entriesAt(spec, "target", "template", "data").map(([key]) => key);
  const given = listAt(spec, "data").map((item) => nameTextAt(item, "secretKey"));
  const keys = templated.length > 0 ? templated : given.filter((key) => key !== undefined);
  const isAll = templated.length > 0 || listAt(spec, "dataFrom").length === 0;
  const waits = waitingAt(spec, "data") ?? waitingAt(spec, "dataFrom");
  const isKnown = isAll && waits === undefined && !given.includes(undefined);
  yield* keysAre(object, `${path}.data`, container, keys, isKnown ? undefined : (waits ?? []));
}

function* remoteFacts(object: KubeObject, target: Target, remote: Remote): Iterable<Fact> {
  const { item, part } = remote;
  const reference = textAt(item, part, "key");
  if (reference.kind === "absent") return;
  const at = atOf(object, `${remote.property}.key`);
  const content =
    reference.kind === "unknown"
      ? waitedFor(reference.waitsFor)
      : named(remoteSecret(object, target.namespace, storeOf(target, item), reference.text));
  const property = nameTextAt(item, part, "property");
  // A template makes keys of its own out of the remote values, so which key holds which is not known.
  const templated = entriesAt(target.spec, "target", "template", "data").length > 0;
  yield {
    kind: "contains",
    at,
    container: target.container,
    ...(remote.key !== undefined && !templated && { key: remote.key }),
    content,
    derived: templated,
    ...(property !== undefined && { contentKey: property }),
  };
}

/** What a search of a store finds only the store knows; two that are equal find the same. */
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
      : { kind: "unknown" as const, waitsFor: search.kind === "unknown" ? search.waitsFor : [] };
  const at = atOf(object, property);
  yield { kind: "contains", at, container: target.container, content, derived: false };
}

function wordsOf(search: Value): string {
  return `search ${JSON.stringify(search)}`;
}

/** The store that a reference names itself, else the one of its ExternalSecret. */
function storeOf({ spec }: Target, item: Value): Value | undefined {
  const own = valueAt(item, "sourceRef", "storeRef");
  return own ?? valueAt(spec, "secretStoreRef");
}

/** A remote secret whose key a preview cannot know: the one secret or parameter of the stack that it waits for. */
function waitedFor(waitsFor: readonly Urn[]): Ref {
  const urn = onlyOfType(waitsFor, (candidate) => remoteTypes.has(typeInUrn(candidate)));
  return urn === undefined ? { kind: "unknown", waitsFor } : named(urnName(urn));
}

function valueAt(value: Value | undefined, ...path: readonly string[]): Value | undefined {
  return valueIn(read(value, ...path));
}
