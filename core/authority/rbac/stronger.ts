import type { FactOf } from "../../graph/fact";
import { nameIn, type RbacRule } from "../../graph/fact-values";
import type { Graph } from "../../graph/graph";
import { k8sName, type Name } from "../../graph/name";
import type { Doubt } from "../authority";
import { bindingsOf } from "../../identity/account";
import { rightsOf } from "./rights";

/** An account that workloads could be made to run as, and why it is not certain to be a stronger one. */
export interface Stronger {
  /** Absent where the cluster has such accounts that no stack declares. */
  readonly account?: Name;
  readonly doubt?: Doubt;
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
  const isCertain = declared !== undefined && declared.doubt === undefined;
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
  const accounts = accountsIn(graph, fact, namespace).filter(
    (account) => !graph.same(account, subjectName),
  );
  if (accounts.length === 0) return undefined;
  const own = powersOf(graph, subjectName);
  const certain = accounts.find((account) =>
    exceeds(graph, knownOf(powersOf(graph, account)), own),
  );
  if (certain !== undefined) return { account: certain };
  const ownKnown = knownOf(own);
  const account = accounts.find((each) => exceeds(graph, powersOf(graph, each), ownKnown));
  if (account === undefined) return undefined;
  const rules = [own, powersOf(graph, account)].flatMap(({ rights }) =>
    rights.flatMap((each) => each.rules ?? []),
  );
  const waitsFor = rules.flatMap((rule) => rule.waitsFor ?? []);
  return {
    account,
    doubt: { reason: "which rights accounts have there is not known yet", waitsFor },
  };
}

/** The powers without the rights that are not known. */
function knownOf({ roles, rights }: Powers): Powers {
  return {
    roles,
    rights: rights.map(({ where, rules }) => ({
      where,
      rules: rules?.filter((rule) => rule.waitsFor === undefined),
    })),
  };
}

function accountsIn(graph: Graph, fact: FactOf<"binds">, namespace: string): readonly Name[] {
  const cluster = clusterOf(graph, fact);
  const name = namespace.startsWith("urn:")
    ? namespace
    : k8sName(cluster ?? "", "", "Namespace", namespace);
  const inside = graph.facts("inside", "namespace", name).map(({ thing }) => thing);
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

/** What an account may do: the roles of AWS it obtains, and the rights that bindings give it. */
interface Powers {
  readonly roles: readonly (Name | undefined)[];
  readonly rights: readonly {
    readonly where: string;
    readonly rules: readonly RbacRule[] | undefined;
  }[];
}

const computed = new WeakMap<Graph, Map<number, Powers>>();

function powersOf(graph: Graph, account: Name): Powers {
  let known = computed.get(graph);
  if (known === undefined) computed.set(graph, (known = new Map<number, Powers>()));
  const id = graph.idOf(account);
  let powers = known.get(id);
  if (powers === undefined) known.set(id, (powers = gather(graph, account)));
  return powers;
}

function gather(graph: Graph, account: Name): Powers {
  return {
    roles: graph.facts("becomes", "identity", account).map(({ role }) => nameIn(role)),
    rights: bindingsOf(graph, account).map((fact) => ({
      where:
        fact.where.kind === "namespace"
          ? fact.where.namespace
          : fact.where.kind === "cluster"
            ? "*"
            : "",
      rules: rightsOf(graph, fact.role),
    })),
  };
}

function exceeds(graph: Graph, other: Powers, own: Powers): boolean {
  const isNewRole = (role: Name | undefined): boolean =>
    role === undefined || !own.roles.some((mine) => mine !== undefined && graph.same(mine, role));
  if (other.roles.some(isNewRole)) return true;
  return other.rights.some(({ where, rules }) => {
    const mine = own.rights
      .filter((each) => each.where === "*" || each.where === where)
      .flatMap((each) => each.rules ?? []);
    return rules === undefined || rules.some((rule) => !mine.some((each) => takesIn(each, rule)));
  });
}

/** Whether one rule gives all that another does. */
function takesIn(outer: RbacRule, inner: RbacRule): boolean {
  return (
    holdAll(outer.verbs, inner.verbs) &&
    holdAll(outer.apiGroups, inner.apiGroups) &&
    holdAll(outer.resources, inner.resources) &&
    holdAll(outer.nonResourceURLs, inner.nonResourceURLs) &&
    (outer.resourceNames.length === 0 ||
      (inner.resourceNames.length > 0 && holdAll(outer.resourceNames, inner.resourceNames)))
  );
}

function holdAll(outer: readonly string[], inner: readonly string[]): boolean {
  return outer.includes("*") || inner.every((word) => outer.includes(word));
}
