/** The formats of `--report`. */
export const formats = ["text", "json", "sarif", "github", "markdown"] as const;

/** A format of `--report`. */
export type Format = (typeof formats)[number];
