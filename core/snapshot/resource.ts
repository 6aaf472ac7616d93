import { classicType } from "../aws/types";
import { typedToken } from "../kubernetes-type";
import type { Urn, Value, ValueRecord } from "./value";

/** Where in a program or manifest a resource is declared. */
export interface SourcePosition {
  /** Path as the host gave it, relative to the program's folder where that is possible. */
  readonly file: string;
  /** Line, from 1. */
  readonly line: number;
  /** Column, from 1. */
  readonly column?: number;
  /**
   * Where a helper of the program was entered that declares several resources: the calls within it, outermost first. The position
   * itself is the call that is made for this resource. Default: none.
   */
  readonly through?: readonly SourcePosition[];
}

/** A resource of a stack or manifest, as every adapter produces it. */
export interface Resource {
  readonly urn: Urn;
  /** Pulumi type token, such as `aws:iam/role:Role`. */
  readonly type: string;
  /** The name the program gave it (the last part of the URN). */
  readonly name: string;
  /** False for component resources. */
  readonly custom: boolean;
  readonly parent?: Urn;
  /** URN of its provider resource, without the id. */
  readonly provider?: Urn;
  readonly inputs: ValueRecord;
  /** The outputs that the host has: all of them in state, the inputs' echo in a preview. */
  readonly outputs?: ValueRecord;
  /** All resources it depends on. */
  readonly dependencies: readonly Urn[];
  /** For each top-level input property, the resources its value depends on. */
  readonly propertyDependencies: Readonly<Record<string, readonly Urn[]>>;
  readonly source?: SourcePosition;
  /**
   * Whether the host has no inputs because the resource is not part of this update (`--target`), so that it cannot be judged.
   * Default false.
   */
  readonly notInUpdate?: boolean;
}

/** What a program or folder declares: the contract between adapters and everything that judges. */
export interface Snapshot {
  readonly project: string;
  readonly stack: string;
  readonly resources: readonly Resource[];
  /** What the adapter could not look into, each in one sentence: a remote component, a function without an answer. */
  readonly notes: readonly SnapshotNote[];
  /** Values that the stack's configuration has, to say of an equal value where it comes from. Default: none. */
  readonly configuration?: readonly ConfiguredValue[];
}

/** A text of the stack's configuration. */
export interface ConfiguredValue {
  /** Its full key, with the path within the value: `desk:crm.key`. */
  readonly key: string;
  /** Hidden, whether or not it is encrypted. */
  readonly value: Value;
}

/** Something unknown to the adapter, reported to the user once. */
export interface SnapshotNote {
  /**
   * `opaque-component`: what a plugin or tool would make that is not run, so that it was not judged. `unreadable`: a file that
   * could not be read, so that its content was not judged. `unrendered`: what a tool makes of the files before anything is
   * applied, what a program declares after an unknown answer, or an unknown type: it was not judged.
   */
  readonly kind:
    | "opaque-component"
    | "unanswered-function"
    | "not-read"
    | "manifest"
    | "unreadable"
    | "unrendered";
  readonly message: string;
  readonly urn?: Urn;
  readonly source?: SourcePosition;
}

/** Whether a note is about an unreadable file. */
export function isUnreadable({ kind }: SnapshotNote): boolean {
  return kind === "unreadable";
}

/** Whether a note is about something deployed that was not judged, so that nothing can be proven of the whole. */
export function leavesUnjudged({ kind }: SnapshotNote): boolean {
  return kind === "unreadable" || kind === "unrendered" || kind === "opaque-component";
}

/** The last part of a URN, which is the name the program gave. */
export function nameInUrn(urn: Urn): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

/** The type token in a URN as the program's provider calls it, without the types of its parents. */
export function tokenInUrn(urn: Urn): string {
  const qualified = urn.split("::")[2] ?? "";
  return qualified.slice(qualified.lastIndexOf("$") + 1);
}

/**
 * The type of the resource of a URN. For what AWS Cloud Control makes it is the one that the AWS provider has for it, for a
 * Kubernetes object of a core kind the one of typed resources.
 */
export function typeInUrn(urn: Urn): string {
  return typedToken(classicType(tokenInUrn(urn)));
}
