import type { Uncertainty } from "../../../core/certainty";
import type { FactOf } from "../../facts/fact";
import { nameIn, type RbacRule } from "../../facts/fact-values";
import type { Graph } from "../../facts/graph";
import { oncePerKey } from "../../facts/once-per-graph";
import { onceForEach } from "../../facts/once-for-each";
import { k8sName, type Name } from "../../facts/name";
import { bindingsOf } from "./account";
import { rightsOf } from "./rights";

/** An account that workloads could be made to run as, and why it is not certain to be a stronger one. */
export interface Stronger {
  /** Absent where the cluster has such accounts that no stack declares. */
  readonly account?: Name;
  readonly uncertainty?: Uncertainty;
}

/**
 * An account of the namespace that a binding is for, with a role or rights that the bound account does not have.
 *
 * Whoever creates workloads in a namespace can let them run as any account of it.
 */
export function strongerBeside(graph: Graph, fact: FactOf<"binds">): Stronger | undefined {
  const { where } = fact;
  if (where.kind !== "namespace") return undefined;
  const declared = strongerDeclared(graph, fact, where.namespace);
  const isCertain = declared !== undefined && declared.uncertainty === undefined;
  return !isCertain && where.namespace === ofControlPlane ? {} : declared;
}

/**
 * Here the controller manager has an account for each of its controllers, of which some may change roles without having their rights, and any object:
 * https://kubernetes.io/docs/reference/access-authn-authz/rbac/#controller-roles
 */
const ofControlPlane = "kube-system";

function strongerDeclared(
  graph: Graph,
  fact: FactOf<"binds">,
  namespace: string,
): Stronger | undefined {
  const { subjectName } = fact;
  const beside = namespaceNameOf(graph, fact, namespace);
  const own = powersOf(graph, subjectName);
  const certain = firstBut(graph, subjectName, strongerIn(graph, beside, own, "certain"));
  if (certain !== undefined) return { account: certain };
  const account = firstBut(graph, subjectName, strongerIn(graph, beside, own, "possibly"));
  if (account === undefined) return undefined;
  const rules = [own, powersOf(graph, account)].flatMap(({ rights }) =>
    rights.flatMap((each) => each.rules ?? []),
  );
  const dependsOn = rules.flatMap((rule) => rule.dependsOn ?? []);
  return {
    account,
    uncertainty: { reason: "which rights accounts have there is not known yet", dependsOn },
  };
}

/** The first account, by stable name, of groups except one. */
function firstBut(graph: Graph, account: Name, groups: readonly Group[]): Name | undefined {
  return groups
    .flatMap(({ accounts }) => accounts.filter((each) => !graph.same(each, account)).slice(0, 1))
    .sort()[0];
}

/** Accounts of a namespace that may do the same. */
interface Group {
  readonly powers: Powers;
  /** The first two, by stable name: one may be the account in question. */
  readonly accounts: readonly Name[];
}

/** The accounts of a namespace by what they may do, in the order of their first accounts. */
const groupsIn = oncePerKey(
  (_, namespace: Name) => namespace,
  (graph, namespace): readonly Group[] => {
    const groups = new Map<string, Group & { readonly accounts: Name[] }>();
    for (const account of accountsIn(graph, namespace)) {
      const powers = powersOf(graph, account);
      const group = groups.get(powers.key);
      if (group === undefined) groups.set(powers.key, { powers, accounts: [account] });
      else if (group.accounts.length < 2) group.accounts.push(account);
    }
    return [...groups.values()];
  },
);

/** The first two groups that may do what these powers do not give, where all that is not known counts for them or against. */
const strongerIn = oncePerKey(
  (_, namespace: Name, own: Powers, how: "certain" | "possibly") =>
    `${how} ${namespace} ${own.key}`,
  (graph, namespace, own, how): readonly Group[] => {
    const mine = how === "certain" ? own : knownOf(own);
    const found: Group[] = [];
    for (const group of groupsIn(graph, namespace)) {
      const theirs = how === "certain" ? knownOf(group.powers) : group.powers;
      if (exceeds(graph, theirs, mine)) found.push(group);
      if (found.length === 2) break;
    }
    return found;
  },
);

/** The powers without the rights that are not known. */
function knownOf({ key, roles, rights }: Powers): Powers {
  return {
    key,
    roles,
    rights: rights.map(({ where, rules }) => ({
      where,
      rules: rules?.filter((rule) => rule.dependsOn === undefined),
    })),
  };
}

function namespaceNameOf(graph: Graph, fact: FactOf<"binds">, namespace: string): Name {
  if (fact.accessEntry?.within !== undefined) return fact.accessEntry.within;
  if (namespace.startsWith("urn:")) return namespace;
  return k8sName(clusterOf(graph, fact) ?? "", "", "Namespace", namespace);
}

/** Whether a binding is for a namespace that takes no pods. */
export function isWithoutPods(graph: Graph, fact: FactOf<"binds">): boolean {
  const { where } = fact;
  if (where.kind !== "namespace") return false;
  const name = namespaceNameOf(graph, fact, where.namespace);
  return graph.facts("namespace", "namespace", name).some((fact) => fact.allowsNoPods);
}

function accountsIn(graph: Graph, namespace: Name): readonly Name[] {
  const inside = graph.facts("inside", "namespace", namespace).map(({ thing }) => thing);
  const accounts = inside.filter((thing) => graph.namesOf(thing).some(isAccountName));
  return [...new Set(accounts.map((account) => graph.canonical(account)))].sort();
}

function isAccountName(name: Name): boolean {
  return name.startsWith("k8s|") && name.split("|")[3] === "ServiceAccount";
}

function clusterOf(graph: Graph, { subjectName, role }: FactOf<"binds">): string | undefined {
  const names = [...graph.namesOf(subjectName), ...graph.namesOf(role)];
  return names.find((name) => name.startsWith("k8s|"))?.split("|")[1];
}

/** The rights of an account: the roles of AWS that it assumes, and what bindings give it. */
interface Powers {
  /** The same for accounts that may do the same. */
  readonly key: string;
  readonly roles: readonly (Name | undefined)[];
  readonly rights: readonly {
    readonly where: string;
    readonly rules: readonly RbacRule[] | undefined;
  }[];
}

const powersOf = onceForEach(gather);

function gather(graph: Graph, account: Name): Powers {
  const roles = new Map<string, Name | undefined>();
  for (const { role } of graph.facts("assumes", "identity", account)) {
    const name = nameIn(role);
    roles.set(name === undefined ? "" : String(graph.idOf(name)), name);
  }
  const rights = new Map<string, Powers["rights"][number]>();
  for (const { where, role } of bindingsOf(graph, account)) {
    const place =
      where.kind === "namespace" ? where.namespace : where.kind === "cluster" ? "*" : "";
    const right = { where: place, rules: rightsOf(graph, role) };
    rights.set(JSON.stringify([place, graph.idOf(role)]), right);
  }
  const key = JSON.stringify([[...roles.keys()].sort(), [...rights.keys()].sort()]);
  return { key, roles: [...roles.values()], rights: [...rights.values()] };
}

function exceeds(graph: Graph, other: Powers, own: Powers): boolean {
  const roles = new Set(own.roles.map((role) => role && graph.idOf(role)));
  if (other.roles.some((role) => role === undefined || !roles.has(graph.idOf(role)))) return true;
  const mine = new Map<string, readonly RbacRule[]>();
  return other.rights.some(({ where, rules }) => {
    if (rules === undefined) return true;
    let here = mine.get(where);
    if (here === undefined) mine.set(where, (here = rulesIn(own, where)));
    const same = new Set(here);
    return rules.some((rule) => !same.has(rule) && !here.some((each) => takesIn(each, rule)));
  });
}

/** What powers give in a namespace, or everywhere for `*`. */
function rulesIn({ rights }: Powers, where: string): readonly RbacRule[] {
  return rights
    .filter((each) => each.where === "*" || each.where === where)
    .flatMap((each) => each.rules ?? []);
}

/** Whether one rule gives all that another does. */
function takesIn(outer: RbacRule, inner: RbacRule): boolean {
  return (
    includesAll(outer.verbs, inner.verbs) &&
    includesAll(outer.apiGroups, inner.apiGroups) &&
    includesAll(outer.resources, inner.resources) &&
    includesAll(outer.nonResourceURLs, inner.nonResourceURLs) &&
    (outer.resourceNames.length === 0 ||
      (inner.resourceNames.length > 0 && includesAll(outer.resourceNames, inner.resourceNames)))
  );
}

function includesAll(outer: readonly string[], inner: readonly string[]): boolean {
  return outer.includes("*") || inner.every((word) => outer.includes(word));
}
