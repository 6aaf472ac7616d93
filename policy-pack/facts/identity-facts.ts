import type { ParsedDocument } from "../../core/policy/statement";
import type { Urn } from "../../core/snapshot/value";
import type { Name } from "./name";
import type {
  Ref,
  WorkloadKind,
  Text,
  Seconds,
  Mounting,
  Flag,
  TenantSource,
  Declared,
  StatedGrant,
  WaiverFault,
} from "./fact-values";

/** Facts on workloads, their tenants, what they run as and its rights. */
export interface IdentityFacts {
  /** A workload acts. `is` has its declared kind. */
  readonly workload: {
    readonly workload: Name;
    readonly is: WorkloadKind;
    /** The readable kind: `Deployment`, `Lambda function`, `Agent`. */
    readonly what: string;
    /** How people name it: `acme/triage`. */
    readonly label: string;
    /** Whether a component of ours only declares it, and another resource runs it. */
    readonly declarationOnly: boolean;
    /** Its name within its tenant, where one of our components declares it. */
    readonly name?: string;
    /** Whether it fetches secrets to pass them to the listed consumers. */
    readonly deliversSecrets?: true;
  };
  /** A workload declares how it acts or what harm it can do; several effects are as many facts. */
  readonly declares: { readonly workload: Name; readonly about: Declared; readonly value: Text };
  /** A workload is granted a tool, as one of our components declares it. */
  readonly grants: {
    readonly caller: Name;
    readonly grant: StatedGrant;
    /** What decides its calls in place of a broker: a gateway, or nothing where the workload calls the tool directly. */
    readonly decidedBy?: "gateway" | "none" | Extract<Text, { readonly kind: "unknown" }>;
  };
  /** A component of ours declares a tenant's settings. */
  readonly tenant: {
    readonly tenant: Text;
    /** The maximum length of its identities' sessions. */
    readonly maxSession?: Seconds;
    /** The role of the broker that calls its tools and decides each call. */
    readonly brokerRole?: Ref;
    /** A workload whose grants a policy store of the tenant has, for a program that requests its decisions. */
    readonly stored?: { readonly caller: Text };
  };
  /** A component of ours makes a tenant's task broker, or runs it with the grants of a workload on these tools. */
  readonly "task-broker": {
    readonly tenant: Text;
    readonly made?: { readonly broker: Name; readonly role: Name };
    readonly deployed?: { readonly caller: Text; readonly tools: readonly Text[] };
  };
  /** The configuration of a task broker makes credentials beyond its grants; with `dependsOn`, it is not known. */
  readonly "broker-excess": {
    readonly broker: Name;
    /** What it is, unless that is marked as secret. */
    readonly excess?: string;
    readonly dependsOn?: readonly Urn[];
  };
  /** A thing has another name. */
  readonly alias: { readonly thing: Name; readonly also: Name };
  /** A workload authenticates as an identity. `isDefault`: a namespace's `default` ServiceAccount. */
  readonly "runs-as": {
    readonly workload: Name;
    readonly identity: Ref;
    readonly how: string;
    readonly isDefault: boolean;
    /** A pod's setting for mounting its account's API token. */
    readonly mounts?: Mounting;
    /** A certificate with the name of the account that its pods carry, whatever they mount: an SVID, or one of another kind. */
    readonly carries?: "svid" | "certificate";
  };
  /**
   * A service starts a workload with a role of its own, to pull its image and write its logs; the workload does not have it.
   */
  readonly starts: { readonly workload: Name; readonly identity: Ref };
  /** The identity of a declared workload; what runs as it is that workload. */
  readonly owns: { readonly workload: Name; readonly identity: Name };
  /** An identity becomes another without further permission: a ServiceAccount its annotated role, an instance its profile's. */
  readonly assumes: {
    readonly identity: Name;
    readonly role: Ref;
    readonly by: "irsa" | "pod-identity" | "instance-profile";
    /** By Pod Identity: whether the session carries no tags. Default no. */
    readonly withoutTags?: Flag;
  };
  /** The trust policy of an identity. */
  readonly trusts: {
    readonly identity: Name;
    readonly trust: ParsedDocument;
    /** A role's path, with its slashes, for patterns of ARNs to be matched with. */
    readonly path?: Text;
  };
  /** An IAM identity policy allows actions to an identity, or a managed policy allows them to those it is attached to. */
  readonly allows: { readonly identity: Name; readonly policy: ParsedDocument };
  /** A managed policy is attached to an identity: as permissions, or as the boundary of all its permissions. */
  readonly attaches: {
    readonly policy: Ref;
    readonly identity: Ref;
    readonly as: "permissions" | "boundary";
  };
  /** A thing belongs to a tenant. */
  readonly "belongs-to": {
    readonly thing: Name;
    readonly tenant: Text;
    readonly by: TenantSource;
  };
  /** An OIDC provider's issuer, host and path without scheme. */
  readonly issuer: { readonly provider: Name; readonly issuer: Text };
  /** The maximum length of a role's sessions, if it is set, or of the sessions that a profile of IAM Roles Anywhere starts. */
  readonly "max-session": {
    readonly of: Name;
    readonly longest: Seconds;
    /** The roles of a profile's sessions. */
    readonly roles?: readonly Ref[];
  };
  /** An entry of the waivers file, with its effect. */
  readonly waiver: {
    readonly waiver: Name;
    /** The findings it names. */
    readonly about: readonly Name[];
    /** What keeps it from lifting what it names. */
    readonly faults: readonly WaiverFault[];
    /** Its last day, and how many days away that is. */
    readonly expires: string;
    readonly daysLeft: number;
    readonly owner: string;
  };
  /** A reader or a resource could not be understood; judged as a finding that blocks. */
  readonly unreadable: { readonly thing: Name; readonly reader: string; readonly problem: string };
}
