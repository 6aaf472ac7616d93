import type * as pulumi from "@pulumi/pulumi";
import { fitting } from "../arguments/argument-error";
import { serviceTrust } from "../documents/trust";
import { taskFamilyOf } from "../arguments/naming";
import type { Federation } from "./federation";
import { readPlace, type Place } from "./place";

/** Tasks of Amazon ECS in one account and region. */
export interface EcsFederation {
  /** Account that the tasks run in, 12 digits; the tenant's roles are made there. */
  account: pulumi.Input<string>;
  /** Region that the tasks run in, such as `eu-central-1`. */
  region: pulumi.Input<string>;
}

/** The tasks that act as a workload. */
export interface EcsSubject {
  /** Family of their task definition. Default: `<tenant>_<workload>`. */
  family?: pulumi.Input<string>;
}

/** Source: Amazon ECS API, RegisterTaskDefinition. */
const families = /^[A-Za-z0-9_-]{1,255}$/;

/** The family of a workload's tasks, or an error that names `subject`. */
export function taskFamily(
  subject: string,
  { family }: pulumi.Unwrap<EcsSubject>,
  tenant: string,
  workload: string,
): string {
  if (family === undefined) return taskFamilyOf(tenant, workload);
  fitting(
    subject,
    "subject.ecs.family",
    family,
    families,
    "the name of one family, up to 255 letters, digits, `-` and `_`",
  );
  return family;
}

/** Amazon ECS. */
export const ecs: Federation<EcsFederation, Place, EcsSubject> = {
  knownBy: "subject",
  read: (subject, given) => readPlace(subject, "ecs", given),
  // ECS sends only account and region, so every task of both may run with the role once it is passed to its definition. Source:
  // Amazon ECS developer guide, task IAM role, which states that no cluster can be named.
  trust: (subject, { partition, region, account }, { tenant, name }, given) => {
    const arn = `arn:${partition}:ecs:${region}:${account}`;
    const family = taskFamily(subject, given, tenant, name);
    return {
      statement: serviceTrust({
        service: "ecs-tasks.amazonaws.com",
        source: { account, arn: `${arn}:*` },
      }),
      proof: `${arn}:task-definition/${family}`,
    };
  },
};
