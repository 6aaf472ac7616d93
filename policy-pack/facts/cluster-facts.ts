import type { NotKnown } from "../../core/certainty";
import type { Urn } from "../../core/snapshot/value";
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

/** The subject that bindings of the cluster name. */
interface NamedSubject {
  readonly as: "User" | "Group";
  readonly called: Text;
}

/** The rights of an access policy, or of a group of the API server, without a binding of the cluster. */
interface DirectRights {
  readonly as: "policy";
  /** The `rbac-role` of this name has its rules. */
  readonly role: Name;
  readonly roleName: string;
  readonly roleDependsOn?: readonly Urn[];
  readonly gives: AccessEntryRights;
  /** Patterns may name the namespaces. */
  readonly where: RbacReach;
}

/** Facts on Kubernetes: namespaces, rights, tokens, pods and the machines that run them. */
export interface ClusterFacts {
  /** A thing is in a namespace. */
  readonly inside: { readonly thing: Name; readonly namespace: Ref };
  /** A namespace has these labels, or a quota that allows no pod in it. */
  readonly namespace: {
    readonly namespace: Ref;
    readonly labels?: Labels;
    readonly allowsNoPods?: true;
  };
  /** An RBAC binding. */
  readonly binds: {
    readonly binding: Name;
    readonly role: Name;
    /** The role's own name, for the built-in ones. */
    readonly roleName: string;
    /** The dependencies of an unknown role. */
    readonly roleDependsOn?: readonly Urn[];
    readonly where: RbacReach;
    readonly subject: RbacSubject;
    readonly subjectName: Name;
    /** Whether the tenant's component, which made the binding, names the subject as one that deploys its workloads. */
    readonly deploys?: true;
    /** More on location and subject, if an access entry makes it. */
    readonly accessEntry?: AccessEntryBinding;
  };
  /** An access entry of a cluster of Amazon EKS makes an identity of AWS a user or a group, or gives it rights directly. */
  readonly "access-entry": {
    readonly entry: Name;
    readonly cluster: ClusterRef;
    readonly identity: Ref;
  } & (NamedSubject | DirectRights);
  /** Objects of Kubernetes with this scope in their names are on the API server of a cluster of Amazon EKS. */
  readonly "serves-cluster": {
    readonly scope: string;
    readonly clusters: readonly string[];
    /** Whether the cluster maps the identities of its ConfigMap `aws-auth`, and not only access entries. */
    readonly readsAwsAuth: Flag;
    /** The dependencies of an unknown name of the cluster. */
    readonly nameDependsOn?: readonly Urn[];
  };
  /** A controller applies what others write: as the account that they name, else with its own rights. */
  readonly applies: {
    readonly controller: Name;
    readonly cluster: string;
    /** The API group of the objects that configure what to apply. */
    readonly group: string;
    /** Whether it uses its own rights, if they name no account. */
    readonly ownRights: Flag;
  };
  /** A definition of custom resources puts these into namespaces, or makes them cluster-wide. */
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
  /**
   * Kubernetes issues a token or a certificate to a workload, or to any pod of a ServiceAccount; or SPIRE issues the SVIDs of a
   * registration, or all without a lifetime of their own.
   */
  readonly token: {
    readonly holder: Name;
    /** The location of its declaration. */
    readonly token: Name;
    /** The signer of a certificate may shorten its lifetime. */
    readonly is: "token" | "certificate" | "X.509-SVID" | "JWT-SVID";
    readonly longest: Seconds;
    /** A token without an audience is for the API server. Default: it has one, or needs none. */
    readonly audience?: { readonly kind: "none" } | NotKnown;
  };
  /** SPIRE issues a SPIFFE ID to pods, or to what its agents find. */
  readonly registers: {
    readonly registration: Name;
    /** The cluster and class of the controller manager. */
    readonly cluster: string;
    readonly className: Text;
    /** Names of the SPIFFE ID, where all get the same: within its controller, and the whole one, where that is known. */
    readonly within: Name | undefined;
    readonly whole: Name | undefined;
    /**
     * Name of the IDs of a template that distinguishes some workloads, but not all, so another registration may issue them too;
     * with the fields that the selectors fix.
     */
    readonly alike: Name | undefined;
    readonly entry: Registration;
  };
  /** A ServiceAccount's setting for mounting its API token, for pods without one. */
  readonly automounts: { readonly account: Name; readonly mounts: Mounting };
  /** A workload makes pods. */
  readonly "makes-pods": {
    readonly workload: Name;
    readonly namespace: Ref;
    readonly labels: Labels;
    /** Whether they use their node's network, which NetworkPolicies leave alone; undefined where that is not known. */
    readonly hostNetwork: boolean | undefined;
  };
  /** A NetworkPolicy selects pods of its namespace, and limits where these may send to. */
  readonly "limits-traffic": {
    readonly policy: Name;
    readonly namespace: Ref;
    readonly pods: Selector;
    readonly egress: EgressLimit;
  };
  /** A resource launches machines: it configures how these provide their credentials, or has them run pods of Kubernetes. */
  readonly machines: {
    readonly machines: Name;
    /** What it configures for all that it launches. */
    readonly options?: MetadataOptions;
    /** The defaults of machines that run pods. Default: these run none. */
    readonly usual?: MetadataOptions;
    /** The resource that launches those that run pods, if it is another or this one by itself. */
    readonly template?: Ref;
    /** The role of those that run pods, where it is set. */
    readonly role?: Ref;
  };
}
