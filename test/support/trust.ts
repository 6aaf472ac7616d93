import type { Resource } from "../../core/snapshot/resource";
import type { Unknown, Value } from "../../core/snapshot/value";
import { outputOf, resource, urnOf } from "./resources";

/** Something of the stack that is unknown in a preview. */
export const notYet: Unknown = outputOf(urnOf("aws:eks/cluster:Cluster", "cluster"));

/** A statement by which a principal assumes a role. */
export function allow(
  principal: Value,
  condition?: Value,
  more: Readonly<Record<string, Value>> = {},
): Value {
  return {
    Effect: "Allow",
    Principal: principal,
    Action: "sts:*",
    ...(condition !== undefined && { Condition: condition }),
    ...more,
  };
}

/** A role `triage` with a trust policy of statements. */
export function roleOf(...statements: readonly Value[]): Resource {
  return roleWith({ Version: "2012-10-17", Statement: statements });
}

/** A role `triage` with a trust policy. */
export function roleWith(assumeRolePolicy: Value): Resource {
  return resource("aws:iam/role:Role", "triage", { name: "triage", assumeRolePolicy });
}

/** What findings about the role `triage` have in common. */
export const aboutRole = { about: "triage", at: "triage: assumeRolePolicy" };
