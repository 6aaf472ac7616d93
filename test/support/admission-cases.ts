import { titleOf } from "./cases";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Value } from "../../core/snapshot/value";

/** What is put into the namespace `acme`, and what the API server and the policy pack each say. */
export interface AdmissionCase {
  /** What is asked. */
  readonly name: string;
  /** The fact that decides. */
  readonly because: string;
  readonly objects: readonly Value[];
  /** What the namespace's admission policies say when they refuse one of the objects; absent where they let all in. */
  readonly refused?: string;
  /** The rules of the pack that find something. */
  readonly pack: readonly string[];
  /** Why only one of the two objects, such as that an admission policy sees one object alone. */
  readonly differs?: string;
}

const folder = join(__dirname, "../cases/admission");

/** The cases that the API server and the policy pack are both asked. */
export const admissionCases: readonly AdmissionCase[] = readdirSync(folder)
  .sort()
  .map((file) => ({
    ...(JSON.parse(readFileSync(join(folder, file), "utf8")) as Omit<AdmissionCase, "name">),
    name: titleOf(file),
  }));
