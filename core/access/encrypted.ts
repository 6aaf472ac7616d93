import type { Graph } from "../graph/graph";
import { nameIn } from "../graph/fact-values";
import { oncePerGraph } from "../graph/once-per-graph";
import type { ThingId } from "../graph/things";
import type { Urn } from "../snapshot/value";
import type { Held } from "./held";
import { KindIndex } from "./kind-index";
import type { ResourceKind } from "./kinds";
import { heldOf } from "./resources";

/** Resources that a key of KMS encrypts, by their kinds. */
export interface Encrypted {
  readonly byKind: readonly KindIndex[];
  /** What it waits for whether it encrypts them; undefined where it does. */
  readonly waitsFor: readonly Urn[] | undefined;
}

/** The resources of a stack that a key encrypts, and those that it may; for a graph that is complete. */
export function encryptedBy(graph: Graph, { name }: Held): readonly Encrypted[] {
  const { byKey, open } = encryptedIn(graph);
  const known = name === undefined ? undefined : byKey.get(graph.idOf(name));
  return known === undefined ? open : [known, ...open];
}

interface ByKey {
  readonly byKey: ReadonlyMap<ThingId, Encrypted>;
  /** Those of which the key is not known. */
  readonly open: readonly Encrypted[];
}

const encryptedIn = oncePerGraph((graph): ByKey => {
  const known = new Map<ThingId, Held[]>();
  const perhaps: Held[] = [];
  const waitsFor = new Set<Urn>();
  const keys = keysByAlias(graph);
  for (const { key, resource } of graph.all("encrypts")) {
    const name = nameIn(resource);
    const held = name === undefined ? undefined : heldOf(graph, name);
    if (held === undefined) continue;
    if (key.kind === "unknown") {
      perhaps.push(held);
      for (const urn of key.waitsFor) waitsFor.add(urn);
      continue;
    }
    const named = graph.idOf(key.name);
    const id = keys.get(named) ?? named;
    const list = known.get(id);
    if (list === undefined) known.set(id, [held]);
    else list.push(held);
  }
  const byKey = new Map(
    [...known].map(([id, all]) => [id, { byKind: indexesOf(all), waitsFor: undefined }]),
  );
  const open =
    perhaps.length === 0 ? [] : [{ byKind: indexesOf(perhaps), waitsFor: [...waitsFor] }];
  return { byKey, open };
});

function keysByAlias(graph: Graph): ReadonlyMap<ThingId, ThingId> {
  return new Map(
    graph.all("key-alias").flatMap(({ key, names }) => {
      const named = nameIn(key);
      if (named === undefined) return [];
      return names.map((name) => [graph.idOf(name), graph.idOf(named)] as const);
    }),
  );
}

/** An index holds what is of a tenant, so that what is of none is filed as of one without a name; whose it is decides nothing here. */
function indexesOf(all: readonly Held[]): readonly KindIndex[] {
  const byKind = new Map<ResourceKind, Held[]>();
  for (const { kind, arn, tenant = "", tags, key, name, fact, aliases, isGuarded } of all) {
    const common = { kind, arn, tenant, tags, key, name, aliases, isGuarded };
    const held: Held = { ...common, ...(fact && { fact }) };
    const list = byKind.get(kind);
    if (list === undefined) byKind.set(kind, [held]);
    else list.push(held);
  }
  return [...byKind].map(([kind, list]) => new KindIndex(kind, list));
}
