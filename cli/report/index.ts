import type { Format } from "./formats";
import { githubReporter } from "./github";
import { gitlabReporter } from "./gitlab";
import { htmlReporter } from "./html/html";
import { jsonReporter } from "./json";
import { junitReporter } from "./junit";
import { markdownReporter } from "./markdown";
import type { Reporter } from "./reporter";
import { sarifReporter } from "./sarif";
import { textReporter } from "./text";

/** The reporter of each format. */
export const reporters: Readonly<Record<Format, Reporter>> = {
  text: textReporter,
  json: jsonReporter,
  sarif: sarifReporter,
  github: githubReporter,
  gitlab: gitlabReporter,
  junit: junitReporter,
  markdown: markdownReporter,
  html: htmlReporter,
};
