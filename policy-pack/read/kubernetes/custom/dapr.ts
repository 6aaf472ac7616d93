import type { Fact, FactOf } from "../../../facts/fact";
import type { Ref } from "../../../facts/fact-values";
import { k8sName, type Name } from "../../../facts/name";
import { listAt, read } from "../../../../core/snapshot/read";
import { valueIn } from "../../resource/values";
import type { Reader } from "../../resource/reader";
import type { Urn, Value } from "../../../../core/snapshot/value";
import { leavesOf } from "../../resource/leaves";
import { atOf, sibling, spaceOf, type KubeObject } from "../object";
import type { PodTemplate } from "../pods/pod-template";
import { metadataFacts, readerOf } from "../reader-of";
import { settingLiteral } from "../secrets/setting-literals";
import { modelKeyAt } from "./model-keys";
import { factTextOf, nameTextAt, textAt, dependenciesAt } from "../text";

const group = "dapr.io";

/**
 * Reads components of Dapr: the sidecar of each application of the namespace loads them with the Secrets that they name, unless they list
 * the applications that do.
 *
 * Source: docs.dapr.io, operations/components/component-secrets and component-scopes; reference/resource-specs, HTTPEndpoint.
 */
export const daprReader: Reader = readerOf({
  name: "components of Dapr",
  kinds: [`${group}/Component`, `${group}/HTTPEndpoint`],
  readsLiterals: true,
  *facts(object) {
    yield* metadataFacts(object);
    for (const list of ["metadata", "headers"]) {
      const items = read(object.body, "spec", list);
      if (items.kind === "unknown") yield* offeredUnknown(object, `spec.${list}`, items.dependsOn);
      for (const [index, item] of listAt(object.body, "spec", list).entries()) {
        const found = read(item, "secretKeyRef");
        const path = `spec.${list}[${index}].secretKeyRef`;
        if (found.kind === "unknown") yield* offeredUnknown(object, path, found.dependsOn);
        const reference = valueIn(found);
        if (reference !== undefined) yield* offered(object, path, reference);
      }
    }
    yield* modelKey(object);
    const spec = valueIn(read(object.body, "spec"));
    if (spec === undefined) return;
    for (const leaf of leavesOf(object.resource, { value: spec, path: "spec" })) {
      yield* settingLiteral(object, leaf);
    }
  },
});

function* offered(object: KubeObject, path: string, reference: Value): Iterable<Fact> {
  const name = textAt(reference, "name");
  if (name.kind === "absent") return;
  const key = nameTextAt(reference, "key");
  const keyDependsOn = name.kind === "text" ? dependenciesAt(reference, "key") : undefined;
  yield* offer(object, path, {
    secret: secretOf(object, reference),
    ...(key !== undefined && { key }),
    ...(keyDependsOn !== undefined && { keyDependsOn }),
  });
}

/** That a component has an unknown name, which may be of a Secret. */
function offeredUnknown(
  object: KubeObject,
  path: string,
  dependsOn: readonly Urn[],
): Iterable<Fact> {
  return offer(object, path, { secret: { kind: "unknown", dependsOn } });
}

function* offer(
  object: KubeObject,
  path: string,
  offered: Pick<FactOf<"offers">, "secret" | "key" | "keyDependsOn">,
): Iterable<Fact> {
  const place = placeOf(object);
  if (place === undefined) return;
  const scopes = listAt(object.body, "scopes");
  const to = scopes.flatMap((scope) => nameTextAt(scope) ?? []);
  const dependsOn =
    dependenciesAt(object.body, "scopes") ?? scopes.flatMap((scope) => dependenciesAt(scope) ?? []);
  yield {
    kind: "offers",
    at: atOf(object, path),
    component: object.thing,
    place,
    ...(to.length + dependsOn.length > 0 && { to }),
    ...(dependsOn.length > 0 && { toDependsOn: dependsOn }),
    ...offered,
  };
}

/** The Secret that a component names; of another store than that of Kubernetes, the secret of that name in it. */
function secretOf(object: KubeObject, reference: Value): Ref {
  const name = textAt(reference, "name");
  const store = nameTextAt(object.body, "auth", "secretStore") ?? "";
  const isOwn = store === "" || store === "kubernetes";
  return sibling(object, isOwn ? "Secret" : `${store}.SecretStore.${group}`, name);
}

/** Where applications of a namespace find their components. */
function placeOf(object: KubeObject): Name | undefined {
  const namespace = spaceOf(object);
  return namespace === undefined
    ? undefined
    : k8sName(object.cluster, namespace, `Components.${group}`, "");
}

/** The texts that Dapr takes as a yes, in any case and with space around. Source: github.com/dapr/kit, strings.IsTruthy. */
const yes = new Set(["y", "yes", "true", "t", "on", "1"]);

/** That a pod has a sidecar of Dapr, which loads components. Source: docs.dapr.io, reference/arguments-annotations-overview. */
export function* loadsComponents(object: KubeObject, pod: PodTemplate): Iterable<Fact> {
  if (pod.labels === undefined) return;
  const annotations = [...pod.labels.slice(0, -1), "annotations"];
  const place = placeOf(object);
  if (place === undefined) return;
  const enabled = textAt(object.body, ...annotations, `${group}/enabled`);
  if (enabled.kind === "absent") return;
  if (enabled.kind === "text" && !yes.has(enabled.text.trim().toLowerCase())) return;
  const as = factTextOf(textAt(object.body, ...annotations, `${group}/app-id`));
  yield {
    kind: "loads",
    at: atOf(object, `${annotations.join(".")}["${group}/enabled"]`),
    workload: object.thing,
    place,
    ...(as !== undefined && { as }),
    ...(enabled.kind === "unknown" && { dependsOn: enabled.dependsOn }),
  };
}

/** Components that talk to models, and whose. Source: docs.dapr.io, reference/components-reference/supported-conversation. */
const models: Readonly<Record<string, string>> = {
  "conversation.openai": "OpenAI",
  "conversation.anthropic": "Anthropic",
  "conversation.googleai": "Google",
};

/** Whose key a component has that talks to a model, unless it calls another host. */
function* modelKey(object: KubeObject): Iterable<Fact> {
  const type = nameTextAt(object.body, "spec", "type") ?? "";
  const items = listAt(object.body, "spec", "metadata");
  const setting = (name: string): Value | undefined =>
    items.find((item) => nameTextAt(item, "name") === name);
  if (!Object.hasOwn(models, type) || setting("key") === undefined) return;
  const endpoint = textAt(setting("endpoint"), "value");
  const fact = modelKeyAt(object, "spec.type", models[type] ?? "", endpoint);
  if (fact !== undefined) yield fact;
}
