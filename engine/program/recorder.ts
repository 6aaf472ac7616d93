import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import type {
  Resource,
  Snapshot,
  SnapshotNote,
  SourcePosition,
} from "../../core/snapshot/resource";
import type { Urn, ValueRecord } from "../../core/snapshot/value";
import { readStruct } from "../wire/read-struct";
import { asCalled, type SourcePositions } from "./source-positions";
import { formUrn } from "./urn";

/** Keeps what a program registers, as a snapshot in the making. */
export class Recorder {
  readonly #resources = new Map<Urn, Resource>();
  readonly #frames = new Map<Urn, readonly SourcePosition[]>();
  readonly #notes = new Map<string, SnapshotNote>();

  constructor(
    readonly project: string,
    readonly stack: string,
    readonly positions: SourcePositions,
    readonly onProgress: (resources: number) => void = () => undefined,
  ) {}

  get size(): number {
    return this.#resources.size;
  }

  resource(urn: Urn): Resource | undefined {
    return this.#resources.get(urn);
  }

  /** The URN a registration gets. */
  urnOf(parent: Urn, type: string, name: string): Urn {
    return formUrn({ stack: this.stack, project: this.project, parent, type, name });
  }

  /** Adds a resource; throws where the engine would, when its URN is taken. */
  add(resource: Resource): void {
    if (this.#resources.has(resource.urn)) {
      throw new Error(`Duplicate resource URN '${resource.urn}'; try giving it a unique name`);
    }
    this.#resources.set(resource.urn, resource);
    this.onProgress(this.#resources.size);
  }

  /** Keeps the frames of the program by which a resource was declared, nearest first. */
  calledBy(urn: Urn, frames: readonly SourcePosition[]): void {
    this.#frames.set(urn, frames);
  }

  /** Sets a resource's outputs once they are known to the program. */
  setOutputs(urn: Urn, outputs: ValueRecord): void {
    const resource = this.#resources.get(urn);
    if (resource !== undefined) this.#resources.set(urn, { ...resource, outputs });
  }

  /** Notes something once, whatever the number of calls with the same text and place. */
  note(note: SnapshotNote): void {
    const { kind, message, urn = "", source } = note;
    const key = JSON.stringify([kind, message, urn, source?.file, source?.line, source?.column]);
    if (!this.#notes.has(key)) this.#notes.set(key, note);
  }

  /** Notes something of a resource, with its place. */
  noteOf(urn: Urn, note: Pick<SnapshotNote, "kind" | "message">): void {
    const source = this.resource(urn)?.source;
    this.note({ ...note, urn, ...(source === undefined ? {} : { source }) });
  }

  /** What could not be looked into, a sentence each. */
  get opaque(): readonly string[] {
    return [...this.#notes.values()].flatMap(({ kind, message }) =>
      kind === "opaque-component" ? [message] : [],
    );
  }

  snapshot(): Snapshot {
    return {
      project: this.project,
      stack: this.stack,
      resources: asCalled([...this.#resources.values()], (urn) => this.#frames.get(urn) ?? []),
      notes: [...this.#notes.values()].map(withRemedy),
    };
  }
}

/** A note with what the user can do about it: without that, a verdict that is not proven has no way on. */
function withRemedy(note: SnapshotNote): SnapshotNote {
  if (note.kind !== "opaque-component") return note;
  return {
    ...note,
    message: `${note.message}; to judge it, check with --engine pulumi, or check the \`pulumi stack export\` of a deployed stack`,
  };
}

/** Reads a registration into a resource, with what each unknown waits for. */
export function readRegistration(
  request: RegisterResourceRequest,
  place: {
    readonly urn: Urn;
    readonly provider: Urn | undefined;
    readonly source: SourcePosition | undefined;
  },
): Resource {
  const propertyDependencies: Record<string, readonly Urn[]> = {};
  for (const [key, listed] of request.getPropertydependenciesMap().entries()) {
    const urns = listed.getUrnsList();
    if (urns.length > 0) propertyDependencies[key] = urns;
  }
  const parent = request.getParent();
  return {
    urn: place.urn,
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    ...(parent === "" ? {} : { parent }),
    ...(place.provider === undefined ? {} : { provider: place.provider }),
    inputs: readStruct(request.getObject(), (property) =>
      Object.hasOwn(propertyDependencies, property) ? (propertyDependencies[property] ?? []) : [],
    ),
    dependencies: request.getDependenciesList(),
    propertyDependencies,
    ...(place.source === undefined ? {} : { source: place.source }),
  };
}
