import type * as pulumi from "@pulumi/pulumi";
import { matches } from "../../core/pattern";
import { claimRole } from "../arguments/adopt";
import { argumentError, subjectOf } from "../arguments/argument-error";
import { claim } from "../arguments/claimed";
import { gatewayAccess } from "../documents/gateway";
import { namedIn } from "../federations/agent-core";
import type { Place } from "../federations/place";
import type { ToolRef } from "../grants/grants";
import { readServing, servingFederations } from "./serving";
import { derive, isPlain, part } from "../arguments/known";
import { gatewayNameOf, policyEngineName, safeName } from "../arguments/naming";
import type { TenantRef } from "../tenant/tenant";
import type { NamedFederation } from "../tenant/tenant-federations";
import { checkTenantRef, refOf } from "../workload/workload";
import { checkOperations, checkSchema, type GatewayOperation } from "../grants/gateway-operations";
import { checkJwt } from "../grants/gateway-jwt";
import type { GatewayJwt } from "../grants/gateway-ref";

/** What a gateway is made from. */
export interface GatewayArgs {
  /** The tenant it belongs to, one with functions of AWS Lambda or runtimes of Bedrock AgentCore: a `Tenant`, or its `ref`. */
  tenant: pulumi.Input<TenantRef>;
  /** Name of the tenant's federation in whose region it is, one of `lambda` or `agentCore`. Default: any such, where all are of one region. */
  federation?: string;
  /** Name of the gateway within its tenant, where no workload has it. Any other than lowercase letters, digits and single `-`, 63 at most, is changed to such a one that ends in a hash. Default: the resource's name. */
  name?: string;
  /** Takes tokens of an issuer from callers, who get them by `oauth2Providers` of the same issuer; of a tenant with runtimes of `agentCore`. Default: callers sign with their role (`AWS_IAM`). */
  jwt?: GatewayJwt;
  /** The tools that it fronts; 1 to 100. */
  targets: GatewayTarget[];
}

/** A tool behind a gateway. */
export interface GatewayTarget {
  /** The tool: `tool.ref` of a `Tool` or `LegacyTool` of the same tenant. */
  tool: pulumi.Input<ToolRef>;
  /** ARN of the tool's function or runtime, best as an output of it, so that the gateway waits for it. Default: the tool's function; required of a runtime, whose ARN has an id that AWS chooses. */
  arn?: pulumi.Input<string>;
  /** The operations of the tool for callers; at least one. */
  operations: GatewayOperation[];
}

/** A gateway's arguments, checked as far as they are known: its inputs in the stack. */
export interface GatewayDeclaration {
  readonly name: string;
  readonly tenant: pulumi.Input<TenantRef>;
  readonly federation?: string;
  readonly jwt?: GatewayJwt;
  readonly targets: readonly GatewayTarget[];
}

/** What of a gateway's surroundings its documents are made from. */
interface Resting {
  readonly tenant: pulumi.Input<string>;
  /** Those of the tenant's federations that a gateway can be of, by name. */
  readonly federations: pulumi.Input<readonly NamedFederation[]>;
  readonly tools: readonly pulumi.Input<FrontedTool>[];
}

/** A tool, as far as a gateway uses it. */
interface FrontedTool {
  readonly tenant: pulumi.Input<string>;
  readonly name: pulumi.Input<string>;
  readonly serviceArn: pulumi.Input<string> | undefined;
}

/** A gateway with all known that is known before it is made. */
export interface KnownGateway {
  readonly place: Place;
  /** Its name in AgentCore. */
  readonly called: string;
  /** Name of its policy engine in AgentCore. */
  readonly engine: string;
  /** What its ARN fits. */
  readonly arn: string;
  /** Policy of its role. */
  readonly access: string;
  readonly targets: readonly KnownTarget[];
}

/** A tool behind a gateway, and where it is. */
interface KnownTarget {
  readonly tool: string;
  /** ARN of the function, or what that of the runtime fits. */
  readonly serviceArn: string;
  /** Whether it is a function of AWS Lambda; else it is a runtime of AgentCore. */
  readonly isFunction: boolean;
}

/** ARN of a function, or what that of a runtime fits. */
const serviceArns =
  /^arn:aws[a-z-]*:(?:lambda:[a-z0-9-]+:[0-9]{12}:function:[\w-]+|bedrock-agentcore:[a-z0-9-]+:[0-9]{12}:runtime\/\w+-\?{10})$/;

/** Most targets of a gateway. Source: Quotas for Amazon Bedrock AgentCore, AgentCore Gateway. */
const mostTargets = 100;

/** Checks a gateway's arguments before anything is registered, and fills in their defaults. */
export function declareGateway(resourceName: string, args: GatewayArgs): GatewayDeclaration {
  const subject = subjectOf("gateway", resourceName);
  const { federation, jwt, targets } = args;
  const declaration: GatewayDeclaration = {
    name: safeName(args.name ?? resourceName),
    tenant: refOf(args.tenant),
    ...(federation !== undefined && { federation }),
    ...(jwt !== undefined && { jwt }),
    targets,
  };
  checkTenantRef(subject, declaration.tenant);
  checkGateway(subject, declaration);
  // Claims its names where they are known at once.
  knownGateway(subject, declaration);
  return declaration;
}

/** Checks a gateway as far as it is known, and claims nothing. */
export function checkGateway(subject: string, declaration: GatewayDeclaration): void {
  const { jwt, targets } = declaration;
  if (jwt !== undefined) checkJwt(subject, "jwt", jwt);
  checkTargets(subject, targets);
  const resting = restingOf(subject, declaration);
  if (!isPlain(resting)) return;
  const known = readGateway(subject, declaration, resting as pulumi.Unwrap<Resting>);
  targets.forEach(({ arn }, index) => {
    if (typeof arn === "string") readArn(subject, index, known.targets[index], arn);
  });
}

/** A gateway with all that is known of it before it is made; throws where that is refused. */
export function knownGateway(
  subject: string,
  declaration: GatewayDeclaration,
): pulumi.Output<KnownGateway> | KnownGateway {
  return derive(restingOf(subject, declaration), (known) => {
    const gateway = readGateway(subject, declaration, known);
    claimName(subject, declaration, known.tenant, gateway.place.account);
    return gateway;
  });
}

/** ARN of the function or runtime of a target; throws where it is another than the tool's. */
export function targetArn(
  subject: string,
  declaration: GatewayDeclaration,
  index: number,
): pulumi.Output<string> | string {
  const gateway = knownGateway(subject, declaration);
  const arn = declaration.targets[index]?.arn;
  return derive({ gateway, arn }, (known) =>
    readArn(subject, index, known.gateway.targets[index], known.arn),
  );
}

function readArn(
  subject: string,
  index: number,
  { tool, serviceArn }: Pick<KnownTarget, "tool" | "serviceArn"> = { tool: "", serviceArn: "" },
  given: string = serviceArn,
): string {
  if (matches(serviceArn, given)) return given;
  throw argumentError(
    subject,
    `targets[${index}].arn \`${given}\` is not that of tool \`${tool}\`, which fits \`${serviceArn}\`; give the ARN of the tool's own function or runtime`,
  );
}

function restingOf(subject: string, { tenant, federation, targets }: GatewayDeclaration): Resting {
  return {
    tenant: part(tenant, (ref) => ref.name),
    federations: servingFederations(subject, tenant, federation),
    tools: targets.map(({ tool }) =>
      part(tool, ({ tenant: of, name, serviceArn }) => ({ tenant: of, name, serviceArn })),
    ),
  };
}

function readGateway(
  subject: string,
  declaration: GatewayDeclaration,
  { tenant, federations, tools }: pulumi.Unwrap<Resting>,
): KnownGateway {
  const { place, hasRuntimes } = readServing(subject, federations, declaration.federation);
  if (!hasRuntimes && declaration.jwt !== undefined) {
    throw argumentError(
      subject,
      "jwt is set, but workloads get tokens by `oauth2Providers`, which functions of AWS Lambda have none of; leave it out, and the gateway identifies callers by their role",
    );
  }
  if (typeof tenant !== "string" || safeName(tenant) !== tenant) {
    throw argumentError(
      subject,
      `tenant \`${tenant}\` is no name of a tenant; give \`tenant.ref\``,
    );
  }
  const targets = tools.map((tool, index) => {
    const { operations, arn } = declaration.targets[index] ?? { operations: [] };
    const argument = `targets[${index}]`;
    const others = tools.slice(0, index).map(({ name }) => name);
    const target = readTarget(subject, argument, tool, tenant, others);
    checkSchema(subject, argument, operations, target.isFunction);
    checkRegion(subject, argument, target, place);
    if (!target.isFunction && arn === undefined) {
      throw argumentError(
        subject,
        `${argument}.arn is missing; give the ARN of the tool's runtime, which has an id that AWS chooses`,
      );
    }
    return target;
  });
  const called = gatewayNameOf(tenant, declaration.name);
  const engine = policyEngineName(tenant, declaration.name);
  const arn = namedIn(place, "gateway", called);
  const access = gatewayAccess(subject, {
    gatewayArn: arn,
    engineArn: namedIn(place, "policy-engine", engine),
    functions: targets.filter(({ isFunction }) => isFunction).map(({ serviceArn }) => serviceArn),
    runtimes: targets.filter(({ isFunction }) => !isFunction).map(({ serviceArn }) => serviceArn),
  });
  return { place, called, engine, arn, access, targets };
}

function readTarget(
  subject: string,
  argument: string,
  { tenant, name, serviceArn }: pulumi.Unwrap<FrontedTool>,
  ownTenant: string,
  others: readonly string[],
): KnownTarget {
  if (tenant !== ownTenant) {
    throw argumentError(
      subject,
      `${argument} crosses from tenant \`${ownTenant}\` to tool \`${name}\` of \`${tenant}\`; front tools of the same tenant`,
    );
  }
  const isTool =
    safeName(name) === name && (serviceArn === undefined || serviceArns.test(serviceArn));
  if (!isTool) {
    throw argumentError(subject, `${argument}.tool is no reference to a tool; give \`tool.ref\``);
  }
  if (others.includes(name)) {
    throw argumentError(
      subject,
      `${argument} fronts tool \`${name}\`, which another target does; give all its operations there`,
    );
  }
  if (serviceArn === undefined) {
    throw argumentError(
      subject,
      `${argument} fronts tool \`${name}\` without its function or runtime; give \`tool.ref\``,
    );
  }
  return { tool: name, serviceArn, isFunction: serviceArn.includes(":lambda:") };
}

/** A gateway signs what it sends for its own region. */
function checkRegion(
  subject: string,
  argument: string,
  { tool, serviceArn }: KnownTarget,
  { region }: Place,
): void {
  const own = serviceArn.split(":")[3];
  if (own === region) return;
  throw argumentError(
    subject,
    `${argument} fronts tool \`${tool}\` in region \`${String(own)}\`, and the gateway is in \`${region}\`; give a gateway for each region`,
  );
}

/** A gateway's role is called as a workload's would be, so that both share their names. */
function claimName(
  subject: string,
  declaration: GatewayDeclaration,
  tenant: string,
  account: string,
): void {
  const { name } = declaration;
  const taken = `name \`${name}\` is already that of a workload or another gateway of tenant \`${tenant}\`; give another \`name\``;
  claim(subject, declaration, `workload ${account}/${tenant}/${name}`, taken);
  claimRole(subject, declaration, tenant, account);
}

function checkTargets(subject: string, targets: readonly GatewayTarget[]): void {
  if (targets.length === 0 || targets.length > mostTargets) {
    throw argumentError(
      subject,
      `targets has \`${targets.length}\` tools; give 1 to ${mostTargets}`,
    );
  }
  targets.forEach(({ operations }, index) => {
    checkOperations(subject, `targets[${index}]`, operations);
  });
}
