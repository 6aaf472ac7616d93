import * as pulumi from "@pulumi/pulumi";
import { argumentError } from "../arguments/argument-error";
import { isPlain, part } from "../arguments/known";
import { safeName } from "../arguments/naming";
import { checkJwt } from "./gateway-jwt";
import { operationNames } from "./gateway-operations";
import { actionOf, type GatewayJwt, type GatewayRef, type ToolOperation } from "./gateway-ref";

/** What a grant allows a workload to call through a gateway, as it is stated in the stack. */
export interface GatewayCalls {
  /** Name of the gateway. */
  readonly name: string;
  /** The actions by which the gateway's policies name them. */
  readonly actions: readonly string[];
  /** What the gateway's ARN fits, where callers sign with their role. */
  readonly arn?: string;
  /** Name of the workload's service that it gets its tokens of, where callers show tokens. */
  readonly provider?: string;
}

/** A gateway as far as it can be known before it is made. */
export interface PredictedGateway {
  readonly tenant: pulumi.Input<string>;
  readonly name: pulumi.Input<string>;
  readonly arnPattern: pulumi.Input<string>;
  readonly operations: pulumi.Input<ToolOperation[]>;
  /** Where the issuer of callers' tokens describes itself. */
  readonly issuer: pulumi.Input<string> | undefined;
}

/** Refuses what is plain and wrong in a gateway's reference: policies are made of its parts. */
export function checkGatewayRef(
  subject: string,
  argument: string,
  gateway: pulumi.Input<GatewayRef>,
): void {
  if (pulumi.Output.isInstance(gateway) || gateway instanceof Promise) return;
  const { arn, policyEngineId, jwt } = gateway;
  const isArn = typeof arn !== "string" || gatewayArns.test(arn);
  const isId = typeof policyEngineId !== "string" || /^[\w-]{1,128}$/.test(policyEngineId);
  if (!isArn || !isId) throw noReference(subject, argument);
  if (jwt !== undefined && isPlain(jwt)) {
    checkJwt(subject, `${argument}.gateway.jwt`, jwt as GatewayJwt);
  }
}

/** What of a gateway is known before it is made. */
export function predictedGateway(
  gateway: pulumi.Input<GatewayRef>,
): pulumi.Input<PredictedGateway> {
  return part(gateway, ({ tenant, name, arnPattern, operations, jwt }) => ({
    tenant,
    name,
    arnPattern,
    operations,
    issuer: jwt === undefined ? undefined : part(jwt, ({ discoveryUrl }) => discoveryUrl),
  }));
}

/** A workload's service, as far as it shows the issuer of its tokens. */
interface Issued {
  readonly name: string;
  readonly discoveryUrl: string | undefined;
}

/** A grant that a gateway enforces. */
interface Granted {
  /** The argument that has the grant. */
  readonly argument: string;
  readonly tool: string;
  readonly intents: readonly string[];
  /** Name of the caller's tenant. */
  readonly tenant: string;
  /** Whether the caller assumes the tool's role itself. */
  readonly direct: boolean;
  /** Services that the caller gets OAuth2 tokens of. */
  readonly issued: readonly Issued[];
}

/** What a grant allows its workload to call through a gateway; throws where the gateway does not front that. */
export function readCalls(
  subject: string,
  gateway: pulumi.Unwrap<PredictedGateway>,
  granted: Granted,
): GatewayCalls {
  const { name, arnPattern, issuer } = gateway;
  const { argument, tool, tenant, direct } = granted;
  checkPredicted(subject, argument, gateway);
  if (gateway.tenant !== tenant) {
    throw argumentError(
      subject,
      `${argument}.gateway crosses from tenant \`${tenant}\` to gateway \`${name}\` of \`${gateway.tenant}\`; name a gateway of the same tenant`,
    );
  }
  if (direct) {
    throw argumentError(
      subject,
      `${argument} goes through gateway \`${name}\`, but tool \`${tool}\` has this workload among its \`directCallers\`, which leads past the gateway; leave it out there`,
    );
  }
  const actions = actionsOf(subject, gateway, granted);
  if (issuer === undefined) return { name, actions, arn: arnPattern };
  const provider = granted.issued.find(({ discoveryUrl }) => discoveryUrl === issuer);
  if (provider === undefined) {
    throw argumentError(
      subject,
      `${argument} goes through gateway \`${name}\`, which takes tokens of \`${issuer}\`, and the workload has none; give \`oauth2Providers\` with that \`discoveryUrl\`, or have the gateway identify callers by their role`,
    );
  }
  return { name, actions, provider: provider.name };
}

/** What an ARN of a gateway fits, as {@link namedIn} writes it. */
const arnPatterns =
  /^arn:aws[a-z-]*:bedrock-agentcore:[a-z0-9-]+:[0-9]{12}:gateway\/[A-Za-z0-9_-]+-\?{10}$/;

const gatewayArns =
  /^arn:aws[a-z-]*:bedrock-agentcore:[a-z0-9-]+:[0-9]{12}:gateway\/[A-Za-z0-9_-]+$/;

/** Refuses what no gateway's reference has: documents are made of its parts. */
function checkPredicted(
  subject: string,
  argument: string,
  { name, arnPattern, operations }: pulumi.Unwrap<PredictedGateway>,
): void {
  const isOne =
    safeName(name) === name &&
    arnPatterns.test(arnPattern) &&
    operations.every(
      ({ tool, name: operation }) => safeName(tool) === tool && operationNames.test(operation),
    );
  if (!isOne) throw noReference(subject, argument);
}

function noReference(subject: string, argument: string): Error {
  return argumentError(
    subject,
    `${argument}.gateway is no reference to a gateway; give \`gateway.ref\``,
  );
}

function actionsOf(
  subject: string,
  { name, operations }: pulumi.Unwrap<PredictedGateway>,
  { argument, tool, intents }: Granted,
): readonly string[] {
  const offered = operations.filter((operation) => operation.tool === tool);
  if (offered.length === 0) {
    const tools = listed(operations.map((operation) => operation.tool));
    throw argumentError(
      subject,
      `${argument} goes through gateway \`${name}\`, which does not front tool \`${tool}\` but ${tools}; make it a target there, or leave \`gateway\` out`,
    );
  }
  const served = offered.flatMap((operation) => operation.intents);
  const unserved = intents.find((intent) => !served.includes(intent));
  if (unserved !== undefined) {
    throw argumentError(
      subject,
      `${argument} intent \`${unserved}\` is served by no operation of tool \`${tool}\` at gateway \`${name}\`; served are ${listed(served)}`,
    );
  }
  return offered
    .filter((operation) => operation.intents.some((intent) => intents.includes(intent)))
    .map((operation) => actionOf(tool, operation.name));
}

function listed(names: readonly string[]): string {
  return [...new Set(names)].map((name) => `\`${name}\``).join(", ");
}
