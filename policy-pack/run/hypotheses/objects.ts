import { kindName, objectsOf, type KubeObject } from "../../read/kubernetes/object";
import type { OpenPlace } from "./open-place";
import type { StackView } from "./stack-view";
import type { PossibleValue } from "./hypothesis";
import { outputsOf, text } from "./values";

const accounts = /^kubernetes:core\/v1:ServiceAccount$/;

/** The namespace that every cluster has. */
export const usualNamespace = "default";

/** Kinds that make an object of another kind, called as they are. */
const made: Readonly<Record<string, string>> = {
  ExternalSecret: "Secret",
  ClusterExternalSecret: "Secret",
  SealedSecret: "Secret",
  SecretProviderClass: "Secret",
};

/** The object that a place is of; undefined for a resource that is none, or several. */
export function objectOf({ resource }: OpenPlace, stack: StackView): KubeObject | undefined {
  const objects = objectsOf(resource, stack.context);
  return objects.length === 1 && objects[0]?.path === "" ? objects[0] : undefined;
}

/** Whether an object is of the whole cluster. */
export function isWide({ namespace }: KubeObject): boolean {
  return namespace.kind === "named" && namespace.text === "";
}

/** By what something calls an object. */
interface Called {
  readonly namespace: string;
  readonly name: string;
}

/** The names that something calls an object of this kind by, and that no object of the stack has. */
export function freeNames(object: KubeObject, stack: StackView): readonly Called[] {
  const kinds = [kindName(object.group, object.kind), made[object.kind]];
  const called = stack
    .namedOnly("k8s", object.cluster)
    .flatMap(([namespace = "", of, name = ""]) =>
      kinds.includes(of) && name !== "" ? [{ namespace, name }] : [],
    );
  return object.kind === "Namespace" ? [...called, ...freeNamespaces(object, stack)] : called;
}

/** The namespaces that only things in them name. */
function freeNamespaces(object: KubeObject, stack: StackView): readonly Called[] {
  const known = new Set(namespacesOf(object, stack));
  const within = stack.named("k8s", object.cluster).map(([namespace = ""]) => namespace);
  return [...new Set(within)]
    .filter((name) => name !== "" && !name.startsWith("urn:") && !known.has(name))
    .map((name) => ({ namespace: "", name }));
}

/** The namespaces that the stack has or names. */
export function namespacesOf(object: KubeObject, stack: StackView): readonly string[] {
  return stack.once(`namespaces ${object.cluster}`, () =>
    stack
      .named("k8s", object.cluster)
      .flatMap(([space, of, name = ""]) => (space === "" && of === "Namespace" ? [name] : [])),
  );
}

/** The ServiceAccounts of an object's namespace. */
export function accountNames(place: OpenPlace, stack: StackView): readonly PossibleValue[] {
  const object = objectOf(place, stack);
  if (object?.namespace.kind !== "named") return [];
  const { text: within } = object.namespace;
  const known = stack.once(`accounts ${object.cluster}|${within}`, () => {
    const names = stack
      .named("k8s", object.cluster)
      .flatMap(([namespace, of, name = ""]) =>
        of === "ServiceAccount" && (within === "" || namespace === within) ? [name] : [],
      );
    return [...new Set(names)].map(text);
  });
  return known.length === 0 ? outputsOf(accounts, place, stack) : known;
}

/** The namespaces in which an account that a binding names may be. */
export function accountNamespaces(place: OpenPlace, stack: StackView): readonly PossibleValue[] {
  const object = objectOf(place, stack);
  if (object === undefined) return [];
  const called = stack
    .named("k8s", object.cluster)
    .flatMap(([namespace = "", of]) => (of === "ServiceAccount" ? [namespace] : []));
  return [...new Set([...called, ...namespacesOf(object, stack), usualNamespace])]
    .filter((namespace) => namespace !== "" && !namespace.startsWith("urn:"))
    .map(text);
}
