/**
 * Words before `token` in names of the tokens of a language model's vocabulary, and of their number: `pad_token`, `max_new_token`.
 *
 * Source: huggingface.co, Transformers, `PreTrainedTokenizerBase` (special tokens) and `GenerationConfig`.
 */
const vocabulary = new Set([
  ...["pad", "padding", "eos", "bos", "unk", "unknown", "sep", "separator", "cls", "mask"],
  ...["stop", "special", "max", "min", "max new", "min new", "of text", "of sequence"],
  ...["decoder start", "forced bos", "forced eos", "end of turn"],
]);

/** A token of such a vocabulary as a value: `[PAD]`, `<|endoftext|>`. */
const marker =
  /^(?:\[(?:PAD|UNK|CLS|SEP|MASK|BOS|EOS)\]|<\|[a-z_]{1,40}\|>|<\/?(?:s|pad|unk|mask|bos|eos)>)[a-z_-]{0,40}$/;

/** Whether a name, by its words, is of a token of a language model, which is no credential. */
export function namesModelToken(words: readonly string[]): boolean {
  if (words.at(-1) !== "token") return false;
  return vocabulary.has(words.at(-2) ?? "") || vocabulary.has(words.slice(-3, -1).join(" "));
}

/** Whether a text is a token of a language model's vocabulary. */
export function isModelToken(value: string): boolean {
  return marker.test(value);
}
