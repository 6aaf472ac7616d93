import type { MissingAnswer } from "../providers/functions/missing-answers";
import type { Plugin } from "../plugin/plugin-process";
import type { Snapshot } from "../../core/snapshot/resource";

/** A recorded answer to a provider function. */
export interface RecordedFunction {
  /** Token of the function, such as `aws:index/getCallerIdentity:getCallerIdentity`. */
  readonly token: string;
  /** Answers only calls in which these arguments have these values; by default every call. */
  readonly args?: Readonly<Record<string, unknown>>;
  /** Answers only calls by the provider of this name, `default` for the default one; by default every call. */
  readonly provider?: string;
  readonly result: Readonly<Record<string, unknown>>;
}

/** What to preview, and with what. */
export interface PreviewOptions {
  /** The folder with Pulumi.yaml. */
  readonly directory: string;
  /** The project's file, in YAML; by default the one in the folder that is called as projects are. */
  readonly file?: string;
  /** By default the only stack with a file of its own, else `dev`. */
  readonly stack?: string;
  /** Texts by `key` or `project:key`, over those of the stack's file. */
  readonly config?: Readonly<Record<string, string>>;
  /** Keys of {@link PreviewOptions.config} whose values are secret; those the stack's file encrypts are anyway. */
  readonly secretConfig?: readonly string[];
  /** Tried in order, before the functions that can be computed. */
  readonly functions?: readonly RecordedFunction[];
  /** What is deployed: its resources' outputs are known to the program. */
  readonly state?: Snapshot;
  /** By package: the plugins that make its components, which are run. Default: none. */
  readonly plugins?: Readonly<Record<string, Plugin>>;
  /** Whether a program in TypeScript fails where its types do not check, as in a real preview. Default false. */
  readonly typecheck?: boolean;
  /** Default 300,000. */
  readonly timeoutMs?: number;
  /**
   * Whether a setting is a credential by its name: without a value, where unread sources may have one, nothing is proven.
   * Default: none is.
   */
  readonly isCredentialName?: (name: string) => boolean;
  /** Called with the number of resources so far. */
  readonly onProgress?: (resources: number) => void;
  /** Called with the calls of functions that had no answer, and the folder of the program that makes them. */
  readonly onMissingAnswers?: (missing: readonly MissingAnswer[], directory: string) => void;
  /** Whether `details` carries what the program printed and its stack trace. Default false. */
  readonly verbose?: boolean;
}

/** What a program declares, or why it could not be run. */
export type Preview =
  | { readonly kind: "snapshot"; readonly snapshot: Snapshot }
  | {
      readonly kind: "could-not-run";
      /** One sentence; where the program's own message has several lines, they follow it. */
      readonly reason: string;
      readonly details?: string;
    };
