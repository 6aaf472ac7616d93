import { isRecord, type ValueRecord } from "../../core/snapshot/value";
import { objectName } from "../kubernetes/kinds";

/** What objects of a cluster have, and not those that configure a tool. */
const PARTS = ["metadata", "spec", "rules", "roleRef", "data", "stringData"];

/** Gives objects without a name one to call them by, each its own. */
export class UnnamedObjects {
  readonly #given = new Map<string, number>();

  /**
   * An object with a name: what the cluster makes of `generateName`, with `xxxxx` for the characters that it chooses;
   * `unnamed-pod` where there is none, which no cluster takes.
   */
  named(object: ValueRecord): ValueRecord {
    const metadata = isRecord(object["metadata"]) ? object["metadata"] : {};
    const { name, generateName } = metadata;
    const hasName = name !== undefined && name !== null && name !== "";
    if (hasName || !PARTS.some((part) => part in object)) return object;
    const start = typeof generateName === "string" ? generateName : "";
    const kind = objectName(object).kind.toLowerCase();
    const own = start === "" ? `unnamed-${kind}` : `${start}xxxxx`;
    return { ...object, metadata: { ...metadata, name: this.#apart(own) } };
  }

  #apart(name: string): string {
    const count = (this.#given.get(name) ?? 0) + 1;
    this.#given.set(name, count);
    return count === 1 ? name : `${name}-${count}`;
  }
}
