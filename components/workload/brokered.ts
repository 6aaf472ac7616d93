import type * as pulumi from "@pulumi/pulumi";
import { defaultGrantSeconds } from "../../core/grants/grant";
import { accountOf } from "../arguments/adopt";
import { Sensitivity } from "../arguments/choices";
import type { ToolDefaults } from "./tool-defaults";
import type { GrantCondition } from "../grants/conditions";
import type { DeclaredGrant } from "../grants/grants";
import { readFederation, trustFor } from "../federations/all-federations";
import { derive } from "../arguments/known";
import type { ToolSession } from "./sessions";
import { trustingOf, type Declaration } from "./workload";

/** A workload for what decides its calls: plain data, so it may come from another stack as well. */
export interface BrokeredWorkload {
  /** Name of its tenant. */
  tenant: pulumi.Input<string>;
  /** Name of the workload within its tenant. */
  name: pulumi.Input<string>;
  /** The tokens by which it proves to a task broker who it is. Default: none. */
  proof?: pulumi.Input<WorkloadProof>;
  /** ARN of its role. Default: it has none. */
  roleArn?: pulumi.Input<string>;
  /** What credentials that the broker makes for its calls may do, of a tool. Default: there are none. */
  sessions?: pulumi.Input<ToolSession[]>;
  /** What a call has whose request has no details, of a tool. Default: each request needs them. */
  defaults?: pulumi.Input<ToolDefaults>;
  /** The grants by which its calls are decided, of an agent or orchestrator. Default: none. */
  grants?: pulumi.Input<BrokeredGrant[]>;
}

/** The tokens by which a workload proves who it is. */
export interface WorkloadProof {
  /** Who signs them: `kubernetes`, `spiffe` or `oidc`; `none` for a workload that has no tokens, such as a function. */
  kind: string;
  /** Their issuer as an `https` address; of `spiffe` the trust domain. Default: any issuer of the kind, since that of the cluster is not known. */
  issuer?: string;
  /** Their subject. Default: none, with `none`. */
  subject?: string;
}

/** A grant as what decides calls reads it. */
export interface BrokeredGrant {
  /** Name of the tool. */
  tool: string;
  /** Purposes for which it may be called; at least one, of 1 to 64 ASCII characters without blanks, double quotes and `\\`, and not `*`. */
  intents: string[];
  /** The most sensitive data that a call may touch: `public`, `internal`, `confidential`, `restricted`. */
  sensitivity: string;
  /** Who agrees to each call: `none` or `human`. */
  approval: string;
  /** Whole seconds that the authority for one call lasts, 1 to 3600. */
  maxSeconds: number;
  /** The conditions on each call, all of which must be met. Default: none. */
  conditions?: GrantCondition[];
  /** Calls that one task gets by the grant at most, 1 to 1000000; only a `TaskBroker` counts them. Default: any number. */
  maxCalls?: number;
  /** Whether it also allows calls whose request has intents alone; not with an approval. Default: false. */
  withoutDetails?: boolean;
}

/** The reference by which what decides its calls identifies a workload. */
export function brokeredWorkload(
  subject: string,
  declaration: Declaration,
  roleArn: pulumi.Output<string>,
  grants?: readonly pulumi.Input<DeclaredGrant>[],
): BrokeredWorkload {
  const { tenant, namespace, federation, subject: given } = trustingOf(declaration);
  return {
    tenant,
    name: declaration.name,
    // The tokens that AWS takes, or with EKS Pod Identity those of the cluster.
    proof: derive({ tenant, namespace, federation, subject: given }, ({ federation, ...known }) => {
      const { token } = trustFor(subject, readFederation(subject, federation), {
        ...known,
        name: declaration.name,
        serviceAccount: accountOf(declaration),
      });
      return token ?? { kind: "none" };
    }),
    roleArn,
    ...(declaration.sessions !== undefined && { sessions: [...declaration.sessions] }),
    ...(declaration.defaults !== undefined && { defaults: declaration.defaults }),
    ...(grants !== undefined && {
      grants: derive(grants, (all) => all.filter(isDecidedByBroker).map(brokeredGrant)),
    }),
  };
}

/** A gateway decides its calls itself, and direct calls of a workload are not decided. */
function isDecidedByBroker({ gateway, direct }: DeclaredGrant): boolean {
  return gateway === undefined && direct === undefined;
}

function brokeredGrant(grant: DeclaredGrant): BrokeredGrant {
  const { tool, intents, conditions, approval, maxSeconds = defaultGrantSeconds } = grant;
  const { maxCalls, withoutDetails } = grant;
  return {
    tool: tool.name,
    intents: [...intents],
    // The tool's own level of data is the most that a call may touch, as `agentid policy` reads it.
    sensitivity: tool.risk?.sensitivity ?? Sensitivity.Internal,
    approval,
    maxSeconds,
    ...(conditions !== undefined && { conditions: [...conditions] }),
    ...(maxCalls !== undefined && { maxCalls }),
    ...(withoutDetails !== undefined && { withoutDetails }),
  };
}
