import {
  LeftOut,
  LeftOutText,
  PartialText,
  Secret,
  Unknown,
  hidden,
  isList,
  isRecord,
  type Value,
  type ValueRecord,
} from "../../core/snapshot/value";
import { setOwn, type OpenRecord } from "../../core/snapshot/record";
import type { Configuration } from "./configuration";
import { secretOfStandIn } from "./configured-secret";

/** The text that a program receives in place of its organization, which only Pulumi's service knows. */
export const ORGANIZATION_STAND_IN = "organization-of-this-stack";

/** What Pulumi calls the organization of a stack that has none. */
export const DEFAULT_ORGANIZATION = "organization";

/**
 * What a program declares, with the values that are not known here in place of the texts that the program received for them: secret
 * configuration and the organization.
 */
export class StandInTexts {
  readonly #secrets: ReadonlySet<string>;

  constructor({ values, secretKeys }: Pick<Configuration, "values" | "secretKeys">) {
    const texts = secretKeys.flatMap((key) => values[key]?.match(/encrypted-\d+-value/g) ?? []);
    this.#secrets = new Set(texts);
  }

  /** The same properties without such texts. */
  inRecord(record: ValueRecord): ValueRecord {
    return Object.fromEntries(
      Object.entries(record).map(([key, value]) => [key, this.#value(value)]),
    );
  }

  #value(value: Value): Value {
    if (typeof value === "string") return this.#joined([value], value);
    if (value instanceof PartialText) return this.#joined(value.parts, value);
    if (value instanceof Secret) {
      const inner = value.revealForComparison();
      const read = this.#value(inner);
      if (read === inner) return value;
      return read instanceof Unknown ? hidden(read) : new Secret(read, value.isInClear);
    }
    if (isList(value)) {
      const items = value.map((item) => this.#value(item));
      return items.every((item, at) => item === value[at]) ? value : items;
    }
    if (!isRecord(value)) return value;
    const record: OpenRecord = {};
    let isSame = true;
    for (const [key, item] of Object.entries(value)) {
      const read = this.#value(item);
      if (read !== item) isSame = false;
      setOwn(record, key, read);
    }
    return isSame ? value : record;
  }

  /** @param whole the value that the parts are of, which is returned where nothing in it is replaced */
  #joined(parts: readonly (string | Unknown)[], whole: Value): Value {
    const read = parts.flatMap((part) => (typeof part === "string" ? this.#partsOf(part) : [part]));
    const [only, ...others] = read;
    if (only instanceof Unknown && others.length === 0) return only;
    if (read.every((part) => typeof part === "string")) return whole;
    if (read.every(isKnownOrLeftOut)) return new LeftOutText(read);
    return read.length === parts.length ? whole : new PartialText(read);
  }

  #partsOf(text: string): readonly (string | Unknown)[] {
    const parts = text.split(/(encrypted-\d+-value|organization-of-this-stack)/);
    return parts.flatMap((part) => (part === "" ? [] : [this.#valueOf(part)]));
  }

  #valueOf(part: string): string | Unknown {
    if (part === ORGANIZATION_STAND_IN) return new Unknown();
    // A program may have such a text of its own.
    return (this.#secrets.has(part) ? secretOfStandIn(part) : undefined) ?? part;
  }
}

function isKnownOrLeftOut(part: string | Unknown): part is string | LeftOut {
  return typeof part === "string" || part instanceof LeftOut;
}
