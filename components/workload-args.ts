import type * as pulumi from "@pulumi/pulumi";
import type { Autonomy, Sensitivity } from "./choices";
import type { TenantRef } from "./tenant";

/** What every workload is made from. */
export interface WorkloadArgs {
  /** The tenant it belongs to: `tenant.ref` of a `Tenant`. */
  tenant: pulumi.Input<TenantRef>;
  /** Name of the workload within its tenant, and of its ServiceAccount. Default: the resource's name. */
  name?: string;
  /** How it decides what to do next. Default: `supervised`. */
  autonomy?: Autonomy;
  /** What it reads and what it can cause. Default: internal data and no effects. */
  risk?: Risk;
  /** What its role may do in AWS. Default: nothing. */
  permissions?: Permission[];
  /** Longest session of its role, `1h` up to the tenant's maximum. Default: `1h`. */
  session?: string;
}

/** What a workload reads and what it can cause outside itself. */
export interface Risk {
  /** How much harm the data it reads can do in the wrong hands. Default: `internal`. */
  sensitivity?: Sensitivity;
  /** What it can cause: `payment`, `production-change`, `deletion`, `external-message`. Default: none. */
  effects?: string[];
}

/** Something a role may do in AWS. */
export interface Permission {
  /** Actions, such as `s3:GetObject`. */
  actions: string[];
  /** ARNs of the resources. */
  resources: pulumi.Input<string>[];
  /** Conditions, all of which must hold. Default: none. */
  conditions?: PermissionCondition[];
}

/** A condition of a permission. */
export interface PermissionCondition {
  /** Operator, such as `StringEquals`. */
  test: string;
  /** Condition key, such as `aws:SourceVpce`. */
  variable: string;
  /** Values, one of which must match. */
  values: pulumi.Input<string>[];
}

/** A tool as grants name it: plain data, so it may come from another stack as well. */
export interface ToolRef {
  /** Name of the tool's tenant. */
  tenant: pulumi.Input<string>;
  /** Name of the tool within its tenant. */
  name: pulumi.Input<string>;
  /** What the tool reads and can cause. Default: internal data and no effects. */
  risk?: pulumi.Input<Risk>;
}

/** Which tool a workload may call, and for which purposes. */
export interface Grant {
  /** The tool: `tool.ref` of a `Tool` of the same tenant. */
  tool: pulumi.Input<ToolRef>;
  /** Purposes for which it may be called, such as `refund`. */
  intents: string[];
  /** Who agrees to each call: `none` or `human`. Default: `none`. */
  approval?: string;
  /** Seconds that the authority for one call lasts, 1 to 3600. Default: 300. */
  maxSeconds?: number;
}
