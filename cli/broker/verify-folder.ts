import { signedHeadsIn, type SignedHeads } from "./signed-heads";
import { headsFilesIn, linesIn, trailFilesIn, type TrailLine } from "./trail-folder";
import { Verification } from "./verification";

/** What verifies an exported trail, by the signed heads in it and further ones. */
export async function verificationOf(
  folder: string,
  given: readonly SignedHeads[],
): Promise<{ readonly verification: Verification; readonly expected: readonly SignedHeads[] }> {
  const own = await Promise.all(headsFilesIn(folder).map(signedHeadsIn));
  const expected = [...given, ...own.flat()];
  // A replica names the ends of other chains in its first line.
  const starts = [...trailFilesIn(folder).values()].flatMap(([first]) =>
    first === undefined ? [] : linesIn(first).slice(0, 1),
  );
  const verification = new Verification(
    expected,
    starts.map(({ line }) => line),
  );
  return { verification, expected };
}

/** The lines of an exported trail, chain by chain, of which one file is in memory. */
export function* linesOfFolder(folder: string): Generator<TrailLine> {
  for (const files of trailFilesIn(folder).values()) {
    for (const file of files) yield* linesIn(file);
  }
}
