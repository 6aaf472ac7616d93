import type { FactOf } from "../../../facts/fact";
import { nameIn, type Ref, type Text } from "../../../facts/fact-values";
import type { Graph } from "../../../facts/graph";
import type { Name } from "../../../facts/name";
import { dependenciesIn, isKnown, mayBe } from "../../workloads/grant-decider";
import type { Urn } from "../../../../core/snapshot/value";

/** Whether a grant is one of those that its tenant's task broker is run with. */
export type DeployedGrant =
  /** Its tenant has no broker that a component of this stack makes. */
  | { readonly kind: "elsewhere" }
  | { readonly kind: "deployed" }
  | { readonly kind: "missing"; readonly broker: Name }
  | { readonly kind: "unknown"; readonly broker: Name; readonly dependsOn: readonly Urn[] };

/** Whether the task broker that this stack makes for a tenant is run with a grant, for a graph that is complete. */
export function deployedGrant(graph: Graph, { grant }: FactOf<"grants">): DeployedGrant {
  const { tenant, caller, tool } = grant;
  const own = ownBroker(graph, tenant);
  if (own === undefined) return { kind: "elsewhere" };
  const { broker } = own;
  const deployed = graph
    .all("task-broker")
    .flatMap((each) => (each.deployed ? [{ ...each.deployed, tenant: each.tenant }] : []))
    .filter((each) => mayBe(each.tenant, tenant) && mayBe(each.caller, caller))
    .flatMap((each) => each.tools.map((of) => [each.tenant, each.caller, of] as const));
  const fits = deployed.filter(([, , of]) => mayBe(of, tool));
  const texts = [tenant, caller, tool];
  if (own.isSure && texts.every(isKnown)) {
    if (fits.some((each) => each.every(isKnown))) return { kind: "deployed" };
    if (fits.length === 0) return { kind: "missing", broker };
  }
  const dependsOn = [...texts, ...fits.flat()].flatMap(dependenciesIn);
  return { kind: "unknown", broker, dependsOn: [...dependsOn, ...own.dependsOn] };
}

interface OwnBroker {
  readonly broker: Name;
  /** Whether it certainly is that of the tenant, and what that waits for. */
  readonly isSure: boolean;
  readonly dependsOn: readonly Urn[];
}

/** The task broker that a component of this stack makes for a tenant. */
function ownBroker(graph: Graph, tenant: Text): OwnBroker | undefined {
  const roles = graph
    .all("tenant")
    .filter((each) => mayBe(each.tenant, tenant))
    .flatMap(({ brokerRole }) => brokerRole ?? []);
  const fitting = graph
    .all("task-broker")
    .flatMap((each) => (each.made ? [{ ...each.made, tenant: each.tenant }] : []))
    .filter((each) => mayBe(each.tenant, tenant));
  const named = fitting.find((made) => roles.some((role) => isRole(graph, made.role, role)));
  if (named !== undefined) {
    const { broker, tenant: own } = named;
    return { broker, isSure: isKnown(own), dependsOn: dependenciesIn(own) };
  }
  const dependsOn = roles.flatMap((role) => (role.kind === "unknown" ? [role.dependsOn] : []));
  const [possible] = fitting;
  return possible === undefined || dependsOn.length === 0
    ? undefined
    : { broker: possible.broker, isSure: false, dependsOn: dependsOn.flat() };
}

function isRole(graph: Graph, own: Name, ref: Ref): boolean {
  const name = nameIn(ref);
  if (name === undefined) return false;
  return graph.same(name, own) || graph.possiblySame(name).some((other) => graph.same(other, own));
}
