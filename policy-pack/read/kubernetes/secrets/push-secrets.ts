import { notKnown } from "../../../../core/certainty";
import type { Fact } from "../../../facts/fact";
import { named, type Ref } from "../../../facts/fact-values";
import { k8sName, type Name } from "../../../facts/name";
import { listAt, read } from "../../../../core/snapshot/read";
import type { Value } from "../../../../core/snapshot/value";
import type { Reader } from "../../resource/reader";
import { valueIn } from "../../resource/values";
import { keysWithValue, templateIn } from "./template-literals";
import { atOf, sibling, type KubeObject } from "../object";
import { metadataFacts, readerOf } from "../reader-of";
import { remoteSecret } from "./secret-stores";
import { namespacesNamed, selectorsOfOthers } from "../network/selector";
import { templateLiterals } from "./template-literals";
import { nameTextAt, textAt } from "../text";

/** What is pushed out of one namespace. */
interface Push {
  readonly spec: Value | undefined;
  /** Where the spec stands in the object. */
  readonly path: string;
  readonly namespace: string;
  readonly secret: Ref;
}

/**
 * Reads PushSecrets: the remote secret that gets the value of a Secret of the namespace
 * (external-secrets.io/latest/api/pushsecret, api/clusterpushsecret, guides/pushsecret-datato).
 */
export const pushSecretReader: Reader = readerOf({
  name: "push-secret",
  kinds: ["external-secrets.io/PushSecret", "external-secrets.io/ClusterPushSecret"],
  readsLiterals: true,
  *facts(object) {
    yield* metadataFacts(object);
    yield* outOfSelected(object);
    for (const push of pushesOf(object)) {
      yield* pushedKeys(object, push);
      yield* pushedWhole(object, push);
    }
  },
});

function pushesOf(object: KubeObject): readonly Push[] {
  const { body, namespace } = object;
  if (object.kind === "ClusterPushSecret") {
    const spec = valueIn(read(body, "spec", "pushSecretSpec"));
    const name = nameTextAt(spec, "selector", "secret", "name");
    const path = "spec.pushSecretSpec";
    const selected = selectedBy(object);
    const push = selected && { spec, path, namespace: "*", secret: named(selected.source) };
    const listed = namespacesNamed(valueIn(read(body, "spec"))).flatMap((space) => {
      const secret = sourceOf(spec, () =>
        name === undefined ? notKnown() : named(k8sName(object.cluster, space, "Secret", name)),
      );
      return secret === undefined ? [] : [{ spec, path, namespace: space, secret }];
    });
    return push === undefined ? listed : [...listed, push];
  }
  if (namespace.kind === "unknown") return [];
  const spec = valueIn(read(body, "spec"));
  const secret = sourceOf(spec, (selected) => sibling(object, "Secret", textAt(selected, "name")));
  return secret === undefined ? [] : [{ spec, path: "spec", namespace: namespace.text, secret }];
}

/** What is pushed out of the namespaces that labels select, whichever they are; undefined where none do, or no Secret is named. */
function selectedBy(object: KubeObject) {
  if (object.kind !== "ClusterPushSecret") return undefined;
  const from = selectorsOfOthers(valueIn(read(object.body, "spec")));
  const name = nameTextAt(object.body, "spec", "pushSecretSpec", "selector", "secret", "name");
  if (from.length === 0 || name === undefined) return undefined;
  const own = nameTextAt(object.body, "metadata", "name") ?? "";
  return { from, name, source: k8sName(object.cluster, "", object.kind, own) };
}

function* outOfSelected(object: KubeObject): Iterable<Fact> {
  const selected = selectedBy(object);
  if (selected === undefined) return;
  const { cluster } = object;
  const at = atOf(object, "spec.pushSecretSpec.selector");
  for (const namespaces of selected.from) {
    const { name, source: container } = selected;
    const content = { kind: "copies", cluster, name, namespaces, of: true } as const;
    yield { kind: "contains", at, container, content, derived: true };
  }
}

/** The Secret that is pushed; by labels, which one is not known; undefined for what a generator makes. */
function sourceOf(spec: Value | undefined, byName: (selected: Value) => Ref): Ref | undefined {
  const selected = valueIn(read(spec, "selector", "secret"));
  if (selected === undefined) return undefined;
  if (read(selected, "name").kind === "absent") return notKnown();
  return byName(selected);
}

function* pushedKeys(object: KubeObject, { spec, path, namespace, secret }: Push): Iterable<Fact> {
  const given = valueIn(read(spec, "template"));
  const template = templateIn(given);
  const isOpen = read(given, "data").kind === "unknown";
  const literalsIn = new Set<Name>();
  for (const [index, item] of listAt(spec, "data").entries()) {
    const remoteKey = nameTextAt(item, "match", "remoteRef", "remoteKey");
    if (remoteKey === undefined) continue;
    const key = nameTextAt(item, "match", "secretKey");
    const property = nameTextAt(item, "match", "remoteRef", "property");
    const isMade = key !== undefined && template.texts.some(([made]) => made === key);
    const isAsIs = key !== undefined && keysWithValue(template, key).includes(key);
    for (const store of listAt(spec, "secretStoreRefs")) {
      const container = remoteSecret(object, namespace, store, remoteKey);
      yield {
        kind: "contains",
        at: atOf(object, `${path}.data[${index}].match`),
        container,
        ...(property !== undefined && { key: property }),
        content: secret,
        derived: isMade && !isAsIs,
        ...(key !== undefined && (!isMade || isAsIs) && { contentKey: key }),
      };
      if ((isMade || isOpen) && !literalsIn.has(container)) {
        literalsIn.add(container);
        yield* templateLiterals(object, container, given, `${path}.template`);
      }
    }
  }
}

/** All keys of a Secret as one remote secret; without a name for it each key is a remote secret of its own. */
function* pushedWhole(object: KubeObject, { spec, path, namespace, secret }: Push): Iterable<Fact> {
  for (const [index, item] of listAt(spec, "dataTo").entries()) {
    const remoteKey = nameTextAt(item, "remoteKey");
    const store = valueIn(read(item, "storeRef"));
    if (remoteKey === undefined || store === undefined) continue;
    const isPart = read(item, "match").kind !== "absent" || listAt(item, "rewrite").length > 0;
    yield {
      kind: "contains",
      at: atOf(object, `${path}.dataTo[${index}]`),
      container: remoteSecret(object, namespace, store, remoteKey),
      content: secret,
      derived: isPart,
    };
  }
}
