import type { NotKnown, Uncertainty } from "../../core/certainty";
import type { GrantCondition } from "../../core/grants/grant";
import type { Requirement } from "../../core/snapshot/selector-text";
import type { Urn } from "../../core/snapshot/value";
import type { TemplatePart } from "./spiffe-template";
import type { Name } from "./name";

/** The resource and property a fact was read from. */
export interface At {
  readonly urn: Urn;
  /** Path in the resource's inputs, such as `spec.template.spec.serviceAccountName`. */
  readonly property: string;
}

/** A name, or a key, for an unknown at a location: equal to no other, so it joins only with facts on the same location. */
export function likeNoOther({ urn, property }: At): string {
  return `${urn}#${property}`;
}

/** Names a thing, or marks it as unknown in a preview. */
export type Ref = { readonly kind: "named"; readonly name: Name } | NotKnown;

/** What a user's argument for a parameter of a template is: `usual` where the user omits it. */
export interface PassedOn {
  readonly kind: "parameter";
  readonly parameter: string;
  readonly usual?: Ref;
}

/** The declared kind of what acts; `undeclared` for a controller, function or task without a declaration. */
export type WorkloadKind = "orchestrator" | "agent" | "tool" | "utility" | "undeclared";

/** Text that may be unknown in a preview. */
export type Text = { readonly kind: "known"; readonly text: string } | NotKnown;

/** A length of time that may be unknown in a preview. */
export type Seconds = { readonly kind: "known"; readonly seconds: number } | NotKnown;

/** The setting of a pod or a ServiceAccount for mounting the API token; `unset` without one. */
export type Mounting =
  | { readonly kind: "yes" | "no" }
  /** `volumes`: the dependencies of volumes that may turn out to contain the token. */
  | { readonly kind: "unset"; readonly volumes?: readonly Urn[] }
  | NotKnown;

/** A boolean that may be unknown in a preview. */
export type Flag = { readonly kind: "known"; readonly value: boolean } | NotKnown;

/** Where a tenant's name was read; earlier ones win. */
export const tenantSources = ["configuration", "namespace", "component", "own"] as const;

/** Where a tenant's name was read. */
export type TenantSource = (typeof tenantSources)[number];

/** How a workload uses a secret. */
export type UseChannel =
  | "env"
  | "envFrom"
  | "args"
  | "volume"
  | "projected volume"
  | "csi volume"
  | "configuration"
  | "component"
  | "task secret"
  | "function environment"
  | "user data"
  | "legacy key"
  | "oauth2 client"
  | "gateway target"
  | "model"
  | "helm values"
  | "image pull";

/** A subject of an RBAC binding. */
export interface RbacSubject {
  /** `unknown` where not even the kind is known. */
  readonly kind: "ServiceAccount" | "User" | "Group" | "IAM role" | "unknown";
  /** Empty where it is not known. */
  readonly name: string;
  /** What the name waits for, or the whole subject, where it is not known. */
  readonly dependsOn?: readonly Urn[];
  readonly namespace?: string;
}

/**
 * What a workload declares: how it decides what to do next, how much harm it can do at all (`low`, or anything else), how much
 * harm its data can do, and its effects. The fact itself has its kind, which is here only where it is unknown.
 */
export type Declared = "autonomy" | "risk" | "sensitivity" | "effect" | "kind";

/** A condition of a grant that may be unknown in a preview. */
export type StatedCondition =
  | { readonly kind: "known"; readonly condition: GrantCondition }
  | NotKnown;

/** A grant as a component states it; unknown parts are marked. */
export interface StatedGrant {
  /** Tenant and name of the caller. */
  readonly tenant: Text;
  readonly caller: Text;
  /** Tenant and name of the tool. */
  readonly toolTenant: Text;
  readonly tool: Text;
  /** Purposes for which the tool may be called. */
  readonly intents: readonly Text[];
  /** The conditions on each call. */
  readonly conditions: readonly StatedCondition[];
  /** How much harm the tool's data can do; undefined where it is not declared. */
  readonly sensitivity: Text | undefined;
  /** What the tool can cause. */
  readonly effects: readonly Text[];
  /** Who agrees to each call; undefined where it is not declared. */
  readonly approval: Text | undefined;
  readonly maxSeconds: Seconds | undefined;
  /** Calls that one task gets at most. Default: any number. */
  readonly maxCalls?: Seconds;
  /** Whether it also allows calls whose request has intents alone. */
  readonly withoutDetails?: true;
}

/** Where an RBAC binding gives its role's rights: everywhere, or in the namespace it is in. */
export type RbacReach =
  | { readonly kind: "cluster" }
  | { readonly kind: "namespace"; readonly namespace: string }
  /** In the whole cluster only where that is possible. */
  | {
      readonly kind: "unknown";
      readonly dependsOn: readonly Urn[];
      readonly mayBeCluster?: true;
    };

/** A cluster of Amazon EKS by a scope of names; of one that is not known, what that waits for. */
export interface ClusterRef {
  readonly scope: string;
  readonly dependsOn?: readonly Urn[];
}

/** What an access entry itself gives: an access policy, a group of the API server, or unknown rights. */
export type AccessEntryRights = "access policy" | "group" | "anything";

/** More of a binding that an entry into a cluster makes, whose names may not be those of the cluster's objects. */
export interface AccessEntryBinding {
  readonly entry: Name;
  /** What it gives of itself, where no binding of the cluster gives it. */
  readonly gives?: AccessEntryRights;
  /** The namespace that it is for. */
  readonly within?: Name;
  /** The scopes that the names of the cluster's objects may have. */
  readonly scopes: readonly string[];
  /** The user or group by which a binding of the cluster names the identity. */
  readonly through?: Name;
  /** Why it is not certain that it is bound. */
  readonly uncertainty?: Uncertainty;
  /** Whether the binding represents all that give the same rights in some namespace. */
  readonly isAny?: true;
}

/** Labels by which a ClusterRole takes in the rules of others. */
export interface LabelSelector {
  readonly matchLabels: Readonly<Record<string, string>>;
  readonly matchExpressions: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values: readonly string[];
  }[];
}

/** A rule of an RBAC Role or ClusterRole. */
export interface RbacRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
  readonly nonResourceURLs: readonly string[];
  /** The dependencies of an unknown part, which is written as `*`; undefined where all is known. */
  readonly dependsOn?: readonly Urn[];
}

/** Labels of what Kubernetes selects; a value may not be known, or nothing at all. */
export type Labels =
  | { readonly kind: "known"; readonly labels: Readonly<Record<string, Text>> }
  | NotKnown;

/** A label selector, all of whose requirements must match; an empty one selects everything. */
export type Selector =
  | { readonly kind: "known"; readonly requirements: readonly Requirement[] }
  | NotKnown;

/** Regular expressions of Go, one of which all of a name has to fit. */
export type Called = { readonly kind: "known"; readonly patterns: readonly string[] } | NotKnown;

/** A template that may be unknown in a preview. */
export type Template =
  | {
      readonly kind: "known";
      readonly parts: readonly TemplatePart[];
      /** As it is written; undefined where it must not be shown. */
      readonly text: string | undefined;
    }
  | NotKnown;

/** Pods that a controller of SPIRE registers: a ClusterSPIFFEID. */
export interface PodRegistration {
  readonly kind: "pods";
  readonly template: Template;
  readonly namespaces: Selector;
  readonly pods: Selector;
  /** What SPIRE's agent has to find beside the pod itself, as `type:value`. */
  readonly found: readonly Template[];
  /** Whether only pods are registered that no other registration selects; undefined where that is not known. */
  readonly fallback: boolean | undefined;
}

/** What SPIRE's agents find by selectors: a ClusterStaticEntry. */
export interface StaticRegistration {
  readonly kind: "static";
  readonly id: Text;
  /** SPIFFE ID of the agents that look for it, or of the server, where it is an agent that is looked for. */
  readonly parent: Text | undefined;
  /** What has to be found, all of it. */
  readonly selectors: readonly Text[] | undefined;
  /** What the list of selectors waits for, where that is not known. */
  readonly dependsOn: readonly Urn[];
}

/** Which workloads get which SPIFFE ID from SPIRE. */
export type Registration = PodRegistration | StaticRegistration;

/** How an endpoint authenticates callers. */
export type Authentication =
  | {
      readonly kind: "callers";
      /** Whether IAM authenticates, so that their policies decide who may call. */
      readonly byIam?: true;
    }
  | { readonly kind: "anonymous" }
  /** By something that is not looked into: part of a message. */
  | { readonly kind: "unclear"; readonly by: string }
  | NotKnown;

/** How a server of the Model Context Protocol authenticates its callers. */
export type McpAuthentication = "bearer token" | "basic auth" | "credential";

/**
 * The location of such a credential: in the configuration itself, in a variable or a secret that it names, or unknown in a
 * preview.
 */
export type McpSource =
  | { readonly kind: "literal" }
  | { readonly kind: "variable"; readonly variable: string }
  | { readonly kind: "secret"; readonly secret: Name; readonly key: string | undefined }
  | NotKnown;

/** The destinations that a NetworkPolicy allows to pods. */
export type EgressLimit =
  /** It does not limit sending. */
  | { readonly kind: "none" }
  /** Nowhere, or only where it names. */
  | { readonly kind: "named" }
  /** Some rule allows sending anywhere. */
  | { readonly kind: "anywhere" }
  | NotKnown;

/** The options of the metadata service of machines, in the words of Amazon EC2; undefined without any. */
export interface MetadataOptions {
  /** `enabled` or `disabled`. */
  readonly httpEndpoint: Text | undefined;
  /** `required` or `optional`. */
  readonly httpTokens: Text | undefined;
  /** A number. */
  readonly httpPutResponseHopLimit: Text | undefined;
}

/** What keeps a waiver from lifting what it names. */
export interface WaiverFault {
  /** Whether it is certain or unknown. */
  readonly certain: boolean;
  /** Part of a message: lowercase, no final period. */
  readonly text: string;
  readonly dependsOn: readonly Urn[];
}

/** A reference to a thing by one of its names. */
export function named(name: Name): Ref {
  return { kind: "named", name };
}

/** A description of things in place of the name of one. */
interface Described {
  readonly kind: "pods" | "buckets" | "bucket events" | "search" | "operator secret" | "copies";
}

/** The name in a reference, or undefined where it is unknown in a preview or a description. */
export function nameIn(ref: Ref | Described | undefined): Name | undefined {
  return ref?.kind === "named" ? ref.name : undefined;
}

/** What is known of a resource's ARN. */
export interface KnownArn {
  readonly service: string;
  /** Empty where such ARNs have none, undefined where it is not known. */
  readonly region: string | undefined;
  /** Empty where such ARNs have none, undefined where it is not known. */
  readonly account: string | undefined;
  /** What follows the account, of the resource and of its parts; `*` and `?` for unknown parts. */
  readonly widest: readonly string[];
  /** The same with unlikely letters for unknown parts. */
  readonly sample: readonly string[];
  /** The paths above it by which actions list it with its value; absent for kinds that no path lists. */
  readonly above?: readonly string[];
  /** Whether the name does not exist yet, so no policy can contain its unknown part. */
  readonly isMade: boolean;
  /** What the name waits for, where it is not known. */
  readonly dependsOn?: readonly Urn[];
}
