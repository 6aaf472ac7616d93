import type { Urn } from "../snapshot/value";
import type { Name } from "./name";
import type {
  Ref,
  Text,
  Seconds,
  Mounting,
  Flag,
  RbacSubject,
  RbacReach,
  ClusterRef,
  AccessEntryBinding,
  AccessEntryRights,
  LabelSelector,
  RbacRule,
  Labels,
  Selector,
  Registration,
  EgressLimit,
  MetadataOptions,
} from "./fact-values";

/** What facts say of Kubernetes: namespaces, rights, tokens, pods and the machines that run them. */
export interface ClusterFacts {
  /** A thing is in a namespace. */
  readonly inside: { readonly thing: Name; readonly namespace: Ref };
  /** A thing that is selected by its labels has these. */
  readonly labelled: { readonly thing: Name; readonly labels: Labels };
  /** An RBAC binding. */
  readonly binds: {
    readonly binding: Name;
    readonly role: Name;
    /** The role's own name, for the built-in ones. */
    readonly roleName: string;
    /** What the role waits for where it is not known which it is. */
    readonly roleDependsOn?: readonly Urn[];
    readonly where: RbacReach;
    readonly subject: RbacSubject;
    readonly subjectName: Name;
    /** Whether the tenant's component, which made the binding, names the subject as one that deploys its workloads. */
    readonly deploys?: true;
    /** Of what an entry into a cluster makes: more of where and whom. */
    readonly accessEntry?: AccessEntryBinding;
  };
  /** Amazon EKS gives an identity of AWS the rights of one of its access policies in a cluster. */
  readonly "access-policy": {
    readonly entry: Name;
    readonly cluster: ClusterRef;
    readonly identity: Ref;
    /** What the policy allows is said of it as of a role. */
    readonly role: Name;
    readonly roleName: string;
    readonly roleDependsOn?: readonly Urn[];
    readonly gives: AccessEntryRights;
    /** The namespaces may be named by patterns. */
    readonly where: RbacReach;
  };
  /** An identity of AWS is a user, or in a group, to the API server of a cluster of Amazon EKS. */
  readonly "access-entry": {
    readonly entry: Name;
    readonly cluster: ClusterRef;
    readonly identity: Ref;
    readonly as: "User" | "Group";
    readonly called: Text;
  };
  /** Objects of Kubernetes with this scope in their names are on the API server of a cluster of Amazon EKS. */
  readonly "serves-cluster": {
    readonly scope: string;
    readonly clusters: readonly string[];
    /** Whether the cluster takes whom its ConfigMap `aws-auth` lists, and not access entries alone. */
    readonly readsAwsAuth: Flag;
    /** Of a cluster that is called by a name which is not known: what that waits for. */
    readonly nameDependsOn?: readonly Urn[];
  };
  /** A controller applies what others write, as an account that they name or, where they name none, with rights of its own. */
  readonly applies: {
    readonly controller: Name;
    readonly cluster: string;
    /** The API group of what says what to apply. */
    readonly group: string;
    /** Whether it has no account to take where none is named. */
    readonly ownRights: Flag;
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
  /** A workload, or whatever runs as a ServiceAccount, is given a token, or a certificate, that Kubernetes has issued for it. */
  readonly token: {
    readonly holder: Name;
    /** The place it is declared at. */
    readonly token: Name;
    readonly longest: Seconds;
    /** Whether it is a certificate, whose signer may let it end sooner. */
    readonly isCertificate?: true;
    /** Whether it is made for a named audience; `none` is made for the API server. */
    readonly audience: "named" | "none" | "unknown";
    readonly dependsOn: readonly Urn[];
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
    /**
     * Name of the IDs of a template that tells some workloads apart, but not all, so that another registration may give them
     * too; with what the selectors hold fast filled in.
     */
    readonly alike: Name | undefined;
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
  /** A quota lets no pod be made in a namespace. */
  readonly "no-pods": { readonly namespace: Ref };
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
  readonly "metadata-options": { readonly machines: Name; readonly options: MetadataOptions };
}
