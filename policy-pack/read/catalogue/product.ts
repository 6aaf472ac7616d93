import type { UseChannel } from "../../facts/fact-values";

/**
 * A place in an object, as steps with dots between them. All of the catalogue uses this one notation.
 *
 * | step | stands for |
 * | --- | --- |
 * | `name` | a property |
 * | `name[]` | each item of the list `name` |
 * | `*` | each item of a list, or each property of a map |
 * | `*Ref` | each property whose name ends so (or begins: `ca*`) |
 * | `**` | what is here, and each object within it at any depth |
 * | `{a,b.c}` | either; may be a part of a step, and may be empty |
 *
 * Examples: `spec.{declarative,byo}.deployment`, `spec.tools[].mcpServer`, `spec.**.*SecretRef`.
 */
type Path = string;

/** One or several paths. */
export type Paths = Path | readonly Path[];

/** A product whose custom resources are read, by its API group. */
export interface Product {
  readonly group: string;
  readonly kinds: Readonly<Record<string, Kind>>;
  readonly operator?: Operator;
}

/** An operator of the cluster that uses secrets itself. */
export interface Operator {
  readonly label: string;
  /** Names of its images, without registry and tag. */
  readonly images: readonly string[];
  /** The namespace in which it usually is. */
  readonly namespace: string;
  /** The variable that names another namespace for the Secrets of objects that are in no namespace. */
  readonly secretNamespace: string;
}

/** What is known of a kind of custom resource: only what is listed here is read, except pods, which are found by their shape. */
export interface Kind {
  /**
   * What objects of the kind are: workloads; templates, which workloads run; configurations, which only contain
   * secrets. Without it, an object is a workload if it has pods, variables or Secrets.
   */
  readonly is?: "workload" | "template" | "configuration";
  /** Whether objects are in no namespace. */
  readonly isClusterWide?: true;
  /** Names of the ServiceAccounts of its pods. */
  readonly runsAs?: Paths;
  /** Specs of pods, whose account is `default` where none is named. */
  readonly pods?: Paths;
  /** Containers that are outside of a pod's spec, with volumes of their own. */
  readonly containers?: Paths;
  /** The proxy that uses the secrets of all objects in a namespace that name it: they are one workload. */
  readonly proxy?: string;
  /** What it runs: all runs of one object are one workload. `kind` is the kind where the reference names none. */
  readonly runOf?: { readonly at: Path; readonly kind: string };
  /** Parts in which pods are configured: an unknown one may hold any secret. Those on the way to other paths need no mention. */
  readonly receives?: Paths;
  /** Secrets. */
  readonly secrets?: readonly (Path | SecretReference)[];
  /** Other objects of the product. */
  readonly uses?: readonly ObjectReference[];
  /** The object of the product that contains all of this one's secrets in its place. */
  readonly partOf?: ObjectReference;
  /** Secrets that the operator makes of the object. */
  readonly makes?: readonly MadeSecret[];
  /** Texts that may be credentials. */
  readonly literals?: readonly (Path | NamedText | KnownText)[];
  /** Settings, each text of which may be a credential. */
  readonly settings?: Path;
  /** Servers of tools that are called. */
  readonly calls?: readonly ToolCall[];
  /** The key of a model provider. */
  readonly modelKey?: ModelKey;
  /** Whether the product's operator itself uses the objects, for the workload that is named here or else for this one. */
  readonly usedByOperatorFor?: Path;
}

/** A reference to a Secret. Where a text is at its path, this is the name. */
export interface SecretReference {
  readonly at: Path;
  /** The property that has name and key, where the name of the variable is beside that. */
  readonly within?: string;
  /** The properties with the Secret's name, or `namespace/name`, of which the first counts. Default `name`. */
  readonly name?: string | readonly string[];
  /** The property with the key; one that begins with `spec.` starts at the object. Default `key`. */
  readonly key?: string;
  /** The key that counts where the reference names none. Default: all keys. */
  readonly usualKey?: string;
  /** The property with the name of the variable or header that has the value; `*` for the last property of the path. */
  readonly under?: string;
  /** Texts that other properties of the reference must have. */
  readonly where?: Readonly<Record<string, string>>;
  /** How the workload receives it. Default `env`. */
  readonly through?: UseChannel;
  /** Whether it is no credential of a client: the workload itself verifies it, or it is for TLS. */
  readonly exempt?: "verifier" | "tls";
}

/** A Secret that an operator makes of an object. */
export interface MadeSecret {
  /** Its name, and its namespace where that may be another. Default: those of the object. */
  readonly secret?: Path;
  readonly namespace?: Path;
  /** What identifies the remote secret that it is a copy of. The first has to be there, and may be several. */
  readonly remote?: readonly Path[];
  /** The property beside the first of these with the key that has the copy. */
  readonly key?: string;
  /** What names the login, where two logins may lead to two servers. */
  readonly login?: Path;
  /** Whether it is a key pair for TLS, and no credential of a client. */
  readonly isCertificate?: true;
  /** The static credential that the object is, where it is one. */
  readonly staticKey?: string;
}

/** A reference to another object of the same group. */
export interface ObjectReference {
  readonly at: Path;
  /** Its kind; of several, the property `kind` states which, and the first counts where it states none. */
  readonly kinds: string | readonly string[];
  /** The property with the name. Default: the text itself, or `name`. */
  readonly name?: string;
}

/** Texts beside their names. */
interface NamedText {
  /** What has name and text. */
  readonly at: Path;
  /** The property with the name. */
  readonly under: string;
  /** The property with the text. */
  readonly text: Path;
}

/** Texts that are credentials by their place, under a name that does not state it. */
interface KnownText {
  readonly at: Path;
  /** The name by which they are judged. */
  readonly as: string;
}

/** How a server of tools is called. Each path but `at` starts there. */
export interface ToolCall {
  readonly at: Path;
  readonly url?: string;
  /** A map of headers. */
  readonly headers?: Path;
  /** Credentials of Secrets, or texts, in headers by name; `as` where the name does not state what the credential is. */
  readonly headersFrom: {
    readonly at: Path;
    readonly name?: string;
    readonly text?: string;
    readonly secret: string;
    readonly as?: "bearer token" | "credential";
  };
}

/** The key of a model provider. */
export interface ModelKey {
  /** Where the key is. */
  readonly at: Path;
  /** The text that names the provider, and the one that counts where there is none. */
  readonly provider: Path;
  readonly usual?: string;
  /** Each provider by that text: its name in policy-pack/domain/secrets/model-providers.json, and where the URL is that is called. */
  readonly providers: Readonly<Record<string, { readonly name: string; readonly endpoint: Path }>>;
}

/** A product by its group, with its kinds. */
export function product(
  group: string,
  kinds: Readonly<Record<string, Kind>>,
  operator?: Operator,
): Product {
  return { group, kinds, ...(operator !== undefined && { operator }) };
}
