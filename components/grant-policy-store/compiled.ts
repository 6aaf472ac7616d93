import type * as pulumi from "@pulumi/pulumi";
import {
  sensitivities,
  type Grant,
  between,
  type GrantCondition as Condition,
} from "../../core/grants/grant";
import { cedarEntities } from "../../core/cedar/entities";
import { cedarPolicies, keysOf } from "../../core/cedar/policy-set";
import { cedarSchema } from "../../core/cedar/schema";
import { namedGrants } from "../../core/grants/named-grants";
import { argumentError, oneOf } from "../arguments/argument-error";
import { checkTypes } from "../arguments/argument-types";
import { Approval, Sensitivity } from "../arguments/choices";
import { checkConditions, type GrantCondition } from "../grants/conditions";
import { checkIntents, readSeconds } from "../grants/grants";
import { safeName } from "../arguments/naming";
import type { BrokeredGrant, BrokeredWorkload } from "../workload/brokered";

/** A workload, as far as its grants go. */
export type Deciding = Pick<BrokeredWorkload, "tenant" | "name" | "grants">;

/** The Cedar form of grants. */
export interface CompiledGrants {
  readonly tenant: string;
  /** The schema, as JSON. */
  readonly schema: string;
  /** The policies by their names, which are the same for any grants. */
  readonly policies: Readonly<Record<string, string>>;
  /** The tools with their grants as tags, and the callers, as JSON. */
  readonly entities: string;
}

/** Names of the policies: the only permit, and what no grant lifts. */
export const policyNames: readonly string[] = Object.keys(cedarPolicies(keysOf([])));

/** Name of the only permit. */
export const permitName = "granted";

/** Most bytes of one policy. Source: Quotas for Amazon Verified Permissions, Policy size. */
const mostPolicyBytes = 10_000;

/** Compiles the grants of workloads to Cedar; throws where a workload, a grant or the result is refused. */
export function compileGrants(
  subject: string,
  workloads: readonly pulumi.Unwrap<Deciding>[],
): CompiledGrants {
  const tenant = readTenant(subject, workloads);
  const grants = workloads.flatMap((workload, index) => grantsOf(subject, workload, index));
  if (grants.length === 0) {
    throw argumentError(
      subject,
      "workloads have no grant that the policies could decide; give agents and orchestrators with `grants`",
    );
  }
  const named = namedGrants(grants);
  const keys = keysOf(named);
  const policies = cedarPolicies(keys);
  checkSize(subject, Object.values(keys).flat().length, policies[permitName] ?? "");
  return {
    tenant,
    schema: JSON.stringify(cedarSchema(keys)),
    policies,
    entities: JSON.stringify(cedarEntities(named)),
  };
}

function readTenant(subject: string, workloads: readonly pulumi.Unwrap<Deciding>[]): string {
  workloads.forEach(({ tenant, name }, index) => {
    for (const [key, text] of Object.entries({ tenant, name })) {
      // An output may turn out as anything.
      if (typeof text === "string" && safeName(text) === text) continue;
      throw argumentError(
        subject,
        `workloads[${index}].${key} \`${text}\` is no name of a ${key === "name" ? "workload" : key}; give \`agent.brokerRef\``,
      );
    }
  });
  const [first, ...others] = workloads;
  if (first === undefined) {
    throw argumentError(subject, "workloads is empty; give agents and orchestrators with `grants`");
  }
  const names = [first.name];
  for (const { tenant, name } of others) {
    if (tenant !== first.tenant) {
      throw argumentError(
        subject,
        `workloads are of tenants \`${first.tenant}\` and \`${tenant}\`; give each tenant a policy store of its own`,
      );
    }
    if (names.includes(name)) {
      throw argumentError(subject, `workloads name \`${name}\` twice; give each workload once`);
    }
    names.push(name);
  }
  return first.tenant;
}

function grantsOf(
  subject: string,
  { tenant, name, grants = [] }: pulumi.Unwrap<Deciding>,
  index: number,
): readonly Grant[] {
  if (!Array.isArray(grants)) {
    throw argumentError(subject, `workloads[${index}].grants is no list; give \`agent.brokerRef\``);
  }
  return grants.map((grant, position) => {
    const argument = `workloads[${index}].grants[${position}]`;
    checkTypes(subject, "BrokeredGrant", grant, argument);
    return { tenant, caller: name, ...readGrant(subject, argument, grant) };
  });
}

function readGrant(
  subject: string,
  argument: string,
  grant: BrokeredGrant,
): Omit<Grant, "tenant" | "caller"> {
  const { tool, intents, sensitivity, approval, conditions = [], maxCalls } = grant;
  if (safeName(tool) !== tool) {
    throw argumentError(
      subject,
      `${argument}.tool \`${tool}\` is no name of a tool; give \`agent.brokerRef\``,
    );
  }
  checkIntents(subject, argument, intents);
  oneOf(subject, `${argument}.sensitivity`, sensitivity, Sensitivity);
  oneOf(subject, `${argument}.approval`, approval, Approval);
  checkConditions(subject, `${argument}.conditions`, conditions);
  const summed = conditions.find(({ sumAtMost }) => sumAtMost !== undefined);
  if (maxCalls !== undefined || summed !== undefined) {
    const what = maxCalls === undefined ? `adds up \`${summed?.key}\`` : "has `maxCalls`";
    throw argumentError(
      subject,
      `${argument} ${what} for each task, which no policy store does; leave that out, or let a task broker decide the calls`,
    );
  }
  return {
    tool,
    intents,
    sensitivity: sensitivities.find((level) => level === sensitivity) ?? "public",
    conditions: conditions.map(conditionOf),
    approval: approval === Approval.None ? "none" : "human",
    maxSeconds: readSeconds(subject, argument, grant),
  };
}

function conditionOf({ key, atMost, atLeast, oneOf: values, is }: GrantCondition): Condition {
  if (atMost !== undefined || atLeast !== undefined) return between(key, { atLeast, atMost });
  if (is !== undefined) return { kind: "is", key, value: is };
  return { kind: "one-of", key, values: values ?? [] };
}

/** The permit alone grows, with the keys of conditions; the schema grows by less and may be ten times as long. */
function checkSize(subject: string, keys: number, permit: string): void {
  const bytes = Buffer.byteLength(permit);
  if (bytes <= mostPolicyBytes) return;
  throw argumentError(
    subject,
    `workloads have grants with conditions on ${keys} keys, which makes a policy of ${bytes} bytes, and Verified Permissions takes ${mostPolicyBytes}; use fewer keys`,
  );
}
