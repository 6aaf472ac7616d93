import type { Fact } from "../../facts/fact";
import type { Name } from "../../facts/name";
import type { Resource } from "../../../core/snapshot/resource";
import type { Urn } from "../../../core/snapshot/value";
import type { Credential } from "../credentials/credential";
import type { Settings } from "../../findings/settings";

/** What a reader may look up in the stack beyond its own resource. */
export interface ReadContext {
  readonly settings: Settings;
  /** The AWS account a resource is in, else the URN of its provider, else `default`: the scope of short names. */
  readonly accountOf: (resource: Resource) => string;
  /** The AWS region of a resource, by itself or by its provider; undefined where neither has it. */
  readonly regionOf: (resource: Resource) => string | undefined;
  /** The API server a resource is on, else the URN of its provider, else `default`. */
  readonly clusterOf: (resource: Resource) => string;
  /**
   * Decides whether a string under a name (an environment variable, a data key) is a credential.
   *
   * Synchronous: formats were searched in all strings of the resource before its reader runs.
   */
  readonly credentialIn: (text: string, under: string | undefined) => Credential | undefined;
  /** A name by which equal credentials meet, keyed with a key that dies with the process; never shown nor stored. */
  readonly literalName: (text: string) => Name;
  /** A resource seen earlier (a parent or provider), by URN. */
  readonly resource: (urn: Urn) => Resource | undefined;
}

/** Turns resources of some types into facts. */
export interface Reader {
  /** Names itself when it fails. */
  readonly name: string;
  /** Type tokens it reads, whole. */
  readonly types: readonly string[];
  /** Further types, for kinds that cannot be listed (a kind in any version of its API); called once for each type. */
  readonly matchesType?: (type: string) => boolean;
  /** Which resources of such a type, where not all (those with a pod template). */
  readonly matches?: (resource: Resource) => boolean;
  /** Whether strings of its resources are looked at for credentials. Default false. */
  readonly readsLiterals?: boolean;
  /**
   * Whether it judges the values in its resources by their names, so that elsewhere in these only known formats count. Default
   * false.
   */
  readonly readsNames?: boolean;
  /** Whether it reads only a part of what matters, so that the type still counts as not read. Default false. */
  readonly partial?: boolean;
  /** Whether it reads no identity, but what a resource is called, or its settings: a listed type still counts as not read. Default false. */
  readonly besideIdentity?: boolean;
  /** Whether it states itself which resources are not read, so that only a listed type counts besides. Default false. */
  readonly namesNotRead?: boolean;
  /**
   * The facts a resource states.
   *
   * Aliases of workloads come first, so that no two names of one workload are ever counted as two.
   */
  readonly read: (resource: Resource, context: ReadContext) => Iterable<Fact>;
}

/** The resources of a type among those a value waits for: how an unknown reference still names its thing. */
export function onlyOfType(
  dependsOn: readonly Urn[],
  isType: (urn: Urn) => boolean,
): Urn | undefined {
  const fitting = dependsOn.filter(isType);
  return fitting.length === 1 ? fitting[0] : undefined;
}
