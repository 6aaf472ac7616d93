/** JSON as it is written into recordings. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const NAMES: Readonly<Record<string, string>> = {
  "1b47061264138c4ac30d75fd1eb44270": "$secret",
  d0e6a833031e9bbcd3f4e8bde6ca49a4: "$output",
  "5cf8f73096256a8f31e491e813e4eb8e": "$resource",
  c44067f5952c0a294b673a41bacd8c17: "$asset",
  "0def7320c3a5731c473e5ecbe6d01bc7": "$archive",
};

/**
 * Spells the wire's marks out: `{"$unknown": true}`, `{"$secret": value}`, and `$output`, `$resource`, `$asset`, `$archive`
 * with their content on the wire. Keys are sorted.
 */
export function spellMarks(value: Json): Json {
  if (value === UNKNOWN) return { $unknown: true };
  if (typeof value !== "object" || value === null) return value;
  if (isList(value)) return value.map(spellMarks);
  const signature = value[SIGNATURE_KEY];
  if (typeof signature !== "string") return spellFields(value);
  const fields = Object.fromEntries(Object.entries(value).filter(([key]) => key !== SIGNATURE_KEY));
  const name = NAMES[signature];
  if (name === undefined)
    throw new Error(`the wire has a mark \`${signature}\` of unknown meaning`);
  return { [name]: name === "$secret" ? spellMarks(fields["value"] ?? null) : spellFields(fields) };
}

function spellFields(fields: Readonly<Record<string, Json>>): Json {
  return Object.fromEntries(
    Object.entries(fields)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, field]) => [key, spellMarks(field)]),
  );
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
