import { credentialsIn } from "../core/credential/hits";
import { decodedBase64 } from "../core/credential/pieces";
import type { Resource, Snapshot } from "../core/snapshot/resource";
import {
  Secret,
  Unknown,
  isList,
  isRecord,
  type Value,
  type ValueRecord,
} from "../core/snapshot/value";
import { createDetector, type Detector } from "../policy-pack/credentials";
import { stringsIn } from "../policy-pack/credentials/strings";

/** Longest text that is looked into as JSON. */
const longestJson = 1_048_576;

/**
 * A snapshot in which what looks like a credential is marked as secret, so that saving leaves it out.
 *
 * A program may hold one in clear where nobody marked it: in an environment variable, a command line, an annotation.
 */
export async function withCredentialsMarked(snapshot: Snapshot): Promise<Snapshot> {
  const detector = createDetector();
  const resources: Resource[] = [];
  for (const resource of snapshot.resources) {
    const values = [resource.inputs, resource.outputs ?? {}];
    await detector.prepare(values.flatMap((value) => stringsIn(value).flatMap(withJsonStrings)));
    const marking = new Marking(detector);
    resources.push({
      ...resource,
      inputs: marking.record(resource.inputs),
      ...(resource.outputs && { outputs: marking.record(resource.outputs) }),
    });
  }
  return { ...snapshot, resources };
}

/** Marks strings in values by what they are and by the names they stand under. */
class Marking {
  readonly #detector: Detector;

  constructor(detector: Detector) {
    this.#detector = detector;
  }

  record(values: ValueRecord): ValueRecord {
    const pairName = typeof values["name"] === "string" ? values["name"] : undefined;
    return Object.fromEntries(
      Object.entries(values).map(([key, value]) => {
        // An environment is a list of pairs: what stands under `value` is called what stands under `name`.
        const under = key === "value" && pairName !== undefined ? pairName : key;
        return [key, this.#value(value, under)];
      }),
    );
  }

  #value(value: Value, under: string | undefined): Value {
    if (typeof value === "string") return this.#holds(value, under) ? new Secret(value) : value;
    if (isList(value)) {
      return value.map((item, index) => this.#value(item, flagBefore(value, index) ?? under));
    }
    return isRecord(value) ? this.record(value) : value;
  }

  /** Whether a text is a credential, or holds one: as an assignment, in base64, or in JSON. */
  #holds(text: string, under: string | undefined): boolean {
    if (this.#isCredential(text, under)) return true;
    const decoded = decodedBase64(text);
    if (decoded !== undefined && this.#isCredential(decoded, under)) return true;
    const parsed = parsedJson(text);
    return parsed !== undefined && hasSecret(this.#value(parsed, under));
  }

  #isCredential(text: string, under: string | undefined): boolean {
    return credentialsIn(text, under, this.#detector.credentialIn).length > 0;
  }
}

/** The name of the flag whose value an item of a command line is: `--token`, `abc`. */
function flagBefore(items: readonly Value[], index: number): string | undefined {
  const before = items[index - 1];
  return typeof before === "string" ? /^--?([A-Za-z][\w-]*)$/.exec(before)?.[1] : undefined;
}

function withJsonStrings(text: string): readonly string[] {
  const parsed = parsedJson(text);
  return parsed === undefined ? [text] : [text, ...stringsIn(parsed)];
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
