import type * as pulumi from "@pulumi/pulumi";
import { defaultGrantSeconds } from "../core/grants/grant";
import { isGrave } from "../core/risk";
import { argumentError, oneOf } from "./argument-error";
import { Approval, Autonomy } from "./choices";
import { derive, part } from "./known";
import { safeName } from "./naming";
import { checkRisk, type ToolRisk } from "./risk";
import type { Declaration } from "./workload";

/** A tool as grants name it: plain data, so it may come from another stack as well. */
export interface ToolRef {
  /** Name of the tool's tenant. */
  tenant: pulumi.Input<string>;
  /** Name of the tool within its tenant. */
  name: pulumi.Input<string>;
  /** What the tool reads and can cause. Default: internal data and no effects. */
  risk?: pulumi.Input<ToolRisk>;
  /** Names of the workloads that obtain the tool's role themselves. Default: nobody. */
  directCallers?: pulumi.Input<pulumi.Input<string>[]>;
}

/** Which tool a workload may call, and for which purposes. */
export interface Grant {
  /** The tool: `tool.ref` of a `Tool` of the same tenant. */
  tool: pulumi.Input<ToolRef>;
  /** Purposes for which it may be called, such as `refund`; at least one, 1 to 64 characters each, and not `*`. */
  intents: string[];
  /** Who agrees to each call: `none` or `human`, which an autonomous workload needs for a tool that causes effects or reads `confidential` or `restricted` data. Default: `none`. */
  approval?: string;
  /** Whole seconds that the authority for one call lasts, 1 to 3600. Default: 300. */
  maxSeconds?: number;
}

/** A grant as it is stated in the stack. */
export interface DeclaredGrant {
  readonly tool: Omit<pulumi.Unwrap<ToolRef>, "directCallers">;
  readonly intents: readonly string[];
  readonly approval: string;
  /** Seconds that the authority for one call lasts at most. */
  readonly maxSeconds: number;
  /** Whether the caller obtains the tool's role itself, so that nobody holds a call to the grant. */
  readonly direct?: true;
}

/** Longest authority for one call, in seconds: what a chained session of STS lasts at most. */
const longestGrant = 3600;

/** Longest name of an intent; it becomes a part of logs and policies. */
const longestIntent = 64;

/** Checks what is plain in grants and fills in defaults. */
export function readGrants(
  subject: string,
  grants: readonly Grant[],
  caller: Pick<Declaration, "name" | "tenant" | "autonomy">,
): pulumi.Input<DeclaredGrant>[] {
  const tenant = part(caller.tenant, (ref) => ref.name);
  return grants.map((grant, index) => {
    const argument = `grants[${index}]`;
    checkIntents(subject, argument, grant.intents);
    const approval = grant.approval ?? Approval.None;
    oneOf(subject, `${argument}.approval`, approval, Approval);
    const maxSeconds = grant.maxSeconds ?? defaultGrantSeconds;
    if (!Number.isInteger(maxSeconds) || maxSeconds < 1 || maxSeconds > longestGrant) {
      throw argumentError(
        subject,
        `${argument} lasts \`${maxSeconds}\` s; give whole seconds, at most ${longestGrant}, for one call`,
      );
    }
    return derive({ tool: grant.tool, tenant }, (known): DeclaredGrant => {
      const { directCallers = [], ...tool } = known.tool;
      checkTool(subject, tool, known.tenant);
      checkRisk(subject, `${argument}.tool.risk`, tool.risk ?? {});
      if (approval === Approval.None && caller.autonomy === Autonomy.Autonomous) {
        checkUnattended(subject, tool);
      }
      if (approval !== Approval.None && directCallers.length > 0) checkAsked(subject, tool);
      const direct =
        directCallers.map(safeName).includes(caller.name) && ({ direct: true } as const);
      return { tool, intents: grant.intents, approval, maxSeconds, ...direct };
    });
  });
}

function checkIntents(subject: string, argument: string, intents: readonly string[]): void {
  if (intents.length === 0) {
    throw argumentError(
      subject,
      `${argument} names no intent; say what for the tool may be called, such as \`refund\``,
    );
  }
  for (const intent of intents) {
    if (intent.trim() !== intent || intent === "" || intent.length > longestIntent) {
      throw argumentError(
        subject,
        `${argument} intent \`${intent}\` is no name; give 1 to ${longestIntent} characters without spaces around`,
      );
    }
    if (intent === "*") {
      throw argumentError(
        subject,
        `${argument} intent \`*\` would allow any purpose; name each intent`,
      );
    }
  }
  const twice = intents.find((intent, index) => intents.indexOf(intent) !== index);
  if (twice !== undefined) {
    throw argumentError(subject, `${argument} names intent \`${twice}\` twice; name it once`);
  }
}

function checkTool(subject: string, tool: DeclaredGrant["tool"], tenant: string): void {
  if (tool.tenant === tenant) return;
  throw argumentError(
    subject,
    `grant to \`${tool.name}\` crosses from tenant \`${tenant}\` to \`${tool.tenant}\`; grant a tool of the same tenant`,
  );
}

function checkUnattended(subject: string, tool: DeclaredGrant["tool"]): void {
  if (!isGrave(tool.risk ?? {})) return;
  throw argumentError(
    subject,
    `grant to \`${tool.name}\` lets an autonomous workload act on sensitive data or cause effects unasked; give the grant \`approval: "human"\``,
  );
}

/** Where callers obtain a tool's role themselves, nobody is there to ask a person. */
function checkAsked(subject: string, tool: DeclaredGrant["tool"]): void {
  throw argumentError(
    subject,
    `grant to \`${tool.name}\` demands approval, which nobody asks for while the tool has \`directCallers\`; give the tenant a \`broker\` instead of them, or leave the approval out`,
  );
}
