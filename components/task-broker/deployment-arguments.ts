import type * as pulumi from "@pulumi/pulumi";
import type { TenantBroker } from "../tenant/broker";
import type { Egress } from "../kubernetes/egress";
import type { TenantRef } from "../tenant/tenant";
import type { BrokeredWorkload } from "../workload/brokered";
import type { BrokerState } from "./state";

/** What a task broker is run with. */
export interface TaskBrokerDeploymentArgs {
  /** The broker: `taskBroker.ref` of a `TaskBroker`. */
  broker: pulumi.Input<TenantBroker>;
  /** The tenant that it serves, whose `broker` it is: a `Tenant`, or its `ref`. */
  tenant: pulumi.Input<TenantRef>;
  /** Container image of the broker, best by its digest. Its entry point is `agentid-broker` or `agentid`. */
  image: pulumi.Input<string>;
  /** Name of a Secret in the broker's namespace with the certificate and key of its address, as `tls.crt` and `tls.key`. Default: that of `tls.certManager`. */
  tlsSecret?: pulumi.Input<string>;
  /** Who issues its certificate, and what answers at its address. Default: the pods do, with `tlsSecret`. */
  tls?: BrokerTls;
  /** Where it keeps its tasks. */
  state: BrokerState;
  /** Who signs the tokens of workloads and users; at least one. */
  issuers: BrokerIssuer[];
  /** The agents and orchestrators whose calls it decides, by their grants; at least one. */
  workloads: BrokerCaller[];
  /** The tools that they call: each that a grant names, and at least one. */
  tools: BrokerTool[];
  /** The people for whom workloads act. Default: none; workloads act for themselves. */
  users?: BrokerUsers;
  /** Who of the users may approve calls; required where a grant demands approval. Default: none. */
  approvers?: BrokerPeople;
  /** Who of the users may revoke, and read and prune the trail. Default: none. */
  operators?: BrokerPeople;
  /** Id of a public client with PKCE at the users' issuer, at which approvers and operators log in; required with either. Default: none. */
  loginClient?: string;
  /** How much a task may be. Default: that of the broker. */
  limits?: BrokerLimits;
  /** Where its pods may send to, besides the cluster's DNS, its database and the API server: AWS, and the issuers whose keys it fetches. Default: nowhere else. */
  egress?: Egress[];
  /** Who reaches it besides the tenant's pods, such as an ingress controller. Default: none. */
  ingress?: BrokerIngress[];
}

/** Who issues a broker's certificate, and what answers at its address. */
export interface BrokerTls {
  /** Has cert-manager issue the certificate of the pods, and renew it; in place of `tlsSecret`. Default: `tlsSecret`. */
  certManager?: BrokerCertManager;
  /** Has an internal Network Load Balancer answer at the broker's address, which encrypts again to the pods. The AWS Load Balancer Controller makes it. Default: none. */
  acm?: BrokerAcm;
}

/** A certificate of cert-manager. */
export interface BrokerCertManager {
  /** Who issues it. */
  issuer: BrokerCertificateIssuer;
}

/** An issuer of cert-manager. */
export interface BrokerCertificateIssuer {
  /** Name of the issuer. */
  name: pulumi.Input<string>;
  /** `ClusterIssuer`, or `Issuer` in the broker's namespace. Default: `ClusterIssuer`. */
  kind?: string;
}

/** A certificate of AWS Certificate Manager. */
export interface BrokerAcm {
  /** ARN of the certificate, of the load balancer's region. */
  certificateArn: pulumi.Input<string>;
}

/** Who signs tokens that a broker takes; give exactly one of `keysUrl` and `keySet`. */
export interface BrokerIssuer {
  /** Name of the issuer within the broker: lowercase letters, digits and single `-`, at most 63. */
  name: string;
  /** What it is: `kubernetes`, `spiffe` or `oidc`. */
  kind: string;
  /** The tokens' `iss`, an `https` address; of `spiffe` the trust domain. */
  issuer: pulumi.Input<string>;
  /** Where its keys are, an `https` address of a JWK set. Default: `keySet`. */
  keysUrl?: pulumi.Input<string>;
  /** Its keys as a JWK set, in JSON; of `spiffe` also the bundle of the trust domain. Default: those at `keysUrl`. */
  keySet?: pulumi.Input<string>;
  /** Algorithms that it signs with: `ES256`, `ES384`, `RS256`, `PS256`, `EdDSA`. Default: those of the broker. */
  algorithms?: string[];
}

/** An agent or orchestrator whose calls a broker decides. */
export interface BrokerCaller {
  /** The workload: `agent.brokerRef` or `orchestrator.brokerRef`. */
  workload: pulumi.Input<BrokeredWorkload>;
  /** Ids of clients at the users' issuer whose tokens it may present. Default: only tokens that name it themselves. */
  clients?: string[];
}

/** A tool for which a broker issues authority. */
export interface BrokerTool {
  /** The tool: `tool.brokerRef`. */
  tool: pulumi.Input<BrokeredWorkload>;
  /** Address of the tool, which is the audience of its call tokens; `https`. */
  resource: string;
  /** Header in which a proxy before the tool states the certificate of the caller, such as `X-Forwarded-Client-Cert`; the proxy has to replace what callers send in it. Default: none, so that no token bound to a certificate is accepted there. */
  certificateHeader?: string;
}

/** The people for whom workloads act. */
export interface BrokerUsers {
  /** Name of the issuer that signs their tokens, one of `issuers` of kind `oidc`. */
  issuer: string;
  /** Audiences of their tokens. Default: the broker. */
  audiences?: string[];
  /** Claim that names a user. Default: `sub`. */
  name?: string;
  /** Claims that a user of the tenant has and no other user of the issuer, by their names; at least one. Where the issuer has no others: `iss`. */
  require: Record<string, string>;
}

/** Some of the people. */
export interface BrokerPeople {
  /** Claims that they have, by their names: each equals this, or is a list that has it. At least one. */
  require: Record<string, string>;
}

/** How much a task may be, and how long a broker keeps and waits. */
export interface BrokerLimits {
  /** Seconds that a task lasts at most, 60 to 86400. Default: 3600. */
  taskSeconds?: number;
  /** Workloads in a chain at most, 1 to 8. Default: 4. */
  depth?: number;
  /** Seconds that a request waits for approval, 60 to 86400. Default: 900. */
  approvalSeconds?: number;
  /** Requests of one workload in a minute, 1 to 100000. Default: 600. */
  perMinute?: number;
  /** Days for which no line of the trail is pruned, 1 to 36500. Default: 400. */
  trailDays?: number;
  /** Seconds that the broker still answers after SIGTERM while not ready, 0 to 300. Default: 5. */
  drainSeconds?: number;
}

/** Who reaches a broker besides its tenant's pods; give exactly one of `namespace` and `cidr`. */
export interface BrokerIngress {
  /** Namespace of the same cluster. */
  namespace?: string;
  /** Addresses, such as `10.0.0.0/16`. */
  cidr?: string;
  /** Whether they reach health and metrics, and nothing else. Default: false. */
  operations?: boolean;
}
