import type * as pulumi from "@pulumi/pulumi";
import { defaultGrantSeconds } from "../../core/grants/grant";
import { Sensitivity } from "../choices";
import type { GrantCondition } from "../grant-conditions";
import type { DeclaredGrant } from "../grants";
import { derive, part } from "../known";
import type { Declaration } from "../workload";

/** A workload as what decides its calls knows it: plain data, so it may come from another stack as well. */
export interface BrokeredWorkload {
  /** Name of its tenant. */
  tenant: pulumi.Input<string>;
  /** Name of the workload within its tenant. */
  name: pulumi.Input<string>;
  /** The grants by which its calls are decided, of an agent or orchestrator. Default: none. */
  grants?: pulumi.Input<BrokeredGrant[]>;
}

/** A grant as what decides calls reads it. */
export interface BrokeredGrant {
  /** Name of the tool. */
  tool: string;
  /** Purposes for which it may be called; at least one, 1 to 64 characters each, and not `*`. */
  intents: string[];
  /** The most sensitive data that a call may touch: `public`, `internal`, `confidential`, `restricted`. */
  sensitivity: string;
  /** Who agrees to each call: `none` or `human`. */
  approval: string;
  /** Whole seconds that the authority for one call lasts, 1 to 3600. */
  maxSeconds: number;
  /** What must hold of each call, all of it. Default: none. */
  conditions?: GrantCondition[];
}

/** The reference by which what decides its calls knows a workload. */
export function brokeredWorkload(
  { tenant, name }: Declaration,
  grants: readonly pulumi.Input<DeclaredGrant>[],
): BrokeredWorkload {
  return {
    tenant: part(tenant, (ref) => ref.name),
    name,
    grants: derive(grants, (all) => all.filter(isDecidedByBroker).map(brokeredGrant)),
  };
}

/** A gateway decides its calls itself, and what a workload calls directly nobody decides. */
function isDecidedByBroker({ gateway, direct }: DeclaredGrant): boolean {
  return gateway === undefined && direct === undefined;
}

function brokeredGrant(grant: DeclaredGrant): BrokeredGrant {
  const { tool, intents, conditions, approval, maxSeconds = defaultGrantSeconds } = grant;
  return {
    tool: tool.name,
    intents: [...intents],
    // The tool's own level of data is the most that a call may touch, as `agentid policy` reads it.
    sensitivity: tool.risk?.sensitivity ?? Sensitivity.Internal,
    approval,
    maxSeconds,
    ...(conditions !== undefined && { conditions: [...conditions] }),
  };
}
