import type { FactOf } from "../../facts/fact";
import type { LabelSelector, RbacRule } from "../../facts/fact-values";
import type { Graph } from "../../facts/graph";
import { oncePerGraph } from "../../facts/once-per-graph";
import { scopeOf, scopesDiffer, type Name } from "../../facts/name";
import type { ThingId } from "../../facts/things";

type RoleFact = FactOf<"rbac-role">;

/** The roles of a graph, each once, and those that others take in by a label. */
interface Roles {
  readonly byId: Map<ThingId, readonly RbacRule[] | undefined>;
  readonly labelled: readonly RoleFact[];
  readonly byLabel: ReadonlyMap<string, readonly RoleFact[]>;
}

/**
 * What a Role or ClusterRole allows, with the rules that it takes in of others by their labels; undefined for one that is
 * not in the stack.
 *
 * For a graph that is complete. Source: kubernetes.io, "Using RBAC Authorization", aggregated ClusterRoles.
 */
export function rightsOf(graph: Graph, role: Name): readonly RbacRule[] | undefined {
  const roles = rolesOf(graph);
  const id = graph.idOf(role);
  if (!roles.byId.has(id)) roles.byId.set(id, collect(graph, roles, role, new Set()));
  return roles.byId.get(id);
}

const rolesOf = oncePerGraph(index);

function index(graph: Graph): Roles {
  const labelled = new Map<string, RoleFact>();
  const byLabel = new Map<string, RoleFact[]>();
  for (const fact of graph.all("rbac-role")) {
    const labels = Object.entries(fact.labels ?? {});
    const key = JSON.stringify([graph.idOf(fact.role), labels]);
    if (labels.length === 0 || labelled.has(key)) continue;
    labelled.set(key, fact);
    for (const [name, value] of labels) {
      const label = labelText(name, value);
      const known = byLabel.get(label);
      if (known === undefined) byLabel.set(label, [fact]);
      else known.push(fact);
    }
  }
  return { byId: new Map(), labelled: [...labelled.values()], byLabel };
}

function collect(
  graph: Graph,
  roles: Roles,
  role: Name,
  seen: Set<ThingId>,
): readonly RbacRule[] | undefined {
  seen.add(graph.idOf(role));
  const facts = graph.facts("rbac-role", "role", role);
  if (facts.length === 0) return undefined;
  // A role that every cluster has is reported at each binding of it.
  const own = facts.flatMap(({ rules }) => rules);
  const selectors = new Set(facts.flatMap(({ aggregates }) => aggregates ?? []));
  const taken = [...selectors]
    .flatMap((selector) => selected(roles, selector))
    .filter(
      (other) => !seen.has(graph.idOf(other.role)) && mayShareCluster(graph, role, other.role),
    );
  const theirs = taken.flatMap((other) => collect(graph, roles, other.role, seen) ?? []);
  return eachOnce([...own, ...theirs]);
}

/** Roles of one name mostly have the same rules, and each binding weighs all. */
function eachOnce(rules: readonly RbacRule[]): readonly RbacRule[] {
  if (rules.length < 2) return rules;
  const byText = new Map<string, RbacRule>();
  for (const rule of rules) {
    const text = JSON.stringify(rule);
    if (!byText.has(text)) byText.set(text, rule);
  }
  return [...byText.values()];
}

function selected(roles: Roles, selector: LabelSelector): readonly RoleFact[] {
  const [first] = Object.entries(selector.matchLabels);
  const candidates =
    first === undefined ? roles.labelled : (roles.byLabel.get(labelText(...first)) ?? []);
  return candidates.filter(({ labels = {} }) => selects(selector, labels));
}

function selects(
  { matchLabels, matchExpressions }: LabelSelector,
  labels: Readonly<Record<string, string>>,
): boolean {
  const isEmpty = Object.keys(matchLabels).length + matchExpressions.length === 0;
  return (
    !isEmpty &&
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values }) => {
      const value = labels[key];
      switch (operator) {
        case "In":
          return value !== undefined && values.includes(value);
        case "NotIn":
          return value === undefined || !values.includes(value);
        case "Exists":
          return value !== undefined;
        case "DoesNotExist":
          return value === undefined;
        default:
          return false;
      }
    })
  );
}

function mayShareCluster(graph: Graph, a: Name, b: Name): boolean {
  const left = clusterOf(graph, a);
  const right = clusterOf(graph, b);
  return left === undefined || right === undefined || !scopesDiffer(left, right);
}

function clusterOf(graph: Graph, name: Name): string | undefined {
  return graph
    .namesOf(name)
    .map(scopeOf)
    .find((scope) => scope !== undefined);
}

function labelText(key: string, value: string): string {
  return `${key}=${value}`;
}
