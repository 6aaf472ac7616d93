import { parseDocument } from "yaml";
import { loadFormats } from "../read/credentials";

/**
 * Loads what reads texts of a stack: the parser of YAML, which is built to be loaded at first use, and the detector of credentials.
 *
 * To be called as the pack starts, since the program that is judged may change files once it runs.
 */
export async function loadReaders(): Promise<void> {
  parseDocument("");
  await loadFormats();
}
