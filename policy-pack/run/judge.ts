import { stackFactsOf } from "../views/fleet/stack-facts";
import { isEmpty } from "../views/delta/authority";
import { summaryOf } from "../views/delta/summary";
import { following } from "../domain/secrets/following";
import type { Finding } from "../findings/finding";
import type { Fact, FactOf } from "../facts/fact";
import type { Graph } from "../facts/graph";
import { withReached } from "../views/reached";
import { identityGraphOf } from "../views/identity-graph/of-graph";
import type { Judgement } from "../views/report";
import { compareText } from "../../core/compare-text";
import { comparableText } from "../../core/snapshot/read";
import type { Resource, Snapshot } from "../../core/snapshot/resource";
import type { Urn } from "../../core/snapshot/value";
import type { Rule } from "../findings/define-rule";
import { createDetector, type Detector } from "../read/credentials";
import { Evaluations, answerOf, renewWork, rulesByKind } from "./evaluation";
import { failureFinding, mergeFindings, wasReported } from "./findings";
import { folded } from "./fold";
import { declaredIn } from "../read/aws/components/grants-in";
import { withoutRepeats, type Stated } from "./precedence";
import { asClassic, asDeclared, classicSnapshot } from "../domain/native/as-classic";
import { unmaskOpen } from "../read/marked-names";
import { maskedFinding, maskedIdentityGraph, maskedWorkload } from "./masked";
import { isEksCluster, scopesOfCluster } from "../read/aws/eks/eks-cluster";
import type { Reader } from "../read/resource/reader";
import { factsOf, notReadIn, type Reading } from "../read/reading";
import { rules as allRules } from "../rules/index";
import { replaced } from "../read/same";
import type { Settings } from "../findings/settings";
import { StackReader } from "./stack-reader";
import { summarise, workloadsOf } from "./summary";
import { StackView } from "./hypotheses/stack-view";
import { hypothesize, mayHypothesize } from "./hypotheses/hypothesize";
import type { Judged } from "./hypotheses/judged-values";
import { withOpenPlaces } from "./hypotheses/open-places";
import { atOnce, inTurns } from "./turns";
import { restrictionsOf } from "./waivers/restrictions";
import { applyWaivers, faultsByGraph } from "./waivers/apply-waivers";
import type { Waivers } from "./waivers/waiver";

/** The inputs of a judgement; rules and readers default to all there are. */
export interface Judging {
  readonly settings: Settings;
  readonly rules?: readonly Rule[];
  readonly readers?: readonly Reader[];
  /** What is waived, and the day it is. Default: nothing is. */
  readonly waivers?: Waivers;
  /**
   * Whether the host drops the marks of secrecy, as the SDK of policies does: then values are judged only at locations that a
   * reader knows. Default false.
   */
  readonly areMarksLost?: boolean;
  /** The detector of credentials; a reused one does not search the same text twice. */
  readonly detector?: Detector;
  /**
   * Whether facts are wanted that are compared with those of other stacks, and the key that all of them are made with: values in plain
   * text are compared by it. Default: no facts; `none` compares no values.
   */
  readonly factsBy?: Uint8Array | "none";
}

/** Judges a whole snapshot: every rule, early or closed, and all unknowns. */
export async function judgeSnapshot(given: Snapshot, judging: Judging): Promise<Judgement> {
  const snapshot = classicSnapshot(given);
  const { settings, readers, detector = createDetector(), factsBy, areMarksLost } = judging;
  const key = factsBy === "none" ? undefined : factsBy;
  const reader = new StackReader(settings, readers, detector, key, areMarksLost);
  await reader.prepare(snapshot.resources);
  const readings = await inTurns(readBy(reader, snapshot.resources));
  nameConfigured(reader, snapshot);
  const more = conclude(reader.graph, snapshot);
  unmaskOpen(reader.graph.masks, readings);
  const evaluations = new Evaluations(reader.graph, settings, byWaivers(judging)[1]);
  return judgementOf(snapshot, judging, { reader, readings, more, evaluations });
}

/** The facts of a whole stack, and the rules that run on them. */
interface ReadAll {
  readonly reader: StackReader;
  /** Of every resource. */
  readonly readings: readonly Reading[];
  /** Facts that only all resources together show. */
  readonly more: readonly Fact[];
  readonly evaluations: Evaluations;
}

/** @param reader has looked at the strings of the resources */
function* readBy(
  reader: StackReader,
  resources: readonly Resource[],
): Generator<void, readonly Reading[]> {
  // Providers and components come first, whatever their place: resources are read in the light of them.
  const ordered = [...resources].sort((a, b) => rankOf(a) - rankOf(b));
  const readings: Reading[] = [];
  for (const resource of ordered) {
    readings.push(reader.read(resource));
    yield;
  }
  return readings;
}

/** Files the keys of configuration under what their values are called; of keys with one value the first by name counts. */
function nameConfigured({ graph, context }: StackReader, { configuration = [] }: Snapshot): void {
  for (const { key, value } of configuration.toSorted((a, b) => compareText(b.key, a.key))) {
    const text = comparableText({ value }, "value");
    if (text !== undefined) graph.configuration.set(context.literalName(text), key);
  }
}

/** Adds what only all resources together show, and closes the graph; returns what it added. */
function conclude(graph: Graph, { resources }: Snapshot): readonly Fact[] {
  graph.close(mayHypothesize(resources));
  const more = graph.beforeEnd(() => [...following(graph)]);
  for (const fact of more) graph.add(fact);
  return more;
}

/**
 * Judges resources as they come, only by early rules: each finding is reported once, on the resource that completes it.
 *
 * Calls may overlap: a resource's facts are added and judged in one go, after its strings were searched.
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

  /** Adds a resource; returns the findings that it completes and that were not reported before. */
  async add(given: Resource): Promise<readonly Finding[]> {
    const resource = asClassic(given);
    await this.#reader.prepare([resource]);
    const findings = mergeFindings(
      this.#readings.has(resource.urn) ? this.#readAgain(resource) : this.#read(resource),
    );
    const fresh = findings.filter((finding) => !wasReported(finding, this.#reported));
    for (const finding of fresh) this.#reported.set(finding.fingerprint, finding);
    const { masks } = this.#reader.graph;
    return fresh.map((finding) => maskedFinding(masks, asDeclared(finding)));
  }

  /**
   * Judges everything at the end, as {@link judgeSnapshot} does, with what was read and judged before.
   *
   * No resource may come after it.
   */
  async finish(given: Snapshot): Promise<Judgement> {
    const snapshot = classicSnapshot(given);
    const finish = await this.#reader.finish(snapshot.resources, this.#readings);
    if (finish === undefined) return judgeSnapshot(snapshot, this.#judging);
    const { graph } = this.#reader;
    nameConfigured(this.#reader, snapshot);
    const more = conclude(graph, snapshot);
    renewWork(graph);
    const { readings } = finish;
    // Labels depend on what is masked.
    unmaskOpen(graph.masks, readings);
    const [reader, evaluations] = [this.#reader, this.#evaluations];
    return judgementOf(snapshot, this.#judging, { reader, readings, more, evaluations });
  }

  #start(): [StackReader, Evaluations] {
    const { settings, readers, detector, areMarksLost } = this.#judging;
    const reader = new StackReader(settings, readers, detector, undefined, areMarksLost);
    return [reader, new Evaluations(reader.graph, settings, byWaivers(this.#judging)[1])];
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
 */
async function judgementOf(
  snapshot: Snapshot,
  judging: Judging,
  read: ReadAll,
): Promise<Judgement> {
  const { reader, readings, evaluations } = read;
  const { graph } = reader;
  const { masks } = graph;
  const { settings, rules = allRules, factsBy } = judging;
  const [ofWaivers, others] = byWaivers(judging);
  const certain = mergeFindings([
    ...readings.flatMap((reading) => reader.failuresIn(reading)),
    ...graph.all("unreadable").map((fact) => unreadable(fact, graph)),
    ...withoutRepeats(await inTurns(evaluations.answers())),
  ]);
  const stack = new StackView(snapshot.resources, graph, reader.context);
  const closed = new Set(others.flatMap(({ id, decides }) => (decides === "closed" ? [id] : [])));
  const supposed = await hypothesize(stack, certain, closed, (changed) =>
    judgedWith(changed, read),
  );
  const found = withMore(supposed.reported, supposed.findings);
  const findings = waived(found, judging.waivers, others, graph);
  const more = withoutRepeats(atOnce(answersOf(ofWaivers, graph, settings)));
  const all = folded(withMore(findings, more), graph, settings);
  const { resources } = snapshot;
  const workloads = workloadsOf(graph);
  const authority = summaryOf({ graph, resources, workloads, grants: declaredIn(resources) });
  const reported = withOpenPlaces(all, stack, snapshot.notes);
  const identityGraph = maskedIdentityGraph(
    masks,
    identityGraphOf(
      graph,
      resources.map(({ urn }) => urn),
    ),
  );
  const shown = reported.map((finding) => maskedFinding(masks, asDeclared(finding)));
  return {
    findings: withReached(shown, identityGraph),
    workloads: summarise(graph).map((workload) => maskedWorkload(masks, workload)),
    identityGraph,
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

/** What the rules say if resources are others. */
async function judgedWith(
  changed: readonly Resource[],
  { reader, readings, more, evaluations }: ReadAll,
): Promise<Judged> {
  const { graph } = reader;
  const { gone, added } = await reader.supposed(changed, readings);
  renewWork(graph);
  try {
    graph.replace(gone, added);
    const now = graph.beforeEnd(() => [...following(graph)]);
    const further = replaced(more, now);
    const stale = graph.replace(new Set(further.gone), further.added);
    const other = new Set([...added, ...further.added]);
    const stated = await inTurns(evaluations.otherwise(stale, other));
    return {
      findings: mergeFindings(withoutRepeats(stated)),
      stated: stated.map(({ finding }) => finding),
    };
  } finally {
    graph.restore();
  }
}

/** Findings that are merged already with others. */
function withMore(merged: readonly Finding[], more: readonly Finding[]): readonly Finding[] {
  return more.length === 0 ? merged : mergeFindings([...merged, ...more]);
}

/** The rules about waivers, which run after all others, and those others. */
function byWaivers(judging: Judging): readonly [Rule[], Rule[]] {
  return partition(requestedOf(judging), (rule) => rule.family === "waivers");
}

function requestedOf({ settings, rules = allRules }: Judging): readonly Rule[] {
  return rules.filter((rule) => settings.levels[rule.id] !== "disabled");
}

/** The findings with waived ones lifted; the graph then has the result of each waiver. */
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

/** The answers of rules on all that they watch; all run on one fact in turn, since they share much of the computation. */
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
