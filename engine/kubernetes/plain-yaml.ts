import {
  COLLECTION_STYLE,
  EVENT_ID,
  SCALAR_STYLE,
  getScalarValue,
  parseEvents,
  type Event,
  type ScalarEvent,
} from "js-yaml";
import type { Value } from "../../core/snapshot/value";
import { setOwn, type OpenRecord } from "../../core/snapshot/record";

/** A document of a text, and at which character its content begins. */
export interface PlainYaml {
  readonly value: Value;
  readonly offset: number;
}

/**
 * The documents of a text that says nothing but what any reader of YAML reads alike, without those that hold nothing.
 *
 * A third of a check of manifests went into a parser that keeps every token for its errors and its edits. What is not
 * so plain is left to it: anchors, tags, directives, merge keys, repeated keys, numbers other than whole ones, words
 * that YAML 1.1 takes for truth, templates, what names its place in a comment, and whatever is no YAML.
 *
 * @returns undefined where the text is not so plain
 */
export function plainYaml(text: string): readonly PlainYaml[] | undefined {
  if (notSoPlain.test(text)) return undefined;
  let events: readonly Event[];
  try {
    events = parseEvents(text, { maxDepth: 100 });
  } catch {
    return undefined;
  }
  return new Walk(text, events).documents();
}

/**
 * Other ends of lines, tabs, templates, ends of documents, directives (others than YAML's own are not told of), `# Source:` of Helm. Of characters that YAML does not allow
 * each parser refuses others.
 */
const notSoPlain =
  /[^\n\x20-\x7e\u{a0}-\u{2027}\u{202a}-\u{d7ff}\u{e000}-\u{fefe}\u{ff00}-\u{fffd}\u{10000}-\u{10ffff}]|\{[{%]|^\.\.\.|^ *%|^ +---|^# Source: /mu;

const odd = Symbol("left to the other parser");

class Walk {
  readonly #text: string;
  readonly #events: readonly Event[];
  #at = 0;

  constructor(text: string, events: readonly Event[]) {
    this.#text = text;
    this.#events = events;
  }

  documents(): readonly PlainYaml[] | undefined {
    const found: PlainYaml[] = [];
    while (this.#at < this.#events.length) {
      const document = this.#next();
      const root = this.#events[this.#at];
      if (document?.type !== EVENT_ID.DOCUMENT || document.directives.length > 0) return undefined;
      const value = this.#value();
      if (value === odd || this.#next()?.type !== EVENT_ID.POP) return undefined;
      if (value === null) continue;
      // Of a text alone it is not told where it begins, but where what is in its quotes does.
      if (root === undefined || !("start" in root)) return undefined;
      found.push({ value, offset: root.start });
    }
    return found;
  }

  #next(): Event | undefined {
    const event = this.#events[this.#at];
    this.#at += 1;
    return event;
  }

  #value(): Value | typeof odd {
    const event = this.#next();
    if (event === undefined || !("tagStart" in event)) return odd;
    if (event.tagStart >= 0 || event.anchorStart >= 0) return odd;
    if (event.type === EVENT_ID.SCALAR) return this.#scalar(event);
    if (event.type === EVENT_ID.SEQUENCE) return this.#list();
    return this.#record(event.style === COLLECTION_STYLE.BLOCK);
  }

  #list(): Value | typeof odd {
    const items: Value[] = [];
    while (!this.#ends()) {
      const item = this.#value();
      if (item === odd) return odd;
      items.push(item);
    }
    return items;
  }

  #record(isBlock: boolean): Value | typeof odd {
    const record: OpenRecord = {};
    while (!this.#ends()) {
      if (isBlock && !this.#isFirstOnLine(this.#events[this.#at])) return odd;
      const key = this.#value();
      if (typeof key !== "string" || key === "<<" || Object.hasOwn(record, key)) return odd;
      const value = this.#value();
      if (value === odd) return odd;
      setOwn(record, key, value);
    }
    return record;
  }

  /** Behind a text in quotes the parser takes what follows on its line for a key: `- "a" b: c`. */
  #isFirstOnLine(key: Event | undefined): boolean {
    if (key?.type !== EVENT_ID.SCALAR) return false;
    let before = key.valueStart - (key.style === SCALAR_STYLE.PLAIN ? 1 : 2);
    while (this.#text[before] === " " || this.#text[before] === "-") before -= 1;
    return before < 0 || this.#text[before] === "\n";
  }

  #ends(): boolean {
    if (this.#events[this.#at]?.type !== EVENT_ID.POP) return false;
    this.#at += 1;
    return true;
  }

  #scalar(event: ScalarEvent): Value | typeof odd {
    const isPlain = event.style === SCALAR_STYLE.PLAIN;
    if (isPlain && event.valueStart < 0) return null;
    const open = foldedOtherwise[event.style];
    if (open?.test(this.#text.slice(event.valueStart, event.valueEnd)) === true) return odd;
    const text = getScalarValue(this.#text, event);
    return isPlain ? plainScalar(text) : text;
  }
}

/** A last line of nothing but spaces: some of them are the text's where they are more than its indent. */
const endsBlank = /\n +\n*$/;

/** Texts of several lines that are read in two ways: with an empty line behind an escaped end of line, lines that begin as items do. */
const foldedOtherwise: Readonly<Partial<Record<ScalarEvent["style"], RegExp>>> = {
  [SCALAR_STYLE.DOUBLE_QUOTED]: /\n/,
  [SCALAR_STYLE.PLAIN]: /\n *\W/,
  [SCALAR_STYLE.LITERAL_BLOCK]: endsBlank,
  [SCALAR_STYLE.FOLDED_BLOCK]: endsBlank,
};

function plainScalar(text: string): Value | typeof odd {
  if (text === "true") return true;
  if (text === "false") return false;
  if (text === "null" || text === "~" || text === "") return null;
  if (/^-?(?:0|[1-9][0-9]{0,14})$/.test(text)) return text === "-0" ? odd : Number(text);
  return mayBeOther.test(text) ? odd : text;
}

/** Numbers of other forms, and the words that YAML 1.1 takes for a truth or for nothing. */
const mayBeOther =
  /^(?:[-+]?[.0-9][-+.0-9_a-f]*|[-+]?0[xo][0-9a-f_]*|[-+]?\.(?:inf|nan)|y|n|yes|no|on|off|true|false|null|=)$/i;
