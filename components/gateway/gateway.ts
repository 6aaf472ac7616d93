import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { subjectOf } from "../arguments/argument-error";
import { checkTypes } from "../arguments/argument-types";
import { serviceTrust, trustDocument } from "../documents/trust";
import { derive, part } from "../arguments/known";
import { gatewayMark } from "../arguments/labels";
import { checkSdk, newerResources } from "../arguments/newer-sdk";
import { roleName, rolePath } from "../arguments/naming";
import { tenantMark } from "../../core/marks";
import { declareGateway, knownGateway, type GatewayArgs } from "./arguments";
import type { GatewayRef, GatewayJwt } from "../grants/gateway-ref";
import { makeTargets, operationsOf } from "./targets";
import { checkDiscoveryUrl } from "../oauth2/arguments";

/**
 * A gateway of Bedrock AgentCore: agents call the tools behind it by MCP, and only the operations that their grants name.
 *
 * It authenticates callers by role or by token. A policy engine of its own decides each call (`ENFORCE`), by the policies
 * that grants make; all else is denied. Its role may call its tools and that engine alone.
 */
export class Gateway extends pulumi.ComponentResource {
  /** ARN of the gateway. */
  public readonly arn: pulumi.Output<string>;
  /** Address at which MCP clients reach the gateway. */
  public readonly url: pulumi.Output<string>;
  /** ARN of the gateway's role. */
  public readonly roleArn: pulumi.Output<string>;
  /** Id of the gateway's policy engine, known once all its targets are made. */
  public readonly policyEngineId: pulumi.Output<string>;
  /** The gateway as grants name it; pass it as a grant's `gateway`. */
  public readonly ref: GatewayRef;

  /**
   * Makes a gateway.
   *
   * @param name Name of the resource; also the gateway's unless `args.name` is set.
   * @param args What the gateway is made from.
   * @param opts Options; its providers are used for everything in it.
   */
  constructor(name: string, args: GatewayArgs, opts?: pulumi.ComponentResourceOptions) {
    const subject = subjectOf("gateway", name);
    checkTypes(subject, "Gateway", args);
    checkSdk(subject, "gateway", newerResources.gateway);
    const declaration = declareGateway(name, args);
    super("agentid:index:Gateway", name, { ...declaration }, opts);

    const known = knownGateway(subject, declaration);
    const tenant = part(declaration.tenant, (ref) => ref.name);
    const tags = { [tenantMark]: tenant, [gatewayMark]: declaration.name };
    const role = new aws.iam.Role(
      name,
      {
        name: derive(tenant, (own) => roleName(own, declaration.name)),
        path: derive(tenant, rolePath),
        description: `Calls the tools behind gateway ${declaration.name}`,
        assumeRolePolicy: derive(known, ({ place, arn }) =>
          trustDocument([
            serviceTrust({
              service: "bedrock-agentcore.amazonaws.com",
              source: { account: place.account, arn },
            }),
          ]),
        ),
        permissionsBoundary: part(declaration.tenant, (ref) => ref.boundaryArn),
        maxSessionDuration: 3600,
        tags,
      },
      { parent: this },
    );
    const access = new aws.iam.RolePolicy(
      name,
      { name: "gateway", role: role.name, policy: derive(known, (all) => all.access) },
      { parent: this },
    );
    const engine = new aws.bedrock.AgentcorePolicyEngine(
      name,
      {
        name: derive(known, (all) => all.engine),
        description: `Decides the calls through gateway ${declaration.name}`,
        tags,
      },
      { parent: this },
    );
    const gateway = new aws.bedrock.AgentcoreGateway(
      name,
      {
        name: derive(known, ({ called }) => called),
        description: `Tools behind gateway ${declaration.name}`,
        roleArn: role.arn,
        protocolType: "MCP",
        ...authorizerOf(subject, declaration.jwt),
        policyEngineConfiguration: { arn: engine.policyEngineArn, mode: "ENFORCE" },
        tags,
      },
      // AgentCore tests the role's right to use the engine when it attaches one.
      { parent: this, dependsOn: [access] },
    );
    const targetIds = makeTargets({
      parent: this,
      resourceName: name,
      subject,
      declaration,
      gateway,
    });

    this.arn = gateway.gatewayArn;
    this.url = gateway.gatewayUrl;
    this.roleArn = role.arn;
    // A policy that names a tool is refused until the gateway has it.
    this.policyEngineId = pulumi
      .all([engine.policyEngineId, pulumi.all([...targetIds])])
      .apply(([engineId]) => engineId);
    this.ref = {
      tenant,
      name: declaration.name,
      arn: this.arn,
      arnPattern: derive(known, ({ arn }) => arn),
      policyEngineId: this.policyEngineId,
      operations: operationsOf(declaration),
      ...(declaration.jwt !== undefined && { jwt: declaration.jwt }),
    };
    this.registerOutputs({
      arn: this.arn,
      url: this.url,
      roleArn: this.roleArn,
      policyEngineId: this.policyEngineId,
      ref: this.ref,
    });
  }
}

type Authorizer = Pick<
  aws.bedrock.AgentcoreGatewayArgs,
  "authorizerType" | "authorizerConfiguration"
>;

/**
 * How a gateway authenticates callers: by the signature of a role, or by a token; there is no gateway without authentication.
 */
function authorizerOf(subject: string, jwt: GatewayJwt | undefined): Authorizer {
  if (jwt === undefined) return { authorizerType: "AWS_IAM" };
  const { discoveryUrl, allowedAudiences, allowedClients } = jwt;
  return {
    authorizerType: "CUSTOM_JWT",
    authorizerConfiguration: {
      customJwtAuthorizer: {
        discoveryUrl: derive(discoveryUrl, (url) => checkDiscoveryUrl(subject, "jwt", url)),
        ...(allowedAudiences !== undefined && { allowedAudiences }),
        ...(allowedClients !== undefined && { allowedClients }),
      },
    },
  };
}
