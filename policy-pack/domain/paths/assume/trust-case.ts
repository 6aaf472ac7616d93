import type { Uncertainty } from "../../../../core/certainty";
import type { FactOf } from "../../../facts/fact";
import type { Graph } from "../../../facts/graph";
import type { Name } from "../../../facts/name";
import { tenantOf, type Tenant } from "../../workloads/tenancy";
import type { Admission } from "../../trust/admission";
import type { Accounts } from "./accounts";
import { callerGuard, type CallerGuard } from "../../iam/callers";
import type { Groups } from "./groups";
import type { Ids } from "./ids";
import type { Role } from "../../iam/roles";
import type { SessionAction } from "./permissions";
import type { Session } from "./session";
import { thing, type Place, type Step } from "./step";

/** What decides who can assume a role. */
export interface Surroundings {
  readonly graph: Graph;
  readonly accounts: Accounts;
  readonly ids: Ids;
  readonly groups: Groups;
  /** The tenants that things of the graph have. */
  readonly tenants: ReadonlySet<string>;
  /** Records the tenant of a name that has none in the graph. */
  readonly noteTenant: (name: Name, tenant: Tenant) => void;
}

/** What a role's trust policy trusts by one of its statements. */
export interface Case {
  readonly role: Role;
  readonly fact: FactOf<"trusts">;
  readonly admission: Admission;
  readonly around: Surroundings;
  /** Whether the principal is of a list of unknown ones that has one for each role they wait for. */
  readonly isWholeList: boolean;
  /** The sessions that it starts, where its principal passes tags. */
  readonly session?: Session;
  /** The admissions that it is made of, by the action that each is about. Default: it is one of `sts:AssumeRole` itself. */
  readonly parts?: readonly (readonly [SessionAction, Admission])[];
}

/** The step of one who is admitted to the role. */
export function stepFrom(
  given: Case,
  from: Name | Place,
  guard?: CallerGuard,
  uncertainty?: Uncertainty,
): Step {
  const { role, fact, admission, session } = given;
  const reason = "a condition of the trust policy cannot be evaluated for its callers";
  const { dependsOn } = admission;
  const unclear = guard?.isUnclear === true ? { reason, dependsOn } : undefined;
  const known = uncertainty ?? uncertaintyOf(admission) ?? unclear;
  return {
    from: typeof from === "string" ? thing(from) : from,
    to: session === undefined ? thing(role.name) : { kind: "session", session },
    by: session === undefined ? "assumes" : "assumes with session tags",
    fact,
    ...(known !== undefined && { uncertainty: known }),
    ...(guard?.only !== undefined && { only: guard.only }),
  };
}

/** Why it is unknown whether an admission counts; undefined where it is known. */
export function uncertaintyOf({ holds, dependsOn }: Admission): Uncertainty | undefined {
  return holds.kind === "unknown" ? { reason: holds.reason, dependsOn } : undefined;
}

/** What the conditions of an admission require of callers. */
export function guardOf(given: Case): CallerGuard {
  const { admission, around } = given;
  return callerGuard(
    admission.conditions,
    admission.variables,
    tenantOf(around.graph, given.role.name),
    around.tenants,
  );
}

/** The tenant of the role, where it has one. */
export function ownTenantOf({ role, around }: Case): string | undefined {
  const tenant = tenantOf(around.graph, role.name);
  return tenant.kind === "tenant" ? tenant.tenant : undefined;
}
