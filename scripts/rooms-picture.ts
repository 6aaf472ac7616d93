import { createRequire } from "node:module";

/** A room of the source, as rooms.cjs lists it. */
interface Room {
  readonly room: string;
  readonly holds: string;
  readonly uses: readonly string[];
}

const rooms = createRequire(__filename)("../rooms.cjs") as readonly Room[];

/**
 * The rooms of the source as a Mermaid graph, from the import rules: an arrow leads from a room to one that it may import, unless
 * another of its arrows leads there already.
 */
export function roomsPicture(): string {
  const usesOf = new Map(rooms.map(({ room, uses }) => [room, uses]));
  const below = (room: string): ReadonlySet<string> => {
    const uses = usesOf.get(room) ?? [];
    return new Set(uses.flatMap((each) => [each, ...below(each)]));
  };
  const arrows = rooms.flatMap(({ room, uses }) =>
    uses
      .filter((to) => !uses.some((other) => other !== to && below(other).has(to)))
      .map((to) => `  ${idOf(room)} --> ${idOf(to)}`),
  );
  const boxes = rooms.map(({ room, holds }) => `  ${idOf(room)}["<b>${room}</b><br>${holds}"]`);
  return ["```mermaid", "flowchart TD", ...boxes, ...arrows, "```"].join("\n");
}

function idOf(room: string): string {
  return room.replaceAll(/\W/g, "_");
}
