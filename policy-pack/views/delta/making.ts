import type { At } from "../../facts/fact-values";
import type { Graph } from "../../facts/graph";
import { labelOfThing } from "../../facts/label";
import type { Name } from "../../facts/name";
import type { Condition, Part, Selection } from "../../../core/policy/statement";
import type { Resource, SourcePosition } from "../../../core/snapshot/resource";
import { mask, type Urn } from "../../../core/snapshot/value";
import { keyOf, type LinkedPattern, type Pattern, type Permission, type Test } from "./permission";

/** What permissions are read from: a complete graph, and the resources of the stack. */
export class Making {
  readonly graph: Graph;
  readonly #resources: readonly Resource[];
  #byUrn: ReadonlyMap<Urn, Resource> | undefined;
  readonly #origins = new Map<string, Origin>();

  constructor(graph: Graph, resources: readonly Resource[]) {
    this.graph = graph;
    this.#resources = resources;
  }

  /** The key of a thing. */
  keyOf(name: Name): string {
    const canonical = this.graph.canonical(name);
    return keyOf(this.graph.masks.over(canonical));
  }

  /** A thing as people name it, masked. */
  labelOf(name: Name): string {
    return this.graph.masks.over(labelOfThing(this.graph, name));
  }

  /** Where a policy or another statement of authority is from: the resource that has the text, else the one that refers to it. */
  originOf(at: At, name: Name = at.urn): Origin {
    const named = this.graph.canonical(name);
    const urn = named.startsWith("urn:pulumi:") ? named : at.urn;
    const known = this.#origins.get(urn);
    if (known !== undefined) return known;
    this.#byUrn ??= new Map(this.#resources.map((each) => [each.urn, each]));
    const resource = this.#byUrn.get(urn);
    const outputs = (resource?.dependencies ?? []).flatMap((dependency) =>
      outputsOf(this.#byUrn?.get(dependency), keyOf(dependency)),
    );
    const of = [urn, ...(resource?.dependencies ?? [])].map(keyOf).sort();
    const source = this.graph.sourceOf(urn) ?? this.graph.sourceOf(at.urn);
    const origin = { of, own: keyOf(urn), outputs, ...(source && { source }) };
    this.#origins.set(urn, origin);
    return origin;
  }

  /** A text of a policy. */
  patternOf(part: Part, origin: Origin): Pattern {
    if (part.kind === "unknown") return this.openPattern(part.dependsOn, origin, part);
    return part.secret ? mask : this.textPattern(part.text, origin);
  }

  /** A known text, linked to the resources whose outputs it contains. */
  textPattern(given: string, { outputs }: Origin): Pattern {
    const text = this.graph.masks.over(given);
    let longest = 0;
    const of = new Set<string>();
    for (const output of outputs) {
      if (output.text.length < longest || !given.includes(output.text)) continue;
      if (output.text.length > longest) of.clear();
      longest = output.text.length;
      of.add(output.key);
    }
    return of.size === 0 ? text : { text, label: text, of: [...of].sort() };
  }

  /** What is not known, by what it waits for; an ARN that the program itself settles is known. */
  openPattern(
    dependsOn: readonly Urn[],
    origin: Pick<Origin, "own">,
    { output, behind }: { readonly output?: string; readonly behind?: string } = {},
  ): LinkedPattern {
    const [only, ...more] = dependsOn;
    const isOne = only !== undefined && more.length === 0 && output !== undefined;
    const arn = isOne && output === "arn" ? this.#settledArn(only) : undefined;
    const of = (dependsOn.length === 0 ? [origin.own] : dependsOn.map(keyOf)).sort();
    if (arn !== undefined) {
      const text = this.graph.masks.over(`${arn}${behind ?? ""}`);
      return { text, label: text, of };
    }
    const labels = dependsOn.map((urn) => this.labelOf(urn));
    const label = labels.length === 0 ? "a value that is not known" : labels.join(", ");
    return isOne ? { label: `${label}${behind ?? ""}`, of, behind: behind ?? "" } : { label, of };
  }

  /** A condition as a test. */
  testOf(condition: Condition, origin: Origin): Test {
    if (condition.kind === "unknown") {
      return {
        operator: "unknown",
        key: "",
        values: [this.openPattern(condition.dependsOn, origin)],
      };
    }
    const { operator, key, values } = condition;
    return { operator, key, values: inOrder(values.map((part) => this.patternOf(part, origin))) };
  }

  /** Conditions as tests, in an order that does not depend on how they are written. */
  testsOf(conditions: readonly Condition[], origin: Origin): readonly Test[] {
    return inOrder(conditions.map((each) => this.testOf(each, origin)));
  }

  /** `Action` and the like: what is selected, and what is left out. */
  selected(
    selection: Selection | undefined,
    origin: Origin,
  ): { readonly values: readonly Pattern[]; readonly except: readonly Pattern[] } {
    if (selection === undefined) return { values: ["*"], except: [] };
    const values = inOrder(selection.values.map((part) => this.patternOf(part, origin)));
    return selection.negated ? { values: ["*"], except: values } : { values, except: [] };
  }

  /** The ARN of a resource whose inputs settle it. */
  #settledArn(urn: Urn): string | undefined {
    const [fact] = this.graph.facts("resource", "resource", urn);
    if (fact === undefined) return undefined;
    const { service, region, account, widest, isMade, dependsOn } = fact.arn;
    const [resource = "*"] = widest;
    if (region === undefined || account === undefined || isMade || dependsOn !== undefined) {
      return undefined;
    }
    return /[*?]/.test(resource)
      ? undefined
      : `arn:aws:${service}:${region}:${account}:${resource}`;
  }
}

/** Where a policy is from. */
export interface Origin {
  /** Keys of its resource and of those that this is made of. */
  readonly of: readonly string[];
  /** Key of its resource. */
  readonly own: string;
  /** Known outputs of the resources that it is made of. */
  readonly outputs: readonly { readonly text: string; readonly key: string }[];
  readonly source?: SourcePosition;
}

/** Shorter outputs, such as a region's number, are in many texts. */
const shortestOutput = 4;

function outputsOf(resource: Resource | undefined, key: string): Origin["outputs"] {
  return Object.values(resource?.outputs ?? {}).flatMap((text) =>
    typeof text === "string" && text.length >= shortestOutput ? [{ text, key }] : [],
  );
}

/** A permission without what it has none of. */
export function permission({
  actions,
  objects,
  exceptActions = [],
  exceptObjects = [],
  conditions = [],
  of = [],
  source,
}: Permission): Permission {
  return {
    actions: inOrder(actions),
    objects: inOrder(objects),
    ...(exceptActions.length > 0 && { exceptActions }),
    ...(exceptObjects.length > 0 && { exceptObjects }),
    ...(conditions.length > 0 && { conditions }),
    ...(of.length > 0 && { of }),
    ...(source && { source }),
  };
}

/** Things each once, in the order of their kinds. */
export function inOrder<T>(all: readonly T[]): readonly T[] {
  if (all.length < 2) return all;
  const byText = new Map(all.map((each) => [JSON.stringify(each), each]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}
