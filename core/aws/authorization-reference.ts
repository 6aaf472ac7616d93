import data from "./authorization-reference.json";

/** How AWS grades an action. */
export const accessLevels = ["List", "Read", "Write", "Permissions management", "Tagging"] as const;

/** How AWS grades an action: what a caller can do by it. */
export type AccessLevel = (typeof accessLevels)[number];

/** A resource type of the Service Authorization Reference, with what can be called on it. */
export interface AuthorizedType {
  /** The forms of its ARN, with `*` for each part that differs. */
  readonly arns: readonly string[];
  /** The actions that take it, without their service, by AWS's grade. */
  readonly actions: Readonly<Partial<Record<AccessLevel, readonly string[]>>>;
}

type Row = { readonly arns: readonly string[] } & Readonly<Partial<Record<AccessLevel, string>>>;

const rows: Readonly<Record<string, Row | undefined>> = data.types;

const read = new Map<string, AuthorizedType>();

/**
 * The resource type with a name such as `dynamodb:table`.
 *
 * @throws if the data lack it: `npm run generate` writes the data of all types that the code names.
 */
export function authorizedType(name: string): AuthorizedType {
  let found = read.get(name);
  if (found === undefined) read.set(name, (found = typeOf(name)));
  return found;
}

function typeOf(name: string): AuthorizedType {
  const row = rows[name];
  if (row === undefined) {
    throw new Error(`authorization-reference.json lacks \`${name}\`; run \`npm run generate\``);
  }
  const actions: Partial<Record<AccessLevel, readonly string[]>> = {};
  for (const level of accessLevels) {
    const names = row[level];
    if (names !== undefined) actions[level] = names.split(" ");
  }
  return { arns: row.arns, actions };
}
