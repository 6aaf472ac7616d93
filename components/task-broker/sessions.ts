import type * as pulumi from "@pulumi/pulumi";
import { nearest } from "../../core/nearest";
import {
  excessesOf,
  namesTargets,
  type LimitingGrant,
  choosesOwner,
} from "../../core/session-rules";
import { argumentError } from "../arguments/argument-error";
import { checkTypes } from "../arguments/argument-types";
import { derive, part } from "../arguments/known";
import { objectName, safeName } from "../arguments/naming";
import type { KubernetesPermission } from "../kubernetes/permissions";
import type { BrokeredWorkload } from "../workload/brokered";
import { checkSessions, type ToolSession } from "../workload/sessions";

type KnownSession = pulumi.Unwrap<ToolSession>;

/** A Role that the broker binds to the accounts of calls of a tool with one intent. */
export interface IntentRole {
  readonly tool: string;
  readonly intent: string;
  /** Name of the Role in the tenant's namespace: `<tenant>.<tool>.<intent>`. */
  readonly name: string;
  readonly permissions: readonly KubernetesPermission[];
}

/** The Roles of a tool, one for each intent with rules for Kubernetes. */
export function intentRoles(
  tool: pulumi.Input<BrokeredWorkload>,
): IntentRole[] | pulumi.Output<IntentRole[]> {
  const roles = part(tool, ({ tenant, name, sessions = [] }) =>
    part(sessions, (list) =>
      derive({ tenant, name }, (known) => rolesIn(known.tenant, known.name, list)),
    ),
  );
  return roles as IntentRole[] | pulumi.Output<IntentRole[]>;
}

function rolesIn(tenant: string, tool: string, sessions: readonly ToolSession[]): IntentRole[] {
  const inCluster = sessions.filter(isForCluster);
  const intents = [...new Set(inCluster.flatMap((session) => session.intents))];
  return intents.map((intent) => ({
    ...{ tool, intent, name: `${objectName(tenant, tool)}.${safeName(intent)}` },
    permissions: inCluster
      .filter((session) => session.intents.includes(intent))
      .flatMap(({ kubernetesPermissions = [] }) => kubernetesPermissions),
  }));
}

/**
 * The credentials of a tool as a broker's configuration has them, of a tool that declares some.
 *
 * Throws where they would exceed the grants on the tool, or never apply.
 */
export function credentialsOf(
  subject: string,
  argument: string,
  tool: pulumi.Unwrap<BrokeredWorkload>,
  grants: readonly LimitingGrant[],
  namespace: string,
): object {
  const { tenant, name, roleArn, sessions = [] } = tool;
  sessions.forEach((session, index) => {
    checkTypes(subject, "ToolSession", session, `${argument}.sessions[${index}]`);
  });
  checkSessions(subject, `${argument}.sessions`, sessions);
  checkGrants(subject, `${argument}.sessions`, name, sessions, grants);
  const inAws = sessions.filter(isForAws);
  const roles = rolesIn(tenant, name, sessions);
  return {
    ...(inAws.length > 0 && { aws: { roleArn, sessions: inAws.map(inConfiguration) } }),
    ...(roles.length > 0 && {
      kubernetes: {
        namespace,
        roles: roles.map((role) => ({ intents: [role.intent], role: role.name })),
      },
    }),
  };
}

function isForAws({ actions, wholeRole }: KnownSession): boolean {
  return actions !== undefined || wholeRole === true;
}

function isForCluster({
  kubernetesPermissions = [],
}: {
  readonly kubernetesPermissions?: readonly unknown[];
}): boolean {
  return kubernetesPermissions.length > 0;
}

function inConfiguration({ intents, actions, resources, wholeRole }: KnownSession): object {
  return wholeRole === true ? { intents, wholeRole } : { intents, actions, resources };
}

function checkGrants(
  subject: string,
  argument: string,
  tool: string,
  sessions: readonly KnownSession[],
  grants: readonly LimitingGrant[],
): void {
  const granted = grants.flatMap(({ intents }) => intents);
  sessions.forEach(({ intents, resources = [] }, index) => {
    const unused = intents.find((intent) => !granted.includes(intent));
    // A tool of no grant at all is reported by the policy pack.
    if (unused !== undefined && granted.length > 0) {
      const meant = nearest(unused, granted);
      const hint = meant === undefined ? "" : `; did you mean \`${meant}\`?`;
      throw argumentError(
        subject,
        `${argument}[${index}] is for intent \`${unused}\`, which no grant on tool \`${tool}\` has, so that it never applies; leave it out, or give a grant with it${hint}`,
      );
    }
    const open = resources.find((resource) => choosesOwner(resource));
    if (open === undefined || namesTargets(intents, grants)) return;
    throw argumentError(
      subject,
      `${argument}[${index}] resource \`${open}\` lets the target choose the account or the bucket; name it, or give each grant with the intent a condition on \`target\` with \`oneOf\``,
    );
  });
  for (const isOf of [isForAws, isForCluster]) {
    const rules = sessions.map((each) => (isOf(each) ? each : { intents: [] }));
    const [excess] = excessesOf(rules, grants);
    if (excess === undefined) continue;
    throw argumentError(
      subject,
      `${argument}[${excess.rule}] ${excess.text}; give each intent of tool \`${tool}\` what it needs`,
    );
  }
}
