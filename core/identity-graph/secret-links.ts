import { compareText } from "../compare-text";
import { exemptOf } from "../credential/apart";
import { contentsOf } from "../credential/reach";
import { heldIn } from "../credential/sharing";
import { nameIn } from "../graph/fact-values";
import type { Graph } from "../graph/graph";
import { scopeKindOf, type Name } from "../graph/name";
import type { ThingId } from "../graph/things";
import type { SourcePosition } from "../snapshot/resource";
import type { Link, LinkEnd } from "./link";

/** Which static credentials workloads use, what these contain, and whose they are. */
export function secretLinks(graph: Graph): readonly Link[] {
  const links: Link[] = [];
  const secrets = new Map<ThingId, Name>();
  /** By each value in plain text the secrets that have it; its own name dies with the process. */
  const places = new Map<ThingId, Map<Name, LinkEnd>>();
  const addPlace = (value: Name, place: LinkEnd): void => {
    const id = graph.idOf(value);
    const known = places.get(id) ?? new Map<Name, LinkEnd>();
    places.set(id, known.set(graph.canonical(place.name), place));
  };
  for (const fact of [...graph.all("uses"), ...graph.all("literal")]) {
    const read = heldIn(graph, fact);
    if (read.kind !== "held") continue;
    const { workload, about, isLiteral, onlyContents, part } = read.held;
    // What is no secret itself, as a ConfigMap, is one only where it contains one.
    if (onlyContents && contentsOf(graph, part, true).length < 2) continue;
    const source = graph.sourceOf(fact.at.urn);
    const secret = secretEnd(about, isLiteral ? source : undefined);
    links.push({
      from: { kind: "thing", name: workload },
      to: secret,
      by: "uses",
      possible: false,
    });
    if (isLiteral && fact.kind === "literal") addPlace(fact.value, secret);
    else secrets.set(graph.idOf(about), about);
  }
  for (const name of secrets.values()) {
    for (const { content, derived } of graph.facts("contains", "container", name)) {
      const inside = nameIn(content);
      if (inside === undefined || exemptOf(inside) !== undefined) continue;
      if (!canBeShown(graph.canonical(inside))) {
        if (!derived) addPlace(inside, secretEnd(name));
        continue;
      }
      links.push({
        ...{ from: secretEnd(name), to: secretEnd(inside) },
        ...{ by: "has the value of", possible: derived },
      });
      const id = graph.idOf(inside);
      // A map that grows while it is gone through is gone through to its end.
      if (!secrets.has(id)) secrets.set(id, inside);
    }
  }
  for (const { key, user } of graph.all("static-key")) {
    const name = nameIn(user);
    if (name === undefined) continue;
    links.push({
      from: secretEnd(key),
      to: { kind: "thing", name },
      by: "acts as",
      possible: false,
    });
  }
  return [...links, ...[...places.values()].flatMap(equalLinks)];
}

/** Secrets that have one value, each with the first: every pair of them would be as many as their square. */
function equalLinks(places: ReadonlyMap<Name, LinkEnd>): readonly Link[] {
  const isLiteral = (name: Name): number => Number(name.startsWith("literal-at|"));
  const [first, ...others] = [...places]
    .sort(([a], [b]) => isLiteral(a) - isLiteral(b) || compareText(a, b))
    .map(([, place]) => place);
  if (first === undefined) return [];
  return others.map((from) => ({ from, to: first, by: "has the same value as", possible: false }));
}

function secretEnd(name: Name, source?: SourcePosition): LinkEnd {
  return { kind: "thing", name, as: "secret", source };
}

/** Whether a name is of a thing, and not of a value. */
function canBeShown(name: Name): boolean {
  return /^(?:urn:pulumi:|arn:)/.test(name) || scopeKindOf(name) !== undefined;
}
