import { stackFactsOf } from "../core/fleet/stack-facts";
import { isEmpty } from "../core/delta/authority";
import { summaryOf } from "../core/delta/summary";
import { following } from "../core/credential/following";
import type { Finding } from "../core/finding";
import type { Fact, FactOf } from "../core/graph/fact";
import type { Graph } from "../core/graph/graph";
import type { Name } from "../core/graph/name";
import { identityGraphOf } from "../core/identity-graph/of-graph";
import type { Masks } from "../core/masks";
import type { Judgement } from "../core/report";
import type { Resource, Snapshot } from "../core/snapshot/resource";
import type { Urn } from "../core/snapshot/value";
import type { Rule } from "./define-rule";
import { createDetector, type Detector } from "./credentials";
import { Evaluations, answerOf, renewWork, rulesByKind } from "./evaluation";
import { failureFinding, mergeFindings, wasReported } from "./findings";
import { folded } from "./fold";
import { declaredIn } from "./grants-in";
import { withoutRepeats, type Stated } from "./precedence";
import { asClassic, asDeclared, classicSnapshot } from "../core/native/as-classic";
import { spareOpen } from "./marked-names";
import { isEksCluster, scopesOfCluster } from "./readers/aws/eks/eks-cluster";
import type { Reader } from "./readers/reader";
import { factsOf, notReadIn, type Reading } from "./reading";
import { rules as allRules } from "./all-rules";
import type { Settings } from "./settings";
import { StackReader } from "./stack-reader";
import { summarise, workloadsOf } from "./summary";
import { StackView } from "./hypotheses/stack-view";
import { hypothesize } from "./hypotheses/hypothesize";
import { tellingWhatIsOpen } from "./hypotheses/what-is-open";
import { atOnce, inTurns } from "./turns";
import { restrictionsOf } from "./waivers/restrictions";
import { applyWaivers, faultsByGraph } from "./waivers/apply-waivers";
import type { Waivers } from "./waivers/waiver";

/** What a judge goes by; rules and readers default to all there are. */
export interface Judging {
  readonly settings: Settings;
  readonly rules?: readonly Rule[];
  readonly readers?: readonly Reader[];
  /** What is waived, and the day it is. Default: nothing is. */
  readonly waivers?: Waivers;
  /** What tells credentials; one that is used again need not look twice at the same text. */
  readonly detector?: Detector;
  /**
   * Whether facts are wanted that are compared with those of other stacks, and the key that all of them are made with: values in plain
   * text are compared by it. Default: no facts; `none` compares no values.
   */
  readonly factsBy?: Uint8Array | "none";
}

/** Judges a whole snapshot: every rule, early or closed, and what cannot be told. */
export async function judgeSnapshot(given: Snapshot, judging: Judging): Promise<Judgement> {
  const snapshot = classicSnapshot(given);
  const { settings, detector = createDetector() } = judging;
  const read = await readAll(snapshot.resources, { ...judging, detector });
  spareOpen(read.reader.graph.masks, read.facts);
  return judgementOf(snapshot, { ...judging, detector }, read, (rules) =>
    inTurns(answersOf(rules, read.reader.graph, settings)),
  );
}

/** What was read of resources: of those that something is to be told of beside the facts. */
interface ReadAll {
  readonly reader: StackReader;
  readonly readings: readonly Reading[];
  /** Of every resource. */
  readonly facts: readonly Pick<Reading, "resource" | "facts">[];
  /** The names that facts state and that rules have asked for, once they are asked. */
  readonly names: () => Iterable<Name>;
}

/** @param masks what is marked, where that is known */
async function readAll(
  resources: readonly Resource[],
  { settings, readers, detector, factsBy }: Judging,
  masks?: Masks,
): Promise<ReadAll> {
  const key = factsBy === "none" ? undefined : factsBy;
  const reader = new StackReader(settings, readers, detector, masks, key);
  await reader.prepare(resources);
  return inTurns(readBy(reader, resources));
}

/** @param reader has looked at the strings of the resources */
function* readBy(reader: StackReader, resources: readonly Resource[]): Generator<void, ReadAll> {
  // Providers and components come first, whatever their place: resources are read in the light of them.
  const ordered = [...resources].sort((a, b) => rankOf(a) - rankOf(b));
  const readings: Reading[] = [];
  const all: ReadAll["facts"][number][] = [];
  for (const resource of ordered) {
    const reading = reader.read(resource);
    all.push({ resource, facts: reading.facts });
    if (reading.failures.length > 0 || reading.isNotRead) readings.push(reading);
    yield;
  }
  conclude(reader.graph);
  return { reader, readings, facts: all, names: () => reader.graph.allNames() };
}

/** Adds what only all resources together tell, and closes the graph; answers what it added. */
function conclude(graph: Graph): readonly Fact[] {
  const more = [...following(graph)];
  for (const fact of more) graph.add(fact);
  graph.close();
  return more;
}

/** The names that come up where a whole snapshot is judged, by a detector that has looked at its strings. */
function namesOf({ resources }: Snapshot, judging: Judging): Iterable<Name> {
  const { settings, readers, detector } = judging;
  const reader = new StackReader(settings, readers, detector);
  reader.remember(resources);
  const { graph } = atOnce(readBy(reader, resources)).reader;
  const [, others] = byWaivers(judging);
  atOnce(answersOf(others, graph, settings));
  return graph.allNames();
}

/**
 * Judges resources as they come, by early rules alone: each finding is told once, on the resource that completes it.
 *
 * Calls may overlap: a resource's facts are added and judged in one go, after its strings were looked at.
 */
export class IncrementalJudge {
  readonly #judging: Judging;
  readonly #reported = new Map<string, Finding>();
  readonly #readings = new Map<Urn, Reading>();
  #reader: StackReader;
  #evaluations: Evaluations;

  constructor(judging: Judging) {
    this.#judging = { ...judging, detector: judging.detector ?? createDetector() };
    [this.#reader, this.#evaluations] = this.#start();
  }

  /** Adds a resource; answers the findings that it completes and that were not told before. */
  async add(given: Resource): Promise<readonly Finding[]> {
    const resource = asClassic(given);
    await this.#reader.prepare([resource]);
    const findings = mergeFindings(
      this.#readings.has(resource.urn) ? this.#readAgain(resource) : this.#read(resource),
    );
    const fresh = findings.filter((finding) => !wasReported(finding, this.#reported));
    for (const finding of fresh) this.#reported.set(finding.fingerprint, finding);
    const { masks } = this.#reader.graph;
    return fresh.map((finding) => masks.overFinding(asDeclared(finding)));
  }

  /**
   * Judges all that there is at the end, as {@link judgeSnapshot} does, by what was read and asked before.
   *
   * No resource may come after it.
   */
  async finish(given: Snapshot): Promise<Judgement> {
    const snapshot = classicSnapshot(given);
    const finish = await this.#reader.finish(snapshot.resources, this.#readings);
    if (finish === undefined) return judgeSnapshot(snapshot, this.#judging);
    const { settings } = this.#judging;
    const { graph } = this.#reader;
    const more = conclude(graph);
    renewWork(graph);
    // How things are called goes by what is masked.
    spareOpen(graph.masks, finish.readings);
    for (const fact of [...finish.added, ...more]) this.#evaluations.evaluate(fact);
    const read: ReadAll = {
      reader: this.#reader,
      readings: finish.readings,
      facts: finish.readings,
      // This graph also has names of facts that were taken away, and what rules keep from one question to the next they do
      // not ask again.
      names: () => namesOf(snapshot, this.#judging),
    };
    return judgementOf(snapshot, this.#judging, read, async (rules) => [
      ...this.#evaluations.answers(finish.gone),
      ...(await inTurns(
        answersOf(
          rules.filter((rule) => rule.decides === "closed"),
          graph,
          settings,
        ),
      )),
    ]);
  }

  #start(): [StackReader, Evaluations] {
    const { settings, readers, detector } = this.#judging;
    const reader = new StackReader(settings, readers, detector);
    return [reader, new Evaluations(reader.graph, settings, requestedOf(this.#judging))];
  }

  /** The graph only grows, so a resource whose facts may have changed means reading all of them anew. */
  #readAgain(resource: Resource): readonly Finding[] {
    const before = Array.from(this.#readings.values(), (reading) => reading.resource);
    [this.#reader, this.#evaluations] = this.#start();
    return before.flatMap((each) => this.#read(each.urn === resource.urn ? resource : each));
  }

  #read(resource: Resource): readonly Finding[] {
    const reading = this.#reader.read(resource);
    this.#readings.set(resource.urn, reading);
    const facts = factsOf(reading);
    for (const fact of facts) this.#evaluations.evaluate(fact);
    const { graph } = this.#reader;
    return [
      ...this.#reader.failuresIn(reading),
      ...facts.flatMap((fact) => (fact.kind === "unreadable" ? [unreadable(fact, graph)] : [])),
      ...this.#evaluations.settle(),
    ];
  }
}

/**
 * What there is to say of a snapshot whose graph is complete.
 *
 * @param answers all that rules answer
 */
async function judgementOf(
  snapshot: Snapshot,
  judging: Judging,
  { reader, readings, names }: ReadAll,
  answers: (rules: readonly Rule[]) => Promise<readonly Stated[]>,
): Promise<Judgement> {
  const { graph } = reader;
  const { masks } = graph;
  const { settings, rules = allRules, factsBy } = judging;
  const [ofWaivers, others] = byWaivers(judging);
  const certain = mergeFindings([
    ...readings.flatMap((reading) => reader.failuresIn(reading)),
    ...graph.all("unreadable").map((fact) => unreadable(fact, graph)),
    ...withoutRepeats(await answers(others)),
  ]);
  const stack = new StackView(snapshot.resources, graph, reader.context, names);
  const closed = new Set(others.flatMap(({ id, decides }) => (decides === "closed" ? [id] : [])));
  const supposed = await hypothesize(stack, certain, closed, async (resources) => {
    // Supposed values are the stack's own: what it has marked, and findings are found again by, stays so.
    const other = await readAll(resources, judging, masks);
    const stated = await inTurns(answersOf(others, other.reader.graph, settings));
    return {
      findings: mergeFindings(withoutRepeats(stated)),
      stated: stated.map(({ finding }) => finding),
    };
  });
  const found = withMore(supposed.reported, supposed.findings);
  const findings = waived(found, judging.waivers, others, graph);
  const more = withoutRepeats(atOnce(answersOf(ofWaivers, graph, settings)));
  const all = folded(withMore(findings, more), graph, settings);
  const { resources } = snapshot;
  const workloads = workloadsOf(graph);
  const authority = summaryOf({ graph, resources, workloads, grants: declaredIn(resources) });
  const reported = tellingWhatIsOpen(all, stack, snapshot.notes);
  return {
    findings: reported.map((finding) => masks.overFinding(asDeclared(finding))),
    workloads: summarise(graph).map((workload) => masks.overWorkload(workload)),
    identityGraph: masks.overIdentityGraph(identityGraphOf(graph)),
    notRead: notReadIn(readings),
    notes: [...snapshot.notes, ...supposed.notes],
    resources: resources.length,
    rules: rules.length,
    ...(isEmpty(authority) ? {} : { authority: masks.overData(authority) }),
    ...(factsBy !== undefined && {
      facts: stackFactsOf({
        ...{ graph, workloads, authority, findings: reported, tenants: settings.tenants },
        stack: `${snapshot.project}/${snapshot.stack}`,
        clusters: resources
          .filter(({ urn }) => isEksCluster(urn))
          .map(({ urn }) => ({ urn, scopes: scopesOfCluster(urn, reader.context) })),
        isKeyed: factsBy !== "none",
        restrictionsOf: (concerned) => restrictionsOf(graph, concerned),
      }),
    }),
  };
}

/** Findings that are merged already with others. */
function withMore(merged: readonly Finding[], more: readonly Finding[]): readonly Finding[] {
  return more.length === 0 ? merged : mergeFindings([...merged, ...more]);
}

/** The rules about waivers, which are asked when all others were, and those others. */
function byWaivers(judging: Judging): readonly [Rule[], Rule[]] {
  return partition(requestedOf(judging), (rule) => rule.family === "waivers");
}

function requestedOf({ settings, rules = allRules }: Judging): readonly Rule[] {
  return rules.filter((rule) => settings.levels[rule.id] !== "disabled");
}

/** The findings with those lifted that are waived; the graph then knows of each waiver what came of it. */
function waived(
  findings: readonly Finding[],
  waivers: Waivers | undefined,
  rules: readonly Rule[],
  graph: Graph,
): readonly Finding[] {
  if (waivers === undefined) return findings;
  const applied = applyWaivers(findings, waivers, rules, faultsByGraph(graph));
  applied.facts.forEach((fact, index) => {
    graph.add(fact);
    graph.locate(fact.at.urn, waivers.entries[index]?.source);
  });
  return applied.findings;
}

function partition<T>(all: readonly T[], belongs: (one: T) => boolean): readonly [T[], T[]] {
  return [all.filter(belongs), all.filter((one) => !belongs(one))];
}

/** What rules answer of all that they watch; about one fact all are asked in turn, which have much to find out in common. */
function* answersOf(
  rules: readonly Rule[],
  graph: Graph,
  settings: Settings,
): Generator<void, readonly Stated[]> {
  const stated: Stated[] = [];
  for (const [kind, watching] of rulesByKind(rules)) {
    for (const fact of graph.all(kind)) {
      for (const rule of watching) {
        stated.push(...answerOf(rule, fact, graph, settings));
        yield;
      }
    }
  }
  return stated;
}

function unreadable(fact: FactOf<"unreadable">, graph: Graph): Finding {
  return failureFinding(`reader ${fact.reader}`, fact.problem, fact.at, graph);
}

function rankOf(resource: Resource): number {
  return resource.custom && !resource.type.startsWith("pulumi:providers:") ? 1 : 0;
}
