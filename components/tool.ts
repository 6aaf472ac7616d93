import * as pulumi from "@pulumi/pulumi";
import type { ToolRef } from "./grants";
import { makeIdentity } from "./identity";
import { part } from "./known";
import type { WorkloadPod } from "./pod";
import { declare, type WorkloadArgs } from "./workload";

/** What a tool is made from. */
export type ToolArgs = WorkloadArgs;

/**
 * A tool: a workload that does one thing for agents, such as a search or a refund.
 *
 * It has one ServiceAccount and one IAM role of its own, and no other workload can obtain either.
 */
export class Tool extends pulumi.ComponentResource {
  /** Namespace of the tool's ServiceAccount and pods; empty outside Kubernetes. */
  public readonly namespace: pulumi.Output<string>;
  /** Name of the tool's ServiceAccount; empty outside Kubernetes. */
  public readonly serviceAccountName: pulumi.Output<string>;
  /** ARN of the tool's role. */
  public readonly roleArn: pulumi.Output<string>;
  /** Name of the tool's role. */
  public readonly roleName: pulumi.Output<string>;
  /** What a pod needs to act as the tool. */
  public readonly pod: WorkloadPod;
  /** ARN of the tool's Roles Anywhere profile; only where certificates prove it. */
  public readonly profileArn?: pulumi.Output<string>;
  /** The tool as grants name it; pass it as a grant's `tool`. */
  public readonly ref: ToolRef;

  /**
   * Makes a tool's identity.
   *
   * @param name Name of the resource; also the tool's unless `args.name` is given.
   * @param args What the tool is made from.
   * @param opts Options; providers given here are used for everything in it.
   */
  constructor(name: string, args: WorkloadArgs, opts?: pulumi.ComponentResourceOptions) {
    const declaration = declare("tool", name, args);
    super("agentid:index:Tool", name, { ...declaration }, opts);

    const identity = makeIdentity(this, name, declaration);
    this.namespace = identity.namespace;
    this.serviceAccountName = identity.serviceAccountName;
    this.roleArn = identity.roleArn;
    this.roleName = identity.roleName;
    this.pod = identity.pod;
    if (identity.profileArn !== undefined) this.profileArn = identity.profileArn;
    this.ref = {
      tenant: part(declaration.tenant, (tenant) => tenant.name),
      name: declaration.name,
      risk: declaration.risk,
    };
    this.registerOutputs({ ...identity, ref: this.ref });
  }
}
