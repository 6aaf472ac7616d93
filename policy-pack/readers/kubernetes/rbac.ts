import type { Fact, RbacRule, RbacSubject } from "../../../core/graph/fact";
import { k8sName, type Name } from "../../../core/graph/name";
import { listAt } from "../../../core/snapshot/read";
import { Unknown, type Urn, type Value } from "../../../core/snapshot/value";
import { onlyOfType, type Reader } from "../reader";
import { configuredTenant, membership } from "./membership";
import { aliasOf, atOf, isOfKind, namespaceName, namespaceText, type KubeObject } from "./object";
import { componentMembership, readerOf } from "./reader-of";
import { builtInRules } from "./built-in-roles";
import { nameTextAt, textAt, type TextRead } from "./text";

/** Reads Roles and ClusterRoles: what they allow. */
export const rbacRoleReader: Reader = readerOf({
  name: "kubernetes-rbac-role",
  kinds: ["Role", "ClusterRole"],
  *facts(object) {
    yield* aliasOf(object);
    yield* membership(object);
    yield* componentMembership(object);
    const rules = listAt(object.body, "rules").map(ruleOf);
    yield { kind: "rbac-role", at: atOf(object, "rules"), role: object.thing, rules };
  },
});

/** Reads RoleBindings and ClusterRoleBindings: who has which role, and where. */
export const rbacBindingReader: Reader = readerOf({
  name: "kubernetes-rbac-binding",
  kinds: ["RoleBinding", "ClusterRoleBinding"],
  *facts(object) {
    yield* aliasOf(object);
    yield* membership(object);
    yield* componentMembership(object);
    yield* bindings(object);
  },
});

function* bindings(object: KubeObject): Iterable<Fact> {
  const role = roleOf(object);
  if (role === undefined) return;
  const rules = role.isClusterRole ? builtInRules(role.roleName) : undefined;
  if (rules !== undefined) {
    yield { kind: "rbac-role", at: atOf(object, "roleRef"), role: role.role, rules };
  }
  for (const [index, subject] of listAt(object.body, "subjects").entries()) {
    yield* binding(object, role, subject, index);
  }
}

function* binding(
  object: KubeObject,
  role: { readonly role: Name; readonly roleName: string },
  value: Value,
  index: number,
): Iterable<Fact> {
  const subject = subjectOf(object, value);
  if (subject === undefined) return;
  const { subjectName, ...rest } = subject;
  if (rest.kind === "ServiceAccount" && rest.namespace !== undefined) {
    const at = atOf(object, `subjects[${index}].namespace`);
    const namespace = namespaceName(object.cluster, rest.namespace);
    yield { kind: "inside", at, thing: subjectName, namespace };
    yield* configuredTenant(object, subjectName, rest.namespace);
  }
  yield {
    kind: "binds",
    at: atOf(object, `subjects[${index}]`),
    binding: object.thing,
    role: role.role,
    roleName: role.roleName,
    ...(object.kind === "RoleBinding" &&
      object.namespace.kind === "named" && { namespace: object.namespace.text }),
    subject: rest,
    subjectName,
  };
}

function roleOf(
  object: KubeObject,
): { readonly role: Name; readonly roleName: string; readonly isClusterRole: boolean } | undefined {
  const isClusterRole =
    object.kind === "ClusterRoleBinding" ||
    nameTextAt(object.body, "roleRef", "kind") === "ClusterRole";
  const kind = isClusterRole ? "ClusterRole" : "Role";
  const name = textAt(object.body, "roleRef", "name");
  if (name.kind === "absent") return undefined;
  if (name.kind === "unknown") {
    const urn = onlyOfType(name.waitsFor, (candidate) => isOfKind(candidate, kind));
    return urn === undefined ? undefined : { role: urn, roleName: "", isClusterRole };
  }
  const namespace = isClusterRole ? "" : namedSpace(object);
  if (namespace === undefined) return undefined;
  const role = k8sName(object.cluster, namespace, kind, name.text);
  return { role, roleName: name.text, isClusterRole };
}

function subjectOf(
  object: KubeObject,
  value: Value,
): (RbacSubject & { readonly subjectName: Name }) | undefined {
  const kind = nameTextAt(value, "kind");
  const name = textAt(value, "name");
  if (kind === "User" || kind === "Group") {
    if (name.kind !== "text") return undefined;
    const account = kind === "User" ? accountInUser(name.text) : undefined;
    if (account !== undefined) return accountSubject(object, account.namespace, account.name);
    const subjectName = k8sName(object.cluster, "", kind, name.text);
    return { kind, name: name.text, subjectName };
  }
  if (kind !== "ServiceAccount") return undefined;
  const namespace = subjectNamespace(object, textAt(value, "namespace"));
  if (name.kind === "unknown") return accountOfUnknown(object, name.waitsFor, namespace);
  return name.kind === "text" && namespace !== undefined
    ? accountSubject(object, namespace, name.text)
    : undefined;
}

function accountOfUnknown(
  object: KubeObject,
  waitsFor: readonly Urn[],
  namespace: string | undefined,
): (RbacSubject & { readonly subjectName: Name }) | undefined {
  const urn = onlyOfType(waitsFor, (candidate) => isOfKind(candidate, "ServiceAccount"));
  if (urn === undefined) return undefined;
  const space = namespace === undefined ? {} : { namespace };
  const name = nameTextAt(object.context.resource(urn)?.inputs, "metadata", "name") ?? "";
  return { kind: "ServiceAccount", name, ...space, subjectName: urn };
}

function accountSubject(
  object: KubeObject,
  namespace: string,
  name: string,
): RbacSubject & { readonly subjectName: Name } {
  const subjectName = k8sName(object.cluster, namespace, "ServiceAccount", name);
  return { kind: "ServiceAccount", name, namespace, subjectName };
}

/** The account in a user name such as `system:serviceaccount:acme:triage`, by which a binding may name it too. */
function accountInUser(
  user: string,
): { readonly namespace: string; readonly name: string } | undefined {
  const [system, kind, namespace, name, ...more] = user.split(":");
  if (system !== "system" || kind !== "serviceaccount" || more.length > 0) return undefined;
  return namespace === undefined || name === undefined ? undefined : { namespace, name };
}

function subjectNamespace(object: KubeObject, found: TextRead): string | undefined {
  return found.kind === "absent" ? namedSpace(object) : namespaceText(found, object.context);
}

function namedSpace(object: KubeObject): string | undefined {
  return object.namespace.kind === "named" && object.namespace.text !== ""
    ? object.namespace.text
    : undefined;
}

/** A rule's words; one that a preview cannot know may be anything, so it counts as `*`. */
function ruleOf(rule: Value): RbacRule {
  const words = (property: string): readonly string[] =>
    listAt(rule, property).flatMap((word) =>
      word instanceof Unknown
        ? ["*"]
        : (nameTextAt(word) ?? (textAt(word).kind === "text" ? [""] : [])),
    );
  return {
    verbs: words("verbs"),
    apiGroups: words("apiGroups"),
    resources: words("resources"),
    resourceNames: words("resourceNames"),
    nonResourceURLs: words("nonResourceURLs"),
  };
}
