import { decodedOnce } from "../../domain/secrets/decoded";

/** How many texts may be nested: an archive of parts, of which one is compressed and encoded. */
const deepest = 8;

/** The text of user data or of a file, however it is packed: base64, gzip, the parts of a MIME archive. */
export function unpackedText(text: string, depth = deepest): string {
  const { texts, isWhole } = decodedOnce(text);
  if (isWhole !== true || depth === 0) return text;
  return texts.map((inner) => unpackedText(inner, depth - 1)).join("\n");
}
