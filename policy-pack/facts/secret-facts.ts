import type { Severity } from "../../core/severity";
import type { Urn } from "../../core/snapshot/value";
import type { Name } from "./name";
import type {
  Called,
  Ref,
  Flag,
  UseChannel,
  PassedOn,
  McpAuthentication,
  McpSource,
  Selector,
  Text,
} from "./fact-values";

/** How a workload uses a secret, or may use it. */
interface Use {
  readonly workload: Name;
  readonly secret: Ref;
  readonly key?: string;
  /** Where it is one unknown key: its dependencies. */
  readonly keyDependsOn?: readonly Urn[];
  readonly through: UseChannel;
  /** Whether nothing is known of it: a reference or a literal, one or many. */
  readonly whole?: true;
  /** The environment variable, or the setting, that has it. */
  readonly under?: string;
  /** For a whole Secret or ConfigMap in the environment: the prefix of each of its keys. */
  readonly prefix?: string;
  /** For a whole Secret or ConfigMap: the keys with the credential that its consumer, a server, checks. */
  readonly verifies?: readonly string[];
  /** Whether it is only a text that may be the secret's name: it is where the stack has one of that name. */
  readonly isName?: true;
  /** The server that it calls with it: where that uses it too, they are one consumer. */
  readonly onBehalfOf?: Ref;
  /** The parameter of a template that names the secret, which this is by default. */
  readonly byParameter?: string;
  /** The configuration that passes it, where the workload does not name it itself. */
  readonly by?: Name;
  /** Where its consumer only passes it to the users of a part of it: the parts that pass it, none where all do. */
  readonly shownBy?: readonly string[];
  /**
   * A use that is no integration credential, or the server that verifies it: no sharing. Or a `parameter` without a default, so
   * that only users of the template use a secret.
   */
  readonly exempt?:
    | "verifier"
    | "tls"
    | "pull secret"
    | "public key"
    | "no static secret"
    | "parameter";
  /** The dependencies of whether it receives it; absent where it does. */
  readonly dependsOn?: readonly Urn[];
  /** Why it is not known whether it receives it, where nothing is depended on. */
  readonly reason?: string;
}

/** Whose static credential it is. */
type StaticCredential =
  /** An IAM user's: an access key, a service-specific credential, a long-term API key. */
  | { readonly of: "user"; readonly what: string; readonly user?: Ref }
  /** A tool's: an API key that AgentCore stores and issues. */
  | { readonly of: "tool" }
  /** A ServiceAccount's: Kubernetes writes its token into a Secret of this type. */
  | {
      readonly of: "service account";
      readonly account?: Ref;
      /** The dependencies of the Secret's type, where it is unknown. */
      readonly dependsOn?: readonly Urn[];
    };

/** The key of a model provider in the configuration of a model. */
interface ModelKey {
  readonly of: "model provider";
  /** The owner of the key by its name in `policy-pack/domain/secrets/model-providers.json`; absent where it is unknown. */
  readonly provider?: string;
  /** The dependencies of the provider, or of whether its own host is called; absent where both are known. */
  readonly dependsOn?: readonly Urn[];
}

/** How a client of the Model Context Protocol authenticates to a server, in a workload, a ConfigMap or a Secret. */
interface McpCredential {
  readonly of: "MCP server";
  /** The key of the Secret or ConfigMap. */
  readonly key?: string;
  readonly server: string;
  readonly as: McpAuthentication;
  readonly from: McpSource;
}

/** The address of a service, in a setting of a workload or of a ConfigMap for its readers. */
interface Address {
  readonly of: "address";
  readonly setting: string;
  /** Whether it is another host than the usual one of the setting's service. */
  readonly elsewhere: Flag;
}

/** Everything that a search of a store finds. */
export interface Search {
  readonly kind: "search";
  readonly store: string;
  /** The search, as a secret of the store: two that are written alike find the same. */
  readonly search: Name;
  /** A pattern of the names that it finds, as far as one pattern describes the search; absent where it does not. */
  readonly names?: string;
  /** The start of the names. */
  readonly path?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Whether keys of the Secret have other names than what is found. */
  readonly isRenamed: boolean;
}

/** The Secret that a cluster-wide object names, in the namespace in which an operator looks for it. */
export interface OperatorSecret {
  readonly kind: "operator secret";
  readonly operator: Name;
  readonly cluster: string;
  readonly secret: string;
  /** The dependencies of its key, where that is one unknown key. */
  readonly keyDependsOn?: readonly Urn[];
  /** The usual namespace of the operator. */
  readonly usually: string;
}

/**
 * Secrets of one name in every namespace that a selector selects: they are copies of the container, or the container is made
 * `of` them.
 */
export interface Copies {
  readonly kind: "copies";
  readonly cluster: string;
  readonly name: string;
  readonly namespaces: Selector;
  /** Patterns of the names of the namespaces: one pattern of each list at least. */
  readonly called?: readonly Called[];
  readonly of?: true;
  /** Whether an existing Secret is left as it is. */
  readonly unlessThere?: true;
}

/** Facts on secrets: their kinds, their consumers, and their sources. */
export interface SecretFacts {
  /** A workload uses a secret, all of it or one key of it. */
  readonly uses: Use;
  /** A store of remote secrets has the secrets or parameters of an account, with its region where that is known. */
  readonly "store-scope": {
    readonly store: string;
    readonly of: "secret" | "parameter";
    readonly scope: string;
  };
  /** A field of an object names a Secret, an account or a role, and no reader has the meaning of the field. */
  readonly "not-read": { readonly thing: Name };
  /** A Secret or ConfigMap has keys; others, where their dependencies are listed. */
  readonly keys: {
    readonly container: Name;
    readonly keys: readonly string[];
    readonly dependsOn?: readonly Urn[];
  };
  /** An Ingress or a Gateway serves TLS with a Secret, or a ServiceAccount pulls images with it. */
  readonly serves: { readonly secret: Ref; readonly as: "tls" | "pull secret" };
  /**
   * A secret or a ConfigMap, or one key of it, has the content of another secret, or a generated value. A description in place
   * of a name is resolved once all resources are known.
   */
  readonly contains: {
    readonly container: Name;
    readonly key?: string;
    readonly content: Ref | Search | OperatorSecret | Copies;
    /** Whether the content flows unchanged; a derived value only may be the same. */
    readonly derived: boolean;
    /** The dependencies of an unknown, if the content only may be the same because of that. */
    readonly dependsOn?: readonly Urn[];
    readonly contentKey?: string;
    /** The vendor's format of a credential that the program has only as a secret value. */
    readonly format?: string;
  };
  /** A component names a secret for the workloads that load the components of its place: all, or those that it lists. */
  readonly offers: {
    readonly component: Name;
    readonly place: Name;
    readonly to?: readonly string[];
    /** The dependencies of an unknown list, or of unknown entries. */
    readonly toDependsOn?: readonly Urn[];
    readonly secret: Ref;
    readonly key?: string;
    readonly keyDependsOn?: readonly Urn[];
  };
  /** A workload loads the components of a place, by the name that it has there. */
  readonly loads: {
    readonly workload: Name;
    readonly place: Name;
    readonly as?: Text;
    /** The dependencies of whether it does. */
    readonly dependsOn?: readonly Urn[];
  };
  /**
   * A workload runs a part of a template, or all of it, and receives its secrets; for a cluster-wide template those of its own
   * namespace.
   */
  readonly "runs-template": {
    readonly workload: Name;
    readonly template: Ref;
    /** The starts of the names that an unknown template may have, and what runs one of these. */
    readonly among?: readonly Name[];
    /** Whether it runs all of an unknown template, so that it is one workload with whatever else runs that. */
    readonly isRun?: true;
    readonly part?: string;
    /** Whether it is a template itself: the parts of it that take that, none where all do. */
    readonly shownBy?: readonly string[];
    readonly inNamespace?: { readonly cluster: string; readonly namespace: string };
    /** The Secrets that it names by parameters; undefined where that is not decidable here. */
    readonly named?: Readonly<Record<string, Ref | PassedOn | undefined>>;
    /** The dependencies of whether it names more of them. */
    readonly moreNamed?: readonly Urn[];
    /** The dependencies of whether it is that template, or of which part of it. */
    readonly dependsOn?: readonly Urn[];
  };
  /** An operator of the stack looks in a namespace for the Secrets that cluster-wide objects name. */
  readonly "operator-namespace": { readonly operator: Name; readonly namespace: Text };
  /** A credential is a literal in what a workload receives. */
  readonly literal: {
    readonly holder: Name;
    /** The readable kind of credential: `Slack token`, `value of DB_PASSWORD`. */
    readonly credential: string;
    /** Its environment variable, or its name in a text. */
    readonly under?: string;
    /** The key with it, where its consumer is a Secret or ConfigMap. */
    readonly key?: string;
    readonly severity: Severity;
    /** The vendor's format that it has, by the name that the detector gives it. */
    readonly format?: string;
    /** Name by which equal literals meet: keyed with a key that dies with the process. */
    readonly value: Name;
    /** Whether the value is at a location for secrets, but in plain text in the program. */
    readonly place: "exposed" | "in its place";
    /** Whether the program marks it as secret. */
    readonly marked: boolean;
    /** The dependencies of an unknown value, which only may be a credential; absent for a known one. */
    readonly dependsOn?: readonly Urn[];
  };
  /** A configuration has a credential of a client, or the address of the service that it calls. */
  readonly "client-setting": { readonly config: Name } & (ModelKey | McpCredential | Address);
  /** A resource makes a credential that never expires. */
  readonly "static-credential": { readonly credential: Name } & StaticCredential;
  /** A value made by a resource flows into another resource's property. */
  readonly receives: { readonly receiver: Name; readonly from: Name };
  /** A rotation replaces a secret. */
  readonly rotates: {
    readonly secret: Ref;
    /** The longest time between two, in days; undefined if it is unknown or no plain number. */
    readonly days: number | undefined;
    readonly dependsOn: readonly Urn[];
    /** The function that rotates it. */
    readonly by?: Ref;
  };
}
