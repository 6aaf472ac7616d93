import { stageFile, type StagedFile } from "../policy-pack/files/whole-file";
import { write } from "./console";
import { cannotWrite, type TextFile } from "./files";

/**
 * Writes files that were cleared before, then standard output. Where one of all these cannot be written, or another run
 * has written one of the files meanwhile, none of them stays: no half of an answer, and no answer beside exit code 2.
 *
 * @param aside what goes to standard error once all else is written
 */
export async function deliver(
  files: readonly TextFile[],
  standard: string,
  aside = "",
): Promise<void> {
  const staged: (readonly [TextFile, StagedFile])[] = [];
  try {
    for (const one of files) {
      staged.push([one, orCannotWrite(one, () => stageFile(one.file, one.text))]);
    }
    for (const [one, beside] of staged) orCannotWrite(one, () => beside.create());
    if (standard !== "") await write(process.stdout, standard);
    if (aside !== "") await write(process.stderr, aside);
  } catch (error) {
    for (const [, beside] of staged) beside.discard();
    throw error;
  }
}

function orCannotWrite<Result>(one: TextFile, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw cannotWrite(one, error);
  }
}
