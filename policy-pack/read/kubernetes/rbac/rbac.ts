import { notKnown } from "../../../../core/certainty";
import type { Fact } from "../../../facts/fact";
import { named, type RbacReach, type RbacSubject, type Text } from "../../../facts/fact-values";
import { k8sName, type Name } from "../../../facts/name";
import { listAt } from "../../../../core/snapshot/read";
import type { Urn, Value } from "../../../../core/snapshot/value";
import { onlyOfType, type Reader } from "../../resource/reader";
import { componentAbove } from "../../resource/tenancy";
import { builtInRole, builtInSystemRole } from "../../../domain/rbac/built-in-roles";
import { configuredTenant } from "../membership";
import { atOf, isOfKind, namespaceName, spaceOf, type KubeObject, namespaceText } from "../object";
import { aggregationOf, rulesOf } from "./rbac-rules";
import { metadataFacts, readerOf } from "../reader-of";
import { nameTextAt, textAt, dependenciesAt, type TextRead } from "../text";

/** Reads Roles and ClusterRoles: what they allow. */
export const rbacRoleReader: Reader = readerOf({
  name: "kubernetes-rbac-role",
  kinds: ["Role", "ClusterRole"],
  *facts(object) {
    yield* metadataFacts(object);
    yield {
      kind: "rbac-role",
      at: atOf(object, "rules"),
      role: object.thing,
      rules: rulesOf(object),
      ...(object.kind === "ClusterRole" && aggregationOf(object)),
    };
  },
});

/** Reads RoleBindings and ClusterRoleBindings: who has which role, and where. */
export const rbacBindingReader: Reader = readerOf({
  name: "kubernetes-rbac-binding",
  kinds: ["RoleBinding", "ClusterRoleBinding"],
  *facts(object) {
    yield* metadataFacts(object);
    yield* bindings(object);
  },
});

function* bindings(object: KubeObject): Iterable<Fact> {
  const role = roleOf(object);
  if (role === undefined) return;
  const builtIn = role.isClusterRole
    ? builtInRole(role.roleName)
    : builtInSystemRole(spaceOf(object) ?? "", role.roleName);
  if (builtIn !== undefined) {
    yield { kind: "rbac-role", at: atOf(object, "roleRef"), role: role.role, ...builtIn };
  }
  const dependsOn = dependenciesAt(object.body, "subjects");
  if (dependsOn !== undefined)
    yield bindsOf(object, role, unknownSubject(object, "", dependsOn), "");
  for (const [index, subject] of listAt(object.body, "subjects").entries()) {
    yield* binding(object, role, subject, index);
  }
}

function* binding(object: KubeObject, role: RoleRef, value: Value, index: number): Iterable<Fact> {
  const found = subjectOf(object, value, index);
  if (found === undefined) return;
  const { subject: rest, subjectName, namespaceDependsOn: dependsOn } = found;
  const space = rest.kind === "Group" ? namespaceOfGroup(rest.name) : rest.namespace;
  if (space !== undefined) {
    const property = rest.kind === "Group" ? "name" : "namespace";
    const at = atOf(object, `subjects[${index}].${property}`);
    const namespace = named(namespaceName(object.cluster, space));
    yield { kind: "inside", at, thing: subjectName, namespace };
    yield* configuredTenant(object, subjectName, space);
  }
  if (dependsOn !== undefined) {
    const at = atOf(object, `subjects[${index}].namespace`);
    yield { kind: "inside", at, thing: subjectName, namespace: { kind: "unknown", dependsOn } };
  }
  yield bindsOf(object, role, found, `[${index}]`);
}

function bindsOf(
  object: KubeObject,
  { role, roleName, dependsOn }: RoleRef,
  { subject, subjectName }: Subject,
  place: string,
): Fact {
  return {
    kind: "binds",
    at: atOf(object, `subjects${place}`),
    binding: object.thing,
    role,
    roleName,
    ...(dependsOn && { roleDependsOn: dependsOn }),
    where: reachOf(object),
    subject,
    subjectName,
    ...(isDeployer(object, subject) && { deploys: true }),
  };
}

/** Whether our tenant component, of which the binding is a child, names an account as a deployer. */
function isDeployer({ resource, context }: KubeObject, subject: RbacSubject): boolean {
  if (subject.kind !== "ServiceAccount") return false;
  const component = componentAbove(resource, context);
  if (component?.type !== "agentid:index:Tenant") return false;
  return listAt(component.inputs, "deployers").some(
    (each) =>
      nameTextAt(each, "serviceAccount", "name") === subject.name &&
      nameTextAt(each, "serviceAccount", "namespace") === subject.namespace,
  );
}

function reachOf(object: KubeObject): RbacReach {
  if (object.kind === "ClusterRoleBinding") return { kind: "cluster" };
  const { namespace } = object;
  return namespace.kind === "named"
    ? { kind: "namespace", namespace: namespace.text }
    : notKnown(namespace);
}

/** The role that a binding gives. */
interface RoleRef {
  readonly role: Name;
  readonly roleName: string;
  readonly isClusterRole: boolean;
  /** Where it is not known which role: what that waits for. */
  readonly dependsOn?: readonly Urn[];
}

function roleOf(object: KubeObject): RoleRef | undefined {
  const isClusterRole =
    object.kind === "ClusterRoleBinding" ||
    nameTextAt(object.body, "roleRef", "kind") === "ClusterRole";
  const kind = isClusterRole ? "ClusterRole" : "Role";
  const hidden = dependenciesAt(object.body, "roleRef", "kind");
  if (hidden !== undefined && !isClusterRole) {
    const roleName = nameTextAt(object.body, "roleRef", "name") ?? "";
    return { role: `${object.thing}#roleRef`, roleName, isClusterRole, dependsOn: hidden };
  }
  const name = textAt(object.body, "roleRef", "name");
  if (name.kind === "absent") return undefined;
  if (name.kind === "unknown") {
    const urn = onlyOfType(name.dependsOn, (candidate) => isOfKind(candidate, kind));
    if (urn !== undefined) return { role: urn, roleName: "", isClusterRole };
    const { dependsOn } = name;
    return { role: `${object.thing}#roleRef`, roleName: "", isClusterRole, dependsOn };
  }
  const namespace = isClusterRole ? "" : spaceOf(object);
  if (namespace === undefined) {
    if (object.namespace.kind !== "unknown") return undefined;
    // The namespace identifies the role.
    const { dependsOn } = object.namespace;
    const role = `${object.thing}#roleRef`;
    return { role, roleName: name.text, isClusterRole, dependsOn };
  }
  const role = k8sName(object.cluster, namespace, kind, name.text);
  return { role, roleName: name.text, isClusterRole };
}

/** The subjects of a binding. */
interface Subject {
  readonly subject: RbacSubject;
  readonly subjectName: Name;
  /** Of an account in a namespace that is not known: what that waits for. */
  readonly namespaceDependsOn?: readonly Urn[];
}

/** A subject of unknown identity. */
function unknownSubject(object: KubeObject, place: string, dependsOn: readonly Urn[]): Subject {
  const subjectName = `${object.thing}#subjects${place}`;
  return { subject: { kind: "unknown", name: "", dependsOn }, subjectName };
}

/** The subject of an entry of a binding; undefined where it names none. */
function subjectOf(object: KubeObject, value: Value, index: number): Subject | undefined {
  const hidden = dependenciesAt(value) ?? dependenciesAt(value, "kind");
  if (hidden !== undefined) return unknownSubject(object, `[${index}]`, hidden);
  const kind = nameTextAt(value, "kind");
  const name = textAt(value, "name");
  if (kind === "User" || kind === "Group") {
    if (name.kind === "absent") return undefined;
    if (name.kind === "unknown") {
      const subject: RbacSubject = { kind, name: "", dependsOn: name.dependsOn };
      return { subject, subjectName: `${object.thing}#subjects[${index}]` };
    }
    const account = kind === "User" ? accountInUser(name.text) : undefined;
    if (account !== undefined) return accountSubject(object, account.namespace, account.name);
    const subjectName = k8sName(object.cluster, "", kind, name.text);
    return { subject: { kind, name: name.text }, subjectName };
  }
  if (kind !== "ServiceAccount" || name.kind === "absent") return undefined;
  const namespace = subjectNamespace(object, textAt(value, "namespace"));
  if (name.kind === "unknown") {
    const urn = onlyOfType(name.dependsOn, (each) => isOfKind(each, "ServiceAccount"));
    if (urn !== undefined) return accountOfStack(object, urn, namespace);
  } else if (namespace.kind === "known") {
    return accountSubject(object, namespace.text, name.text);
  }
  // Whichever account it is, it is some account.
  const subjectName = `${object.thing}#subjects[${index}]`;
  const called =
    name.kind === "text" ? { name: name.text } : { name: "", dependsOn: name.dependsOn };
  if (namespace.kind === "known") {
    return { subject: { kind, ...called, namespace: namespace.text }, subjectName };
  }
  const subject: RbacSubject = { kind, ...called };
  // The API server refuses a ClusterRoleBinding to an account without a namespace: no tenant is unknown.
  const isRefused = object.kind === "ClusterRoleBinding" && isWithoutNamespace(value);
  return { subject, subjectName, ...(!isRefused && { namespaceDependsOn: namespace.dependsOn }) };
}

/** Source: kubernetes/kubernetes, pkg/apis/rbac/validation, ValidateRoleBindingSubject. */
function isWithoutNamespace(subject: Value): boolean {
  const namespace = textAt(subject, "namespace");
  return namespace.kind === "absent" || (namespace.kind === "text" && namespace.text === "");
}

function accountOfStack(object: KubeObject, urn: Urn, namespace: Text): Subject {
  const name = nameTextAt(object.context.resource(urn)?.inputs, "metadata", "name") ?? "";
  const space = namespace.kind === "known" ? { namespace: namespace.text } : {};
  return { subject: { kind: "ServiceAccount", name, ...space }, subjectName: urn };
}

function accountSubject(object: KubeObject, namespace: string, name: string): Subject {
  const subjectName = k8sName(object.cluster, namespace, "ServiceAccount", name);
  return { subject: { kind: "ServiceAccount", name, namespace }, subjectName };
}

/** The account in a user name such as `system:serviceaccount:acme:triage`, by which a binding may name it too. */
function accountInUser(
  user: string,
): { readonly namespace: string; readonly name: string } | undefined {
  const [system, kind, namespace, name, ...more] = user.split(":");
  if (system !== "system" || kind !== "serviceaccount" || more.length > 0) return undefined;
  return namespace === undefined || name === undefined ? undefined : { namespace, name };
}

/** The namespace of a group of accounts such as `system:serviceaccounts:acme`. */
function namespaceOfGroup(group: string): string | undefined {
  return /^system:serviceaccounts:([^:]+)$/.exec(group)?.[1];
}

function subjectNamespace(object: KubeObject, found: TextRead): Text {
  const own = object.namespace.kind === "unknown" ? object.namespace.dependsOn : [];
  const isAbsent = found.kind === "absent";
  const text = isAbsent ? spaceOf(object) : namespaceText(found, object.context);
  if (text !== undefined) return { kind: "known", text };
  return { kind: "unknown", dependsOn: found.kind === "unknown" ? found.dependsOn : own };
}
