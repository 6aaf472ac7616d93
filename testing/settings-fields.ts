import type { Level } from "../policy-pack/findings/finding";
import type { Settings, TenantPatterns } from "../policy-pack/findings/settings";

/** The fields of `agentid.yaml` as an object. A field that is left out has its default. */
export interface SettingsFields {
  /** Which workloads rules judge about secrets, identity and lifetime. Default `all`. */
  readonly scope?: Settings["scope"];
  /** Patterns of what belongs to a tenant, by its name. Default: none. */
  readonly tenants?: Readonly<Record<string, Partial<TenantPatterns>>>;
  /** Longest session, as a duration with a unit, such as `1h`. Default: what the tenant declares, else `1h`. */
  readonly maxSession?: string;
  /** Longest projected token, as a duration with a unit, such as `30m`. Default `1h`. */
  readonly maxToken?: string;
  /** Level of what is unknown. Default `rule`: the rule's own. */
  readonly undetermined?: Settings["undetermined"];
  /** Whether a resource that is not read leaves the whole unproven. Default false. */
  readonly strict?: boolean;
  /** Levels of single rules, by their ids. Default: each rule's own. */
  readonly levels?: Readonly<Record<string, Level>>;
  /** Path of a baseline file, from the current folder. Default: none. */
  readonly baseline?: string;
  /** Path of a waivers file, from the current folder. Default: none. */
  readonly waivers?: string;
  /** Recorded answers to functions of providers, for programs. Default: none. */
  readonly functions?: readonly {
    readonly token: string;
    readonly args?: Readonly<Record<string, unknown>>;
    readonly provider?: string;
    readonly result: Readonly<Record<string, unknown>>;
  }[];
}
