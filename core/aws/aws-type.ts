/**
 * A path in the inputs of a resource, as steps with dots between them.
 *
 * | step | stands for |
 * | --- | --- |
 * | `name` | a property |
 * | `*` | each property of a map; only for secrets |
 * | `list[]` | each item of the list `list`; only for environments |
 * | `list[flag]` | each item of the list `list` whose property `flag` is true; only for secrets |
 */
type InputPath = string;

/**
 * What is known about a resource type of the AWS provider: one row of `core/aws`, by its type token.
 *
 * A row needs only what differs from the defaults. A type without a row is read only by a reader of its own, or not at all.
 *
 * Source: the input and output types of `@pulumi/aws` 7 and `@pulumi/aws-native` 1, and the Service Authorization Reference.
 */
export interface AwsType {
  /**
   * The type of AWS Cloud Control for the same thing. Its inputs of other names are in `policy-pack/domain/native/inputs.ts`.
   * Default: none is judged.
   */
  readonly native?: string;
  /** The kind and the words that pictures of identities have for it. Default: those of its names. */
  readonly shownAs?: readonly ["identity" | "secret", string];
  /** Whether a program cannot declare it without an input. Default: it can. */
  readonly needsInputs?: true;
  /** The values that AWS generates with it. Default: none is a credential. */
  readonly generates?: Generated;
  /** The inputs with secrets. Default: none; a credential elsewhere is one in plain text. */
  readonly secrets?: {
    readonly at: readonly InputPath[];
    /** Whether the SDK marks the values as secret, whatever the program has. Default: no. */
    readonly marked?: true;
  };
  /** The inputs with secrets of its type of AWS Cloud Control, whose SDK marks nothing. Default: none. */
  readonly nativeSecrets?: readonly InputPath[];
  /**
   * Whether the SDK marks plain values, such as any environment. Principals that may describe the resource can read them, so
   * nothing there is stored safely, and most of it is no secret. Default: it does not, or no reader uses the marked values.
   */
  readonly isMarkedInTheOpen?: true;
  /**
   * The inputs that take an ARN of the resource's own account alone; a list is taken item by item. Default: none.
   *
   * Source: IAM API reference, CreateRole (`PermissionsBoundary`), AttachRolePolicy; IAM user guide, "Grant a user permissions
   * to pass a role to an AWS service": a role cannot be passed across accounts.
   */
  readonly ownAccountInputs?: readonly InputPath[];
  /** The workload that it is. Default: none, or a reader of its own reads it. */
  readonly workload?: WorkloadType;
  /**
   * The build, job, model or app that it is. Only what it receives is read, so the type still counts as not read. Default:
   * none.
   */
  readonly job?: WorkloadType;
  /**
   * The settings that are passed on unchanged, and visible to readers of the resource. A credential there is in plain text.
   * Default: none.
   */
  readonly openSettings?: {
    readonly at: readonly InputPath[];
    /** The texts that are literal, where others name a location that the value is taken from. Default: all. */
    readonly literal?: RegExp;
  };
  /** Whether a reader of its own states its tenants. Default: only for a {@link workload}. */
  readonly hasTenantReader?: true;
  /** The input with its resource policy. Default: none; a secret's is read with its rotation. */
  readonly policyInput?: string;
  /** What the resource policy is attached to that is all of the resource. Default: it is no resource policy. */
  readonly policyOf?: AttachedPolicy;
  /** Its ARN, by which policies name it. Default: no policy of a principal is checked for it. */
  readonly arn?: AwsArn;
  /** Further ARNs of other kinds, such as the users of a database. Default: none. */
  readonly otherArns?: readonly AwsArn[];
}

/**
 * A kind of ARN by which policies name a resource.
 *
 * Where a field has names of actions, they are in one text with white space between them.
 */
export interface AwsArn {
  /** The readable name of the kind, which no other kind has: `bucket`. */
  readonly what: string;
  /**
   * The ARN in any partition. Braces contain, in the order of an ARN:
   *
   * | text | stands for |
   * | --- | --- |
   * | `{region}`, `{account}` | these, where ARNs of the kind have them |
   * | `{path}` | the input `path`: `/` or `/a/b/` |
   * | `{cluster}/{name}` | the input `cluster`, which may be an ARN, and a slash; then the name |
   * | `{database}/table/{name}` | the same with another text in between, which ends in a slash |
   * | `{bucket}` | the name, from the input `bucket` |
   * | `{name-??????}` | the name, and what AWS adds to it |
   * | `{id}` | a name that AWS makes |
   */
  readonly arn: string;
  /** The output that is this ARN. Default: `arn`. */
  readonly arnOutput?: string;
  /** The output with the id in this ARN, or an ARN that ends in it. Default: `id`, where {@link arnOutput} is another ARN. */
  readonly idOutput?: string;
  /** The text for an input in front of the name that the program leaves out. Default: nothing, without a slash. */
  readonly parentDefault?: string;
  /** The text in front of the name that ARNs leave out with its slash. Default: none. */
  readonly parentLeftOut?: string;
  /** The input without which the resource has no such ARN. Default: it always has. */
  readonly needs?: string;
  /** What is added to the ARN for a part of the resource. Default: none has an ARN. */
  readonly inside?: readonly string[];
  /** The actions about it, with their services. Default: all of its service but {@link notActions}. */
  readonly actions?: string;
  /**
   * The resource types of the Service Authorization Reference that it is, as `service:type`: their actions are about it too.
   * Default: none.
   */
  readonly authorizedAs?: readonly string[];
  /** The actions of its service about an account, or about a resource that is not there yet. */
  readonly notActions?: string;
  /** The actions about the parts alone, where all others are about the whole alone. Default: each may be about both. */
  readonly insideActions?: string;
  /** The actions that may be about the whole or a part, where there are {@link insideActions}. */
  readonly eitherActions?: string;
  /** The inputs one of which gives it parts, as names. Default: it always has them. */
  readonly partInputs?: string;
  /** The actions on a path above it that cover everything below. Default: none. */
  readonly listing?: string;
  /** The actions that count only for what configuration names outside the stack. Default: none. */
  readonly outside?: string;
  /** The actions by which callers share a resource that is no tenant's. Default: none. */
  readonly use?: string;
  /** What an input has to be for the resource to be shared by use. Default: it is, whatever it is. */
  readonly usedAs?: { readonly input: string; readonly is: string };
  /** How identities call it, or trigger a workload by it. Default: a permission for it is no call. */
  readonly calls?: Calls;
}

/** Calls with the permission of a policy. */
interface Calls {
  /** The word for it in names, such as `function|...`. Default: it triggers other workloads by what it receives. */
  readonly as?: "function" | "runtime" | "gateway" | "api";
  /** The actions that call it. */
  readonly actions: string;
  /** The actions that trigger something only if it is configured to. Default: none. */
  readonly ifConfigured?: string;
  /** The readable verb. Default: `may call`. */
  readonly by?: string;
}

/** Values that may be credentials, and which of the outputs they are. */
export interface Generated {
  /** None of a store, whose value is known again wherever it came from. */
  readonly outputs: readonly string[];
  /**
   * `secret` is made to be one. `any` is made for names and ids just as often, so it counts only under the name of a
   * credential. `copy` is a credential from another source, and counts as `any` does.
   */
  readonly value: "secret" | "any" | "copy";
  /** Whether it is a static key of an IAM user. Default no. */
  readonly staticKey?: true;
}

/** A workload that is one resource: what it is called, and what it receives. */
export interface WorkloadType {
  /** What the service calls it. */
  readonly what: string;
  /** The input with its name. Default: `name`. */
  readonly name?: string;
  /** The input with the role that it runs as, and what the service calls that role. Default: none is read. */
  readonly runsAs?: { readonly path: InputPath; readonly how: string };
  /** Maps of environment variables, arguments or settings; a list on the way ends in `[]`. Default: none. */
  readonly environments?: readonly InputPath[];
  /** How it receives these. Default: `env`. */
  readonly through?: "function environment";
  /** Maps of environment variables to ARNs of secrets and parameters. Default: none. */
  readonly environmentSecrets?: readonly InputPath[];
  /** Lists of variables or settings with a name and a value. Default: none. */
  readonly pairs?: readonly InputPath[];
  /** Commands by which it is started. Default: none. */
  readonly commands?: readonly InputPath[];
  /** Scripts and definitions. Default: none. */
  readonly texts?: readonly InputPath[];
  /** ARNs of secrets. Default: none. */
  readonly secrets?: readonly InputPath[];
  /** Specifications of builds; a path to a file in the source is left alone. Default: none. */
  readonly builds?: readonly InputPath[];
}

/** A resource policy that is a resource of its own. */
interface AttachedPolicy {
  /** The input that names the other resource: by an ARN, a URL or a name. */
  readonly input: string;
  /** The types that the other resource can have. */
  readonly types: readonly string[];
  /** The input with the policy. Default: `policy`. */
  readonly policy?: string;
}
