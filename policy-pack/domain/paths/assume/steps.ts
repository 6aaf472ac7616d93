import type { FactOf } from "../../../facts/fact";
import { nameIn } from "../../../facts/fact-values";
import type { Graph } from "../../../facts/graph";
import { type Name, k8sName } from "../../../facts/name";
import type { ThingId } from "../../../facts/things";
import { contextOf } from "../../../../core/policy/condition/context";
import { evaluateConditions } from "../../../../core/policy/condition/evaluate";
import { admissions } from "../../trust/admission";
import { noLookups } from "../../trust/principal";
import { type Role, rolesOf } from "../../iam/roles";
import { thing, type Step } from "./step";
import { tenantOf, type Tenant, tenantsIn } from "../../workloads/tenancy";
import { type Accounts, accountsOf } from "./accounts";
import { oncePerGraph } from "../../../facts/once-per-graph";
import type { Urn } from "../../../../core/snapshot/value";
import { applierSteps } from "./applier-steps";
import { Groups } from "./groups";
import { idSteps, idsOf } from "./ids";
import type { Node } from "./reach";
import { selfTaggedSteps } from "./sessions";
import { rbacSteps } from "./rbac-steps";
import { pathsInto } from "./trust-steps";

const podIdentity = "pods.eks.amazonaws.com";
const notKnownYet = "the trust policy of the role is not known yet";

/** What workloads run as and own, and what identities become without another permission. */
function directSteps(graph: Graph, roles: readonly Role[]): readonly Step[] {
  const byId = new Map(roles.map((role) => [graph.idOf(role.name), role]));
  return [
    ...graph.all("runs-as").flatMap((fact) => {
      const identity = nameIn(fact.identity);
      return identity === undefined ? [] : [step(fact, fact.workload, identity, "runs as")];
    }),
    ...graph.all("owns").map((fact) => step(fact, fact.workload, fact.identity, "owns")),
    ...graph.all("assumes").flatMap((fact) => assumes(graph, fact, byId) ?? []),
  ];
}

function assumes(
  graph: Graph,
  fact: FactOf<"assumes">,
  roles: ReadonlyMap<ThingId, Role>,
): Step | undefined {
  const name = nameIn(fact.role);
  if (name === undefined) return undefined;
  const trustPolicies = roles.get(graph.idOf(name))?.trusts ?? [];
  if (trustPolicies.some(({ trust }) => trust.kind === "unknown")) {
    const uncertainty = { reason: notKnownYet, dependsOn: dependsOnOf(trustPolicies) };
    return { ...step(fact, fact.identity, name, words[fact.by]), uncertainty };
  }
  if (trustPolicies.length > 0 && !trusts(graph, fact, trustPolicies)) return undefined;
  return step(fact, fact.identity, name, words[fact.by]);
}

const words: Readonly<Record<FactOf<"assumes">["by"], string>> = {
  irsa: "assumes by its annotation",
  "pod-identity": "assumes by Pod Identity",
  "instance-profile": "carries",
};

/** Whether a known trust policy trusts what the fact declares as becoming the role. */
function trusts(
  graph: Graph,
  fact: FactOf<"assumes">,
  trustPolicies: readonly FactOf<"trusts">[],
): boolean {
  switch (fact.by) {
    case "instance-profile":
      return true;
    case "irsa":
      // What it trusts by its subjects is a step of its own.
      return false;
    case "pod-identity":
      return trustPolicies.some(({ trust }) => {
        if (trust.kind !== "document") return false;
        return admissions(trust.document, noLookups).some(
          ({ principal, conditions, variables }) =>
            principal.kind === "service" &&
            principal.service === podIdentity &&
            evaluateConditions(
              conditions.filter(isAboutAccount),
              contextOf(tagsOf(graph, fact.identity)),
              variables,
            ).result.kind !== "no",
        );
      });
  }
}

const namespaceTag = "aws:requesttag/kubernetes-namespace";
const accountTag = "aws:requesttag/kubernetes-service-account";

function isAboutAccount(condition: Parameters<typeof evaluateConditions>[0][number]): boolean {
  if (condition.kind !== "test") return false;
  const key = condition.key.toLowerCase();
  return key === namespaceTag || key === accountTag;
}

/** The session tags EKS sets for a ServiceAccount. Source: EKS user guide, "Pod Identity ABAC". */
function tagsOf(graph: Graph, account: Name): Readonly<Record<string, string>> {
  for (const name of graph.namesOf(account)) {
    const [kind, , namespace = "", type, short = ""] = name.split("|");
    if (kind !== "k8s" || type !== "ServiceAccount") continue;
    return { [namespaceTag]: namespace, [accountTag]: short };
  }
  return {};
}

function dependsOnOf(trustPolicies: readonly FactOf<"trusts">[]): readonly string[] {
  return trustPolicies.flatMap(({ trust }) => (trust.kind === "unknown" ? trust.dependsOn : []));
}

function step(fact: Step["fact"], from: Name, to: Name, by: string): Step {
  return { from: thing(from), to: thing(to), by, fact };
}

/**
 * The ServiceAccounts of Pod Identity associations, with the tenant of their namesakes in the stack.
 *
 * An association names its cluster as EKS does, and Kubernetes objects name theirs only by its API server. A program seldom
 * shows which is which. Where all accounts and namespaces of these names are one tenant's, it is that tenant's.
 */
function* associatedTenants(graph: Graph): Iterable<readonly [Name, Tenant]> {
  for (const { identity, by, at } of graph.all("assumes")) {
    if (by !== "pod-identity" || tenantOf(graph, identity).kind !== "none") continue;
    const tenants = new Map<string, Tenant>();
    for (const name of namesakes(graph, identity)) {
      const tenant = tenantOf(graph, name);
      if (tenant.kind === "none") continue;
      tenants.set(tenant.kind === "tenant" ? `tenant ${tenant.tenant}` : tenant.by, tenant);
    }
    const [only, ...more] = tenants.values();
    if (only === undefined) continue;
    const isClear = more.length === 0;
    yield [identity, isClear ? only : { kind: "unknown", dependsOn: [at.urn], by: identity }];
  }
}

function namesakes(graph: Graph, account: Name): readonly Name[] {
  const namespaces = graph
    .facts("inside", "thing", account)
    .flatMap(({ namespace }) => nameIn(namespace) ?? []);
  return [account, ...namespaces].flatMap((name) => graph.possiblySame(name));
}

/**
 * From the namespaces without a tenant whose ServiceAccounts a principal can assume, to each of these accounts.
 *
 * A path ends at a tenant's namespace: what follows is that tenant's own.
 *
 * @param rbac the steps that lead to namespaces
 */
function namespaceSteps(graph: Graph, accounts: Accounts, rbac: readonly Step[]): readonly Step[] {
  const opened = new Map<ThingId, Step>();
  for (const step of rbac) {
    if (step.to.kind !== "thing") continue;
    const id = graph.idOf(step.to.name);
    const before = opened.get(id);
    if (before === undefined || placeOf(step) < placeOf(before)) opened.set(id, step);
  }
  return [...opened.values()].flatMap(({ to, fact }) => {
    if (to.kind !== "thing" || tenantOf(graph, to.name).kind !== "none") return [];
    return graph.namesOf(to.name).flatMap((spelling): readonly Step[] => {
      const [kind, cluster = "", , type, namespace = ""] = spelling.split("|");
      if (kind !== "k8s" || type !== "Namespace") return [];
      const prefix = k8sName(cluster, namespace, "ServiceAccount", "");
      const inside = [...(accounts.byNamespace.get(namespace)?.values() ?? [])].flat();
      return inside
        .filter(({ name }) => graph.namesOf(name).some((each) => each.startsWith(prefix)))
        .map(({ name }) => ({ from: to, to: thing(name), by: "contains", fact }));
    });
  });
}

function placeOf({ fact }: Step): string {
  return `${fact.at.urn}\n${fact.at.property}`;
}

/** Every step by which something assumes an identity. */
export interface Steps {
  readonly steps: readonly Step[];
  /** Tenants of things that have none in the graph itself. */
  readonly noted: ReadonlyMap<Node, Tenant>;
  /** Trust policies of which a part is not known. */
  readonly unknown: readonly {
    readonly fact: FactOf<"trusts">;
    readonly dependsOn: readonly Urn[];
  }[];
}

/** Every step by which something assumes an identity; computed once for a complete graph. */
export const stepsIn = oncePerGraph(compute);

function compute(graph: Graph): Steps {
  const tenants = tenantsIn(graph);
  const roles = rolesOf(graph);
  const noted = new Map<Node, Tenant>();
  const groups = new Groups(graph, roles);
  const accounts = accountsOf(graph);
  const ids = idsOf(graph);
  const noteTenant = (name: Name, tenant: Tenant): void => {
    noted.set(graph.idOf(name), tenant);
  };
  for (const [account, tenant] of associatedTenants(graph)) noteTenant(account, tenant);
  const ways = roles.map((role) =>
    pathsInto(role, { graph, accounts, ids, groups, tenants, noteTenant }),
  );
  const rbac = rbacSteps(graph, accounts);
  const steps = [
    ...directSteps(graph, roles),
    ...rbac,
    ...applierSteps(graph),
    ...namespaceSteps(graph, accounts, rbac),
    ...idSteps(ids),
    ...selfTaggedSteps(graph),
    ...ways.flatMap((way) => way.steps),
    ...groups.steps(),
  ];
  return { steps, noted, unknown: ways.flatMap((way) => way.unknown) };
}
