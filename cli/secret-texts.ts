import { comparedIn } from "../policy-pack/domain/secrets/compared";
import {
  isNoCredential,
  isReference,
  shortestCredential,
} from "../policy-pack/domain/secrets/value";
import { textsIn } from "../core/snapshot/texts";
import type { Resource, Snapshot } from "../core/snapshot/resource";
import type { Detector } from "../policy-pack/read/credentials";
import { openedStringsIn } from "../policy-pack/read/credentials/strings";
import { defaultSettings } from "../policy-pack/findings/settings";
import { StackReader } from "../policy-pack/run/stack-reader";

/** A run of a key that lines and escapes leave whole, wherever its text is laid out anew. */
const runs = /[A-Za-z0-9+/]{32,}/g;

/** The characters of a name, an id or a number: such a text reveals nothing, and others need it. */
const plain =
  /^(?:\d+|[A-Za-z]+(?:[-_.:/ ][A-Za-z]+)*|[a-z][a-z0-9]*(?:[-.][a-z0-9]+)+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Texts that a saved snapshot must not show, anywhere: as a whole, within another text, in base64 or escaped. */
export class SecretTexts {
  /** By the first characters that each has: most places of a text begin none. */
  readonly #byStart = new Map<string, Set<string>>();
  /** Whether one begins with two characters, by their codes. */
  readonly #pairs = new Uint8Array(1 << 16);

  /** Adds a text that a program marks as secret; other places need a name or an id that it marks. */
  addMarked(text: string): void {
    for (const one of openedStringsIn(text.trim())) {
      const distinguishesNothing =
        plain.test(one) || isReference(one) || isNoCredential(one, undefined);
      if (!distinguishesNothing) this.addCredential(one);
    }
  }

  /** Adds what was found to be a credential. */
  addCredential(text: string): void {
    for (const one of comparedIn(text)) {
      for (const spelling of [one, ...(text.match(runs) ?? [])]) this.#add(spelling);
    }
  }

  /** Whether one of them is in a text, or in its content in base64 or compressed. */
  areIn(text: string): boolean {
    return this.#byStart.size > 0 && openedStringsIn(text).some((one) => this.#isIn(one));
  }

  #add(text: string): void {
    if (text.length < shortestCredential) return;
    const escaped = JSON.stringify(text).slice(1, -1);
    const encoded = Buffer.from(text)
      .toString("base64")
      .replace(/={1,2}$/, "");
    for (const spelling of new Set([text, escaped, encodeURIComponent(text), encoded])) {
      const start = spelling.slice(0, shortestCredential);
      this.#pairs[pairAt(spelling, 0)] = 1;
      const known = this.#byStart.get(start);
      if (known === undefined) this.#byStart.set(start, new Set([spelling]));
      else known.add(spelling);
    }
  }

  #isIn(text: string): boolean {
    for (let at = 0; at + shortestCredential <= text.length; at += 1) {
      if (this.#pairs[pairAt(text, at)] === 0) continue;
      const known = this.#byStart.get(text.slice(at, at + shortestCredential));
      if (known === undefined) continue;
      for (const one of known) if (text.startsWith(one, at)) return true;
    }
    return false;
  }
}

function pairAt(text: string, at: number): number {
  return ((text.charCodeAt(at) << 8) ^ text.charCodeAt(at + 1)) & 0xffff;
}

/** A detector that adds each credential it finds; a word is none, since it may be a name in another place. */
export function collecting(detector: Detector, into: SecretTexts): Detector {
  return {
    prepare: (strings) => detector.prepare(strings),
    credentialIn: (text, under) => {
      const found = detector.credentialIn(text, under);
      if (found !== undefined && found.severity !== "medium") {
        into.addCredential(text.slice(found.start ?? 0, found.end ?? text.length));
      }
      return found;
    },
  };
}

/** Collects what a snapshot has that is secret: what its programs mark, and what the readers take for a credential. */
export async function collect(
  { resources }: Snapshot,
  detector: Detector,
  into: SecretTexts,
): Promise<void> {
  for (const { inputs, outputs } of resources) {
    for (const value of [inputs, outputs]) {
      for (const text of textsIn(value, "marked")) into.addMarked(text);
    }
  }
  const reader = new StackReader(defaultSettings, undefined, detector);
  reader.remember(resources);
  for (const resource of resources) await readOne(reader, resource);
}

async function readOne(reader: StackReader, resource: Resource): Promise<void> {
  await reader.prepare([resource]);
  reader.read(resource);
}
