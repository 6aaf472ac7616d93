import type { RbacSubject, Text } from "../../../core/graph/fact-values";
import { k8sName, type Name } from "../../../core/graph/name";
import type { Urn, Value } from "../../../core/snapshot/value";
import { onlyOfType } from "../reader";
import { isOfKind, namespaceText, spaceOf, type KubeObject } from "./object";
import { nameTextAt, textAt, waitingAt, type TextRead } from "./text";

/** Whom a binding gives its role. */
export interface Subject {
  readonly subject: RbacSubject;
  readonly subjectName: Name;
  /** Of an account in a namespace that is not known: what that waits for. */
  readonly namespaceDependsOn?: readonly Urn[];
}

/** A subject of which nobody knows who it is. */
export function unknownSubject(
  object: KubeObject,
  place: string,
  dependsOn: readonly Urn[],
): Subject {
  const subjectName = `${object.thing}#subjects${place}`;
  return { subject: { kind: "unknown", name: "", dependsOn }, subjectName };
}

/** Whom an entry of a binding's subjects names; undefined where it names nobody. */
export function subjectOf(object: KubeObject, value: Value, index: number): Subject | undefined {
  const hidden = waitingAt(value) ?? waitingAt(value, "kind");
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
  // The API server refuses a ClusterRoleBinding to an account of which it names no namespace: nobody's tenant is in doubt.
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

/** The namespace whose accounts a group such as `system:serviceaccounts:acme` holds. */
export function namespaceOfGroup(group: string): string | undefined {
  return /^system:serviceaccounts:([^:]+)$/.exec(group)?.[1];
}

function subjectNamespace(object: KubeObject, found: TextRead): Text {
  const own = object.namespace.kind === "unknown" ? object.namespace.dependsOn : [];
  const isAbsent = found.kind === "absent";
  const text = isAbsent ? spaceOf(object) : namespaceText(found, object.context);
  if (text !== undefined) return { kind: "known", text };
  return { kind: "unknown", dependsOn: found.kind === "unknown" ? found.dependsOn : own };
}
