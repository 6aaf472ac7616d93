import type { Condition, PolicyDocument } from "../policy/statement";
import { hasWildcard } from "../pattern";
import type { ContextValue } from "../policy/condition/context";
import type { Caller } from "./caller";

/** Which tags of resources the policies of a caller ask for, and by which texts they tell them apart. */
export interface AskedTags {
  /** In lowercase, sorted. */
  readonly keys: readonly string[];
  /** Tags of other texts than these are all alike; undefined where that cannot be said. */
  readonly texts: ReadonlySet<string> | undefined;
  /** Whether they ask for the aliases of keys. */
  readonly aliases: boolean;
}

const resourceTag = /^[\w-]+:resourcetag\//;
const variable = /^\$\{aws:principaltag\/([^},]+)\}$/i;

/** The tags that a caller's permissions and limits ask for. */
export function askedTags({ authority, tag }: Caller): AskedTags {
  const keys = new Set<string>();
  const texts = new Set<string>();
  let isOpen = false;
  let aliases = false;
  for (const { content } of [...authority.policies, ...authority.limits.flat()]) {
    if (content.kind === "unknown") continue;
    for (const condition of conditionsIn(content.document)) {
      if (condition.kind === "unknown") continue;
      const key = condition.key.toLowerCase();
      if (key === "kms:resourcealiases") aliases = true;
      if (!resourceTag.test(key)) continue;
      keys.add(key.replace(resourceTag, ""));
      if (/ignorecase/i.test(condition.operator)) isOpen = true;
      for (const part of condition.values) {
        const own = part.kind === "text" ? variable.exec(part.text)?.[1] : undefined;
        const values =
          own !== undefined
            ? valuesOf(tag(own.toLowerCase()))
            : part.kind === "text" && !hasWildcard(part.text) && !part.text.includes("${")
              ? [part.text]
              : undefined;
        if (values === undefined) isOpen = true;
        else for (const text of values) texts.add(text);
      }
    }
  }
  return { keys: [...keys].sort(), texts: isOpen ? undefined : texts, aliases };
}

function conditionsIn(document: PolicyDocument): readonly Condition[] {
  return document.statements.flatMap((statement) =>
    statement.kind === "unknown" ? [] : statement.conditions,
  );
}

function valuesOf(value: ContextValue): readonly string[] | undefined {
  switch (value.kind) {
    case "present":
      return value.values;
    case "absent":
      return [];
    case "some":
    case "unknown":
      return undefined;
  }
}
