import type { KnownArn } from "../access/known-arn";
import type { ParsedDocument } from "../policy/statement";
import type { Severity } from "../severity";
import type { Urn } from "../snapshot/value";
import type { TemplatePart } from "../spiffe/part";
import type { Name } from "./name";

/** The resource and property a fact was read from. */
export interface At {
  readonly urn: Urn;
  /** Path in the resource's inputs, such as `spec.template.spec.serviceAccountName`. */
  readonly property: string;
}

/** Names a thing, or says that a preview cannot know which thing it is. */
export type Ref =
  | { readonly kind: "named"; readonly name: Name }
  | { readonly kind: "unknown"; readonly waitsFor: readonly Urn[] };

/** What acts, as declared; `undeclared` for a controller, function or task that nobody declared. */
export type WorkloadKind = "orchestrator" | "agent" | "tool" | "utility" | "undeclared";

/** Text that a preview may not know. */
export type Text =
  | { readonly kind: "known"; readonly text: string }
  | { readonly kind: "unknown"; readonly waitsFor: readonly Urn[] };

/** A length of time that a preview may not know. */
export type Seconds =
  | { readonly kind: "known"; readonly seconds: number }
  | { readonly kind: "unknown"; readonly waitsFor: readonly Urn[] };

/** What a pod or a ServiceAccount says of mounting the API token; `unset` where it says nothing. */
export type Mounting =
  | { readonly kind: "yes" | "no" | "unset" }
  | { readonly kind: "unknown"; readonly waitsFor: readonly Urn[] };

/** A yes or no that a preview may not know. */
export type Flag =
  | { readonly kind: "known"; readonly value: boolean }
  | { readonly kind: "unknown"; readonly waitsFor: readonly Urn[] };

/** Where a tenant's name was read; earlier ones win. */
export const tenantSources = ["configuration", "namespace", "component", "own"] as const;

/** Where a tenant's name was read. */
export type TenantSource = (typeof tenantSources)[number];

/** How a workload holds a secret. */
export type Holding =
  | "env"
  | "envFrom"
  | "args"
  | "volume"
  | "projected volume"
  | "csi volume"
  | "configuration"
  | "task secret"
  | "function environment"
  | "user data"
  | "legacy key"
  | "oauth2 client"
  | "gateway target"
  | "model"
  | "image pull";

/** A subject of an RBAC binding. */
export interface RbacSubject {
  readonly kind: "ServiceAccount" | "User" | "Group";
  /** Empty where it is not known. */
  readonly name: string;
  /** What the name of a user or group waits for, where it is not known. */
  readonly waitsFor?: readonly Urn[];
  readonly namespace?: string;
}

/**
 * What a workload says of itself: how it decides what to do next, how much harm it can do at all (`low`, or anything
 * else), how much its data can do, and what it can cause outside itself.
 */
export type Declared = "autonomy" | "risk" | "sensitivity" | "effect";

/** A grant as a component states it; what a preview may not know is told apart. */
export interface StatedGrant {
  /** Tenant and name of the caller. */
  readonly tenant: Text;
  readonly caller: Text;
  /** Tenant and name of the tool. */
  readonly toolTenant: Text;
  readonly tool: Text;
  /** Purposes for which the tool may be called. */
  readonly intents: readonly Text[];
  /** How much harm the tool's data can do; undefined where nothing is said of it. */
  readonly sensitivity: Text | undefined;
  /** What the tool can cause. */
  readonly effects: readonly Text[];
  /** Who agrees to each call; undefined where nothing is said of it. */
  readonly approval: Text | undefined;
  readonly maxSeconds: Seconds | undefined;
}

/** Where an RBAC binding gives its role's rights: everywhere, or in the namespace it is in. */
export type RbacReach =
  | { readonly kind: "cluster" }
  | { readonly kind: "namespace"; readonly namespace: string }
  | { readonly kind: "unknown"; readonly waitsFor: readonly Urn[] };

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
  /** What a part of it waits for that is not known, and stands here as `*`; undefined where all is known. */
  readonly waitsFor?: readonly Urn[];
}

/** Labels of what Kubernetes selects; a value may not be known, or nothing at all. */
export type Labels =
  | { readonly kind: "known"; readonly labels: Readonly<Record<string, Text>> }
  | { readonly kind: "unknown"; readonly waitsFor: readonly Urn[] };

/** A requirement of a label selector; an operator that Kubernetes does not know is kept as it is written. */
export interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** A label selector, all of whose requirements have to hold; none selects everything. */
export type Selector =
  | { readonly kind: "known"; readonly requirements: readonly Requirement[] }
  | { readonly kind: "unknown"; readonly waitsFor: readonly Urn[] };

/** A template that a preview may not know. */
export type Template =
  | {
      readonly kind: "known";
      readonly parts: readonly TemplatePart[];
      /** As it is written; undefined where it must not be shown. */
      readonly text: string | undefined;
    }
  | { readonly kind: "unknown"; readonly waitsFor: readonly Urn[] };

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
  readonly waitsFor: readonly Urn[];
}

/** To whom SPIRE gives which SPIFFE ID. */
export type Registration = PodRegistration | StaticRegistration;

/** How something that lets calls in asks who calls. */
export type Asking =
  | {
      readonly kind: "callers";
      /** Whether IAM asks, so that their policies say who may call. */
      readonly byIam?: true;
    }
  | { readonly kind: "nobody" }
  /** By something that is not looked into: part of a message. */
  | { readonly kind: "unclear"; readonly by: string }
  | { readonly kind: "unknown"; readonly waitsFor: readonly Urn[] };

/** How a server of the Model Context Protocol is told who calls it. */
export type McpAuthentication = "bearer token" | "basic auth" | "credential";

/** Where such a credential is: in the configuration itself, in a variable that it names, or a preview cannot know. */
export type McpSource =
  | { readonly kind: "literal" }
  | { readonly kind: "variable"; readonly variable: string }
  | { readonly kind: "unknown"; readonly waitsFor: readonly Urn[] };

/** Where a NetworkPolicy lets pods send to. */
export type EgressLimit =
  /** It says nothing of sending. */
  | { readonly kind: "none" }
  /** Nowhere, or only where it names. */
  | { readonly kind: "named" }
  /** Some rule lets them send anywhere. */
  | { readonly kind: "anywhere" }
  | { readonly kind: "unknown"; readonly waitsFor: readonly Urn[] };

/** What the metadata service of machines is told, in the words of Amazon EC2; undefined where nothing is said. */
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
  /** Whether it is so for certain, or cannot be told. */
  readonly certain: boolean;
  /** Part of a message: lowercase, no final period. */
  readonly text: string;
  readonly waitsFor: readonly Urn[];
}

/** What facts say, by kind; every property named in {@link indexes} can be asked for. */
export interface FactBodies {
  /** Something acts. `is` is what it was declared to be. */
  readonly workload: {
    readonly workload: Name;
    readonly is: WorkloadKind;
    /** What it is, as people say it: `Deployment`, `Lambda function`, `Agent`. */
    readonly what: string;
    /** How people name it: `acme/triage`. */
    readonly label: string;
    /** Whether this is only the declaration, which something else carries out (our components). */
    readonly declarationOnly: boolean;
    /** Its name within its tenant, where one of our components declares it. */
    readonly name?: string;
  };
  /** A workload says of itself how it acts or what harm it can do; several effects are as many facts. */
  readonly declares: { readonly workload: Name; readonly about: Declared; readonly value: Text };
  /** A workload is granted a tool, as one of our components declares it. */
  readonly grants: { readonly caller: Name; readonly grant: StatedGrant };
  /** A tenant's tools are called by a broker, which decides each call and runs as a role. */
  readonly brokers: { readonly tenant: Text; readonly role: Ref };
  /** A thing has another name. */
  readonly alias: { readonly thing: Name; readonly also: Name };
  /** A workload authenticates as an identity. `isDefault`: a namespace's `default` ServiceAccount. */
  readonly "runs-as": {
    readonly workload: Name;
    readonly identity: Ref;
    readonly how: string;
    readonly isDefault: boolean;
    /** What a pod says of mounting its account's API token. */
    readonly mounts?: Mounting;
  };
  /** A declared workload was given this identity; what runs as it is that workload. */
  readonly owns: { readonly workload: Name; readonly identity: Name };
  /** An identity obtains another without asking anyone: a ServiceAccount its annotated role, an instance its profile's. */
  readonly becomes: {
    readonly identity: Name;
    readonly role: Ref;
    readonly by: "irsa" | "pod-identity" | "instance-profile";
    /** By Pod Identity: whether the session carries no tags. Default no. */
    readonly withoutTags?: Flag;
  };
  /** Who may obtain an identity. */
  readonly admits: {
    readonly identity: Name;
    readonly trust: ParsedDocument;
    /** A role's path, with its slashes, for patterns of ARNs to be matched with. */
    readonly path?: Text;
  };
  /** What an identity may do, by an IAM identity policy; of a managed policy, what those may do it is attached to. */
  readonly allows: { readonly identity: Name; readonly policy: ParsedDocument };
  /** A managed policy is attached to an identity: as permissions, or as the boundary of all its permissions. */
  readonly attaches: {
    readonly policy: Ref;
    readonly identity: Ref;
    readonly as: "permissions" | "boundary";
  };
  /** A workload holds a secret, all of it or one key of it. */
  readonly holds: {
    readonly workload: Name;
    readonly secret: Ref;
    readonly key?: string;
    readonly through: Holding;
    /** The environment variable, or the setting, that has it. */
    readonly under?: string;
    /** Of a whole Secret or ConfigMap in the environment: what stands there before each of its keys. */
    readonly prefix?: string;
    /** Of a whole Secret or ConfigMap: the keys by which its holder, a server, is told the credential that it checks. */
    readonly verifies?: readonly string[];
    /** A use that is no integration credential, or the server that verifies it: no sharing. */
    readonly apart?: "verifier" | "tls" | "pull secret" | "public key" | "no static secret";
  };
  /** A Secret or ConfigMap has keys; others, where what they wait for is said. */
  readonly keys: {
    readonly container: Name;
    readonly keys: readonly string[];
    readonly waitsFor?: readonly Urn[];
  };
  /** What a Secret is for, by what uses it: to serve TLS, or to pull images. */
  readonly serves: { readonly secret: Ref; readonly as: "tls" | "pull secret" };
  /** A secret's or ConfigMap's content, all of it or one key, is another secret's or a generated value. */
  readonly contains: {
    readonly container: Name;
    readonly key?: string;
    readonly content: Ref;
    /** Whether the content flows unchanged; a derived value only may be the same. */
    readonly derived: boolean;
    readonly contentKey?: string;
  };
  /** A credential stands as a literal in what a workload is given. */
  readonly literal: {
    readonly holder: Name;
    /** What kind of credential, as people say it: `Slack token`, `value of DB_PASSWORD`. */
    readonly credential: string;
    /** The environment variable, or the name in a text, under which it stands. */
    readonly under?: string;
    /** The key that has it, where its holder is a Secret or ConfigMap. */
    readonly key?: string;
    readonly grade: Severity;
    /** Name by which equal literals meet: keyed with a key that dies with the process. */
    readonly value: Name;
    /** Whether the value stands where secrets belong, but the program holds it in clear. */
    readonly place: "exposed" | "in its place";
    /** Whether the program marks it as secret. */
    readonly marked: boolean;
    readonly unknown?: boolean;
    /** What it waits for where it is unknown. */
    readonly waitsFor?: readonly Urn[];
  };
  /** A value has the format of a vendor's credentials, as the detector calls it. */
  readonly formatted: { readonly value: Name; readonly format: string };
  /** A workload, or whatever reads a ConfigMap, is told by a setting where to call a service. */
  readonly calls: {
    readonly caller: Name;
    readonly setting: string;
    /** Whether that is another host than the one that the setting's service usually has. */
    readonly elsewhere: Flag;
  };
  /** A static credential is made: access key, service-specific credential, long-term API key. */
  readonly "static-key": {
    readonly key: Name;
    readonly what: string;
    readonly user?: Ref;
  };
  /** AgentCore hands out an API key that somebody keeps in it. */
  readonly "api-key-provider": { readonly provider: Name };
  /** A configuration tells a client of the Model Context Protocol how to call a server as somebody. */
  readonly "mcp-credential": {
    /** What has the configuration: a workload, a ConfigMap, a Secret. */
    readonly config: Name;
    /** The key that has it, where that is a Secret or ConfigMap. */
    readonly key?: string;
    readonly server: string;
    readonly as: McpAuthentication;
    readonly from: McpSource;
  };
  /** A value made by a resource flows into another resource's property. */
  readonly receives: { readonly receiver: Name; readonly from: Name };
  /** A thing is of a tenant. */
  readonly "belongs-to": {
    readonly thing: Name;
    readonly tenant: Text;
    readonly by: TenantSource;
  };
  /** A thing is in a namespace. */
  readonly inside: { readonly thing: Name; readonly namespace: Ref };
  /** A thing that is selected by its labels has these. */
  readonly labelled: { readonly thing: Name; readonly labels: Labels };
  /** An OIDC provider's issuer, host and path without scheme. */
  readonly issuer: { readonly provider: Name; readonly issuer: Text };
  /** An RBAC binding. */
  readonly binds: {
    readonly binding: Name;
    readonly role: Name;
    /** The role's own name, for the built-in ones. */
    readonly roleName: string;
    /** What the role waits for where it is not known which it is. */
    readonly roleWaitsFor?: readonly Urn[];
    readonly where: RbacReach;
    readonly subject: RbacSubject;
    readonly subjectName: Name;
    /** Whether the tenant's component, which made the binding, names the subject as one that deploys its workloads. */
    readonly deploys?: true;
  };
  /** A custom resource of Kubernetes is in namespaces, or it is not. */
  readonly "custom-resource": { readonly definition: Name; readonly isNamespaced: Flag };
  /** What an RBAC role allows. */
  readonly "rbac-role": {
    readonly role: Name;
    readonly rules: readonly RbacRule[];
    /** Of a ClusterRole: the labels by which others take in its rules. */
    readonly labels?: Readonly<Record<string, string>>;
    /** Of a ClusterRole: which others' rules it takes in, those that any of these selects. */
    readonly aggregates?: readonly LabelSelector[];
  };
  /** How long a session of an identity can last; said only where it is given. */
  readonly lasts: { readonly identity: Name; readonly longest: Seconds };
  /** A profile of IAM Roles Anywhere gives sessions of roles that last so long. */
  readonly "gives-sessions": {
    readonly profile: Name;
    readonly roles: readonly Ref[];
    readonly longest: Seconds;
  };
  /** How long a session of a tenant's identities may last, as the tenant declares it. */
  readonly "tenant-allows": { readonly tenant: Text; readonly longest: Seconds };
  /** A workload, or whatever runs as a ServiceAccount, is given a token that Kubernetes issues for it. */
  readonly token: {
    readonly holder: Name;
    /** The place it is declared at. */
    readonly token: Name;
    readonly longest: Seconds;
    /** Whether it is made for a named audience; `none` is made for the API server. */
    readonly audience: "named" | "none" | "unknown";
    readonly waitsFor: readonly Urn[];
  };
  /** SPIRE gives a SPIFFE ID to pods, or to what its agents find. */
  readonly registers: {
    readonly registration: Name;
    /** The cluster and class of the controller manager that does it. */
    readonly cluster: string;
    readonly className: Text;
    /** Names of the SPIFFE ID, where all get the same: within its controller, and the whole one, where that is known. */
    readonly within: Name | undefined;
    readonly whole: Name | undefined;
    readonly entry: Registration;
  };
  /** SVIDs that SPIRE gives last so long: those of a registration, or of all that say nothing of it. */
  readonly svid: {
    readonly giver: Name;
    /** The place it is declared at. */
    readonly svid: Name;
    readonly of: "X.509-SVID" | "JWT-SVID";
    readonly longest: Seconds;
  };
  /** A Secret is of the type into which Kubernetes writes a token of a ServiceAccount that never expires. */
  readonly "token-secret": {
    readonly secret: Name;
    /** The ServiceAccount whose token it is, where it is named. */
    readonly account?: Ref;
    /** What the Secret's type waits for, where it is not known whether it is that one. */
    readonly waitsFor?: readonly Urn[];
  };
  /** What a ServiceAccount says of mounting its API token, where a pod does not say it. */
  readonly automounts: { readonly account: Name; readonly mounts: Mounting };
  /** A workload makes pods. */
  readonly "makes-pods": {
    readonly workload: Name;
    readonly namespace: Ref;
    readonly labels: Labels;
    /** Whether they use their node's network, which NetworkPolicies leave alone; undefined where that is not known. */
    readonly hostNetwork: boolean | undefined;
  };
  /** A NetworkPolicy selects pods of its namespace, and says where these may send to. */
  readonly "limits-traffic": {
    readonly policy: Name;
    readonly namespace: Ref;
    readonly pods: Selector;
    readonly egress: EgressLimit;
  };
  /** Machines run pods of Kubernetes, whatever pods these are. */
  readonly "runs-pods": {
    /** What describes the machines: a group of them, or what they are launched by. */
    readonly nodes: Name;
    /** What they are launched by, where that is described apart. */
    readonly template: Ref | undefined;
    /** What holds where nothing is said. */
    readonly usual: MetadataOptions;
    /** The role they carry, where it is said. */
    readonly role: Ref | undefined;
  };
  /** What launches machines says how these give out their credentials. */
  readonly "gives-metadata": { readonly machines: Name; readonly options: MetadataOptions };
  /** Calls come in from outside. */
  readonly "lets-in": {
    readonly entry: Name;
    readonly way: "gateway" | "function URL" | "route" | "load balancer" | "ingress";
    readonly asks: Asking;
    /** The API that a route is of. */
    readonly of?: Ref;
    /** Whether it is the route by which a WebSocket connects. */
    readonly connects?: boolean;
  };
  /** An API says of all its routes who may call: when they connect, by a policy, or by the network it is in. */
  readonly "asks-for-all": {
    readonly api: Name;
    readonly by: "connection" | "policy" | "network";
  };
  /** Calls that come to a thing go on to another: a part of the way, or a workload. */
  readonly forwards: { readonly from: Name; readonly to: Ref };
  /** Something is a target of a gateway, which sends calls on to it. */
  readonly "target-of": { readonly target: Name; readonly gateway: Ref };
  /** A gateway has a policy engine that looks at each call: in `ENFORCE` it decides, in `LOG_ONLY` it only says what it would. */
  readonly polices: { readonly gateway: Name; readonly mode: Text };
  /** A resource policy lets a principal call something: an account, an ARN, `*`; the principal of a service is left out. */
  readonly permits: {
    readonly callee: Ref;
    readonly principal: Text;
    /** The organisation that callers have to be of. */
    readonly organisation?: Text;
  };
  /** A workload was given another to call, by the service that runs it. */
  readonly "has-action": { readonly caller: Ref; readonly callee: Ref };
  /** Calls that come to a Service of Kubernetes go on to pods. */
  readonly "sends-to-pods": {
    readonly from: Name;
    readonly namespace: Ref;
    readonly pods: Selector;
  };
  /** A resource of AWS, of a kind that policies name. */
  readonly resource: {
    readonly resource: Name;
    /** Which kind, as people say it: `bucket`. */
    readonly is: string;
    readonly arn: KnownArn;
    /** The account it is in, which not every ARN has; undefined where it is not known. */
    readonly account?: string;
    readonly tags: Labels;
    /** Actions for which it does not ask policies of IAM who calls; what that waits for, where it is not known. Default: none. */
    readonly asksOtherwise?: {
      readonly actions: readonly string[];
      readonly waitsFor?: readonly Urn[];
    };
  };
  /** A key of KMS has another name, such as `alias/acme`. */
  readonly "key-alias": { readonly key: Ref; readonly alias: Text };
  /** A resource policy says who may have a resource. */
  readonly guards: { readonly resource: Ref; readonly policy: ParsedDocument };
  /** A secret is replaced from time to time. */
  readonly rotates: {
    readonly secret: Ref;
    /** Longest time between two, in days; undefined where it is not known or no plain number. */
    readonly days: number | undefined;
    readonly waitsFor: readonly Urn[];
  };
  /** An entry of the waivers file, with what became of it. */
  readonly waiver: {
    readonly waiver: Name;
    /** The findings it names. */
    readonly about: readonly Name[];
    /** What keeps it from lifting what it names. */
    readonly faults: readonly WaiverFault[];
    /** The last day on which it holds, and how many days away that is. */
    readonly expires: string;
    readonly daysLeft: number;
    readonly owner: string;
  };
  /** A reader or a resource could not be understood; judged as a finding that blocks. */
  readonly unreadable: { readonly thing: Name; readonly reader: string; readonly problem: string };
}

/** A kind of fact. */
export type FactKind = keyof FactBodies;

/** A fact of a given kind, with where it was read. */
export type FactOf<K extends FactKind> = {
  [P in K]: { readonly kind: P; readonly at: At } & FactBodies[P];
}[K];

/** What a reader says of a resource. */
export type Fact = FactOf<FactKind>;

/** For each kind, the properties whose things a fact is filed under. */
export const indexes = {
  workload: ["workload"],
  declares: ["workload"],
  grants: ["caller"],
  brokers: [],
  alias: ["thing"],
  "runs-as": ["workload", "identity"],
  owns: ["workload", "identity"],
  becomes: ["identity", "role"],
  admits: ["identity"],
  allows: ["identity"],
  attaches: ["policy", "identity"],
  holds: ["workload", "secret"],
  keys: ["container"],
  serves: ["secret"],
  contains: ["container", "content"],
  literal: ["holder", "value"],
  formatted: ["value"],
  calls: ["caller"],
  "static-key": ["key", "user"],
  "api-key-provider": ["provider"],
  "mcp-credential": ["config"],
  receives: ["receiver", "from"],
  "belongs-to": ["thing"],
  inside: ["thing", "namespace"],
  labelled: ["thing"],
  issuer: ["provider"],
  binds: ["binding", "role", "subjectName"],
  "custom-resource": ["definition"],
  "rbac-role": ["role"],
  lasts: ["identity"],
  "gives-sessions": ["profile"],
  "tenant-allows": [],
  token: ["holder"],
  registers: ["registration", "within", "whole"],
  svid: ["giver"],
  "token-secret": ["secret"],
  automounts: ["account"],
  "makes-pods": ["workload"],
  "limits-traffic": ["namespace"],
  "runs-pods": ["nodes", "template"],
  "gives-metadata": ["machines"],
  "lets-in": ["entry"],
  "asks-for-all": ["api"],
  forwards: ["from"],
  "target-of": [],
  polices: ["gateway"],
  permits: ["callee"],
  "has-action": ["callee"],
  "sends-to-pods": ["from"],
  resource: ["resource"],
  "key-alias": ["key"],
  guards: ["resource"],
  rotates: ["secret"],
  waiver: ["waiver"],
  unreadable: ["thing"],
} as const satisfies { readonly [K in FactKind]: readonly (keyof FactBodies[K])[] };

/** A property by which facts of a kind can be asked for. */
export type IndexOf<K extends FactKind> = (typeof indexes)[K][number];

/** A reference to a thing by one of its names. */
export function named(name: Name): Ref {
  return { kind: "named", name };
}

/** The name in a reference, or undefined when a preview cannot know it. */
export function nameIn(ref: Ref | undefined): Name | undefined {
  return ref?.kind === "named" ? ref.name : undefined;
}
