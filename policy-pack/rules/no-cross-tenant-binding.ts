import { textOfRule } from "../../core/authority/rbac/breadth";
import { customScopesIn } from "../../core/authority/rbac/custom-resources";
import { rightsOf } from "../../core/authority/rbac/rights";
import { isNamespaced } from "../../core/authority/rbac/scope";
import { isOfElsewhere } from "../../core/authority/rbac/subject";
import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import { givesRights } from "../../core/identity/account";
import { unknownSubjectOf } from "../../core/identity/people";
import { tenantsBound, type BoundTenant } from "../../core/identity/bound-tenants";
import type { Urn } from "../../core/snapshot/value";
import { tenantOf } from "../../core/tenancy";
import { or } from "../../core/three-valued";
import { answersBy } from "./entry-answers";
import { rightsIn } from "./rights-in";
import { defineRule, type Answer } from "../define-rule";
import {
  distinct,
  labelOfSubject,
  unknownRightsOf,
  unknownSubjectFault,
  whereOf,
  type UnknownRights,
} from "./authority-answers";

type Message =
  | "crossing"
  | "entry"
  | "maybe"
  | "everywhere"
  | "tenant"
  | "namespace"
  | UnknownRights
  | "unsure";

/** What a binding gives across tenants can be seen in neither's namespace alone: nobody there knows who may come in. */
export default defineRule({
  id: "no-cross-tenant-binding",
  title:
    "No binding gives an account of one tenant rights in another's namespace, or in all of them",
  severity: "critical",
  family: "tenancy",
  decides: "closed",
  because: "a namespace that comes later may say whose it is, and a role what it allows",
  watches: ["binds", "access-policy", "enters-as"],
  standards: [
    "NHI8:2025",
    "NHI5:2025",
    "ASI03:2026",
    "CIS-EKS-1.8.0:4.5.1",
    "NIST-800-53r5:AC-4",
    "NIST-800-53r5:SC-7(21)",
  ],
  remediation:
    "bind the account in its own tenant's namespace alone, by a RoleBinding there, and ask the other tenant through an API that both declare",
  messages: {
    crossing: "`{binding}` of tenant `{other}` gives rights {where} to `{identity}` of {tenant}",
    entry: "`{binding}` gives `{identity}` of {tenant} rights {where}, which is tenant `{other}`'s",
    maybe:
      "undetermined: `{binding}` may give `{identity}` of {tenant} rights {where}, which is tenant `{other}`'s: {reason}",
    everywhere:
      "`{binding}` gives `{identity}` of {tenant} rights in every tenant's namespace: `{role}` allows {what}",
    tenant:
      "undetermined: `{binding}` gives rights {where} to `{identity}`, and a preview cannot know whether both are of one tenant",
    namespace: "undetermined: `{binding}` gives rights {where} to `{identity}` of {tenant}",
    role: "undetermined: `{binding}` gives `{identity}` of {tenant} the rights of `{role}` in every namespace, and that role is not in the stack",
    policy:
      "undetermined: `{binding}` gives `{identity}` of {tenant} the rights of `{role}` in every namespace, an access policy of Amazon EKS that this version does not know",
    "which role":
      "undetermined: a preview cannot know which role `{binding}` gives `{identity}` of {tenant} in every namespace",
    "which policy":
      "undetermined: a preview cannot know which access policy `{binding}` gives `{identity}` of {tenant} in every namespace",
    "which group":
      "undetermined: a preview cannot know in which group `{identity}` of {tenant} enters the cluster by `{binding}`: it may be `system:masters`",
    "which entries":
      "undetermined: a preview cannot know what `{binding}` gives `{identity}` of {tenant} in the cluster",
    unsure:
      "undetermined: `{binding}` may give `{identity}` of {tenant} rights in every tenant's namespace: {reason}",
  },
  check: (fact, graph) => {
    if (!graph.complete) return [];
    return answersBy(graph, fact, "critical", (each) => answersOn(each, graph));
  },
});

function answersOn(fact: FactOf<"binds">, graph: Graph): readonly Answer<Message>[] {
  const bound = tenantsBound(graph, fact);
  if (bound.length === 0) return [];
  const answer =
    fact.where.kind === "cluster"
      ? bindsEverywhere(fact, bound, graph)
      : bindsIn(fact, bound, graph);
  return answer === undefined ? [] : [answer];
}

/** What a RoleBinding gives in its namespace to accounts of another's. */
function bindsIn(
  fact: FactOf<"binds">,
  bound: readonly BoundTenant[],
  graph: Graph,
): Answer<Message> | undefined {
  if (!givesRights(graph, fact)) return undefined;
  const own = tenantOf(graph, fact.entered?.within ?? fact.binding);
  const tenant = bound.flatMap((each) => each.tenant ?? [])[0];
  if (fact.where.kind === "unknown" && own.kind !== "tenant" && tenant !== undefined) {
    return undetermined(
      "namespace",
      { tenant: tenantText(tenant) },
      fact,
      graph,
      fact.where.waitsFor,
    );
  }
  if (own.kind === "none") return undefined;
  const other = own.kind === "tenant" ? own.tenant : undefined;
  const crossing = bound.filter((each) => each.tenant !== undefined && each.tenant !== other);
  const [first] = crossing;
  const doubt = fact.entered?.doubt;
  if (other !== undefined && first?.tenant !== undefined && doubt !== undefined) {
    const { reason, waitsFor } = doubt;
    return undetermined(
      "maybe",
      { other, tenant: tenantsIn(crossing), reason },
      fact,
      graph,
      waitsFor,
    );
  }
  if (other !== undefined && first?.tenant !== undefined) {
    return {
      ...answerOn(fact),
      verdict: "violated",
      message: fact.entered?.within === undefined ? "crossing" : "entry",
      data: { ...dataOf(fact, graph), other, tenant: tenantsIn(crossing) },
      extent: [{ name: fact.role, as: "gives" }],
      related: crossing.flatMap(relationOf),
    };
  }
  const notKnown = bound.filter((each) => each.tenant === undefined);
  const waitsFor = [
    ...(own.kind === "unknown" ? own.waitsFor : []),
    ...notKnown.flatMap((each) => each.waitsFor),
  ];
  if (own.kind !== "unknown" && notKnown.length === 0) return undefined;
  return undetermined("tenant", {}, fact, graph, waitsFor);
}

/** What a ClusterRoleBinding gives in every namespace. */
function bindsEverywhere(
  fact: FactOf<"binds">,
  bound: readonly BoundTenant[],
  graph: Graph,
): Answer<Message> | undefined {
  const rules = rightsOf(graph, fact.role);
  const tenant = tenantsIn(bound);
  if (rules === undefined) {
    return undetermined(unknownRightsOf(fact), { tenant }, fact, graph, fact.roleWaitsFor);
  }
  const known = rules.filter((rule) => rule.waitsFor === undefined);
  const custom = customScopesIn(graph, fact);
  const scopes = known.map((rule) => ({ rule, scope: isNamespaced(rule, custom) }));
  const namespaced = scopes.flatMap(({ rule, scope }) => (scope.kind === "yes" ? [rule] : []));
  const notKnown = bound.filter((each) => each.tenant === undefined);
  if (namespaced.length > 0) {
    if (notKnown.length === bound.length) {
      const waitsFor = notKnown.flatMap((each) => each.waitsFor);
      return undetermined("tenant", {}, fact, graph, waitsFor);
    }
    const more = namespaced.length - 3;
    const texts = namespaced.slice(0, 3).map((rule) => `\`${textOfRule(rule)}\``);
    return {
      ...answerOn(fact),
      verdict: "violated",
      message: "everywhere",
      extent: namespaced.flatMap(rightsIn),
      data: {
        ...dataOf(fact, graph),
        tenant,
        what: texts.join("; ") + (more > 0 ? `; and ${more} more` : ""),
      },
      related: bound.flatMap(relationOf),
    };
  }
  const waitsFor = rules.flatMap((rule) => rule.waitsFor ?? []);
  if (rules.length > known.length) {
    const reason = "a rule of the role is not known yet";
    return undetermined("unsure", { tenant, reason }, fact, graph, waitsFor);
  }
  const doubtful = or(scopes.map(({ scope }) => scope));
  if (doubtful.kind !== "unknown") return undefined;
  const { reason, waitsFor: definitions } = doubtful;
  return undetermined("unsure", { tenant, reason }, fact, graph, definitions);
}

function answerOn({
  binding,
  subjectName,
  at,
}: FactOf<"binds">): Pick<Answer, "about" | "holder" | "at"> {
  return { about: binding, holder: subjectName, at };
}

function dataOf(fact: FactOf<"binds">, graph: Graph): Readonly<Record<string, string>> {
  return {
    binding: labelOfThing(graph, fact.binding),
    identity: labelOfSubject(fact, graph),
    role: fact.roleName === "" ? labelOfThing(graph, fact.role) : fact.roleName,
    where: whereOf(fact),
  };
}

function tenantText(name: string): string {
  return `tenant \`${name}\``;
}

function tenantsIn(bound: readonly BoundTenant[]): string {
  const names = [...new Set(bound.flatMap(({ tenant }) => tenant ?? []))].sort();
  return names.length === 0 ? "a tenant that is not known yet" : tenantText(names.join("`, `"));
}

/** A single account is of the tenant that the message names; of a group, one thing of each tenant is shown. */
function relationOf({ tenant, by }: BoundTenant): NonNullable<Answer["related"]> {
  if (tenant === undefined || by === undefined) return [];
  return [{ name: by, as: `makes it reach accounts of tenant \`${tenant}\`` }];
}

function undetermined(
  message: Message,
  data: Readonly<Record<string, string>>,
  fact: FactOf<"binds">,
  graph: Graph,
  waitsFor: readonly Urn[] = [],
): Answer<Message> {
  return {
    ...answerOn(fact),
    ...(isOfElsewhere(graph, fact) && { grade: "medium" }),
    ...(unknownSubjectOf(fact) && { fault: unknownSubjectFault(graph, fact) }),
    verdict: "undetermined",
    message,
    data: { ...dataOf(fact, graph), ...data },
    waitsFor: distinct(waitsFor),
  };
}
