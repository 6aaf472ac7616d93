import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The environment variable that names the folder of the whole run, which all workers see. */
export const runFolder = "AGENTID_TEST_RUN";

/**
 * Has one worker of a run make something, in a folder that lasts as long as the run, and gives the others the same.
 *
 * @param name a file name of its own
 * @param make makes it in the given folder and returns what JSON can contain of it
 */
export async function sharedBetweenFiles<Thing>(
  name: string,
  make: (folder: string) => Promise<Thing>,
): Promise<Thing> {
  const folder = join(String(process.env[runFolder]), name);
  const reported = join(folder, "told.json");
  if (isFirst(folder)) {
    const outcome: Outcome<Thing> = await make(folder).then(
      (made) => ({ made }),
      (error: unknown) => ({ failure: String(error) }),
    );
    writeFileSync(`${reported}.part`, JSON.stringify(outcome));
    renameSync(`${reported}.part`, reported);
  }
  while (!existsSync(reported)) await new Promise((resolve) => setTimeout(resolve, 200));
  const outcome = JSON.parse(readFileSync(reported, "utf8")) as Outcome<Thing>;
  if ("failure" in outcome) throw new Error(outcome.failure);
  return outcome.made;
}

type Outcome<Thing> = { readonly made: Thing } | { readonly failure: string };

function isFirst(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch {
    return false;
  }
}
