import type { ParsedDocument } from "../../core/policy/statement";
import type { Urn } from "../../core/snapshot/value";
import type { Name } from "./name";
import type { KnownArn, Ref, Flag, Text, Labels, Selector, Authentication } from "./fact-values";

/** Pods of a namespace to which a Service of Kubernetes sends calls. */
export interface SelectedPods {
  readonly kind: "pods";
  readonly namespace: Ref;
  readonly pods: Selector;
}

/** All buckets of an account that publish to EventBridge, or those with a name that fits one of some patterns. */
export interface Buckets {
  readonly kind: "buckets";
  readonly account: string;
  readonly names?: readonly string[];
}

/** What buckets of an account publish to EventBridge. */
interface BucketEvents {
  readonly kind: "bucket events";
  readonly account: string;
}

/**
 * Whether AWS authorises access to a resource by its tags, and whether S3 serves a bucket as a website, without authentication of
 * callers.
 */
export type ResourceSwitch = "access by tags" | "website";

/** Facts on who may call what, and on who may access a resource. */
export interface CallFacts {
  /** An endpoint accepts calls from outside. */
  readonly exposes: {
    readonly entry: Name;
    readonly way: "gateway" | "function URL" | "route" | "load balancer" | "ingress";
    readonly authentication: Authentication;
    /** Whether it verifies signatures of any AWS principal, so that `anonymous` callers are all of these. Default: no. */
    readonly verifiesOnly?: true;
    /** The API that a route is of. */
    readonly of?: Ref;
    /** Whether it is the route by which a WebSocket connects. */
    readonly connects?: boolean;
  };
  /**
   * An API restricts the callers of all its routes: to those that authenticate when they connect, those of a policy or of one
   * that names only principals, or those of its network. Or a policy engine of a gateway sees each call.
   */
  readonly "restricts-calls": {
    readonly entry: Name;
    readonly by: "connection" | "policy" | "principals" | "network" | "policy engine";
    /** A policy engine decides in `ENFORCE`, and only logs in `LOG_ONLY`. */
    readonly mode?: Text;
    /** The dependencies, where it is unknown whether it does. */
    readonly dependsOn?: readonly Urn[];
  };
  /** Calls to a thing are forwarded to another: a further node of the path, a workload, or pods. */
  readonly forwards: { readonly from: Name; readonly to: Ref | SelectedPods };
  /**
   * Messages to a queue, a topic, a stream, a bus, a rule or a bucket, or the start of a state machine, trigger a workload or
   * another such thing. A role represents all that it may call.
   */
  readonly triggers: {
    readonly source: Ref | Buckets;
    readonly target: Ref | BucketEvents;
    /** Patterns of names of objects in a bucket, or sources of events, that are necessary to trigger it. */
    readonly only?: readonly string[];
    /** The only actions that trigger it; empty if no principal's do. Default: all messages to the source. */
    readonly byActions?: readonly string[];
    /** The dependencies of which messages trigger it. */
    readonly dependsOn?: readonly Urn[];
    /** The target allows the source to trigger it; another resource, possibly of another stack, configures that. */
    readonly isAllowed?: true;
  };
  /** A resource policy allows a principal to call something: an account, an ARN, `*`; principals of services are left out. */
  readonly permits: {
    readonly callee: Ref;
    readonly principal: Text;
    /** The required organisation of callers. */
    readonly organisation?: Text;
    /**
     * Whether callers must come from an account or a resource, or through a URL without authentication that is a fact of its
     * own.
     */
    readonly isNarrowed?: true;
  };
  /**
   * The configuration of a service makes it call something: a Bedrock agent its actions and collaborators, a gateway its
   * targets. Or a function allows an API to call it. An API or a gateway may be of another stack.
   */
  readonly invokes: {
    readonly caller: Ref;
    readonly callee: Ref;
    readonly as: "action" | "collaborator" | "gateway" | "API";
  };
  /** A resource of AWS, of a kind that policies name. */
  readonly resource: {
    readonly resource: Name;
    /** The readable kind: `bucket`. */
    readonly is: string;
    readonly arn: KnownArn;
    /** Its account, which not every ARN has; undefined where it is unknown. */
    readonly account?: string;
    readonly tags: Labels;
    /** Whether it is of the sort that is shared by use; absent where all of its kind are. */
    readonly used?: Flag;
    /** Actions that need no permission of IAM; the dependencies and the reason, where it is unknown. Default: none. */
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
  /** A separate resource configures another one in a way that decides who may access it. */
  readonly configures: { readonly resource: Ref } & (
    | { readonly setting: ResourceSwitch; readonly isOn: Flag }
    /** A further name of a key of KMS, such as `alias/acme`. */
    | { readonly setting: "alias"; readonly alias: Text }
  );
  /** A resource policy decides who may access a resource. */
  readonly guards: {
    readonly resource: Ref;
    readonly policy: ParsedDocument;
    /** Whether it allows access beside the resource's own policy, as a grant of KMS does. */
    readonly adds?: true;
  };
}
