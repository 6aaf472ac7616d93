import type * as pulumi from "@pulumi/pulumi";
import { sessionAction, templateProblem } from "../../core/session-rules";
import { argumentError } from "../arguments/argument-error";
import { intentWanted, isIntent } from "../arguments/intents";
import { checkKubernetesPermissions, type KubernetesPermission } from "../kubernetes/permissions";

/** What credentials that a task broker makes for calls of a tool may do, for some intents. */
export interface ToolSession {
  /** Purposes of the calls, as grants name them; at least one. */
  intents: string[];
  /** Actions of AWS, such as `s3:GetObject`, which the tool's role may do as well. Default: no session of its role. */
  actions?: string[];
  /**
   * ARNs of the resources of `actions`; `{target}` is the call's target, of one segment, and `{target:path}` one that may have
   * `/`. Default: no session of its role.
   */
  resources?: pulumi.Input<string>[];
  /** Whether sessions may do all that the tool's role may, in place of `actions`; for a tool with one intent, no approval and no condition on `target`. Default: false. */
  wholeRole?: boolean;
  /** What accounts of Kubernetes for calls may do in the tenant's namespace. Default: there are none. */
  kubernetesPermissions?: KubernetesPermission[];
}

/** Refuses sessions that allow nothing or cannot be meant; of resources as far as they are known. */
export function checkSessions(
  subject: string,
  argument: string,
  sessions: readonly ToolSession[],
): void {
  sessions.forEach((session, index) => {
    const { intents, actions, resources, wholeRole = false, kubernetesPermissions } = session;
    const at = `${argument}[${index}]`;
    const refuse = (problem: string): Error => argumentError(subject, `${at}${problem}`);
    if (intents.length === 0) throw refuse(" has no intent; name at least one");
    const wrong = intents.find((intent) => !isIntent(intent));
    if (wrong !== undefined) throw refuse(` intent \`${wrong}\` is none; give ${intentWanted}`);
    const hasBoth = (actions?.length ?? 0) > 0 && (resources?.length ?? 0) > 0;
    const hasNone = actions === undefined && resources === undefined;
    if (!hasBoth && !hasNone) throw refuse(" has not both of `actions` and `resources`; give both");
    if (wholeRole && hasBoth) throw refuse(" has `actions` and `wholeRole`; give one of both");
    if (hasNone && !wholeRole && (kubernetesPermissions?.length ?? 0) === 0) {
      throw refuse(" allows nothing; give `actions` and `resources`, or `kubernetesPermissions`");
    }
    const action = actions?.find((each) => !sessionAction.test(each));
    if (action !== undefined) {
      throw refuse(
        ` action \`${action}\` is none; write service and action, such as \`s3:GetObject\``,
      );
    }
    for (const resource of resources ?? []) {
      if (typeof resource !== "string") continue;
      const problem = templateProblem(resource);
      if (problem !== undefined) throw refuse(` resource \`${resource}\` ${problem}`);
    }
    checkKubernetesPermissions(subject, kubernetesPermissions ?? [], `${at}.kubernetesPermissions`);
  });
}
