import { Mistakes, type Problem } from "../../../yaml/problems";
import { readShape } from "../../../yaml/read-shape";
import { readYaml } from "../../../yaml/written";
import type { Waiver } from "./waiver";
import { waiversShape, type WrittenWaiver } from "./waivers-shape";

/** The waivers in a file, or everything that is wrong with it. */
export type ReadWaivers =
  | { readonly kind: "ok"; readonly waivers: readonly Waiver[] }
  | { readonly kind: "problems"; readonly problems: readonly Problem[] };

/**
 * Reads a waivers file.
 *
 * @param file how the file is named where a waiver is pointed at
 */
export function readWaivers(text: string, file: string): ReadWaivers {
  const mistakes = new Mistakes();
  const written = readYaml(text, mistakes, {
    ifEmpty: "write `waivers: []` where there is none",
    ifLong: "mend findings in place of waiving them",
  });
  const read =
    written === undefined ? undefined : readShape(waiversShape, written, "", { mistakes });
  const waivers = read?.waivers ?? [];
  checkTwice(waivers, mistakes);
  const { problems } = mistakes;
  if (read === undefined || problems.length > 0) return { kind: "problems", problems };
  return {
    kind: "ok",
    waivers: waivers.flatMap((waiver, index) => {
      const source = { file, ...mistakes.positionOf(`waivers[${index}]`) };
      return eachOf(waiver).map((one) => ({ ...one, source }));
    }),
  };
}

/** With two waivers of one finding, it is undecidable which counts. */
function checkTwice(waivers: readonly WrittenWaiver[], mistakes: Mistakes): void {
  const first = new Map<string, number>();
  // A mistaken waiver has left a hole, which `forEach` passes over.
  waivers.forEach((waiver, index) => {
    const path = `waivers[${index}]`;
    if (!mistakes.isClean(path)) return;
    for (const { rule, thing, holder, fingerprint } of eachOf(waiver)) {
      const key = JSON.stringify([rule, thing, holder, fingerprint]);
      const other = first.get(key);
      if (other === undefined) {
        first.set(key, index);
        continue;
      }
      mistakes.addAt(path, `\`waivers[${other}]\` waives the same; keep one`);
      return;
    }
  });
}

/** A waiver for each workload that an entry names: each is judged by itself, and a workload that the entry does not name is not waived. */
function eachOf({ holders, ...waiver }: WrittenWaiver): readonly Omit<Waiver, "source">[] {
  return holders === undefined ? [waiver] : holders.map((holder) => ({ ...waiver, holder }));
}
