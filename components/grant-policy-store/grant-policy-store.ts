import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { tenantMark } from "../../core/marks";
import { subjectOf } from "../arguments/argument-error";
import { checkTypes } from "../arguments/argument-types";
import { derive } from "../arguments/known";
import { checkSdk, newerResources } from "../arguments/newer-sdk";
import { compiledGrants, declarePolicyStore, type GrantPolicyStoreArgs } from "./arguments";
import { permitName, policyNames } from "./compiled";

/**
 * The grants of a tenant as Cedar policies in Amazon Verified Permissions, for programs that have that service decide calls.
 *
 * One policy permits what a grant names, and the others forbid what no grant can allow. The grants are entities of each
 * request. Without them nothing is permitted.
 */
export class GrantPolicyStore extends pulumi.ComponentResource {
  /** Id of the policy store, known once its schema and all its policies are made. */
  public readonly policyStoreId: pulumi.Output<string>;
  /** ARN of the policy store. */
  public readonly arn: pulumi.Output<string>;
  /** The grants as Cedar entities, a JSON text; a request brings those of its tool and its caller. */
  public readonly entities: pulumi.Output<string>;

  /**
   * Makes a policy store.
   *
   * @param name Name of the resource.
   * @param args What the policy store is made from.
   * @param opts Options; its providers are used for everything in it.
   */
  constructor(name: string, args: GrantPolicyStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    const subject = subjectOf("policy store", name);
    checkTypes(subject, "GrantPolicyStore", args);
    checkSdk(subject, "policyStore", newerResources.policyStore);
    const declaration = declarePolicyStore(name, args);
    super("agentid:index:GrantPolicyStore", name, { ...declaration }, opts);

    const compiled = compiledGrants(subject, declaration);
    const tenant = derive(compiled, (known) => known.tenant);
    const store = new aws.verifiedpermissions.PolicyStore(
      name,
      {
        description: derive(tenant, (known) => `Grants of tenant ${known}`),
        validationSettings: { mode: "STRICT" },
        deletionProtection: declaration.deletionProtection ? "ENABLED" : "DISABLED",
        tags: { [tenantMark]: tenant },
      },
      { parent: this },
    );
    const { policyStoreId } = store;
    const schema = new aws.verifiedpermissions.Schema(
      name,
      { policyStoreId, definition: { value: derive(compiled, (known) => known.schema) } },
      { parent: this },
    );
    const makePolicy = (
      policy: string,
      dependsOn: readonly pulumi.Resource[],
    ): aws.verifiedpermissions.Policy =>
      new aws.verifiedpermissions.Policy(
        `${name}-${policy}`,
        {
          policyStoreId,
          definition: {
            static: {
              description: policy,
              statement: derive(compiled, ({ policies }) => policies[policy] ?? ""),
            },
          },
        },
        { parent: this, dependsOn: [...dependsOn] },
      );
    const forbids = policyNames
      .filter((policy) => policy !== permitName)
      .map((policy) => makePolicy(policy, [schema]));
    // At no time is there the permit without what limits it.
    const permit = makePolicy(permitName, [schema, ...forbids]);

    this.policyStoreId = pulumi
      .all([policyStoreId, schema.id, permit.policyId])
      .apply(([id]) => id);
    this.arn = store.arn;
    this.entities = pulumi.output(derive(compiled, (known) => known.entities));
    this.registerOutputs({
      policyStoreId: this.policyStoreId,
      arn: this.arn,
      entities: this.entities,
    });
  }
}
