import { intentMark, taskMark } from "../../core/marks";
import { shortened } from "../../core/shortened-name";

/** Longest value of a session tag, in characters (source: STS API, Tag). */
const longestValue = 256;

/** Tags of a session for one call: its task and its intent. No other: the trust of tools refuses more. */
export function sessionTags(txn: string, intent: string): { Key: string; Value: string }[] {
  return [
    { Key: taskMark, Value: tagValue(txn) },
    { Key: intentMark, Value: tagValue(intent) },
  ];
}

/**
 * A text as the value of a tag, by a code that gives no two texts one value.
 *
 * Letters, digits and `_.:/+@-` are literal; of everything else each byte is `=` and two hexadecimal digits. No value starts
 * with `aws:` (source: IAM user guide, tags for IAM resources, naming). A value too long ends in a hash.
 */
function tagValue(text: string): string {
  const coded = text.replace(/^[aA](?=[wW][sS]:)|[^A-Za-z0-9_.:/+@-]/gu, (character) =>
    [...Buffer.from(character, "utf8")]
      .map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, "0")}`)
      .join(""),
  );
  return shortened(coded, longestValue);
}
