import type { Picture } from "./picture";

/** A picture of no more than what its faults are about. */
export function narrowed(picture: Picture): Picture {
  const { paths } = picture;
  const [node, edge] = [
    renumbered(paths.flatMap(({ nodes }) => nodes)),
    renumbered(paths.flatMap(({ edges }) => edges)),
  ];
  return {
    nodes: node.kept.flatMap((place) => picture.nodes[place] ?? []),
    edges: edge.kept.flatMap((place) => {
      const known = picture.edges[place];
      return known === undefined
        ? []
        : { ...known, from: node.of(known.from), to: node.of(known.to) };
    }),
    paths: paths.map(({ fault, nodes, edges }) => ({
      fault,
      nodes: nodes.map(node.of),
      edges: edges.map(edge.of),
    })),
    between: [],
  };
}

/** Places, each once and in order, and the new place of each. */
function renumbered(places: readonly number[]) {
  const kept = [...new Set(places)].sort((a, b) => a - b);
  const order = new Map(kept.map((place, index) => [place, index]));
  return { kept, of: (place: number): number => order.get(place) ?? -1 };
}
