import { uncertain, type Uncertainty } from "../../../../core/certainty";
import type { FactOf } from "../../../facts/fact";
import type { RbacRule } from "../../../facts/fact-values";
import { operatorResources, verbsOf, type Opened } from "../../rbac/operator-resources";
import { isAbout } from "../../rbac/resources";
import { rightsOf } from "../../rbac/rights";
import type { Graph } from "../../../facts/graph";
import { k8sName, type Name } from "../../../facts/name";
import { bindingsOf } from "../../rbac/account";
import { bindingsIn } from "../../rbac/access-entries";
import type { Accounts } from "./accounts";
import { thing, type Place, type Step } from "./step";

/** A path by which rights in a namespace give its ServiceAccounts. */
interface RightPath {
  readonly by: string;
  readonly verbs: readonly string[];
  readonly group: string;
  readonly resources: readonly string[];
  /** Whether `resourceNames` are names of ServiceAccounts; else they restrict none of them. */
  readonly isByName: boolean;
  /** How a verb starts that the account has to have beside it, on whatever resource. */
  readonly needs?: string;
  /** Whether the resources are in no namespace, so that a RoleBinding gives nothing of them. */
  readonly isOfCluster?: boolean;
}

/** The custom resources whose author can use the accounts of their namespace. */
const byOperators: Partial<Record<Opened, string>> = {
  pods: "creates workloads in",
  code: "changes what workloads run in",
  tokens: "has tokens used of accounts of",
  accounts: "has objects applied by accounts of",
};

/** Source: kubernetes.io, "RBAC good practices", privilege escalation risks, and "User impersonation". */
const rightPaths: readonly RightPath[] = [
  {
    by: "requests tokens of",
    verbs: ["create"],
    group: "",
    resources: ["serviceaccounts/token"],
    isByName: true,
  },
  {
    by: "impersonates",
    verbs: ["impersonate"],
    group: "",
    resources: ["serviceaccounts"],
    isByName: true,
  },
  {
    by: "impersonates",
    verbs: ["impersonate:serviceaccount"],
    group: "authentication.k8s.io",
    resources: ["serviceaccounts"],
    isByName: true,
    needs: "impersonate-on:serviceaccount:",
  },
  { by: "creates pods in", verbs: ["create"], group: "", resources: ["pods"], isByName: false },
  {
    by: "creates workloads in",
    verbs: ["create", "update", "patch"],
    group: "apps",
    resources: ["deployments", "statefulsets", "daemonsets", "replicasets"],
    isByName: false,
  },
  {
    by: "creates workloads in",
    verbs: ["create", "update", "patch"],
    group: "batch",
    resources: ["cronjobs"],
    isByName: false,
  },
  // The pod template of a Job stays as it was made.
  {
    by: "creates workloads in",
    verbs: ["create"],
    group: "batch",
    resources: ["jobs"],
    isByName: false,
  },
  ...operatorResources.flatMap(({ opens, group, resources, clusterWide }): readonly RightPath[] => {
    const by = byOperators[opens];
    const isOfCluster = clusterWide === true;
    // Pods that an object of the cluster places only in the operator's namespace.
    if (by === undefined || (isOfCluster && opens === "pods")) return [];
    return [{ by, verbs: verbsOf(opens), group, resources, isByName: false, isOfCluster }];
  }),
  {
    by: "changes the images of pods in",
    verbs: ["update", "patch"],
    group: "",
    resources: ["pods"],
    isByName: false,
  },
];

/** The ServiceAccounts that others can use by their rights: by tokens, impersonation or workloads that run as them. */
export function rbacSteps(graph: Graph, accounts: Accounts): readonly Step[] {
  const groups = new Map<string, Step[]>();
  const steps = bindingsIn(graph).flatMap((fact) => {
    const { kind } = fact.subject;
    if (kind !== "ServiceAccount" && kind !== "IAM role") return [];
    const rules = rightsOf(graph, fact.role) ?? [];
    const known = rules.filter((rule) => rule.dependsOn === undefined);
    const possible = rightPaths.filter(
      (each) =>
        !(each.isOfCluster && fact.where.kind === "namespace") && hasNeeded(graph, fact, each),
    );
    const sure = possible.find((each) => known.some((rule) => allowsPath(rule, each)));
    const way = sure ?? possible.find((each) => rules.some((rule) => allowsPath(rule, each)));
    const cluster = clusterOf(graph, fact);
    if (way === undefined || cluster === undefined) return [];
    const giving = sure === undefined ? rules : known;
    const uncertainty = uncertaintyOf(fact, sure === undefined ? rules : []);
    return placesOf(graph, fact, way, giving, cluster).map((to): Step => {
      if (to.kind === "group" && !groups.has(to.key)) {
        groups.set(to.key, everywhere(graph, accounts, fact, to, cluster, way));
      }
      return {
        from: thing(fact.subjectName),
        to,
        by: way.by,
        fact,
        ...(uncertainty && { uncertainty }),
      };
    });
  });
  return [...steps, ...[...groups.values()].flat()];
}

/** What of a binding is not known: where it gives rights, or which. */
function uncertaintyOf(
  { where, accessEntry }: FactOf<"binds">,
  rules: readonly RbacRule[],
): Uncertainty | undefined {
  if (accessEntry?.uncertainty !== undefined) return accessEntry.uncertainty;
  if (where.kind === "unknown") {
    return uncertain("the namespace of a binding is not known yet", where);
  }
  const dependsOn = rules.flatMap((rule) => rule.dependsOn ?? []);
  return rules.length === 0
    ? undefined
    : { reason: "the rules of a role are not known yet", dependsOn };
}

/** What a binding gives: the accounts it names, those of its namespace, or those of all namespaces. */
function placesOf(
  graph: Graph,
  fact: FactOf<"binds">,
  way: RightPath,
  rules: readonly RbacRule[],
  cluster: string,
): readonly Place[] {
  const { where, accessEntry } = fact;
  // A namespace that is not known may be any of the cluster's.
  if (where.kind !== "namespace") return [{ kind: "group", key: `cluster ${cluster} ${way.by}` }];
  const { namespace } = where;
  const giving = rules.filter((rule) => allowsPath(rule, way));
  const isNamed = way.isByName && giving.every((rule) => rule.resourceNames.length > 0);
  const within = accessEntry?.within ?? namespaceName(cluster, namespace);
  if (!isNamed) return [thing(within)];
  const names = new Set(giving.flatMap((rule) => rule.resourceNames));
  return [...names].map((name) => thing(k8sName(cluster, namespace, "ServiceAccount", name)));
}

function everywhere(
  graph: Graph,
  accounts: Accounts,
  fact: FactOf<"binds">,
  from: Place,
  cluster: string,
  { by }: RightPath,
): Step[] {
  const scopes = fact.accessEntry?.scopes ?? [cluster];
  const prefixes = scopes.map((scope) => k8sName(scope, "", "Namespace", ""));
  return [...accounts.namespaces.values()].flat().flatMap(({ name }) => {
    const isHere = graph
      .namesOf(name)
      .some((spelling) => prefixes.some((prefix) => spelling.startsWith(prefix)));
    return isHere ? [{ from, to: thing(name), by, fact }] : [];
  });
}

function allowsPath(rule: RbacRule, way: RightPath): boolean {
  return (
    way.verbs.some((verb) => rule.verbs.includes("*") || rule.verbs.includes(verb)) &&
    way.resources.some((resource) => isAbout(rule, way.group, resource))
  );
}

/** Whether some binding of the account gives what a path needs beside it. */
function hasNeeded(graph: Graph, { subjectName }: FactOf<"binds">, { needs }: RightPath): boolean {
  if (needs === undefined) return true;
  return bindingsOf(graph, subjectName).some(({ role }) =>
    (rightsOf(graph, role) ?? []).some(({ verbs }) =>
      verbs.some((verb) => verb === "*" || verb.startsWith(needs)),
    ),
  );
}

function namespaceName(cluster: string, namespace: string): Name {
  return namespace.startsWith("urn:") ? namespace : k8sName(cluster, "", "Namespace", namespace);
}

function clusterOf(graph: Graph, { subjectName, role }: FactOf<"binds">): string | undefined {
  for (const name of [...graph.namesOf(subjectName), ...graph.namesOf(role)]) {
    const [kind, cluster] = name.split("|");
    if (kind === "k8s") return cluster;
  }
  return undefined;
}
