import { titleOf } from "./cases";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Value } from "../../core/snapshot/value";

/** Objects for the namespace `acme`, and the answers of the API server and the policy pack. */
export interface AdmissionCase {
  /** The title. */
  readonly name: string;
  /** The fact that decides. */
  readonly because: string;
  readonly objects: readonly Value[];
  /** The message of the namespace's admission policies when they refuse one of the objects; absent where they accept all. */
  readonly refused?: string;
  /** The rules of the pack that find something. */
  readonly pack: readonly string[];
  /** Why only one of the two objects, such as that an admission policy sees one object alone. */
  readonly differs?: string;
}

const folder = join(__dirname, "../cases/admission");

/** The cases for both the API server and the policy pack. */
export const admissionCases: readonly AdmissionCase[] = readdirSync(folder)
  .sort()
  .map((file) => ({
    ...(JSON.parse(readFileSync(join(folder, file), "utf8")) as Omit<AdmissionCase, "name">),
    name: titleOf(file),
  }));
