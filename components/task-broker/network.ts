import type * as pulumi from "@pulumi/pulumi";
import { readApiServer, type ApiServer } from "../kubernetes/api-server";
import { argumentError } from "../arguments/argument-error";
import { ownEgressRules, ruleOf, type EgressRule } from "../kubernetes/egress";
import type { FederationKind } from "../federations/all-federations";
import { openPorts, toBroker } from "../manifests/objects";
import { derive } from "../arguments/known";
import { ports } from "../manifests/place";
import type { BrokerIngress, TaskBrokerDeploymentArgs } from "./deployment-arguments";
import { stateEgress } from "./state";

/** What the traffic of a broker is made from. */
export interface Traffic extends Pick<TaskBrokerDeploymentArgs, "egress" | "ingress" | "state"> {
  /** Whether it makes accounts for tasks, by the API server. */
  readonly usesApiServer: boolean | pulumi.Output<boolean>;
}

/**
 * What a broker's pods may send: to DNS, the source of their credentials, their database, the API server, and configured
 * destinations.
 */
export function brokerEgress(
  subject: string,
  { egress = [], state }: Omit<Traffic, "usesApiServer">,
  federation: string,
  apiServer: ApiServer,
  usesApiServer: boolean,
): readonly EgressRule[] {
  return [
    ...ownEgressRules(subject, [federation as FederationKind], egress),
    ...(state.postgres === undefined ? [] : stateEgress(subject, state.postgres)),
    ...(usesApiServer ? toApiServer(subject, apiServer) : []),
  ];
}

function toApiServer(subject: string, apiServer: ApiServer): readonly EgressRule[] {
  const { egress } = readApiServer(subject, apiServer);
  if (egress.length > 0) return egress;
  throw argumentError(
    subject,
    "tools have sessions with kubernetesPermissions, but the broker's network policy does not allow it to call the API server; give the tenant `apiServer.cidrs`, the addresses behind the Service `kubernetes`",
  );
}

/** A rule of a NetworkPolicy by which pods are sent to. */
interface IngressRule {
  readonly from: object[];
  readonly ports: pulumi.Input<{ port: number; protocol: string }[]>;
}

/**
 * Who may send to a broker's pods: those of its tenant, and configured ones. Probes of the kubelet need no rule.
 *
 * @param mtlsPort the port for mutual TLS; undefined where there is none
 */
export function brokerIngress(
  subject: string,
  namespace: pulumi.Input<string>,
  declared: readonly BrokerIngress[],
  mtlsPort: pulumi.Input<number | undefined>,
): readonly IngressRule[] {
  const peers = declared.map(({ operations = false, ...peer }, index) => {
    const port = operations ? ports.operations : ports.https;
    return { port, from: ruleOf(subject, `ingress[${index}]`, { ...peer, ports: [port] }).to };
  });
  const onPort = (wanted: number): object[] =>
    peers.flatMap(({ port, from }) => (port === wanted ? from : []));
  const open = derive(mtlsPort, openPorts);
  return toBroker(namespace, onPort(ports.https), onPort(ports.operations), open);
}
