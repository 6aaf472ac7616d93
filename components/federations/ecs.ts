import type * as pulumi from "@pulumi/pulumi";
import { fitting } from "../argument-error";
import { taskFamilyOf } from "../naming";
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

/** Amazon ECS with all values known and checked. */
export interface KnownEcs extends Place {
  readonly kind: "ecs";
}

/** Source: Amazon ECS API, RegisterTaskDefinition. */
const families = /^[A-Za-z0-9_-]{1,255}$/;

/** Reads Amazon ECS as a federation, or throws an error that names `subject`. */
export function readEcs(subject: string, given: pulumi.Unwrap<EcsFederation>): KnownEcs {
  return { kind: "ecs", ...readPlace(subject, "ecs", given) };
}

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
