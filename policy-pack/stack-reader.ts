import type { Finding } from "../core/finding";
import type { Fact } from "../core/graph/fact";
import { Graph } from "../core/graph/graph";
import type { Resource } from "../core/snapshot/resource";
import type { NotRead } from "../core/report";
import { createDetector, type Detector } from "./credentials";
import { problemOf } from "./evaluation";
import { failureFinding } from "./findings";
import { receivedKeys } from "./readers/aws/received-keys";
import { createReadContext } from "./readers/context";
import { createReaderIndex } from "./readers";
import { carriesIdentity } from "./readers/not-read";
import type { Reader } from "./readers/reader";
import { stringsIn } from "./credentials/strings";
import type { Settings } from "./settings";

/** Reads resources into a graph, one after the other, and keeps what it could not read. */
export class StackReader {
  readonly graph = new Graph();
  readonly #detector: Detector;
  readonly #context: ReturnType<typeof createReadContext>;
  readonly #readersOf: (resource: Resource) => readonly Reader[];
  readonly #notRead = new Map<string, number>();
  readonly #failures: Finding[] = [];

  constructor(settings: Settings, readers?: readonly Reader[], detector = createDetector()) {
    this.#detector = detector;
    this.#context = createReadContext(settings, (text, under) =>
      this.#detector.credentialIn(text, under),
    );
    this.#readersOf = createReaderIndex(readers);
  }

  /**
   * Looks for credentials in the strings of resources, ahead of {@link StackReader.read}, and remembers the resources, so
   * that what is read of one does not depend on which came before.
   */
  async prepare(resources: readonly Resource[]): Promise<void> {
    for (const resource of resources) this.#context.remember(resource);
    const strings = resources
      .filter((resource) =>
        this.#readersOf(resource).some((reader) => reader.readsLiterals === true),
      )
      .flatMap((resource) => stringsIn(resource.inputs));
    if (strings.length > 0) await this.#detector.prepare(strings);
  }

  /** Adds a resource's facts to the graph and answers them. A reader that throws becomes a failure. */
  read(resource: Resource): readonly Fact[] {
    this.graph.locate(resource.urn, resource.source);
    this.#context.remember(resource);
    if (resource.notInUpdate === true) return [];
    const readers = this.#readersOf(resource);
    if (readers.every((reader) => reader.partial === true)) this.#passOver(resource.type);
    const facts = [
      ...readers.flatMap((reader) => this.#factsOf(reader, resource)),
      ...receivedKeys(resource),
    ];
    for (const fact of facts) this.graph.add(fact);
    return facts;
  }

  /** What readers failed at since the last call. */
  failures(): readonly Finding[] {
    return this.#failures.splice(0);
  }

  /** Types that carry identity and that nobody read, most frequent first. */
  notRead(): readonly NotRead[] {
    return [...this.#notRead]
      .map(([type, count]) => ({ type, count }))
      .sort((a, b) => b.count - a.count || (a.type < b.type ? -1 : 1));
  }

  #factsOf(reader: Reader, resource: Resource): readonly Fact[] {
    try {
      return [...reader.read(resource, this.#context)];
    } catch (error) {
      const at = { urn: resource.urn, property: "" };
      this.#failures.push(
        failureFinding(`reader ${reader.name}`, problemOf(error), at, this.graph),
      );
      return [];
    }
  }

  #passOver(type: string): void {
    if (carriesIdentity(type)) this.#notRead.set(type, (this.#notRead.get(type) ?? 0) + 1);
  }
}
