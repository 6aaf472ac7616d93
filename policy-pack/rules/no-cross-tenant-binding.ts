import { textOfRule } from "../domain/rbac/breadth";
import { rightsIn } from "../domain/rbac/rights-text";
import { isOfOtherScope } from "../domain/rbac/subject";
import type { FactOf } from "../facts/fact";
import type { Graph } from "../facts/graph";
import { kindAndLabel } from "../facts/kind";
import { labelOfThing } from "../facts/label";
import {
  crossingByBinding,
  type BindingCrossing,
  type BoundTenant,
} from "../domain/rbac/bound-tenants";
import { unknownSubjectOf } from "../domain/workloads/people";
import { firstOf } from "../../core/listed";
import { defineRule, type Answer } from "../findings/define-rule";
import { whereOf } from "./answers/authority";
import { answersBy } from "./answers/bindings";
import { unknownSubjectKey } from "./answers/dedup-keys";

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
  remediation:
    "bind the ServiceAccount only in its own tenant's namespace, by a RoleBinding there, as `kubernetesPermissions` of an `Agent` or `Tool` creates",
  messages: {
    crossing: "{binding} gives {tenant} permissions {where} of {other}",
    everywhere:
      "{binding} gives {tenant} permissions in every tenant's namespaces: `{role}` allows {what}",
    unnamed: "{binding} gives {tenant} permissions in every tenant's namespaces",
  },
  check: (fact, graph) =>
    answersBy(graph, fact, "critical", (each) => {
      const found = crossingByBinding(graph, each);
      return found === undefined ? [] : [answerOn(each, found, graph)];
    }),
});

function answerOn(
  fact: FactOf<"binds">,
  { from, to, rules, uncertainty }: BindingCrossing,
  graph: Graph,
): Answer<Message> {
  const { binding, subjectName, at, where } = fact;
  const texts = rules?.map((rule) => `\`${textOfRule(rule)}\``) ?? [];
  const inCluster = texts.length > 0 ? "everywhere" : "unnamed";
  const answer: Answer<Message> = {
    message: rules === undefined ? "crossing" : inCluster,
    data: {
      binding: kindAndLabel(graph, binding),
      tenant: tenantsIn(from, to),
      other: to === undefined ? "another tenant" : `tenant \`${to}\``,
      where: where.kind === "namespace" ? whereOf(fact) : "in a namespace",
      role: roleOf(fact, graph),
      what: firstOf(texts, 3, "; "),
    },
    about: binding,
    holder: subjectName,
    at,
  };
  if (uncertainty === undefined) {
    const evidenceParts = rules?.flatMap(rightsIn) ?? [{ name: fact.role, as: "gives" }];
    return { ...answer, evidenceParts, related: from.flatMap(relationOf) };
  }
  return {
    ...answer,
    severity: isOfOtherScope(graph, fact) ? "medium" : undefined,
    fault: unknownSubjectOf(fact) && unknownSubjectKey(graph, fact),
    uncertainty: { reason: whyUnknown(fact, graph), ...uncertainty },
  };
}

function tenantsIn(bound: readonly BoundTenant[], to: string | undefined): string {
  const names = [...new Set(bound.flatMap(({ tenant }) => tenant ?? []))].sort();
  if (names.length > 0) return `tenant \`${names.join("`, `")}\``;
  return to === undefined ? "a tenant" : "another tenant";
}

/** The message names the tenant of a single account; of a group, one thing of each tenant is shown. */
function relationOf({ tenant, by }: BoundTenant): NonNullable<Answer["related"]> {
  if (tenant === undefined || by === undefined) return [];
  return [{ name: by, as: `shows that it includes ServiceAccounts of tenant \`${tenant}\`` }];
}

/** Why it is not known what a role gives, where nothing in the stack shows it. */
function whyUnknown(fact: FactOf<"binds">, graph: Graph): string {
  if (fact.roleDependsOn !== undefined) return "what it gives is not known";
  return fact.accessEntry?.gives === "access policy"
    ? `this version has no access policy \`${roleOf(fact, graph)}\``
    : `role \`${roleOf(fact, graph)}\` is not in the stack`;
}

function roleOf({ roleName, role }: FactOf<"binds">, graph: Graph): string {
  return roleName === "" ? labelOfThing(graph, role) : roleName;
}
