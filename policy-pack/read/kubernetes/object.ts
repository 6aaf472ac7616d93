import { notKnown, type NotKnown } from "../../../core/certainty";
import type { Fact } from "../../facts/fact";
import type { At, Ref } from "../../facts/fact-values";
import { named } from "../../facts/fact-values";
import { k8sName, urnName, type Name } from "../../facts/name";
import { listAt, opened } from "../../../core/snapshot/read";
import { nameInUrn, typeInUrn, type Resource } from "../../../core/snapshot/resource";
import { isRecord, type Urn, type Value, type ValueRecord } from "../../../core/snapshot/value";
import { catalogued } from "../catalogue/kinds";
import { interned } from "../resource/interned";
import { onlyOfType, type ReadContext } from "../resource/reader";
import { isRelease, releaseBody } from "./helm/release-body";
import { nameTextAt, textAt, type TextRead } from "./text";

/** The namespace of an object: its name, or the URN of the Namespace of unknown name. */
type NamespaceRef =
  | { readonly kind: "named"; readonly text: string; readonly thing: Name }
  | NotKnown;

/** A Kubernetes object of a program or manifest: a resource of its own, or an item of a list. */
export interface KubeObject {
  readonly resource: Resource;
  readonly context: ReadContext;
  readonly body: ValueRecord;
  /** Its location in the resource's inputs: empty, or `items[2].`. */
  readonly path: string;
  readonly group: string;
  readonly kind: string;
  readonly cluster: string;
  readonly namespace: NamespaceRef;
  /** Its first name, which is stable from run to run. */
  readonly thing: Name;
  /** Its name in the cluster, when known. */
  readonly also: Name | undefined;
  /** How people name it: `acme/triage`. */
  readonly label: string;
}

const clusterWide = new Set([
  "Namespace",
  "ClusterRole",
  "ClusterRoleBinding",
  "ClusterExternalSecret",
  "ClusterPushSecret",
  "ClusterServingRuntime",
  "ClusterSecretStore",
  "ClusterSPIFFEID",
  "ClusterStaticEntry",
  "EC2NodeClass",
  "AWSNodeTemplate",
]);

const builtInGroups = new Set([
  "",
  "core",
  "apps",
  "batch",
  "extensions",
  "rbac.authorization.k8s.io",
]);

/** The kind in a Pulumi type token such as `kubernetes:apps/v1:DeploymentPatch`, without `Patch`. */
export function kindInType(type: string): string {
  const kind = type.slice(type.lastIndexOf(":") + 1);
  return kind.endsWith("Patch") && kind !== "Patch" ? kind.slice(0, -"Patch".length) : kind;
}

/** The API group in a Pulumi type token; empty for `core`. */
export function groupInType(type: string): string {
  const group = (type.split(":")[1] ?? "").split("/")[0] ?? "";
  return group === "core" ? "" : group;
}

/** Groups under `k8s.io` that an API server has by itself, or by its own servers beside it (kubernetes.io/docs, API groups). */
const ownGroups =
  /^(?:admissionregistration|apiextensions|apiregistration|authentication|authorization|certificates|coordination|discovery|events|flowcontrol\.apiserver|internal\.apiserver|metrics|networking|node|resource|scheduling|storage|storagemigration)\.k8s\.io$/;

/** Whether a group is of custom resources: others have dots only under `k8s.io`, as a few custom ones have too (`sparkoperator.k8s.io`). */
export function isCustomGroup(group: string): boolean {
  return group.includes(".") && !ownGroups.test(group);
}

/** Whether a URN is of a Kubernetes kind, in whatever version of its API. */
export function isOfKind(urn: Urn, kind: string): boolean {
  const type = typeInUrn(urn);
  return type.startsWith("kubernetes:") && kindInType(type) === kind;
}

/** The objects of a resource: itself, or each item of a `…List`. */
export function objectsOf(resource: Resource, context: ReadContext): readonly KubeObject[] {
  const kind = kindInType(resource.type);
  if (!kind.endsWith("List")) return [objectOf(resource, context, resource.inputs, "", kind)];
  const itemKind = kind.slice(0, -"List".length);
  return listAt(resource.inputs, "items").flatMap((item, index) => {
    const body = opened(item);
    return isRecord(body) ? [objectOf(resource, context, body, `items[${index}].`, itemKind)] : [];
  });
}

/** The location of a property of an object. */
export function atOf(object: KubeObject, property: string): At {
  return { urn: object.resource.urn, property: interned(object.path + property) };
}

/** The fact that joins an object's URN and its name in the cluster. */
export function* aliasOf(object: KubeObject): Iterable<Fact> {
  if (object.also === undefined) return;
  const at = atOf(object, "metadata.name");
  yield { kind: "alias", at, thing: object.thing, also: object.also };
}

/** The name in the cluster of an object of this object's namespace, or why it is not known. */
export function sibling(object: KubeObject, kind: string, name: TextRead): Ref {
  if (name.kind === "unknown") {
    const only = onlyOfType(name.dependsOn, (urn) => isOfKind(urn, kind));
    return only === undefined ? notKnown(name) : named(urnName(only));
  }
  if (name.kind === "absent") return notKnown();
  const { namespace, cluster } = object;
  if (namespace.kind === "unknown") return namespace;
  return named(k8sName(cluster, namespace.text, kind, name.text));
}

/** The namespace an object is in as facts have it. */
export function refOf(namespace: NamespaceRef): Ref {
  return namespace.kind === "named" ? named(namespace.thing) : namespace;
}

/** The text of the namespace that an object is in; undefined where it is in none, or that is not known. */
export function spaceOf({ namespace }: KubeObject): string | undefined {
  return namespace.kind === "named" && namespace.text !== "" ? namespace.text : undefined;
}

/** The thing that a namespace's name names in a cluster. */
export function namespaceName(cluster: string, namespace: string): Name {
  return namespace.startsWith("urn:") ? namespace : k8sName(cluster, "", "Namespace", namespace);
}

function objectOf(
  resource: Resource,
  context: ReadContext,
  body: ValueRecord,
  path: string,
  kindOfType: string,
): KubeObject {
  const apiVersion = nameTextAt(body, "apiVersion");
  const kind = nameTextAt(body, "kind") ?? kindOfType;
  const group =
    apiVersion === undefined ? groupInType(resource.type) : groupInApiVersion(apiVersion);
  const cluster = context.clusterOf(resource);
  const isClusterWide = clusterWide.has(kind) || catalogued({ group, kind }).isClusterWide === true;
  const namespace = isClusterWide
    ? ({ kind: "named", text: "", thing: "" } as const)
    : namespaceOf(body, resource, context, cluster);
  const name =
    nameTextAt(body, "metadata", "name") ??
    (path === "" ? nameTextAt(resource.outputs, "metadata", "name") : undefined);
  const also =
    name === undefined || namespace.kind === "unknown"
      ? undefined
      : k8sName(cluster, namespace.text, kindName(group, kind), name);
  const thing = path === "" ? urnName(resource.urn) : (also ?? `${resource.urn}#${path}`);
  const shown = isAutonamed(body) ? resource.name : (name ?? resource.name);
  const space = namespace.kind === "named" ? labelOfNamespace(namespace.text) : "";
  return {
    resource,
    context,
    body,
    path,
    group,
    kind,
    cluster,
    namespace,
    thing,
    also: also === thing ? undefined : also,
    label: space === "" ? shown : `${space}/${shown}`,
  };
}

/** The kind as in names: a custom one with its group, so that a custom `Deployment` is distinct from the built-in one. */
export function kindName(group: string, kind: string): string {
  return builtInGroups.has(group) ? kind : `${kind}.${group}`;
}

/** The group in an `apiVersion`; empty for `v1`. */
export function groupInApiVersion(apiVersion: string): string {
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? "" : apiVersion.slice(0, slash);
}

function namespaceOf(
  body: ValueRecord,
  resource: Resource,
  context: ReadContext,
  cluster: string,
): NamespaceRef {
  const found = namespaceRead(body, resource, context);
  const text = namespaceText(found, context);
  if (text !== undefined) return { kind: "named", text, thing: namespaceName(cluster, text) };
  return { kind: "unknown", dependsOn: found.kind === "unknown" ? found.dependsOn : [] };
}

/**
 * The name of a namespace; for one whose name depends on a Namespace of the stack, that Namespace's URN, which is as
 * distinctive.
 *
 * A name may also come from another object of the namespace, as `account.metadata.namespace` does.
 */
export function namespaceText(
  found: TextRead,
  context: ReadContext,
  steps = 5,
): string | undefined {
  if (found.kind === "text") return found.text === "" ? undefined : found.text;
  if (found.kind === "absent" || steps === 0) return undefined;
  const urn = onlyOfType(found.dependsOn, (candidate) => isOfKind(candidate, "Namespace"));
  if (urn !== undefined) {
    return nameTextAt(context.resource(urn)?.inputs, "metadata", "name") ?? urn;
  }
  const other = onlyOfType(found.dependsOn, (candidate) =>
    typeInUrn(candidate).startsWith("kubernetes:"),
  );
  const object = other === undefined ? undefined : context.resource(other);
  if (object === undefined) return undefined;
  const body = isRelease(object.type) ? releaseBody(object.inputs) : object.inputs;
  return namespaceText(namespaceRead(body, object, context), context, steps - 1);
}

/** The namespace an object gives, else its provider's, else `default`. */
function namespaceRead(body: ValueRecord, resource: Resource, context: ReadContext): TextRead {
  const own = textAt(body, "metadata", "namespace");
  if (own.kind === "unknown" || (own.kind === "text" && own.text !== "")) return own;
  const provider =
    resource.provider === undefined ? undefined : context.resource(resource.provider);
  const usual = textAt(provider?.inputs, "namespace");
  if (usual.kind === "unknown" || (usual.kind === "text" && usual.text !== "")) return usual;
  return { kind: "text", text: "default", secret: false };
}

/** Pulumi marks the names it makes up, which end in random letters. */
function isAutonamed(body: Value): boolean {
  return nameTextAt(body, "metadata", "annotations", "pulumi.com/autonamed") === "true";
}

function labelOfNamespace(text: string): string {
  return text.startsWith("urn:") ? nameInUrn(text) : text;
}
