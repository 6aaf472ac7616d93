import type { Picture } from "./picture";

/** Several pictures as one. Tenants of one name are one tenant; other things are what each program has. */
export function joined(pictures: readonly Picture[]): Picture {
  const [first, ...others] = pictures;
  if (first === undefined) return { nodes: [], edges: [], paths: [], between: [] };
  return others.reduce(withOther, first);
}

function withOther(one: Picture, other: Picture): Picture {
  const [nodes, edges] = [one.nodes.length, one.edges.length];
  const moved = (places: readonly number[], by: number): readonly number[] =>
    places.map((place) => place + by);
  return {
    nodes: [...one.nodes, ...other.nodes],
    edges: [
      ...one.edges,
      ...other.edges.map((edge) => ({ ...edge, from: edge.from + nodes, to: edge.to + nodes })),
    ],
    paths: [
      ...one.paths,
      ...other.paths.map((path) => ({
        ...path,
        nodes: moved(path.nodes, nodes),
        edges: moved(path.edges, edges),
      })),
    ],
    between: [
      ...one.between,
      ...other.between.map((pair) => ({ ...pair, edges: moved(pair.edges, edges) })),
    ],
  };
}
