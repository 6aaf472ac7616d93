import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import type { Resource, SnapshotNote } from "../../core/snapshot/resource";
import type { Urn, ValueRecord } from "../../core/snapshot/value";

/** A component that a plugin has made. */
export interface Made {
  /** The component, and all that it has declared, in their order. */
  readonly resources: readonly Resource[];
  readonly notes: readonly SnapshotNote[];
  readonly outputs: ValueRecord;
  /** Whose outputs each of its own is made of. */
  readonly from: Readonly<Record<string, readonly Urn[]>>;
}

/** Components as a program requests them. A plugin takes time, and a program in YAML does not wait for it: it is run again. */
export class RemoteComponents {
  readonly #made = new Map<string, Made>();
  #waiting = new Map<Urn, RegisterResourceRequest>();

  /** @param packages those whose plugins can be run */
  constructor(readonly packages: ReadonlySet<string>) {}

  /** The result of a request; without one yet, the request is stored, and the result is undefined. */
  find(urn: Urn, request: RegisterResourceRequest): Made | undefined {
    if (!this.packages.has(request.getType().split(":")[0] ?? "")) return undefined;
    const made = this.#made.get(keyOf(urn, request));
    if (made === undefined) this.#waiting.set(urn, request);
    return made;
  }

  /**
   * Takes the requests that wait for no other request.
   *
   * @param resource what the program has declared so far
   */
  takeReady(
    resource: (urn: Urn) => Resource | undefined,
  ): ReadonlyMap<Urn, RegisterResourceRequest> {
    const waiting = this.#waiting;
    this.#waiting = new Map();
    const isReady = (urn: Urn): boolean =>
      ![...above(urn, resource)].some((other) => other !== urn && waiting.has(other));
    return new Map([...waiting].filter(([urn]) => isReady(urn)));
  }

  add(urn: Urn, request: RegisterResourceRequest, made: Made): void {
    this.#made.set(keyOf(urn, request), made);
  }
}

/** A resource and all that it waits for, its parents too. */
function above(urn: Urn, resource: (urn: Urn) => Resource | undefined): ReadonlySet<Urn> {
  const seen = new Set([urn]);
  for (const each of seen) {
    const { parent, dependencies = [] } = resource(each) ?? {};
    for (const other of [...dependencies, ...(parent === undefined ? [] : [parent])])
      seen.add(other);
  }
  return seen;
}

function keyOf(urn: Urn, request: RegisterResourceRequest): string {
  return `${urn} ${Buffer.from(request.serializeBinary()).toString("base64")}`;
}
