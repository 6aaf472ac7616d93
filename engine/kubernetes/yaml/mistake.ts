/** A text is no YAML, one that Kubernetes refuses, or of a form that is not read here. */
export class YamlMistake extends Error {
  override readonly name = "YamlMistake";

  /** @param offset at which character of the text */
  constructor(
    readonly offset: number,
    message: string,
  ) {
    super(message);
  }
}
