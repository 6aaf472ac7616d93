/** Something that a policy names: a type such as `AgentCore::Gateway`, and which of that type. */
export interface CedarEntity {
  readonly type: string;
  readonly id: string;
}

/** The principals, actions and resources that a policy permits. Cedar denies everything without a permit. */
export interface Permit {
  /** One principal, or those of a type that have all the tags. */
  readonly principal:
    | CedarEntity
    | { readonly type: string; readonly tags: Readonly<Record<string, string>> };
  /** What it may do; none means nothing. */
  readonly actions: readonly CedarEntity[];
  readonly resource: CedarEntity;
}

/** Writes a permit as Cedar does. Source: docs.cedarpolicy.com, policy syntax; operators, `hasTag` and `getTag`. */
export function printPermit({ principal, actions, resource }: Permit): string {
  const conditions = "tags" in principal ? Object.entries(principal.tags).map(tagIs) : [];
  return [
    "permit(",
    `  principal ${"tags" in principal ? `is ${principal.type}` : `== ${entity(principal)}`},`,
    `  action ${oneOf(actions)},`,
    `  resource == ${entity(resource)}`,
    conditions.length === 0 ? ");" : `) when { ${conditions.join(" && ")} };`,
  ].join("\n");
}

function oneOf(actions: readonly CedarEntity[]): string {
  const [only, ...more] = actions;
  if (only !== undefined && more.length === 0) return `== ${entity(only)}`;
  return `in [${actions.map(entity).join(", ")}]`;
}

/** A tag that a principal lacks has no value; reading it would be an error. */
function tagIs([tag, value]: readonly [string, string]): string {
  const name = cedarText(tag);
  return `principal.hasTag(${name}) && principal.getTag(${name}) == ${cedarText(value)}`;
}

function entity({ type, id }: CedarEntity): string {
  return `${type}::${cedarText(id)}`;
}

/**
 * A text as a Cedar policy writes it, in quotes; whatever the text is, it stays one text.
 *
 * All but printable ASCII is escaped, so that nothing can look like what it is not. Half of a surrogate pair, which no
 * UTF-8 has, becomes U+FFFD as in decoders. Source: docs.cedarpolicy.com, grammar specification of the policy language, STR.
 */
export function cedarText(text: string): string {
  let written = "";
  for (const character of text) written += escaped(character);
  return `"${written}"`;
}

function escaped(character: string): string {
  if (character === '"' || character === "\\") return `\\${character}`;
  if (character >= " " && character <= "~") return character;
  const code = character.codePointAt(0) ?? replacement;
  return `\\u{${(isHalf(code) ? replacement : code).toString(16)}}`;
}

/** U+FFFD, which replaces invalid characters. */
const replacement = 0xfffd;

function isHalf(code: number): boolean {
  return code >= 0xd800 && code <= 0xdfff;
}
