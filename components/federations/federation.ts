import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { tokenTrust, type TokenTrust, type TrustStatement } from "../documents/trust";
import type { NewerResource } from "../arguments/newer-sdk";
import { roleVariables, type Proof, type ProvenRole } from "../arguments/pod-parts";

/** Where the roles of a tenant are. */
export interface Home {
  readonly partition: string;
  readonly account: string;
  /** Region of the workloads, if the federation is of one. */
  readonly region?: string;
}

/** A workload as trust policies name it. */
export interface WorkloadName {
  readonly tenant: string;
  readonly namespace: string;
  readonly name: string;
  readonly serviceAccount: string;
}

/** What assumes a workload's role. */
export interface Trust {
  /** The statement of the trust policy that trusts the workload. */
  readonly statement: TrustStatement;
  /** What the workload proves itself by, as text: two workloads with the same could assume each other's role. */
  readonly proof: string;
  /** The tokens by which it proves itself to a task broker. Default: it has none. */
  readonly token?: ProofToken;
  /** What it gets that proof by, where it is attested rather than known by its account. */
  readonly attestedBy?: string;
}

/** The tokens of a workload, as a task broker verifies them. */
interface ProofToken {
  readonly kind: "kubernetes" | "spiffe" | "oidc";
  /** Default: any issuer of the kind. */
  readonly issuer?: string;
  readonly subject: string;
}

/** What is registered for a workload, as resources of its component. */
export interface Registration<Known = Home, Subject = object | undefined> {
  readonly parent: pulumi.ComponentResource;
  readonly resourceName: string;
  /** How errors name the workload. */
  readonly subject: string;
  readonly tenant: pulumi.Input<string>;
  readonly name: string;
  readonly namespace: pulumi.Input<string>;
  readonly serviceAccount: string;
  readonly labels: Record<string, pulumi.Input<string>>;
  readonly roleArn: pulumi.Output<string>;
  /** The block of its `subject`. */
  readonly given: Subject;
  /** Derives something of the federation: at once where that is plain, else once it is known. */
  readonly from: <R>(take: (federation: Known) => R) => R | pulumi.Output<R>;
}

/** What others need of the registrations of a workload. */
export interface Registered {
  /** Profile by which certificates get credentials of the role. */
  readonly profileArn?: pulumi.Output<string>;
  /** Identity by which AgentCore gives the workload the tokens of others. */
  readonly workloadIdentity?: aws.bedrock.AgentcoreWorkloadIdentity;
}

/** A tenant, to which something is provided for one of its federations. */
export interface Providing {
  readonly parent: pulumi.ComponentResource;
  readonly resourceName: string;
  readonly tenant: string;
  /** Name of the federation, where the tenant names several. */
  readonly name: string | undefined;
  /** Whether another federation of the tenant is provided with the same. */
  readonly hasOthers: boolean;
}

/**
 * All that is known of one kind of federation: everything else looks it up here.
 *
 * `Args` are its arguments, `Known` their values once known and checked, `Subject` the block of a workload's `subject`.
 */
export interface Federation<Args = object, Known = Home, Subject = object | undefined> {
  /** Whether it identifies workloads by their ServiceAccount, by their `subject` outside Kubernetes, or by either. */
  readonly knownBy: "account" | "subject" | "either";
  /** What older versions of `@pulumi/aws` cannot make. Default: any version does. */
  readonly sdk?: NewerResource;
  /** Reads the arguments, or throws an error that names `subject`. */
  read(subject: string, given: pulumi.Unwrap<Args>): Known;
  /** What distinguishes its cluster from others. Default: it is of no cluster. */
  cluster?(known: Known): string;
  /** Trust by which one workload, and nothing else, assumes its role. */
  trust(
    subject: string,
    known: Known,
    workload: WorkloadName,
    given: pulumi.Unwrap<Subject>,
  ): Trust;
  /** What a pod, or a process in another place, authenticates with. Default: the service itself provides it. */
  proof?(role: ProvenRole): Partial<Proof>;
  /** Annotations of a workload's ServiceAccount. Default: none. */
  annotations?(roleArn: pulumi.Input<string>): Record<string, pulumi.Input<string>>;
  /** Addresses and port of the agent that gives pods their credentials. Default: there is none. */
  readonly agent?: { readonly cidrs: readonly string[]; readonly port: number };
  /** Audience and longest lifetime in seconds of the token that the service puts into pods. Default: there is none. */
  readonly podToken?: { readonly audience: string; readonly seconds: number };
  /** Whether the service tags the sessions of roles. Default: `false`. */
  readonly tagsSessions?: true;
  /** Registers who may prove to be a workload. Default: the federation needs no such registration. */
  register?(registration: Registration<Known, Subject>): Registered | undefined;
  /** Makes what the tenant needs for it, and returns the arguments that name it. Default: the tenant needs nothing. */
  readonly provide?: {
    isNeeded(given: Args): boolean;
    make(providing: Providing, given: Args): Args;
  };
  /** Statements that the policy of a workload's role needs. Default: none. */
  statements?(
    subject: string,
    known: Known,
    workload: Pick<WorkloadName, "tenant" | "name">,
    given: pulumi.Unwrap<Subject>,
  ): readonly object[];
  /** What of a workload a gateway of AgentCore fronts. Default: nothing. */
  readonly fronted?: {
    readonly is: "function" | "runtime";
    /** Pattern of its ARNs. */
    arn(
      subject: string,
      known: Known,
      workload: Pick<WorkloadName, "tenant" | "name">,
      given: pulumi.Unwrap<Subject>,
    ): string;
  };
}

/** Trust in the tokens of one subject. */
export function byToken(trust: TokenTrust, kind: ProofToken["kind"] = "oidc"): Trust {
  const { issuer, subject } = trust;
  return {
    statement: tokenTrust(trust),
    proof: `${subject} of ${issuer}`,
    token: { kind, issuer: `https://${issuer}`, subject },
  };
}

/** What authenticates outside Kubernetes; the runner provides its token. */
export function byVariables(role: ProvenRole): Partial<Proof> {
  return { env: roleVariables(role) };
}
