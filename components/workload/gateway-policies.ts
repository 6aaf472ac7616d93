import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { roleOf } from "../arguments/adopt";
import { callPermit, type GatewayCaller } from "../documents/gateway";
import { readFederation } from "../federations/all-federations";
import type { DeclaredGrant, Grant } from "../grants/grants";
import { derive, part, whenKnown } from "../arguments/known";
import { gatewayPolicyName } from "../arguments/naming";
import type { Declaration } from "./workload";
import { defaultClientClaim, type GatewayJwt, type GatewayRef } from "../grants/gateway-ref";

/** A workload that calls tools through gateways. */
interface Calling {
  readonly parent: pulumi.ComponentResource;
  readonly resourceName: string;
  /** How errors name the workload. */
  readonly subject: string;
  readonly declaration: Declaration;
}

/** What a workload may call of one tool through one gateway. */
interface Calls {
  readonly tool: string;
  readonly gateway: string;
  readonly actions: readonly string[];
  /** Name of the service that its tokens are of; none of a workload that signs with its role. */
  readonly provider: string | undefined;
  /** Which of the grants has the gateway's reference. */
  readonly grant: number;
}

/**
 * Makes the Cedar policies by which gateways let a workload call what its grants name: one for each tool behind a gateway.
 *
 * They are the workload's own, so that another's grants change none of them.
 */
export function makeGatewayPolicies(
  calling: Calling,
  grants: readonly Grant[],
  declared: readonly pulumi.Input<DeclaredGrant>[],
): void {
  whenKnown(derive(declared, callsIn), (calls) => {
    for (const each of calls) {
      const gateway = grants[each.grant]?.gateway;
      if (gateway !== undefined) makePolicy(calling, each, gateway);
    }
  });
}

function callsIn(grants: readonly DeclaredGrant[]): readonly Calls[] {
  const calls = new Map<string, Calls>();
  grants.forEach(({ tool, gateway }, grant) => {
    if (gateway === undefined) return;
    const key = `${gateway.name}.${tool.name}`;
    const others = calls.get(key)?.actions ?? [];
    calls.set(key, {
      tool: tool.name,
      gateway: gateway.name,
      actions: [...new Set([...others, ...gateway.actions])].sort(),
      provider: gateway.provider,
      grant,
    });
  });
  return [...calls.values()];
}

function makePolicy(
  { parent, resourceName, subject, declaration }: Calling,
  { tool, gateway, actions, provider }: Calls,
  ref: pulumi.Input<GatewayRef>,
): void {
  const { kind, name } = declaration;
  const resting = {
    arn: part(ref, ({ arn }) => arn),
    caller: callerOf(subject, declaration, provider, ref),
  };
  new aws.bedrock.AgentcorePolicy(
    `${resourceName}-${gateway}.${tool}`,
    {
      name: gatewayPolicyName(name, tool),
      policyEngineId: part(ref, ({ policyEngineId }) => policyEngineId),
      description: `What ${kind} ${name} may call of tool ${tool}`,
      definition: {
        cedar: {
          statement: derive(resting, ({ caller, arn }) => callPermit(caller, actions, arn)),
        },
      },
      validationMode: "FAIL_ON_ANY_FINDINGS",
    },
    { parent },
  );
}

/** Who a workload is to a gateway: its role, or the client that its tokens are issued to. */
function callerOf(
  subject: string,
  declaration: Declaration,
  provider: string | undefined,
  ref: pulumi.Input<GatewayRef>,
): pulumi.Output<GatewayCaller> | GatewayCaller {
  const { tenant, provenBy: federation, oauth2Providers = [] } = declaration;
  const own = oauth2Providers.find(({ name }) => name === provider);
  if (own !== undefined) {
    const claim = part(ref, ({ jwt }) =>
      jwt === undefined ? defaultClientClaim : part(jwt, claimIn),
    );
    return derive({ claim, clientId: own.clientId }, (known): GatewayCaller => ({
      kind: "client",
      ...known,
    }));
  }
  const resting = {
    tenant: part(tenant, (known) => known.name),
    federation,
  };
  return derive(resting, (known): GatewayCaller => {
    const { partition, account } = readFederation(subject, known.federation);
    const { name } = roleOf(declaration, known.tenant);
    return { kind: "role", partition, account, roleName: name };
  });
}

function claimIn({ clientClaim = defaultClientClaim }: GatewayJwt): string {
  return clientClaim;
}
