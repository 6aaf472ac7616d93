import { fingerprintsOf, type Finding } from "../../policy-pack/findings/finding";
import type { Resource } from "../../core/snapshot/resource";
import { Secret, isRecord, type Value } from "../../core/snapshot/value";
import type { Detector } from "../../policy-pack/read/credentials";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { isReportedBy } from "../../policy-pack/run/precedence";
import { rules } from "../../policy-pack/rules/index";
import { defaultSettings, type Settings } from "../../policy-pack/findings/settings";
import type { Waivers } from "../../policy-pack/run/waivers/waiver";
import { isAt } from "../../policy-pack/run/hypotheses/open-place";
import { outputOf, resource, snapshotOf } from "./resources";

/** An unknown value has dependencies, or none that are known. */
export const ways = ["waits", "nobody knows"] as const;

type Way = (typeof ways)[number];

/** An input at some depth of a resource of a stack. */
export interface Place {
  readonly resource: Resource;
  readonly path: readonly (string | number)[];
}

/** A stack that some rule rejects. */
export interface WalkedStack {
  readonly name: string;
  readonly resources: readonly Resource[];
  readonly settings?: Partial<Settings>;
  readonly waivers?: Waivers;
}

/** What is wrong with the answers about a stack of which one input is not known. */
export interface Fault {
  readonly is: "silent" | "new violation" | "crash" | "not named" | "nothing to wait for";
  readonly rule: string;
  readonly message: string;
}

/** What no reader looks at, so that what waits for it waits for nothing else of the stack. */
const later = resource("random:index/randomPet:RandomPet", "later", {});

/** Every input of every resource of a stack, at every depth. */
export function placesOf({ resources }: WalkedStack): readonly Place[] {
  return resources
    .filter(({ type }) => !type.startsWith("pulumi:"))
    .flatMap((each) => [...pathsIn(each.inputs)].map((path) => ({ resource: each, path })));
}

/** As people write it: `spec.containers[0].env`. */
export function textOf({ path }: Place): string {
  return path
    .map((step, at) => (typeof step === "number" ? `[${step}]` : at === 0 ? step : `.${step}`))
    .join("");
}

/** What is known of a stack, to compare with. */
export class AssumeSearch {
  readonly #detector: Detector;
  readonly #stack: WalkedStack;
  #reported: readonly Finding[] = [];
  #only: readonly Finding[] = [];

  constructor(stack: WalkedStack, detector: Detector) {
    this.#stack = stack;
    this.#detector = detector;
  }

  /** The findings where all is known. */
  async start(): Promise<readonly Finding[]> {
    const { resources } = this.#stack;
    const whole = await this.#judge(resources);
    this.#reported = whole.filter(isViolation);
    const only = await Promise.all(rules.map((rule) => this.#judge(resources, [rule])));
    this.#only = [...whole, ...only.flat()];
    return this.#reported;
  }

  /** What is wrong with the findings while an input is unknown. */
  async at(place: Place, way: Way): Promise<readonly Fault[]> {
    const partly = [...this.#stack.resources.map((each) => hidden(each, place, way)), later];
    const findings = await this.#judge(partly);
    const open = findings.filter((each) => each.verdict === "undetermined" && !this.#isKnown(each));
    return [
      ...findings
        .filter(({ rule, verdict }) => rule === "agentid" && verdict === "undetermined")
        .map(({ message }) => ({ is: "crash" as const, rule: "agentid", message })),
      ...findings
        .filter((each) => isViolation(each) && !this.#isKnown(each))
        .map(({ rule, message }) => ({ is: "new violation" as const, rule, message })),
      ...this.#reported
        .filter((was) => !findings.some((each) => publishesEvents(each, was, place)))
        .map(({ rule, message }) => ({ is: "silent" as const, rule, message })),
      // Only a value's dependencies lead from a finding to its location in another resource.
      ...open
        .filter((each) => way === "waits" && !names(each, place))
        .map(({ rule, at, message }) => ({
          is: "not named" as const,
          rule,
          message: `${at.urn} ${at.property}: ${message}`,
        })),
      ...open
        .filter(
          ({ dependsOn }) =>
            way === "waits" &&
            ![later.urn, place.resource.urn].some((urn) => dependsOn.includes(urn)),
        )
        .map(({ rule, message, dependsOn }) => ({
          is: "nothing to wait for" as const,
          rule,
          message: `${dependsOn.join()}: ${message}`,
        })),
    ];
  }

  #isKnown(finding: Finding): boolean {
    return this.#only.some((was) => isSame(finding, was));
  }

  async #judge(resources: readonly Resource[], requested = rules): Promise<readonly Finding[]> {
    const { settings, waivers } = this.#stack;
    const { findings } = await judgeSnapshot(snapshotOf(resources), {
      settings: { ...defaultSettings, ...settings },
      rules: requested,
      detector: this.#detector,
      ...(waivers && { waivers }),
    });
    return findings;
  }
}

function isViolation({ verdict, rule }: Finding): boolean {
  return verdict === "violated" && rule !== "agentid";
}

/** Whether two findings are of one fault, by any of its names. */
function isSame(a: Finding, b: Finding): boolean {
  if (a.rule !== b.rule || a.verdict !== b.verdict) return false;
  const isOfOnePlace = a.at.urn === b.at.urn && a.at.property === b.at.property;
  return isOfOnePlace || fingerprintsOf(a).some((one) => fingerprintsOf(b).includes(one));
}

/** Whether a finding equals another, or is its undetermined form. */
function publishesEvents(finding: Finding, was: Finding, place: Place): boolean {
  if (finding.rule !== was.rule && !isReportedBy(was.rule, finding.rule)) return false;
  if (finding.verdict === "violated") return isSame(finding, was);
  const isThere = finding.at.urn === place.resource.urn;
  const concerned = [was.about, was.holder, ...was.related].map((subject) => subject?.label);
  const isAbout = [finding.about, finding.holder].some(
    (subject) => subject !== undefined && concerned.includes(subject.label),
  );
  return isThere || isAbout || finding.at.urn === was.at.urn;
}

/** Whether a finding names an input, or its parent: as its location, or among its dependencies. */
function names({ at, open = [] }: Finding, place: Place): boolean {
  return [at, ...open].some((each) => isAt({ at: each }, { ...place, dependsOn: [] }));
}

function* pathsIn(value: Value | undefined, path: Place["path"] = []): Iterable<Place["path"]> {
  if (path.length > 0) yield path;
  const plain = value instanceof Secret ? value.revealForComparison() : value;
  if (Array.isArray(plain)) {
    for (const [at, each] of (plain as readonly Value[]).entries()) {
      yield* pathsIn(each, [...path, at]);
    }
  } else if (isRecord(plain)) {
    for (const [key, each] of Object.entries(plain)) yield* pathsIn(each, [...path, key]);
  }
}

function hidden(of: Resource, { resource: at, path }: Place, way: Way): Resource {
  if (of.urn !== at.urn) return of;
  const waitingFor = way === "waits" ? [later.urn] : [];
  const [top] = path;
  return {
    ...of,
    inputs: replacedAt(of.inputs, path, outputOf(...waitingFor)) as Resource["inputs"],
    dependencies: [...of.dependencies, ...waitingFor],
    propertyDependencies: { ...of.propertyDependencies, [String(top)]: waitingFor },
  };
}

/** A value with another one at a path in it. */
export function replacedAt(value: Value | undefined, path: Place["path"], by: Value): Value {
  const [step, ...rest] = path;
  if (step === undefined) return by;
  if (value instanceof Secret) return new Secret(replacedAt(value.revealForComparison(), path, by));
  if (Array.isArray(value) && typeof step === "number") {
    return (value as readonly Value[]).with(step, replacedAt(value[step] as Value, rest, by));
  }
  if (!isRecord(value)) throw new Error(`nothing stands at ${String(step)}`);
  return { ...value, [step]: replacedAt(value[String(step)], rest, by) };
}
