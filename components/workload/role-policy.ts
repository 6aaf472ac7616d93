import * as pulumi from "@pulumi/pulumi";
import { outboundStatement } from "../../core/outbound-statement";
import { directCallActions, invokeGatewayActions } from "../../core/workload-policies";
import { checkCallsNone } from "../arguments/adopt";
import { checkTypes } from "../arguments/argument-types";
import { workloadRoleArn } from "../grants/callers";
import { oauth2Room } from "../documents/oauth2";
import {
  longestInlinePolicy,
  permissionsDocument,
  type KnownPermission,
} from "../documents/permissions";
import { readFederation } from "../federations/all-federations";
import type { DeclaredGrant } from "../grants/grants";
import { derive, isPlain, part } from "../arguments/known";
import { ownStatements } from "./registrations";
import { readOutbound } from "./outbound";
import type { Permission } from "./permissions";
import type { Declaration } from "./workload";

/** What the policy of a workload's role is made from. */
interface Allowing {
  readonly permissions: readonly Permission[];
  /** ARNs of the roles of the tools that the workload calls directly. */
  readonly calls: pulumi.Output<readonly string[]> | readonly string[];
  /** A pattern of the ARNs of the gateways that identify the workload by its role. */
  readonly gateways: pulumi.Output<readonly string[]> | readonly string[];
  /** Statements that the federation adds. */
  readonly own: pulumi.Output<readonly object[]> | readonly object[];
  /** What allows it to call a service outside AWS. */
  readonly outbound: readonly object[];
  /** Most characters that it may have beside the role's other inline policies. */
  readonly longest: number;
}

/** The policy of a workload's role, and of how many parts it is: none, and no policy is needed. */
export interface RolePolicy {
  readonly document: pulumi.Input<string>;
  readonly parts: number | pulumi.Output<number>;
}

/** Refuses a policy that is too long for IAM, as far as it is known before anything is registered. */
export function checkRolePolicy(
  subject: string,
  declaration: Declaration,
  grants: readonly pulumi.Input<DeclaredGrant>[],
): void {
  const allowing = allowingOf(subject, declaration, grants);
  if (isPlain(allowing)) documentOf(subject, allowing as pulumi.Unwrap<Allowing>);
}

/** What a workload's role may do: its permissions, and to assume the roles of the tools that it calls directly. */
export function rolePolicy(
  subject: string,
  declaration: Declaration,
  grants: readonly pulumi.Input<DeclaredGrant>[],
): RolePolicy {
  const allowing = allowingOf(subject, declaration, grants);
  const { permissions, calls, gateways, own, outbound } = allowing;
  // Of a workload that has permissions, or whose federation adds to them, it is known at once that there is a policy.
  const known = permissions.length + outbound.length + (Array.isArray(own) ? own.length : 1);
  return {
    document: derive(allowing, (all) => documentOf(subject, all)),
    parts:
      known > 0
        ? known
        : derive({ calls, gateways }, (all) => all.calls.length + all.gateways.length),
  };
}

function allowingOf(
  subject: string,
  declaration: Declaration,
  grants: readonly pulumi.Input<DeclaredGrant>[],
): Allowing {
  return {
    permissions: declaration.permissions,
    calls: directCalls(subject, declaration, grants),
    gateways: derive(grants, (known) => [
      ...new Set(known.flatMap(({ gateway }) => gateway?.arn ?? [])),
    ]),
    own: ownStatements(subject, declaration),
    outbound:
      declaration.outbound === undefined
        ? []
        : [outboundStatement(readOutbound(subject, declaration.outbound))],
    longest: longestInlinePolicy - oauth2Room(secretsOf(declaration)),
  };
}

function secretsOf({ oauth2Providers = [] }: Declaration): { readonly isMade: boolean }[] {
  return oauth2Providers.map(({ clientSecret }) => ({
    isMade: clientSecret.existingSecret === undefined,
  }));
}

function directCalls(
  subject: string,
  declaration: Declaration,
  grants: readonly pulumi.Input<DeclaredGrant>[],
): Allowing["calls"] {
  const { tenant, provenBy: federation } = declaration;
  const tools = derive(grants, (known) => {
    const called = known.filter(({ direct }) => direct === true).map(({ tool }) => tool.name);
    const direct = [...new Set(called)];
    checkCallsNone(subject, declaration, direct);
    return direct;
  });
  // Without such calls the policy rests on no federation, which may be known later.
  if (!pulumi.Output.isInstance(tools) && tools.length === 0) return [];
  const where = {
    tenant: part(tenant, (ref) => ref.name),
    federation,
  };
  return derive({ tools, where }, (known) => {
    const home = readFederation(subject, known.where.federation);
    return known.tools.map((tool) => workloadRoleArn(home, known.where.tenant, tool));
  });
}

function documentOf(
  subject: string,
  { permissions, calls, gateways, own, outbound, longest }: pulumi.Unwrap<Allowing>,
): string {
  permissions.forEach((permission, index) => {
    checkTypes(subject, "Permission", permission, `permissions[${index}]`);
  });
  const reached: readonly KnownPermission[] = [
    { actions: directCallActions, resources: calls },
    { actions: invokeGatewayActions, resources: gateways },
  ];
  return permissionsDocument(
    subject,
    [
      ...(permissions as readonly KnownPermission[]),
      ...reached.filter(({ resources }) => resources.length > 0),
    ],
    [...own, ...outbound],
    longest,
  );
}
