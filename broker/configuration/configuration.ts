import type { X509Certificate } from "node:crypto";
import type { Grant, Sensitivity } from "../../core/grants/grant";
import type { ApiServer } from "../credentials/kubernetes-api";
import type { SessionRule } from "../credentials/session-policy";

/** What a broker runs with; made from its file, where nothing is left to check. */
export interface Configuration {
  readonly tenant: string;
  /** URL of the broker as tokens name it, without a final slash. */
  readonly issuer: string;
  readonly listen: Address;
  /** Where health and metrics are answered. Default: `listen`. */
  readonly operations?: Address;
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** Where workloads with X.509-SVIDs connect by mutual TLS. @param url how they reach it, without a final slash */
  readonly mtls?: { readonly listen: Address; readonly url: string };
  readonly state:
    | { readonly kind: "sqlite"; readonly file: string }
    | { readonly kind: "postgres"; readonly url: string };
  /** Bytes that the store may take. Default: what its file system has; of PostgreSQL not known. */
  readonly stateBytes?: number;
  /** Longest life of a task, in seconds. */
  readonly taskSeconds: number;
  /** Most workloads of a chain. */
  readonly depth: number;
  /** How long a request waits for approval, in seconds. */
  readonly approvalSeconds: number;
  /** Requests of one workload in a minute. */
  readonly perMinute: number;
  /** Days for which no line of the trail is pruned. */
  readonly trailDays: number;
  /** Seconds that it still answers after SIGTERM, while callers move to other replicas. */
  readonly drainSeconds: number;
  readonly issuers: readonly Issuer[];
  /** Orchestrators, agents and tools. */
  readonly workloads: readonly Workload[];
  readonly users?: Users;
  readonly approvers?: Required;
  readonly operators?: Required;
  /** Client id of the page of approvals at the users' issuer. */
  readonly loginClient?: string;
  /** Where accounts of calls are made. */
  readonly kubernetes?: { readonly api: ApiServer; readonly tasksNamespace: string };
  readonly grants: readonly Grant[];
}

/** A host and a port. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Who signs tokens, pinned by its keys. */
export interface Issuer {
  readonly name: string;
  readonly kind: "kubernetes" | "spiffe" | "oidc";
  /** The `iss` of its tokens; of `spiffe`, the trust domain of its subjects. */
  readonly id: string;
  readonly keys:
    /** @param file where they are from, and are read again */
    | { readonly kind: "set"; readonly set: JwkSet; readonly file?: string }
    | { readonly kind: "url"; readonly url: string };
  readonly algorithms: readonly string[];
}

/** A JWK set (RFC 7517) as JSON has it. */
export interface JwkSet {
  readonly keys: readonly Readonly<Record<string, unknown>>[];
  /** Of a SPIFFE bundle, the authorities that sign X.509-SVIDs. */
  readonly authorities?: readonly X509Certificate[];
}

/** An orchestrator, an agent or a tool. */
export interface Workload {
  readonly name: string;
  readonly subjects: readonly Subject[];
  /** Client ids whose users' tokens it may present. */
  readonly clients: readonly string[];
  /** What makes it a tool. */
  readonly tool?: Tool;
}

/** The credentials for calls of a tool. */
interface Tool {
  /** Audience of its call tokens. */
  readonly resource: string;
  /** Intents that calls of its MCP tools need, by their names; absent where proxies do not decide by headers of MCP. */
  readonly calls?: Readonly<Record<string, string>>;
  /** The header in which a proxy states the caller's certificate; without it, no token that is bound to one passes a proxy. */
  readonly certificateHeader?: string;
  /** Its IAM role. */
  readonly roleArn?: string;
  /** What sessions of that role may do; there are none for an intent without a rule. */
  readonly sessions?: readonly SessionRule[];
  /** What a call has whose request has no `authorization_details`; without it, each request needs them. */
  readonly defaults?: ToolDefaults;
  /** Its Roles of Kubernetes, at most one for an intent; there is no account for an intent without one. */
  readonly roles?: {
    readonly namespace: string;
    readonly of: readonly { readonly intents: readonly string[]; readonly role: string }[];
  };
}

/** What a call has that its request does not state. */
interface ToolDefaults {
  /** Absent where the request has to name one in `scope`. */
  readonly intent?: string;
  readonly sensitivity: Sensitivity;
}

/** A subject of one issuer's tokens. */
export interface Subject {
  /** Name of the issuer. */
  readonly issuer: string;
  readonly subject: string;
}

/** Who users are. */
interface Users {
  /** Name of the issuer. */
  readonly issuer: string;
  readonly audiences: readonly string[];
  /** The claim that names a user. */
  readonly name: string;
  readonly require: Required;
}

/** Claims, each of which equals the text or is a list that has it. */
type Required = Readonly<Record<string, string>>;

/** Algorithms of an issuer that states none: those whose tokens public keys alone verify. */
export const usualAlgorithms = ["ES256", "RS256", "PS256", "EdDSA"] as const;
