import type * as pulumi from "@pulumi/pulumi";
import { argumentError } from "../arguments/argument-error";
import { checkTypes } from "../arguments/argument-types";
import { refusedRights } from "./rights";
import { isPlain } from "../arguments/known";

/** Something a workload may do with the objects of its tenant's namespace, through the Kubernetes API. */
export interface KubernetesPermission {
  /** API groups of the objects, such as `apps`; the core group is `""`. At least one, and not `*`. */
  apiGroups: string[];
  /**
   * What the objects are, in the plural, such as `configmaps`; a part of one such as `pods/log`. At least one, and not `*`.
   * Refused: rights by which the workload could assume another identity, such as to create pods or tokens.
   */
  resources: string[];
  /** What may be done to them: `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`. */
  verbs: string[];
  /** Names of the only objects, whole; to list or watch them, clients select by the field `metadata.name`. Default: all of the namespace. */
  resourceNames?: pulumi.Input<string>[];
}

/** A rule of an RBAC role. */
export interface KubernetesRule {
  readonly apiGroups: string[];
  readonly resources: string[];
  readonly verbs: string[];
  readonly resourceNames?: string[];
}

/** Verbs that requests for objects have. Source: https://kubernetes.io/docs/reference/access-authn-authz/authorization/ (request verbs). */
const knownVerbs = [
  "get",
  "list",
  "watch",
  "create",
  "update",
  "patch",
  "delete",
  "deletecollection",
];

/** Verbs that give rights beyond those of the rule. Source: https://kubernetes.io/docs/concepts/security/rbac-good-practices/. */
const raisingVerbs: Readonly<Record<string, string>> = {
  escalate: "would allow the workload to write roles with rights that it does not have",
  bind: "would allow the workload to give itself any role",
  impersonate: "would allow the workload to act as others",
  approve: "would allow the workload to make certificates of others",
  sign: "would allow the workload to make certificates of others",
};

/** An API group without version; the core group is empty. */
const groups = /^(?=.{0,253}$)(?:[a-z0-9]+(?:[.-][a-z0-9]+)*)?$/;

/** A kind of objects, with at most one part of it. */
const kinds = /^(?=.{1,253}$)[a-z0-9]+(?:[.-][a-z0-9]+)*(?:\/[a-z0-9-]+)?$/;

/** What the API server takes as an object's name in a path. Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/. */
const objectNames = /^(?!\.{1,2}$)[^/%*\s\p{C}]{1,253}$/u;

/** Refuses rights that are empty, span everything, never apply in a namespace, or let a workload raise itself or act as another. */
export function checkKubernetesPermissions(
  subject: string,
  permissions: readonly KubernetesPermission[],
  list = "kubernetesPermissions",
): void {
  permissions.forEach((permission, index) => {
    const argument = `${list}[${index}]`;
    checkShape(subject, argument, permission);
    for (const verb of permission.verbs) checkVerb(subject, argument, verb);
    checkNamed(subject, argument, permission);
    const refused = refusedRights(permission);
    if (refused === undefined) return;
    const { verb, resource, because } = refused;
    throw argumentError(subject, `${argument} \`${verb}\` on \`${resource}\` ${because}`);
  });
  if (isPlain(permissions))
    kubernetesRules(subject, permissions as pulumi.Unwrap<KubernetesPermission>[], list);
}

/** Rules of the role that allows only the permissions; throws where a name is none. */
export function kubernetesRules(
  subject: string,
  permissions: readonly pulumi.Unwrap<KubernetesPermission>[],
  list = "kubernetesPermissions",
): KubernetesRule[] {
  permissions.forEach((permission, index) => {
    checkTypes(subject, "KubernetesPermission", permission, `${list}[${index}]`);
  });
  return permissions.map(({ apiGroups, resources, verbs, resourceNames }, index) => {
    for (const name of resourceNames ?? []) {
      if (objectNames.test(name)) continue;
      throw argumentError(
        subject,
        `${list}[${index}] resourceName \`${name}\` is no name of an object; write whole names, as Kubernetes matches no patterns there`,
      );
    }
    return {
      apiGroups,
      resources,
      verbs,
      ...(resourceNames !== undefined && { resourceNames }),
    };
  });
}

function checkShape(subject: string, argument: string, permission: KubernetesPermission): void {
  const lists = {
    apiGroup: permission.apiGroups,
    resource: permission.resources,
    verb: permission.verbs,
  };
  for (const [what, values] of Object.entries(lists)) {
    if (values.length === 0) {
      throw argumentError(subject, `${argument} has no ${what}; name at least one`);
    }
    const wild = values.find((value) => value.includes("*"));
    if (wild === undefined) continue;
    throw argumentError(
      subject,
      `${argument} ${what} \`${wild}\` is a wildcard, which also spans what is added later; name each ${what} that the workload needs`,
    );
  }
  for (const group of permission.apiGroups) {
    if (groups.test(group)) continue;
    throw argumentError(
      subject,
      `${argument} apiGroup \`${group}\` is no API group; write it without version, such as \`apps\`, or \`""\` for the core`,
    );
  }
  for (const resource of permission.resources) {
    if (kinds.test(resource)) continue;
    throw argumentError(
      subject,
      `${argument} resource \`${resource}\` is no kind of objects; write its plural in lowercase, such as \`configmaps\``,
    );
  }
}

function checkVerb(subject: string, argument: string, verb: string): void {
  if (knownVerbs.includes(verb)) return;
  // `impersonate:user-info` and the like are of Kubernetes' constrained impersonation.
  const [raising = ""] = verb.split(":");
  const because = raisingVerbs[raising.startsWith("impersonate") ? "impersonate" : raising];
  throw argumentError(
    subject,
    because === undefined
      ? `${argument} verb \`${verb}\` is unknown; give ${knownVerbs.map((known) => `\`${known}\``).join(", ")}`
      : `${argument} verb \`${verb}\` ${because}; leave it out`,
  );
}

/**
 * Refuses names where they mean something else than they seem to. Source:
 * https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources.
 */
function checkNamed(
  subject: string,
  argument: string,
  { resources, verbs, resourceNames }: KubernetesPermission,
): void {
  if (resourceNames === undefined) return;
  if (resourceNames.length === 0) {
    throw argumentError(
      subject,
      `${argument} resourceNames is empty, which Kubernetes reads as all objects; name at least one, or leave it out`,
    );
  }
  // A request to make a part of an object, such as an eviction, does name it.
  const whole = resources.find((resource) => !resource.includes("/"));
  const nameless = verbs.find((verb) => verb === "create" || verb === "deletecollection");
  if (whole === undefined || nameless === undefined) return;
  throw argumentError(
    subject,
    `${argument} \`${nameless}\` on \`${whole}\` never applies beside resourceNames, as such a request names no object; give it in a permission of its own`,
  );
}
