import { argumentsOf } from "../policy-pack/domain/secrets/arguments";
import { comparedIn } from "../policy-pack/domain/secrets/compared";
import { credentialsIn } from "../policy-pack/domain/secrets/hits";
import { decodedBase64 } from "../policy-pack/domain/secrets/decoded";
import { credentialsInParts, sketchOf } from "../policy-pack/domain/secrets/known-part";
import { isNoCredential, isReference } from "../policy-pack/domain/secrets/value";
import type { Resource, Snapshot } from "../core/snapshot/resource";
import {
  PartialText,
  Secret,
  Unknown,
  isList,
  isRecord,
  type Value,
  type ValueRecord,
} from "../core/snapshot/value";
import { createDetector, type Detector } from "../policy-pack/read/credentials";
import { openedStringsIn } from "../policy-pack/read/credentials/strings";
import { withoutCredentials } from "./masked-parts";
import { collect, collecting, SecretTexts } from "./secret-texts";

/** Longest text that is looked into as JSON. */
const longestJson = 1_048_576;

/**
 * A snapshot with credentials marked as secret, so that saving leaves them out.
 *
 * A program may have one in plain text without a mark: in an environment variable, a command line, an annotation. What is
 * secret in one place is left out in all: in the copy of an object that `kubectl` stores beside it, in a script, in base64.
 */
export async function withCredentialsMarked(snapshot: Snapshot): Promise<Snapshot> {
  const secrets = new SecretTexts();
  const detector = collecting(createDetector(), secrets);
  await collect(snapshot, detector, secrets);
  const byName = await markedBy(snapshot, detector, new Marking(detector, secrets));
  // The last one found may be in the first text searched.
  return markedBy(byName, detector, new Marking(detector, secrets));
}

/** What of a secret text is compared with others: the credential in it, as the judge compares it. */
export function credentialOf(text: string): string {
  return comparedIn(text).join("\n");
}

async function markedBy(
  snapshot: Snapshot,
  detector: Detector,
  marking: Marking,
): Promise<Snapshot> {
  const resources: Resource[] = [];
  for (const resource of snapshot.resources) {
    const values = [resource.inputs, resource.outputs ?? {}];
    await detector.prepare(
      values.flatMap((value) => openedStringsIn(value).flatMap(withJsonStrings)),
    );
    resources.push({
      ...resource,
      inputs: marking.record(resource.inputs),
      ...(resource.outputs && { outputs: marking.record(resource.outputs) }),
    });
  }
  return { ...snapshot, resources };
}

/** A text that the program does not mark, to leave out: it is judged as what it is when the snapshot is read. */
function inPlainText(text: string): Secret {
  return new Secret(text, true);
}

/** Marks strings in values by what they are, by their names, and by what is secret in another place. */
class Marking {
  readonly #detector: Detector;
  readonly #secrets: SecretTexts;

  constructor(detector: Detector, secrets: SecretTexts) {
    this.#detector = detector;
    this.#secrets = secrets;
  }

  record(values: ValueRecord): ValueRecord {
    const pairName = typeof values["name"] === "string" ? values["name"] : undefined;
    return Object.fromEntries(
      Object.entries(values).map(([key, value]) => {
        // An environment is a list of pairs: the name of a `value` is beside it under `name`.
        const under = key === "value" && pairName !== undefined ? pairName : key;
        return [key, isFake(values, key) ? this.#sealed(value) : this.#value(value, under)];
      }),
    );
  }

  /** A value with each of its texts marked, but for what they are called. */
  #sealed(value: Value): Value {
    if (typeof value === "string") {
      this.#secrets.addMarked(value);
      return new Secret(value);
    }
    if (isList(value)) return value.map((item) => this.#sealed(item));
    if (!isRecord(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        key === "key" || key === "version" ? item : this.#sealed(item),
      ]),
    );
  }

  #value(value: Value, under: string | undefined): Value {
    if (value instanceof PartialText) return this.#partial(value, under);
    if (typeof value === "string") return this.#holds(value, under) ? inPlainText(value) : value;
    if (isList(value)) {
      const words = value.map((item) => (typeof item === "string" ? item : undefined));
      const byTool = new Map(argumentsOf(words).map((one) => [one.index, one.text]));
      return value.map((item, index) => {
        const text = byTool.get(index);
        if (text !== undefined && typeof item === "string" && !isReference(text)) {
          return isNoCredential(text, undefined) ? item : inPlainText(item);
        }
        return this.#value(item, flagBefore(value, index) ?? under);
      });
    }
    return isRecord(value) ? this.record(value) : value;
  }

  #partial(text: PartialText, under: string | undefined): Value {
    const sketch = sketchOf(text.parts);
    if (sketch === undefined) return text;
    const found = this.#knownIn(sketch, under);
    return withoutCredentials(text, found, (part) => this.#secrets.areIn(part));
  }

  /** The credentials that are known whole in a text with stand-ins for what is not known, also in its JSON. */
  #knownIn(sketch: string, under: string | undefined): readonly string[] {
    const hits = credentialsInParts([sketch], under, this.#detector.credentialIn);
    const inJson: string[] = [];
    const visit = (value: Value, name: string | undefined): void => {
      if (typeof value === "string") inJson.push(...this.#knownIn(value, name));
      else if (isList(value)) for (const item of value) visit(item, name);
      else if (isRecord(value)) {
        const pair = typeof value["name"] === "string" ? value["name"] : undefined;
        for (const [key, item] of Object.entries(value)) {
          visit(item, key === "value" && pair !== undefined ? pair : key);
        }
      }
    };
    visit(parsedJson(sketch) ?? null, under);
    return [...hits.map(({ text }) => text), ...inJson];
  }

  /** Whether a text is a credential, or contains one: as an assignment, in base64, or in JSON. */
  #holds(text: string, under: string | undefined): boolean {
    if (this.#secrets.areIn(text) || this.#isCredential(text, under)) return true;
    const decoded = decodedBase64(text);
    if (decoded !== undefined && this.#isCredential(decoded, under)) return true;
    const parsed = parsedJson(text);
    return parsed !== undefined && hasSecret(this.#value(parsed, under));
  }

  #isCredential(text: string, under: string | undefined): boolean {
    return credentialsIn(text, under, this.#detector.credentialIn).length > 0;
  }
}

/**
 * Whether the values under a key are those of a fake secret store, or of a generator of fake values.
 *
 * Source: external-secrets.io, provider Fake (`provider.fake.data`), generator Fake (`spec.data`).
 */
function isFake(around: ValueRecord, key: string): boolean {
  const value = around[key];
  if (key === "fake") return isRecord(value) && isList(value["data"] ?? null);
  return key === "spec" && around["kind"] === "Fake";
}

/** The name of the flag whose value an item of a command line is: `--token`, `abc`. */
function flagBefore(items: readonly Value[], index: number): string | undefined {
  const before = items[index - 1];
  return typeof before === "string" ? /^--?([A-Za-z][\w-]*)$/.exec(before)?.[1] : undefined;
}

function withJsonStrings(text: string): readonly string[] {
  const parsed = parsedJson(text);
  return parsed === undefined ? [text] : [text, ...openedStringsIn(parsed)];
}

function parsedJson(text: string): Value | undefined {
  if (text.length > longestJson || !/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as Value;
  } catch {
    return undefined;
  }
}

function hasSecret(value: Value): boolean {
  if (value instanceof Secret) return true;
  if (value === null || typeof value !== "object" || value instanceof Unknown) return false;
  return Object.values(value as ValueRecord).some(hasSecret);
}
