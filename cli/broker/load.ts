import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Configuration } from "../../broker/configuration/configuration";
import { readConfiguration } from "../../broker/configuration/read";
import { reasonOf } from "../../policy-pack/files/system-reason";
import { printProblems } from "../../yaml/problems";
import { CouldNotRun } from "../failure";
import { readText } from "../files";

/** A configuration, as it is and as it is written. */
export interface Loaded {
  readonly configuration: Configuration;
  readonly text: string;
}

/**
 * Reads the configuration of a broker; throws where it is not as it should be.
 *
 * @param fileOf the path of a file that it names. Default: seen from its own folder
 * @param variables those of the place where the broker runs
 */
export function load(
  file: string,
  fileOf = (name: string): string => resolve(dirname(resolve(file)), name),
  variables: Readonly<Partial<Record<string, string>>> = process.env,
): Loaded {
  const text = readText(file, "the configuration");
  const readFile = (path: string): string => {
    try {
      return readFileSync(path, "utf8");
    } catch (error) {
      throw new Error(reasonOf(error), { cause: error });
    }
  };
  const read = readConfiguration(text, fileOf, readFile, variables);
  if (read.kind === "problems") throw new CouldNotRun(printProblems(file, read.problems));
  return { configuration: read.configuration, text };
}
