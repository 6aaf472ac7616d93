import type * as pulumi from "@pulumi/pulumi";
import { defaultGrantSeconds } from "../../core/grants/grant";
import { isHighRisk } from "../../core/risk";
import { argumentError, oneOf } from "../arguments/argument-error";
import { checkTypes } from "../arguments/argument-types";
import { Approval, Autonomy, type ApprovalName } from "../arguments/choices";
import { intentWanted, isIntent } from "../arguments/intents";
import { checkGatewayRef, predictedGateway, readCalls, type GatewayCalls } from "./gateway-calls";
import type { GatewayRef } from "./gateway-ref";
import { checkConditions, type GrantCondition } from "./conditions";
import { derive, part } from "../arguments/known";
import { safeName } from "../arguments/naming";
import { checkRisk, type ToolRisk } from "../arguments/risk";
import type { Oauth2Provider } from "../oauth2/arguments";
import type { TenantRef } from "../tenant/tenant";

/** A tool as grants name it: plain data, so it may come from another stack as well. */
export interface ToolRef {
  /** Name of the tool's tenant. */
  tenant: pulumi.Input<string>;
  /** Name of the tool within its tenant. */
  name: pulumi.Input<string>;
  /** What the tool reads and can cause. Default: internal data and no effects. */
  risk?: pulumi.Input<ToolRisk>;
  /** Names of the workloads that assume the tool's role themselves. Default: none. */
  directCallers?: pulumi.Input<pulumi.Input<string>[]>;
  /** ARN of the Lambda function that the tool is, or what the ARN of its AgentCore runtime fits; by it a gateway fronts the tool. Default: the tool is neither. */
  serviceArn?: pulumi.Input<string>;
}

/** Which tool a workload may call, and for which purposes. */
export interface Grant {
  /** The tool: `tool.ref` of a `Tool` of the same tenant. */
  tool: pulumi.Input<ToolRef>;
  /** Purposes for which it may be called, such as `refund`; at least one, of 1 to 64 ASCII characters without blanks, double quotes and `\\`, and not `*`. */
  intents: string[];
  /**
   * The conditions on each call, all of which must be met, for the tenant's `broker` to allow it; not with `gateway`, nor where
   * the tool has the workload among its `directCallers`. Default: none.
   */
  conditions?: GrantCondition[];
  /** Who agrees to each call: `none` or `human`, which an autonomous workload needs for a tool that causes effects or reads `confidential` or `restricted` data. Default: `none`. */
  approval?: ApprovalName;
  /** Whole seconds that the authority for one call lasts, 1 to 3600; not with `gateway`. Default: 300. */
  maxSeconds?: number;
  /** Calls that one task gets by the grant at most, 1 to 1000000, for the tenant's `broker` to count; not with `gateway`, nor where the tool has the workload among its `directCallers`. Default: any number. */
  maxCalls?: number;
  /** Whether it also allows calls whose request has intents alone, with the tool's `defaults` for all else; not with an approval or `gateway`. Default: false. */
  withoutDetails?: boolean;
  /**
   * Gateway that decides each call and makes it: `gateway.ref` of a `Gateway` of the same tenant that fronts the tool; not with
   * an approval, which no gateway requests. Default: none.
   */
  gateway?: pulumi.Input<GatewayRef>;
}

/** A grant as it is stated in the stack. */
export interface DeclaredGrant {
  readonly tool: Omit<pulumi.Unwrap<ToolRef>, "directCallers" | "serviceArn">;
  readonly intents: readonly string[];
  /** The conditions on each call; left out where there are none. */
  readonly conditions?: readonly GrantCondition[];
  readonly approval: string;
  /** Seconds that the authority for one call lasts at most; none through a gateway, which hands out none. */
  readonly maxSeconds?: number;
  /** Calls that one task gets at most; left out where there is no such limit. */
  readonly maxCalls?: number;
  /** Whether it also allows calls whose request has intents alone. */
  readonly withoutDetails?: true;
  /** What it allows the workload to call through a gateway. */
  readonly gateway?: GatewayCalls;
  /** Whether the caller assumes the tool's role itself, so that nothing enforces the grant on a call. */
  readonly direct?: true;
}

/** Longest authority for one call, in seconds: what a chained session of STS lasts at most. */
const longestGrant = 3600;

/** Most calls of a task that a limit can be. */
const mostCalls = 1_000_000;

/** Who declares grants. */
interface Caller {
  readonly name: string;
  readonly tenant: pulumi.Input<TenantRef>;
  readonly autonomy: Autonomy;
  readonly oauth2Providers?: readonly Oauth2Provider[];
}

/** Checks what is plain in grants and fills in defaults. */
export function readGrants(
  subject: string,
  grants: readonly Grant[],
  caller: Caller,
): pulumi.Input<DeclaredGrant>[] {
  const tenant = part(caller.tenant, (ref) => ref.name);
  return grants.map((grant, index) => {
    const argument = `grants[${index}]`;
    const { intents, conditions = [] } = grant;
    checkIntents(subject, argument, intents);
    checkConditions(subject, `${argument}.conditions`, conditions);
    const approval = grant.approval ?? Approval.None;
    oneOf(subject, `${argument}.approval`, approval, Approval);
    const { withoutDetails = false } = grant;
    if (withoutDetails) checkWithoutDetails(subject, argument, { ...grant, approval });
    if (grant.gateway !== undefined) {
      checkThroughGateway(subject, argument, grant);
      checkGatewayRef(subject, argument, grant.gateway);
    }
    const lasting = grant.gateway === undefined && {
      maxSeconds: readSeconds(subject, argument, grant),
      ...readMaxCalls(subject, argument, grant),
    };
    // The location of the tool's function or runtime does not matter to a grant, and may be known later.
    const called = part(grant.tool, ({ tenant: of, name, risk, directCallers }) => ({
      tenant: of,
      name,
      ...(risk !== undefined && { risk }),
      ...(directCallers !== undefined && { directCallers }),
    }));
    return derive({ tool: called, tenant, ...through(grant, caller) }, (known): DeclaredGrant => {
      checkTypes(subject, "ToolRef", known.tool, `${argument}.tool`);
      const { directCallers = [], ...tool } = known.tool;
      checkTool(subject, tool, known.tenant);
      checkRisk(subject, `${argument}.tool.risk`, tool.risk ?? {});
      if (approval === Approval.None && caller.autonomy === Autonomy.Autonomous) {
        checkUnattended(subject, tool, grant.gateway !== undefined);
      }
      if (approval !== Approval.None && directCallers.length > 0) refuseApproval(subject, tool);
      const direct = directCallers.map(safeName).includes(caller.name);
      if (direct && (conditions.length > 0 || grant.maxCalls !== undefined)) {
        refuseConditions(subject, tool, caller.name);
      }
      const granted = { argument, tool: tool.name, intents, tenant: known.tenant, direct };
      return {
        tool,
        intents,
        ...(conditions.length > 0 && { conditions }),
        approval,
        ...lasting,
        ...(withoutDetails && { withoutDetails }),
        ...(direct && { direct }),
        ...(known.gateway !== undefined && {
          gateway: readCalls(subject, known.gateway, { ...granted, issued: known.issued }),
        }),
      };
    });
  });
}

/** What a grant through a gateway rests on besides. */
function through({ gateway }: Grant, { oauth2Providers = [] }: Caller) {
  if (gateway === undefined) return {};
  const issued = oauth2Providers.map(({ name, discoveryUrl }) => ({ name, discoveryUrl }));
  return { gateway: predictedGateway(gateway), issued };
}

/** A person approves a described call, and a gateway decides by what it is sent. */
function checkWithoutDetails(
  subject: string,
  argument: string,
  { approval, gateway }: Pick<Grant, "approval" | "gateway">,
): void {
  const besides =
    approval !== Approval.None
      ? "with an approval, which a person gives for a described call"
      : gateway !== undefined && "with `gateway`, which decides each call itself";
  if (besides === false) return;
  throw argumentError(subject, `${argument}.withoutDetails is set ${besides}; leave it out`);
}

/** A gateway requests no approval, and issues no lasting authority. */
function checkThroughGateway(subject: string, argument: string, grant: Grant): void {
  if ((grant.approval ?? Approval.None) !== Approval.None) {
    throw argumentError(
      subject,
      `${argument} demands approval, which no gateway requests; leave \`gateway\` out, for the tenant's \`broker\` to request it, or leave the approval out`,
    );
  }
  if ((grant.conditions ?? []).length > 0) {
    throw argumentError(
      subject,
      `${argument} has conditions, which no gateway checks; leave \`gateway\` out, so that the tenant's \`broker\` checks them, or leave the conditions out`,
    );
  }
  if (grant.maxCalls !== undefined) {
    throw argumentError(
      subject,
      `${argument}.maxCalls is set, and no gateway counts calls; leave \`gateway\` out, so that the tenant's \`broker\` counts them, or leave it out`,
    );
  }
  if (grant.maxSeconds === undefined) return;
  throw argumentError(
    subject,
    `${argument}.maxSeconds is set, but a gateway makes each call itself and issues no lasting authority; leave it out`,
  );
}

/** Reads how long the authority for one call lasts. */
export function readSeconds(
  subject: string,
  argument: string,
  { maxSeconds = defaultGrantSeconds }: Pick<Grant, "maxSeconds">,
): number {
  if (Number.isInteger(maxSeconds) && maxSeconds >= 1 && maxSeconds <= longestGrant) {
    return maxSeconds;
  }
  throw argumentError(
    subject,
    `${argument} lasts \`${maxSeconds}\` s; give whole seconds, at most ${longestGrant}, for one call`,
  );
}

/** Reads how many calls a task gets. */
export function readMaxCalls(
  subject: string,
  argument: string,
  { maxCalls }: Pick<Grant, "maxCalls">,
): Pick<Grant, "maxCalls"> {
  if (maxCalls === undefined) return {};
  if (Number.isInteger(maxCalls) && maxCalls >= 1 && maxCalls <= mostCalls) return { maxCalls };
  throw argumentError(
    subject,
    `${argument}.maxCalls is \`${maxCalls}\`; give a whole number from 1 to ${mostCalls}`,
  );
}

/** Refuses intents that no request could name. */
export function checkIntents(subject: string, argument: string, intents: readonly string[]): void {
  if (intents.length === 0) {
    throw argumentError(
      subject,
      `${argument} names no intent; name the purposes for which the tool may be called, such as \`refund\``,
    );
  }
  for (const intent of intents) {
    if (intent === "*") {
      throw argumentError(
        subject,
        `${argument} intent \`*\` would allow any purpose; name each intent`,
      );
    }
    if (!isIntent(intent)) {
      throw argumentError(
        subject,
        `${argument} intent \`${intent}\` is no name; give ${intentWanted}`,
      );
    }
  }
  const twice = intents.find((intent, index) => intents.indexOf(intent) !== index);
  if (twice !== undefined) {
    throw argumentError(subject, `${argument} names intent \`${twice}\` twice; name it once`);
  }
}

function checkTool(subject: string, tool: DeclaredGrant["tool"], tenant: string): void {
  if (safeName(tool.name) !== tool.name) {
    throw argumentError(subject, `grant to \`${tool.name}\` names no tool; give \`tool.ref\``);
  }
  if (tool.tenant === tenant) return;
  throw argumentError(
    subject,
    `grant to \`${tool.name}\` crosses from tenant \`${tenant}\` to \`${tool.tenant}\`; grant a tool of the same tenant`,
  );
}

function checkUnattended(
  subject: string,
  tool: DeclaredGrant["tool"],
  isThroughGateway: boolean,
): void {
  if (!isHighRisk(tool.risk ?? {})) return;
  const besides = isThroughGateway ? " in place of `gateway`, which has no approval" : "";
  throw argumentError(
    subject,
    `grant to \`${tool.name}\` allows an autonomous workload to act on sensitive data or cause effects without approval; give the grant \`approval: "human"\`${besides}`,
  );
}

/** Where callers assume a tool's role themselves, nothing requests an approval. */
function refuseApproval(subject: string, tool: DeclaredGrant["tool"]): void {
  throw argumentError(
    subject,
    `grant to \`${tool.name}\` demands approval, which nothing requests while the tool has \`directCallers\`; give the tenant a \`broker\` instead of them, or leave the approval out`,
  );
}

/** Where a caller assumes a tool's role itself, nothing checks what it calls. */
function refuseConditions(subject: string, tool: DeclaredGrant["tool"], caller: string): void {
  throw argumentError(
    subject,
    `grant to \`${tool.name}\` has conditions, which nothing checks while the tool has \`${caller}\` among its \`directCallers\`; give the tenant a \`broker\` instead, or leave the conditions out`,
  );
}
