import { rightsOf } from "./rights";
import type { FactOf } from "../../facts/fact";
import type { RbacRule } from "../../facts/fact-values";
import type { Graph } from "../../facts/graph";
import { oncePerGraph } from "../../facts/once-per-graph";
import { onceForEach } from "../../facts/once-for-each";
import { k8sName, type Name } from "../../facts/name";
import type { Urn } from "../../../core/snapshot/value";
import { unknownNamespaceOf } from "../workloads/tenancy";
import { isDiscovery } from "../trust/anonymous";
import { accessEntriesOf } from "./access-entries";
import { OpenBindings, type AccountName } from "./open-bindings";
import { unknownSubjectOf } from "../workloads/people";

/** Groups that contain every account, or every authenticated user. Source: kubernetes.io, "Authenticating". */
const wideGroups = ["system:serviceaccounts", "system:authenticated"];

const accountsOfNamespace = "system:serviceaccounts:";

/** Whether a thing is a namespace's `default` ServiceAccount, by any of its names. */
export function isDefaultAccount(graph: Graph, account: Name): boolean {
  return accountNames(graph, account).some(({ name }) => name === "default");
}

/** Whether a group contains unnamed ServiceAccounts. */
export function isAccountGroup(group: string): boolean {
  return wideGroups.includes(group) || group.startsWith(accountsOfNamespace);
}

/**
 * The bindings that give an account rights, by its name or by a group that contains it; what everyone may do is left out.
 *
 * Depends on absent facts, so it needs a complete graph.
 */
export function bindingsOf(graph: Graph, account: Name): readonly FactOf<"binds">[] {
  if (!graph.complete) return findBindings(graph, account);
  return bound(graph, account);
}

type Bindings = readonly FactOf<"binds">[];

const bound = onceForEach(findBindings);

function findBindings(graph: Graph, account: Name): Bindings {
  const subjects = [
    account,
    ...accountNames(graph, account).flatMap(({ cluster, namespace }) =>
      [...wideGroups, accountsOfNamespace + namespace].map((group) =>
        k8sName(cluster, "", "Group", group),
      ),
    ),
  ];
  const found = new Set(
    subjects.flatMap((subject) => [...graph.facts("binds", "subjectName", subject)]),
  );
  const accessEntry = graph.complete ? accessEntriesOf(graph, account) : [];
  return [...found, ...accessEntry].filter((fact) => grantsRights(graph, fact));
}

/**
 * The bindings of unknown subjects that may give an account rights; for a complete graph.
 *
 * Computed one by one: mostly only the first is needed.
 *
 * @param among the candidates. Default: all of unknown subjects
 */
export function* possibleBindingsOf(
  graph: Graph,
  account: Name,
  among: OpenBindings = openBindings(graph),
): Iterable<FactOf<"binds">> {
  for (const fact of among.of(accountNames(graph, account))) {
    if (!graph.same(fact.subjectName, account)) yield fact;
  }
}

/** The bindings of unknown subjects, of a complete graph. */
export const bindingsOfUnknown = oncePerGraph((graph): readonly FactOf<"binds">[] =>
  graph.all("binds").filter((fact) => {
    const { subject } = fact;
    const isUnknown =
      subject.kind === "ServiceAccount"
        ? subject.dependsOn !== undefined || subject.namespace === undefined
        : unknownSubjectOf(fact) !== undefined;
    return isUnknown && grantsRights(graph, fact);
  }),
);

const openBindings = oncePerGraph((graph) => new OpenBindings(bindingsOfUnknown(graph)));

/** The dependencies of the subject and scope of a binding; empty where none are known. */
export function dependenciesOfBinding(
  graph: Graph,
  { subject, subjectName }: FactOf<"binds">,
): readonly Urn[] {
  return subject.dependsOn ?? unknownNamespaceOf(graph, subjectName) ?? [];
}

/**
 * Whether a binding gives more than what the API server shows everyone; a role outside the stack does.
 *
 * What a role aggregates from others is known when the graph is complete.
 */
export function grantsRights(graph: Graph, fact: FactOf<"binds">): boolean {
  const roles = graph.facts("rbac-role", "role", fact.role);
  const rules = graph.complete ? rightsOf(graph, fact.role) : roles.flatMap((role) => role.rules);
  const isForAll = rules?.every((rule) => isDiscovery(rule) || requiresOfItself(rule)) === true;
  return roles.length === 0 || !isForAll;
}

/** What every cluster allows authenticated users to review: their identity and their rights. */
function requiresOfItself({ verbs, resources, nonResourceURLs }: RbacRule): boolean {
  return (
    nonResourceURLs.length === 0 &&
    resources.length > 0 &&
    verbs.every((verb) => verb === "create") &&
    resources.every((resource) => /^selfsubject(?:access|rules)?reviews$/.test(resource))
  );
}

function accountNames(graph: Graph, account: Name): readonly AccountName[] {
  return graph.namesOf(account).flatMap((spelling) => {
    const [kind, cluster, namespace, object, name] = spelling.split("|");
    if (kind !== "k8s" || object !== "ServiceAccount") return [];
    if (cluster === undefined || namespace === undefined || name === undefined) return [];
    return [{ cluster, namespace, name }];
  });
}
