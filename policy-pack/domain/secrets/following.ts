import type { Fact, FactOf } from "../../facts/fact";
import { named, nameIn, type PassedOn, type Ref } from "../../facts/fact-values";
import type { Graph } from "../../facts/graph";
import { k8sName, nameInNoNamespace, scopeOf, scopedName } from "../../facts/name";
import type { Urn } from "../../../core/snapshot/value";
import { isCertain } from "./possible-use";
import { lookedFor } from "./looked-for";
import { isOfPart } from "./templates";

/** The uses and contents that only all resources together show: read from a complete graph, and added before it is closed. */
export function* following(graph: Graph): Iterable<Fact> {
  yield* storedIn(graph);
  yield* loaded(graph);
  yield* receivedFromTemplates(graph);
  yield* lookedFor(graph);
}

/** The names in an account by which the secrets of a store are known as well, where the store has its account. */
function* storedIn(graph: Graph): Iterable<FactOf<"alias">> {
  const stores = new Map(graph.all("store-scope").map((fact) => [fact.store, fact]));
  if (stores.size === 0) return;
  for (const name of graph.statedNames()) {
    const store = name.startsWith("secret|") ? stores.get(scopeOf(name) ?? "") : undefined;
    if (store === undefined) continue;
    const key = name.slice(name.indexOf(store.store) + store.store.length + 1);
    const short = store.of === "parameter" ? key.replace(/^\//, "") : key;
    const also = scopedName(store.of, store.scope, short);
    yield { kind: "alias", at: store.at, thing: name, also };
  }
}

/** What workloads receive from the components that they load, certain or unknown by what loads them. */
function* loaded(graph: Graph): Iterable<FactOf<"uses">> {
  for (const load of graph.all("loads")) {
    const { at, workload, place } = load;
    for (const offer of graph.facts("offers", "place", place)) {
      const dependsOn = loadDependsOn(load, offer);
      if (dependsOn === undefined) continue;
      const { component: by, secret, key, keyDependsOn } = offer;
      const held = {
        secret,
        ...(key !== undefined && { key }),
        ...(keyDependsOn !== undefined && { keyDependsOn }),
      };
      const open = dependsOn.length > 0 && { dependsOn };
      yield { kind: "uses", at, workload, ...held, through: "component", by, ...open };
    }
  }
}

/** The dependencies of whether a workload loads a component: empty if it does, undefined if it does not. */
function loadDependsOn(load: FactOf<"loads">, offer: FactOf<"offers">): readonly Urn[] | undefined {
  const { as, dependsOn = [] } = load;
  if (offer.to === undefined) return dependsOn;
  if (as?.kind === "known" && offer.to.includes(as.text)) return dependsOn;
  const dependencies = [
    ...(offer.toDependsOn ?? []),
    ...(as?.kind === "unknown" && offer.to.length > 0 ? as.dependsOn : []),
  ];
  return dependencies.length > 0 ? [...dependsOn, ...dependencies] : undefined;
}

/** Longest line of templates that take each other which is followed; real ones have two or three. */
const deepest = 8;

/** What workloads receive from the templates that they run in part, and from those that these take in turn, or may take. */
function* receivedFromTemplates(graph: Graph): Iterable<FactOf<"uses" | "runs-template">> {
  const seen = new Set<string>();
  let level = graph.all("runs-template");
  for (let depth = 0; depth < deepest && level.length > 0; depth += 1) {
    const next: FactOf<"runs-template">[] = [];
    for (const take of level) {
      const { at, workload, part, inNamespace, shownBy = null, dependsOn } = take;
      const template = nameIn(take.template);
      if (template === undefined) continue;
      const parts = [part, inNamespace, shownBy, dependsOn, take.named, take.moreNamed];
      const id = JSON.stringify([at, graph.idOf(template), ...parts]);
      if (seen.has(id)) continue;
      seen.add(id);
      for (const shown of graph.facts("uses", "workload", template)) {
        const { shownBy: by, exempt, ...held } = shown;
        if (!isCertain(shown) || !isOfPart(by, part)) continue;
        const secret = secretIn(secretOfTemplate(take, shown), inNamespace);
        if (secret === undefined) continue;
        const shows = shownBy === null ? {} : { shownBy };
        // Where it may be the consumer, the template that shows it is not.
        const open = dependsOn && { by: template, dependsOn };
        const own = exempt !== undefined && exempt !== "parameter" && { exempt };
        yield { ...held, at, workload, secret, ...own, ...shows, ...open };
      }
      for (const further of graph.facts("runs-template", "workload", template)) {
        if (further.template.kind === "unknown") {
          yield unknownOnward(take, further, further.template.dependsOn);
        } else if (isOfPart(further.shownBy, part)) next.push(onward(take, further));
      }
    }
    level = next;
  }
}

/** A user of a template takes the unknown template that this takes. */
function unknownOnward(
  { at, workload, dependsOn = [] }: FactOf<"runs-template">,
  { isRun: _isRun, ...further }: FactOf<"runs-template">,
  open: readonly Urn[],
): FactOf<"runs-template"> {
  return {
    ...further,
    at,
    workload,
    template: { kind: "unknown", dependsOn: [...dependsOn, ...open] },
  };
}

/** A user of a template takes what that takes in turn. */
function onward(
  take: FactOf<"runs-template">,
  further: FactOf<"runs-template">,
): FactOf<"runs-template"> {
  const { part } = further;
  const given = further.named && passedOn(take, further.named);
  const inNamespace = take.inNamespace ?? further.inNamespace;
  const dependencies = [take, further].flatMap(({ dependsOn }) => (dependsOn ? [dependsOn] : []));
  return {
    kind: "runs-template",
    at: take.at,
    workload: take.workload,
    template: further.template,
    ...(part !== undefined && { part }),
    ...(take.shownBy !== undefined && { shownBy: take.shownBy }),
    ...(given !== undefined && { named: given }),
    ...(further.moreNamed !== undefined && { moreNamed: further.moreNamed }),
    ...(inNamespace !== undefined && { inNamespace }),
    ...(dependencies.length > 0 && { dependsOn: dependencies.flat() }),
  };
}

type Named = NonNullable<FactOf<"runs-template">["named"]>;

/** What a template names by parameters, with the arguments of its user. */
function passedOn(take: FactOf<"runs-template">, further: Named): Named {
  return Object.fromEntries(
    Object.entries(further).map(([parameter, ref]) =>
      ref?.kind === "parameter"
        ? [parameter, namedBy(take, ref.parameter, ref.usual)]
        : [parameter, ref],
    ),
  );
}

/** What the user of a template names by a parameter, or its default. */
function namedBy(
  { named: given = {}, moreNamed }: FactOf<"runs-template">,
  parameter: string,
  usual: Ref | undefined,
): Ref | PassedOn | undefined {
  if (Object.hasOwn(given, parameter)) return given[parameter];
  return moreNamed === undefined ? usual : { kind: "unknown", dependsOn: moreNamed };
}

/** The secret of a template for its user: by a parameter, the one that the argument names. */
function secretOfTemplate(take: FactOf<"runs-template">, shown: FactOf<"uses">): Ref | undefined {
  const { byParameter } = shown;
  const usual = shown.exempt === "parameter" ? undefined : shown.secret;
  return byParameter === undefined ? usual : defaultOf(namedBy(take, byParameter, usual));
}

function defaultOf(given: Ref | PassedOn | undefined): Ref | undefined {
  return given?.kind === "parameter" ? given.usual : given;
}

/** A secret that a cluster-wide object names, in the namespace of its user. */
function secretIn(
  secret: Ref | undefined,
  within: FactOf<"runs-template">["inNamespace"],
): Ref | undefined {
  if (within === undefined || secret?.kind !== "named") return secret;
  const { cluster, namespace } = within;
  const own = nameInNoNamespace(secret.name);
  return own === undefined ? secret : named(k8sName(cluster, namespace, own.kind, own.name));
}
