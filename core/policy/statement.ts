import type { NotKnown } from "../certainty";
import type { Urn } from "../snapshot/value";

/** A text in a policy document; an unknown one may be any number of texts. */
export type Part =
  | { readonly kind: "text"; readonly text: string; readonly secret: boolean }
  | {
      readonly kind: "unknown";
      readonly dependsOn: readonly Urn[];
      /** The output of the one resource it waits for that it is, unchanged; absent where that is not known. */
      readonly output?: string;
      /** The text that follows that output; absent where nothing does, or where the rest is not known either. */
      readonly behind?: string;
    };

/** `Action` or `NotAction`, `Resource` or `NotResource`. */
export interface Selection {
  /** Whether it selects all but the values (`NotAction`, `NotResource`). */
  readonly negated: boolean;
  readonly values: readonly Part[];
}

/** The types of principal in IAM; `*` is the principal written as a string. */
export const principalTypes = ["*", "AWS", "Federated", "Service", "CanonicalUser"] as const;

/** A type of principal in IAM. */
export type PrincipalType = (typeof principalTypes)[number];

/** One value of `Principal` or `NotPrincipal`; the type is not known where the whole element is not. */
export interface PrincipalPart {
  readonly type: PrincipalType | "unknown";
  readonly value: Part;
}

/** `Principal` or `NotPrincipal`. */
export interface Principals {
  readonly negated: boolean;
  readonly values: readonly PrincipalPart[];
}

/** One operator and key of a `Condition`, or a part of it that is not known yet. */
export type Condition =
  | {
      readonly kind: "test";
      /** As written: set qualifier, operator and `IfExists` included. */
      readonly operator: string;
      /** As written; IAM compares keys without regard to case. */
      readonly key: string;
      readonly values: readonly Part[];
    }
  | {
      readonly kind: "unknown";
      readonly dependsOn: readonly Urn[];
      /** Why, where it is not for the text of the condition. */
      readonly reason?: string;
    };

/** A statement of a policy document. */
export interface Statement {
  readonly kind: "statement";
  /** Its place in the document, from 0. */
  readonly index: number;
  readonly sid?: string;
  readonly effect: "Allow" | "Deny" | "unknown";
  /** What an unknown effect waits for. */
  readonly dependsOn?: readonly Urn[];
  readonly principals?: Principals;
  readonly actions: Selection;
  readonly resources?: Selection;
  readonly conditions: readonly Condition[];
}

/** A statement nothing is known of yet. */
export interface UnknownStatement {
  readonly kind: "unknown";
  readonly index: number;
  readonly dependsOn: readonly Urn[];
}

/** A policy document as IAM reads it. */
export interface PolicyDocument {
  /** Whether `${…}` is a variable: only in version 2012-10-17, or where the version is not known yet. */
  readonly variables: boolean;
  readonly statements: readonly (Statement | UnknownStatement)[];
}

/** A policy document, or why there is none. */
export type ParsedDocument =
  | { readonly kind: "document"; readonly document: PolicyDocument }
  | NotKnown
  /** IAM would refuse it; the text (lowercase, no final period) shows nothing of the document. */
  | { readonly kind: "problem"; readonly problem: string };
