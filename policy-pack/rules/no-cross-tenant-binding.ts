import { uncertain, type Uncertainty } from "../../core/certainty";
import { textOfRule } from "../../core/authority/rbac/breadth";
import { customScopesIn } from "../../core/authority/rbac/custom-resources";
import { rightsOf } from "../../core/authority/rbac/rights";
import { isNamespaced } from "../../core/authority/rbac/scope";
import { isOfElsewhere } from "../../core/authority/rbac/subject";
import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { kindAndLabel } from "../../core/graph/kind";
import { labelOfThing } from "../../core/graph/label";
import { givesRights } from "../../core/identity/account";
import { unknownSubjectOf } from "../../core/identity/people";
import { tenantsBound, type BoundTenant } from "../../core/identity/bound-tenants";
import { tenantOf } from "../../core/tenancy";
import { or } from "../../core/three-valued";
import { answersBy } from "../answers/bindings";
import { rightsIn } from "../../core/authority/rbac/rights-text";
import { defineRule, type Answer } from "../define-rule";
import { unknownRightsOf, whereOf } from "../answers/authority";
import { unknownSubjectKey } from "../answers/dedup-keys";
import { firstOf } from "../../core/listed";

type Message = "crossing" | "everywhere" | "unnamed";

/** Neither tenant can see from its own namespace what a binding gives across tenants. */
export default defineRule({
  id: "no-cross-tenant-binding",
  title: "No binding gives an account of one tenant rights in another tenant's namespace",
  severity: "critical",
  family: "tenancy",
  decides: "closed",
  because: "a later namespace may name its tenant, and a later role its rules",
  watches: ["binds", "access-entry"],
  remediation: "bind the ServiceAccount only in its own tenant's namespace, by a RoleBinding there",
  messages: {
    crossing: "{binding} gives {tenant} permissions {where} of {other}",
    everywhere:
      "{binding} gives {tenant} permissions in every tenant's namespaces: `{role}` allows {what}",
    unnamed: "{binding} gives {tenant} permissions in every tenant's namespaces",
  },
  check: (fact, graph) => {
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
  const own = tenantOf(graph, fact.accessEntry?.within ?? fact.binding);
  const tenant = bound.flatMap((each) => each.tenant ?? [])[0];
  if (fact.where.kind === "unknown" && own.kind !== "tenant" && tenant !== undefined) {
    const open = uncertain("its namespace is not known", fact.where);
    return undetermined("crossing", { tenant: tenantText(tenant) }, fact, graph, open);
  }
  if (own.kind === "none") return undefined;
  const other = own.kind === "tenant" ? own.tenant : undefined;
  const crossing = bound.filter((each) => each.tenant !== undefined && each.tenant !== other);
  const [first] = crossing;
  const uncertainty = fact.accessEntry?.uncertainty;
  if (other !== undefined && first?.tenant !== undefined) {
    const data = { other: tenantText(other), tenant: tenantsIn(crossing) };
    if (uncertainty !== undefined) return undetermined("crossing", data, fact, graph, uncertainty);
    return {
      ...answerOn(fact),
      message: "crossing",
      data: { ...dataOf(fact, graph), ...data },
      evidenceParts: [{ name: fact.role, as: "gives" }],
      related: crossing.flatMap(relationOf),
    };
  }
  const notKnown = bound.filter((each) => each.tenant === undefined);
  const dependsOn = [
    ...(own.kind === "unknown" ? own.dependsOn : []),
    ...notKnown.flatMap((each) => each.dependsOn),
  ];
  if (own.kind !== "unknown" && notKnown.length === 0) return undefined;
  const data = {
    tenant: own.kind === "tenant" ? "another tenant" : tenantsIn(bound),
    ...(other !== undefined && { other: tenantText(other) }),
  };
  return undetermined("crossing", data, fact, graph, { reason: notStated, dependsOn });
}

const notStated = "the tenant of one of them is not known";

/** What a ClusterRoleBinding gives in every namespace. */
function bindsEverywhere(
  fact: FactOf<"binds">,
  bound: readonly BoundTenant[],
  graph: Graph,
): Answer<Message> | undefined {
  const rules = rightsOf(graph, fact.role);
  const tenant = tenantsIn(bound);
  if (rules === undefined) {
    const reason = whyUnknown(fact, graph);
    const open = { reason, dependsOn: fact.roleDependsOn ?? [] };
    return undetermined("unnamed", { tenant }, fact, graph, open);
  }
  const known = rules.filter((rule) => rule.dependsOn === undefined);
  const custom = customScopesIn(graph, fact);
  const scopes = known.map((rule) => ({ rule, scope: isNamespaced(rule, custom) }));
  const namespaced = scopes.flatMap(({ rule, scope }) => (scope.kind === "yes" ? [rule] : []));
  const notKnown = bound.filter((each) => each.tenant === undefined);
  if (namespaced.length > 0) {
    if (notKnown.length === bound.length) {
      const dependsOn = notKnown.flatMap((each) => each.dependsOn);
      return undetermined("unnamed", { tenant }, fact, graph, { reason: notStated, dependsOn });
    }
    const texts = namespaced.map((rule) => `\`${textOfRule(rule)}\``);
    return {
      ...answerOn(fact),
      message: "everywhere",
      evidenceParts: namespaced.flatMap(rightsIn),
      data: {
        ...dataOf(fact, graph),
        tenant,
        what: firstOf(texts, 3, "; "),
      },
      related: bound.flatMap(relationOf),
    };
  }
  const dependsOn = rules.flatMap((rule) => rule.dependsOn ?? []);
  if (rules.length > known.length) {
    const reason = "a rule of the role is not known yet";
    return undetermined("unnamed", { tenant }, fact, graph, { reason, dependsOn });
  }
  const doubtful = or(scopes.map(({ scope }) => scope));
  if (doubtful.kind !== "unknown") return undefined;
  const { reason, dependsOn: definitions = [] } = doubtful;
  return undetermined("unnamed", { tenant }, fact, graph, { reason, dependsOn: definitions });
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
    binding: kindAndLabel(graph, fact.binding),
    role: roleOf(fact, graph),
    where: fact.where.kind === "namespace" ? whereOf(fact) : "in a namespace",
    other: "another tenant",
  };
}

function roleOf({ roleName, role }: FactOf<"binds">, graph: Graph): string {
  return roleName === "" ? labelOfThing(graph, role) : roleName;
}

/** Why it is not known what a binding gives, where nothing in the stack shows it. */
function whyUnknown(fact: FactOf<"binds">, graph: Graph): string {
  const rights = unknownRightsOf(fact);
  if (rights === "role") return `role \`${roleOf(fact, graph)}\` is not in the stack`;
  if (rights === "policy") return `this version has no access policy \`${roleOf(fact, graph)}\``;
  return "what it gives is not known";
}

function tenantText(name: string): string {
  return `tenant \`${name}\``;
}

function tenantsIn(bound: readonly BoundTenant[]): string {
  const names = [...new Set(bound.flatMap(({ tenant }) => tenant ?? []))].sort();
  return names.length === 0 ? "a tenant" : tenantText(names.join("`, `"));
}

/** The message names the tenant of a single account; of a group, one thing of each tenant is shown. */
function relationOf({ tenant, by }: BoundTenant): NonNullable<Answer["related"]> {
  if (tenant === undefined || by === undefined) return [];
  return [{ name: by, as: `shows that it includes ServiceAccounts of tenant \`${tenant}\`` }];
}

function undetermined(
  message: Message,
  data: Readonly<Record<string, string>>,
  fact: FactOf<"binds">,
  graph: Graph,
  uncertainty: Partial<Uncertainty>,
): Answer<Message> {
  return {
    ...answerOn(fact),
    ...(isOfElsewhere(graph, fact) && { severity: "medium" }),
    ...(unknownSubjectOf(fact) && { fault: unknownSubjectKey(graph, fact) }),
    message,
    data: { ...dataOf(fact, graph), ...data },
    uncertainty,
  };
}
