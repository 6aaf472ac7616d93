import { dirname, relative, resolve, sep } from "node:path";
import type { SnapshotNote } from "../../../core/snapshot/resource";
import type { Complaint } from "./piece";

/** Most that is told of one kustomization. */
const MAX_NOTES = 20;

/** What was not carried out, each once, with the field and its place. */
export function notesOf(complaints: readonly Complaint[]): readonly SnapshotNote[] {
  const told = new Set<string>();
  const counts = new Map<string, number>();
  const notes: SnapshotNote[] = [];
  for (const { kind, message, place } of complaints) {
    const { file, line, column } = place;
    const key = `${file.path}:${line}:${column}:${message}`;
    if (told.has(key)) continue;
    told.add(key);
    const count = (counts.get(file.path) ?? 0) + 1;
    counts.set(file.path, count);
    if (count > MAX_NOTES) continue;
    const folder =
      relative(process.cwd(), dirname(resolve(file.path)))
        .split(sep)
        .join("/") || ".";
    const rest = {
      alternative: "",
      beyond: `; judge what \`kubectl kustomize ${folder}\` prints`,
      refused: "; kustomize refuses this",
    };
    notes.push({
      kind: "unrendered",
      message: `${message}${rest[kind]}`,
      source: { file: file.shown, line, column },
    });
  }
  return notes;
}
