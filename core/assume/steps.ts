import type { FactOf } from "../graph/fact";
import type { Graph } from "../graph/graph";
import { oncePerGraph } from "../graph/once-per-graph";
import type { Name } from "../graph/name";
import type { Urn } from "../snapshot/value";
import { tenantsIn, type Tenant } from "../tenancy";
import { accountsOf } from "./accounts";
import { applierSteps } from "./applier-steps";
import { associatedTenants } from "./associated";
import { Groups } from "./groups";
import { heldSteps } from "./identity-steps";
import { idSteps, idsOf } from "./ids";
import { namespaceSteps } from "./namespace-steps";
import type { Node } from "./reach";
import { rbacSteps } from "./rbac-steps";
import { rolesOf } from "./roles";
import type { Step } from "./step";
import { waysInto } from "./trust-steps";

/** Every step by which something obtains an identity. */
export interface Steps {
  readonly steps: readonly Step[];
  /** Tenants of things that the graph itself knows none of. */
  readonly noted: ReadonlyMap<Node, Tenant>;
  /** Trust policies of which a part is not known. */
  readonly unknown: readonly {
    readonly fact: FactOf<"trusts">;
    readonly dependsOn: readonly Urn[];
  }[];
}

/** Every step by which something obtains an identity; computed once for a graph that is complete. */
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
    waysInto(role, { graph, accounts, ids, groups, tenants, noteTenant }),
  );
  const rbac = rbacSteps(graph, accounts);
  const steps = [
    ...heldSteps(graph, roles),
    ...rbac,
    ...applierSteps(graph),
    ...namespaceSteps(graph, accounts, rbac),
    ...idSteps(ids),
    ...ways.flatMap((way) => way.steps),
    ...groups.steps(),
  ];
  return { steps, noted, unknown: ways.flatMap((way) => way.unknown) };
}
