import type { Finding } from "../findings/finding";
import type { Fact } from "../facts/fact";
import { Graph } from "../facts/graph";
import { Masks } from "../facts/masks";
import type { Resource } from "../../core/snapshot/resource";
import type { Urn } from "../../core/snapshot/value";
import { createDetector, type Detector } from "../read/credentials";
import { stringsIn } from "../read/credentials/strings";
import { problemOf } from "./evaluation";
import { failureFinding } from "./findings";
import { Lookups, readsUnchanged } from "../read/lookups";
import { createReaderIndex, readersOf } from "../read";
import { receivedKeys } from "../read/aws/secrets/received-keys";
import { createReadContext } from "../read/resource/context";
import { literalsAnywhere } from "../read/resource/anywhere";
import { limitsOf } from "../read/resource/limits";
import { carriesIdentity, hasUnreadRole, mayCarryIdentity } from "../read/resource/not-read";
import type { ReadContext, Reader } from "../read/resource/reader";
import { markedNames } from "../read/marked-names";
import { factsOf, nothingReadOf, type ReaderFailure, type Reading } from "../read/reading";
import { isSame, replaced } from "../read/same";
import type { Settings } from "../findings/settings";

/** What the end of a run changes of what was read before. */
export interface Finish {
  readonly gone: ReadonlySet<Fact>;
  readonly added: readonly Fact[];
  /** What was read of each resource, last. */
  readonly readings: readonly Reading[];
}

/** One list for all: hardly a resource has any. */
const noFailures: readonly ReaderFailure[] = [];

/** Reads resources into a graph, one after the other, and keeps what it could not read. */
export class StackReader {
  readonly graph: Graph;
  readonly #detector: Detector;
  readonly #areMarksLost: boolean;
  readonly #context: ReturnType<typeof createReadContext>;
  readonly #readersOf: (resource: Resource) => readonly Reader[];
  /** Whether what is read is not the stack, but what it may turn out to be: it marks nothing. */
  #isSupposed = false;
  /** What the readers look at that run now. */
  #looking = new Lookups();

  /**
   * @param literalKey what names of values in plain text are made with. Default: a key that dies with the process
   * @param areMarksLost see `Judging.areMarksLost`
   */
  constructor(
    settings: Settings,
    readers?: readonly Reader[],
    detector = createDetector(),
    literalKey?: Uint8Array,
    areMarksLost = false,
  ) {
    this.#areMarksLost = areMarksLost;
    this.graph = new Graph(new Masks(), (scope) => this.#context.scopesBefore(scope));
    this.#detector = detector;
    this.#context = createReadContext(
      settings,
      (text, under) => this.#detector.credentialIn(text, under),
      (urn, resource) => this.#looking.other(urn, resource),
      literalKey,
    );
    this.#readersOf = readers === undefined ? readersOf : createReaderIndex(readers);
  }

  /** Remembers resources, ahead of {@link StackReader.read}, so that what is read of one does not depend on which came before. */
  remember(resources: readonly Resource[]): void {
    for (const resource of resources) this.#context.remember(resource);
  }

  /** Looks for credentials in the strings of resources as well. */
  async prepare(resources: readonly Resource[]): Promise<void> {
    this.remember(resources);
    const strings = resources
      .filter((resource) => this.#readsLiteralsOf(resource))
      .flatMap((resource) => stringsIn(resource.inputs));
    if (strings.length > 0) await this.#detector.prepare(strings);
  }

  /** Adds what a resource states to the graph, and answers it. A reader that throws becomes a failure. */
  read(resource: Resource): Reading {
    this.graph.locate(resource.urn, resource.source);
    this.#context.remember(resource);
    const reading = this.#readingOf(resource);
    for (const fact of factsOf(reading)) this.graph.add(fact);
    return reading;
  }

  /**
   * Goes over to what the host lists at the end: what readers would see otherwise than before is read anew, the rest stays.
   *
   * Answers undefined where all has to be read anew, by another reader: where two have one URN, or names are no longer
   * those of one thing.
   *
   * @param readings what was read before
   */
  async finish(
    listed: readonly Resource[],
    readings: ReadonlyMap<Urn, Reading>,
  ): Promise<Finish | undefined> {
    const byUrn = new Map(listed.map((resource) => [resource.urn, resource]));
    if (byUrn.size !== listed.length) return undefined;
    this.remember(listed);
    const kept = new Set<Urn>();
    const otherAt = (urn: Urn): Resource | undefined =>
      byUrn.get(urn) ?? this.#context.placeAt(urn);
    for (const [urn, reading] of readings) {
      const now = byUrn.get(urn);
      if (now && readsUnchanged(reading, now, otherAt)) kept.add(urn);
    }
    await this.prepare(listed.filter(({ urn }) => !kept.has(urn)));
    const gone = new Set<Fact>();
    const added: Fact[] = [];
    // A later reading refers to the facts that are in the graph: a possible value withdraws these.
    const replace = (before: readonly Fact[], now: readonly Fact[]): readonly Fact[] => {
      if (now === before) return before;
      const change = replaced(before, now);
      for (const fact of change.gone) gone.add(fact);
      added.push(...change.added);
      return change.now;
    };
    for (const [urn, reading] of readings) if (!byUrn.has(urn)) replace(factsOf(reading), []);
    const last = listed.map((resource) => {
      this.graph.locate(resource.urn, resource.source);
      const before = readings.get(resource.urn) ?? nothingReadOf(resource);
      const now = kept.has(resource.urn)
        ? receivingNow(before, resource)
        : this.#readingOf(resource);
      const facts = replace(before.facts, now.facts);
      const received = replace(before.received, now.received);
      const isSame = facts === now.facts && received === now.received;
      return isSame ? now : { ...now, facts, received };
    });
    if (!this.graph.withdraw(gone)) return undefined;
    for (const fact of added) this.graph.add(fact);
    return { gone, added, readings: last };
  }

  /**
   * Which facts there would be in the place of which, if resources were others.
   *
   * @param changed what they would be, by their URNs
   * @param readings what was read of all
   */
  async supposed(
    changed: readonly Resource[],
    readings: readonly Reading[],
  ): Promise<Pick<Finish, "gone" | "added">> {
    const byUrn = new Map(changed.map((resource) => [resource.urn, resource]));
    await this.prepare(changed);
    this.#isSupposed = true;
    try {
      const changes = readings.map((before) => {
        const now = byUrn.get(before.resource.urn) ?? before.resource;
        const isOther = now !== before.resource || this.#looksElsewhere(before, byUrn);
        return isOther ? replaced(before.facts, this.#readingOf(now).facts) : undefined;
      });
      return {
        gone: new Set(changes.flatMap((change) => change?.gone ?? [])),
        added: changes.flatMap((change) => change?.added ?? []),
      };
    } finally {
      this.#isSupposed = false;
      this.remember(
        readings.flatMap(({ resource }) => (byUrn.has(resource.urn) ? [resource] : [])),
      );
    }
  }

  /** Whether what was read looked at another resource that is now supposed to be otherwise, or at the place of a provider. */
  #looksElsewhere({ looked }: Reading, changed: ReadonlyMap<Urn, Resource>): boolean {
    return looked.at.some(
      ([urn, before]) =>
        changed.has(urn) || !isSame(before?.inputs, (this.#context.placeAt(urn) ?? before)?.inputs),
    );
  }

  /** What readers look up beyond a resource. */
  get context(): ReadContext {
    return this.#context;
  }

  /** What readers failed at in one resource. */
  failuresIn({ resource, failures }: Reading): readonly Finding[] {
    const at = { urn: resource.urn, property: "" };
    return failures.map(({ reader, problem }) =>
      failureFinding(`reader ${reader}`, problem, at, this.graph),
    );
  }

  #readingOf(resource: Resource): Reading {
    if (resource.notInUpdate === true) return nothingReadOf(resource);
    const readers = this.#readersOf(resource);
    const failures: ReaderFailure[] = [];
    this.#looking = new Lookups();
    const seen = this.#looking.own(resource);
    // Cut to length: a list that has grown has room for seventeen.
    const facts = readers.flatMap((reader) => this.#factsOf(reader, seen, failures)).slice();
    if (this.#readsLiteralsOf(resource)) {
      const isUnreadable = (property: string): boolean =>
        facts.some(({ kind, at }) => kind === "unreadable" && at.property === property);
      facts.push(...[...limitsOf(resource)].filter(({ at }) => !isUnreadable(at.property)));
    }
    if (this.#readsAnywhere(resource)) {
      const by = readers.some((reader) => reader.readsNames === true) ? "formats" : "names";
      facts.push(...literalsAnywhere(seen, this.#context, facts, by));
    }
    if (!this.#isSupposed) this.graph.masks.add(markedNames(resource, facts));
    return {
      resource,
      facts,
      received: receivedKeys(resource),
      failures: failures.length === 0 ? noFailures : failures,
      isNotRead:
        facts.some(({ kind }) => kind === "not-read") ||
        hasUnreadRole(resource, facts) ||
        isUnread(resource, readers),
      looked: this.#looking.looked(),
    };
  }

  /** Whether strings of a resource are looked at for credentials. */
  #readsLiteralsOf(resource: Resource): boolean {
    return (
      this.#readsAnywhere(resource) ||
      this.#readersOf(resource).some((reader) => reader.readsLiterals === true)
    );
  }

  /** Whether they are, whatever its readers look at. What a component receives is judged where it passes it on. */
  #readsAnywhere({ custom }: Resource): boolean {
    return custom && !this.#areMarksLost;
  }

  #factsOf(reader: Reader, resource: Resource, failures: ReaderFailure[]): readonly Fact[] {
    try {
      return [...reader.read(resource, this.#context)];
    } catch (error) {
      failures.push({ reader: reader.name, problem: problemOf(error) });
      return [];
    }
  }
}

/** What was read of a resource, with the static keys that it receives by its dependencies so far. */
function receivingNow(before: Reading, resource: Resource): Reading {
  const received = receivedKeys(resource);
  return received.length === 0 && before.received.length === 0 ? before : { ...before, received };
}

/** Whether a resource that its readers read in part may carry an identity besides. */
function isUnread(resource: Resource, readers: readonly Reader[]): boolean {
  const isPartial = readers.every(({ partial }) => partial === true);
  const isListed = isPartial
    ? readers.some(({ namesNotRead }) => namesNotRead === true)
    : readers.every(({ besideIdentity }) => besideIdentity === true);
  if (isListed) return carriesIdentity(resource.type);
  return isPartial && mayCarryIdentity(resource);
}
