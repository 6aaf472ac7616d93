import type { Level } from "./finding";
import type { Baseline } from "./known";

/** Patterns by which configuration names a tenant; `*` and `?` are wildcards. */
export interface TenantPatterns {
  readonly namespaces: readonly string[];
  /** Twelve-digit AWS account ids. */
  readonly accounts: readonly string[];
  /** Paths of IAM roles, such as `/acme/*`. */
  readonly rolePaths: readonly string[];
  /** Names of resources: roles, secrets, parameters. */
  readonly names: readonly string[];
}

/** What a user configures; the same for the pack and the command line. */
export interface Settings {
  /** `declared`: rules about secrets, identity and lifetime look only at declared workloads. Default `all`. */
  readonly scope: "all" | "declared";
  readonly tenants: Readonly<Record<string, TenantPatterns>>;
  /** Longest session, in seconds, whatever a tenant declares. Default: what the tenant declares, else 3600. */
  readonly maxSessionSeconds?: number;
  /** Longest projected token, in seconds. Default 3600. */
  readonly maxTokenSeconds: number;
  /** Level of unknowns: `rule` keeps each rule's own. Default `rule`. */
  readonly undetermined: "rule" | "mandatory" | "advisory";
  /** Whether nothing is proven with a resource that may carry an identity and is not read. Default false. */
  readonly strict?: boolean;
  /** What is known and does not block. */
  readonly baseline: Baseline;
  /** Levels configured for single rules. */
  readonly levels: Readonly<Record<string, Level>>;
}

/** The default settings. */
export const defaultSettings: Settings = {
  scope: "all",
  tenants: {},
  maxTokenSeconds: 3600,
  undetermined: "rule",
  baseline: new Map(),
  levels: {},
};
