import type { Resource } from "../../core/snapshot/resource";
import type { Urn } from "../../core/snapshot/value";
import { isSame } from "./same";

/** What readers of a resource used besides the resource itself before it is created. */
export interface Looked {
  /** Whether they used what cannot be compared with the host's data at the end. */
  readonly further: boolean;
  /** The outputs, and the properties whose dependencies, they looked up by name. */
  readonly outputs: readonly string[];
  readonly dependencies: readonly string[];
  /** Other resources, as they were then. */
  readonly at: readonly (readonly [Urn, Resource | undefined])[];
}

/** Most resources are themselves. */
export const lookedNowhere: Looked = { further: false, outputs: [], dependencies: [], at: [] };

/** Notes what the readers of one resource look at. */
export class Lookups {
  #further = false;
  readonly #outputs = new Set<string>();
  readonly #dependencies = new Set<string>();
  readonly #at = new Map<Urn, Resource | undefined>();

  /** The resource itself, as its readers are to see it. */
  own(resource: Resource): Resource {
    return new Watched(resource, {
      outputs: () => this.#keyed(resource.outputs ?? {}, this.#outputs),
      propertyDependencies: () => this.#keyed(resource.propertyDependencies, this.#dependencies),
      further: this.#lookFurther,
    });
  }

  /** Another resource, as readers are to see it. */
  other(urn: Urn, resource: Resource | undefined): Resource | undefined {
    this.#at.set(urn, resource);
    if (resource === undefined) return undefined;
    const noted = <T>(value: T): T => {
      this.#further = true;
      return value;
    };
    return new Watched(resource, {
      outputs: () => noted(resource.outputs),
      propertyDependencies: () => noted(resource.propertyDependencies),
      further: this.#lookFurther,
    });
  }

  /** All that was looked at. */
  looked(): Looked {
    const { size } = this.#at;
    if (!this.#further && size + this.#outputs.size + this.#dependencies.size === 0) {
      return lookedNowhere;
    }
    return {
      further: this.#further,
      outputs: [...this.#outputs],
      dependencies: [...this.#dependencies],
      at: [...this.#at],
    };
  }

  readonly #lookFurther = (): void => {
    this.#further = true;
  };

  #keyed<T extends object>(record: T, keys: Set<string>): T {
    const note = (key: string | symbol): void => {
      if (typeof key === "string") keys.add(key);
    };
    return new Proxy(record, {
      get: (target, key) => (note(key), Reflect.get(target, key)),
      has: (target, key) => (note(key), Reflect.has(target, key)),
      getOwnPropertyDescriptor: (target, key) => (
        note(key),
        Reflect.getOwnPropertyDescriptor(target, key)
      ),
      ownKeys: (target) => {
        this.#further = true;
        return Reflect.ownKeys(target);
      },
    });
  }
}

/** Whether readers would see of a resource, and of others, what they saw. */
export function readsUnchanged(
  { resource, looked }: { readonly resource: Resource; readonly looked: Looked },
  now: Resource,
  resourceAt: (urn: Urn) => Resource | undefined,
): boolean {
  return (
    !looked.further &&
    isUnchanged(resource, now) &&
    looked.outputs.every((key) => isSame(resource.outputs?.[key], now.outputs?.[key])) &&
    looked.dependencies.every((key) =>
      isSame(resource.propertyDependencies[key], now.propertyDependencies[key]),
    ) &&
    looked.at.every(([urn, before]) => isUnchanged(before, resourceAt(urn)))
  );
}

function isUnchanged(a: Resource | undefined, b: Resource | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.inputs === b.inputs &&
    a.type === b.type &&
    a.name === b.name &&
    a.custom === b.custom &&
    a.parent === b.parent &&
    a.provider === b.provider &&
    a.notInUpdate === b.notInUpdate
  );
}

interface Watching {
  readonly outputs: () => Resource["outputs"];
  readonly propertyDependencies: () => Resource["propertyDependencies"];
  readonly further: () => void;
}

/** A resource as readers are to see it. All have one shape: objects with getters of their own would each be a table. */
class Watched implements Resource {
  readonly urn: Urn;
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  declare readonly parent?: Urn;
  declare readonly provider?: Urn;
  readonly inputs: Resource["inputs"];
  declare readonly source?: NonNullable<Resource["source"]>;
  declare readonly notInUpdate?: boolean;
  readonly #resource: Resource;
  readonly #watching: Watching;

  constructor(resource: Resource, watching: Watching) {
    this.urn = resource.urn;
    this.type = resource.type;
    this.name = resource.name;
    this.custom = resource.custom;
    this.inputs = resource.inputs;
    if (resource.parent !== undefined) this.parent = resource.parent;
    if (resource.provider !== undefined) this.provider = resource.provider;
    if (resource.source !== undefined) this.source = resource.source;
    if (resource.notInUpdate !== undefined) this.notInUpdate = resource.notInUpdate;
    this.#resource = resource;
    this.#watching = watching;
  }

  get outputs(): NonNullable<Resource["outputs"]> {
    return this.#watching.outputs() ?? {};
  }

  get dependencies(): Resource["dependencies"] {
    this.#watching.further();
    return this.#resource.dependencies;
  }

  get propertyDependencies(): Resource["propertyDependencies"] {
    return this.#watching.propertyDependencies();
  }
}
