import type * as pulumi from "@pulumi/pulumi";
import { readBroker, type TenantBroker } from "../tenant/broker";
import { readApiServer, type ApiServer } from "../kubernetes/api-server";
import { callersOf, checkPastBroker, readDirectCallers, type CalledTool } from "../grants/callers";
import { Autonomy } from "../arguments/choices";
import { deployerSubjects, type Deployer } from "../kubernetes/deployers";
import { egressRules, type Egress } from "../kubernetes/egress";
import {
  readFederation,
  trustFor,
  type TenantFederation,
  type TrustedWorkload,
} from "../federations/all-federations";
import { checkConditions, type GrantCondition } from "../grants/conditions";
import { readGrants, type Grant } from "../grants/grants";
import { checkKubernetesPermissions, type KubernetesPermission } from "../kubernetes/permissions";
import type { Oauth2Provider } from "../oauth2/arguments";
import { readOutbound, type Outbound } from "../workload/outbound";
import { checkPermissions, type Permission } from "../workload/permissions";
import { readQuota, type Quota } from "../kubernetes/quota";
import { checkSession, readSession } from "../arguments/session";
import { egressOf, type Fence } from "../workload/egress";
import { trustPolicy } from "../workload/trust-policy";

/** Represents the component in its own checks; the rest of their message follows a manifest's location. */
export const subject = "manifest";

/** The message of the component's check of a length of session. */
export function sessionProblem(session: string): string | undefined {
  return problemOf(() => readSession(subject, "session", session), "session", "session:");
}

/** What is wrong with a session under a tenant's maximum. */
export function longSessionProblem(session: string, maximum: string): string | undefined {
  return problemOf(() => checkSession(subject, session, maximum));
}

/** The message of the component's check of one federation. */
export function federationProblem(federation: pulumi.Unwrap<TenantFederation>): string | undefined {
  return problemOf(() => readFederation(subject, federation));
}

/**
 * The message of the component's check of a tenant's broker.
 *
 * @param federation Undefined while it is not fully known.
 */
export function brokerProblem(
  broker: pulumi.Unwrap<TenantBroker>,
  federation: pulumi.Unwrap<TenantFederation> | undefined,
): string | undefined {
  const home = federation === undefined ? undefined : readFederation(subject, federation);
  return problemOf(() => readBroker(subject, broker, home), "broker.roleArn");
}

/** The message of the component's check of a tool's direct callers. */
export function directCallersProblem(tool: CalledTool, hasBroker: boolean): string | undefined {
  return problemOf(() => {
    const callers = readDirectCallers(subject, tool);
    if (hasBroker) checkPastBroker(subject, callers);
  }, "directCallers");
}

/** The message of the component's check of one destination. */
export function egressProblem(egress: Egress): string | undefined {
  return problemOf(() => egressRules(subject, [], [egress]), "egress[0]");
}

/** The message of the component's check of a quota. */
export function quotaProblem(quota: Quota): string | undefined {
  return problemOf(() => readQuota(subject, quota));
}

/** The message of the component's check of one deployer. */
export function deployerProblem(deployer: Deployer): string | undefined {
  return problemOf(() => deployerSubjects(subject, [deployer]), "deployers[0]");
}

/** The message of the component's check of one permission. */
export function permissionProblem(permission: Permission): string | undefined {
  return problemOf(() => checkPermissions(subject, [permission]), "permissions[0]");
}

/** The message of the component's check of one right in the namespace. */
export function kubernetesPermissionProblem(permission: KubernetesPermission): string | undefined {
  return problemOf(
    () => checkKubernetesPermissions(subject, [permission]),
    "kubernetesPermissions[0]",
  );
}

/** The message of the component's check of the API server. */
export function apiServerProblem(apiServer: ApiServer): string | undefined {
  return problemOf(() => readApiServer(subject, apiServer), "apiServer");
}

/** The message of the component's check of what is called outside AWS. */
export function outboundProblem(outbound: Outbound): string | undefined {
  return problemOf(() => readOutbound(subject, outbound), "outbound");
}

/** What is wrong with the necessary destinations of a workload. */
export function egressOfProblem(
  workload: Parameters<typeof egressOf>[1],
  fence: Fence,
): string | undefined {
  return problemOf(() => egressOf(subject, workload, fence), "kubernetesPermissions", "outbound");
}

/** A resource on which no action raises a workload, so that an action is judged by itself. */
const anyObject = "arn:aws:s3:::any/*";

/** The message of the component's check of one action, on any resource. */
export function actionProblem(action: string): string | undefined {
  return permissionProblem({ actions: [action], resources: [anyObject] });
}

/** The message of the component's check of one intent. */
export function intentProblem(intent: string): string | undefined {
  const tool = { tenant: "", name: "any" };
  return grantProblem({ tool, intents: [intent] }, { autonomy: Autonomy.Supervised });
}

/** The subjects of a workload, none of which another may have, or what is wrong with them. */
type Proofs = { readonly proofs: readonly string[] } | { readonly problem: string };

/** What a workload proves itself by under a federation that is fully known, where its trust policy fits a role. */
export function proofsIn(
  federation: pulumi.Unwrap<TenantFederation>,
  workload: TrustedWorkload,
  others: OtherCallers,
): Proofs {
  const proofs: string[] = [];
  const problem = problemOf(() => {
    const home = readFederation(subject, federation);
    const trust = trustFor(subject, home, workload);
    proofs.push(trust.proof, ...(trust.attestedBy === undefined ? [] : [trust.attestedBy]));
    const { broker, directCallers = [] } = others;
    const callers = callersOf(subject, workload.tenant, home, broker, directCallers);
    trustPolicy(subject, trust.statement, callers);
  });
  return problem === undefined ? { proofs } : { problem };
}

/** Who besides a tool itself may act as it, as far as it is known and has no mistakes. */
export interface OtherCallers {
  readonly broker?: pulumi.Unwrap<TenantBroker>;
  readonly directCallers?: readonly string[];
}

/** What is wrong with permissions taken together. */
export function permissionsProblem(permissions: readonly Permission[]): string | undefined {
  return problemOf(() => checkPermissions(subject, permissions));
}

/** Who declares a grant, as far as it is checked. */
interface Caller {
  readonly autonomy: Autonomy;
  /** Default: none that a tool could have among its direct callers. */
  readonly name?: string;
  readonly oauth2Providers?: readonly Oauth2Provider[];
}

/** The message of the component's check of one grant. */
export function grantProblem(grant: Grant, caller: Caller): string | undefined {
  const { tool } = grant;
  const tenant = { name: (tool as { readonly tenant: string }).tenant } as never;
  return problemOf(
    () => readGrants(subject, [grant], { name: "", tenant, ...caller }),
    "grants[0]",
  );
}

/** The message of the component's check of one condition of a grant. */
export function conditionProblem(condition: GrantCondition): string | undefined {
  return problemOf(() => checkConditions(subject, "conditions", [condition]), "conditions[0]");
}

/**
 * The message of an argument mistake without its subject and the argument's name, since the location in the file replaces them.
 */
export function problemOf(
  check: () => unknown,
  ...prefixes: readonly string[]
): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : "";
    if (!message.startsWith(`${subject}: `)) throw error;
    return prefixes.reduce(withoutStart, message.slice(subject.length + 2));
  }
}

/** A message without an argument's name at its start; of `egress[0].cidr` the last part stays. */
function withoutStart(text: string, prefix: string): string {
  const next = text.charAt(prefix.length);
  return text.startsWith(prefix) && (next === " " || next === ".")
    ? text.slice(prefix.length + 1)
    : text;
}
