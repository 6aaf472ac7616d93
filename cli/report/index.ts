import { githubReporter } from "./github";
import { jsonReporter } from "./json";
import { markdownReporter } from "./markdown";
import type { Reporter } from "./reporter";
import { sarifReporter } from "./sarif";
import { textReporter } from "./text";

/** The formats of `--report`. */
export const formats = ["text", "json", "sarif", "github", "markdown"] as const;

/** A format of `--report`. */
export type Format = (typeof formats)[number];

/** The reporter of each format. */
export const reporters: Readonly<Record<Format, Reporter>> = {
  text: textReporter,
  json: jsonReporter,
  sarif: sarifReporter,
  github: githubReporter,
  markdown: markdownReporter,
};
