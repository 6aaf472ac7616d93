import type { KnownArn } from "../access/known-arn";
import type { ParsedDocument } from "../policy/statement";
import type { Urn } from "../snapshot/value";
import type { Name } from "./name";
import type { Ref, Flag, Text, Labels, Selector, Authentication } from "./fact-values";

/** What facts say of who may call what, and who may have a resource. */
export interface CallFacts {
  /** Calls come in from outside. */
  readonly exposes: {
    readonly entry: Name;
    readonly way: "gateway" | "function URL" | "route" | "load balancer" | "ingress";
    readonly authentication: Authentication;
    /** The API that a route is of. */
    readonly of?: Ref;
    /** Whether it is the route by which a WebSocket connects. */
    readonly connects?: boolean;
  };
  /**
   * An API says of all its routes who may call: when they connect, by a policy, by one that names only principals, who
   * have to sign, or by the network it is in.
   */
  readonly "authenticates-all": {
    readonly api: Name;
    readonly by: "connection" | "policy" | "principals" | "network";
    /** What it waits for, where it is not known whether it does. */
    readonly dependsOn?: readonly Urn[];
  };
  /** Calls that come to a thing go on to another: a part of the way, or a workload. */
  readonly forwards: { readonly from: Name; readonly to: Ref };
  /**
   * Whatever comes to a queue, a topic, a stream, a bus, a rule or a bucket, or starts a state machine, sets off a workload,
   * or goes on to another such thing. A role stands for all that it may call.
   */
  readonly triggers: {
    readonly source: Ref;
    readonly target: Ref;
    /** Patterns of names of objects in a bucket, or sources of events, without which nothing is set off. */
    readonly only?: readonly string[];
    /** Actions that alone set it off, where not all by which something comes to the source; none where nobody's do. */
    readonly byActions?: readonly string[];
    /** What it waits for which of them set it off. */
    readonly dependsOn?: readonly Urn[];
    /** The target lets the source set it off; what does so, another resource says, which may be of another stack. */
    readonly isAllowed?: true;
  };
  /** A bucket tells EventBridge what is done to its objects. */
  readonly "publishes-events": {
    readonly bucket: Ref;
    readonly account: string;
    /** What it waits for whether it does. */
    readonly dependsOn?: readonly Urn[];
  };
  /** A rule of EventBridge lets through what buckets tell. */
  readonly "subscribes-to-buckets": {
    readonly rule: Name;
    readonly account: string;
    /** Patterns of names of buckets; undefined for all. */
    readonly buckets?: readonly string[];
    /** Patterns of names of objects; undefined for all. */
    readonly only?: readonly string[];
    /** Actions that cause what it lets through. */
    readonly byActions: readonly string[];
    /** What its pattern waits for. */
    readonly dependsOn?: readonly Urn[];
  };
  /** A function lets an API call it that may be of another stack. */
  readonly "called-by-api": { readonly callee: Ref; readonly api: Ref };
  /** Something is a target of a gateway, which sends calls on to it. */
  readonly "target-of": { readonly target: Name; readonly gateway: Ref };
  /** A gateway has a policy engine that looks at each call: in `ENFORCE` it decides, in `LOG_ONLY` it only says what it would. */
  readonly "policy-engine": { readonly gateway: Name; readonly mode: Text };
  /** A resource policy lets a principal call something: an account, an ARN, `*`; the principal of a service is left out. */
  readonly permits: {
    readonly callee: Ref;
    readonly principal: Text;
    /** The organisation that callers have to be of. */
    readonly organisation?: Text;
    /** Whether callers have to come from an account or a resource, or by a URL that asks nobody and tells so itself. */
    readonly isNarrowed?: true;
  };
  /** A workload was given another to call, by the service that runs it. */
  readonly "has-action": {
    readonly caller: Ref;
    readonly callee: Ref;
    readonly as: "action" | "collaborator";
  };
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
    /** Whether it is of the sort that is shared by use; absent where all of its kind are. */
    readonly used?: Flag;
    /** Actions for which it does not ask policies of IAM who calls; what that waits for, and why, where it is not known. Default: none. */
    readonly authorizedOtherwise?: {
      readonly actions: readonly string[];
      readonly dependsOn?: readonly Urn[];
      readonly reason?: string;
    };
    /** Other ARNs of it, by the kinds that they are of, such as the users of a database. */
    readonly also?: readonly {
      readonly is: string;
      readonly arn: KnownArn;
      readonly authorizedOtherwise?: {
        readonly actions: readonly string[];
        readonly dependsOn: readonly Urn[];
      };
    }[];
  };
  /** A key of KMS has another name, such as `alias/acme`. */
  readonly "key-alias": { readonly key: Ref; readonly alias: Text };
  /** A setting beside a resource says whether AWS looks at its tags to decide who may have it. */
  readonly "switches-tags": { readonly resource: Ref; readonly isOn: Flag };
  /** A bucket is served as a website, which S3 does for callers whom it does not ask who they are. */
  readonly publishes: {
    readonly bucket: Ref;
    /** What it waits for whether it is; absent where it is. */
    readonly dependsOn?: readonly Urn[];
  };
  /** A resource policy says who may have a resource. */
  readonly guards: {
    readonly resource: Ref;
    readonly policy: ParsedDocument;
    /** Whether it lets in beside what the resource's own policy says, as a grant of KMS does. */
    readonly adds?: true;
  };
}
