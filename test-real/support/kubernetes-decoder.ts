import { execFileSync } from "node:child_process";
import type { KubectlAnswer } from "../../test/support/read-as-kubectl";
import { builtPrograms } from "./tools";

const MOST_BYTES = 512 * 1024 * 1024;

/** What kubectl reads in files of these contents. */
export function readByKubectl(contents: readonly Buffer[]): readonly KubectlAnswer[] {
  const input = contents.map((content) => `${content.toString("base64")}\n`).join("");
  return answersOf([], input);
}

/** What `kubectl apply --recursive --filename FOLDER` reads. */
export function folderByKubectl(folder: string): KubectlAnswer {
  const [answer] = answersOf([folder], "");
  if (answer === undefined) throw new Error("kubectl's decoder said nothing");
  return answer;
}

function answersOf(args: readonly string[], input: string): readonly KubectlAnswer[] {
  const [decoder] = builtPrograms(["kubernetes-decoder"]);
  const printed = execFileSync(decoder, args, { input, encoding: "utf8", maxBuffer: MOST_BYTES });
  return printed
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as KubectlAnswer);
}
