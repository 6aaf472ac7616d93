import { cedarText } from "./text";

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
