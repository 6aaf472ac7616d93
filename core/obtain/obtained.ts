import type { FactOf } from "../graph/fact";
import type { Graph } from "../graph/graph";
import type { Name } from "../graph/name";
import type { Urn } from "../snapshot/value";
import { tenantsIn, type Tenant } from "../tenancy";
import { accountsOf } from "./accounts";
import { Groups } from "./groups";
import { heldSteps } from "./held-steps";
import type { Node } from "./reach";
import { rbacSteps } from "./rbac-steps";
import { rolesOf } from "./roles";
import { waysInto } from "./trust-steps";
import { Walk, type Holder, type Obtained } from "./walk";

/** Everything that crosses tenants in a graph. */
export interface Obtaining {
  readonly obtained: readonly Obtained[];
  /** Trust policies of which a part is not known, where there are tenants to cross. */
  readonly unknown: readonly {
    readonly fact: FactOf<"admits">;
    readonly waitsFor: readonly Urn[];
  }[];
}

const computed = new WeakMap<Graph, Obtaining>();

/** Who can obtain an identity across tenants; computed once for a graph that is complete. */
export function obtainedAcross(graph: Graph): Obtaining {
  let known = computed.get(graph);
  if (known === undefined) computed.set(graph, (known = compute(graph)));
  return known;
}

function compute(graph: Graph): Obtaining {
  if (tenantsIn(graph).size < 2) return { obtained: [], unknown: [] };
  const { walk, unknown } = walkOver(graph);
  return { obtained: walk.obtained(), unknown };
}

/** The tenants whose principals obtain an identity that is no tenant's, each with its way; for a graph that is complete. */
export function holdersOf(graph: Graph, identity: Name): ReadonlyMap<string, Holder> {
  return walkOver(graph).walk.holdersOf(identity);
}

interface Walked {
  readonly walk: Walk;
  readonly unknown: Obtaining["unknown"];
}

const walked = new WeakMap<Graph, Walked>();

function walkOver(graph: Graph): Walked {
  let known = walked.get(graph);
  if (known === undefined) walked.set(graph, (known = walk(graph)));
  return known;
}

function walk(graph: Graph): Walked {
  const tenants = tenantsIn(graph);
  const roles = rolesOf(graph);
  const noted = new Map<Node, Tenant>();
  const groups = new Groups(graph, roles);
  const accounts = accountsOf(graph);
  const noteTenant = (name: Name, tenant: Tenant): void => {
    noted.set(graph.idOf(name), tenant);
  };
  const ways = roles.map((role) =>
    waysInto(role, { graph, accounts, groups, tenants, noteTenant }),
  );
  const steps = [
    ...heldSteps(graph, roles),
    ...rbacSteps(graph, accounts),
    ...ways.flatMap((way) => way.steps),
    ...groups.steps(),
  ];
  return {
    walk: new Walk(graph, steps, noted),
    unknown: ways.flatMap((way) => way.unknown),
  };
}
