import { parse } from "acorn";
import { parseDocument } from "yaml";
import { heldCompiler } from "./unproven/compiler";

/**
 * Loads what reads a program's texts once it runs: both parsers, which are built to be loaded at first use, and the compiler.
 *
 * To be called before a program runs, since a program may change files.
 */
export function loadReaders(): void {
  parseDocument("");
  parse("", { ecmaVersion: "latest" });
  heldCompiler();
}
