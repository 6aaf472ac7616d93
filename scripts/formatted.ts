import { format } from "oxfmt";
import { printWidth } from "../.oxfmtrc.json";

/** A text in the format that `npm run check` requires of the named file. */
export async function formatted(file: string, text: string): Promise<string> {
  const { code, errors } = await format(file, text, { printWidth });
  const [error] = errors;
  if (error !== undefined) throw new Error(`${file}: ${error.message}`);
  return code;
}
