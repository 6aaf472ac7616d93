/** The formats of `--report`. */
export const formats = [
  "text",
  "json",
  "sarif",
  "github",
  "gitlab",
  "junit",
  "markdown",
  "html",
] as const;

/** A format of `--report`. */
export type Format = (typeof formats)[number];
