import type { Condition, PolicyDocument } from "../../../../core/policy/statement";
import { hasWildcard } from "../../../../core/pattern";
import type { ContextValue } from "../../../../core/policy/condition/context";
import type { Caller } from "./caller";
import { isTagKey, objectTagKey } from "./tag-authorization";

/** The tags of resources that the policies of a caller test, and the values that they compare. */
export interface RequestedTags {
  /** In lowercase, sorted. */
  readonly keys: readonly string[];
  /** Tags with other values than these are equal to the policies; undefined where that is not decidable. */
  readonly texts: ReadonlySet<string> | undefined;
  /** Whether they test the aliases of keys. */
  readonly aliases: boolean;
  /** Whether they test tags of objects. */
  readonly objects: boolean;
}

const variable = /^\$\{aws:principaltag\/([^},]+)\}$/i;

/** The tags that a caller's permissions and limits test. */
export function requestedTags(caller: Caller): RequestedTags {
  let tags = known.get(caller);
  if (tags === undefined) known.set(caller, (tags = requestedBy(caller)));
  return tags;
}

const known = new WeakMap<Caller, RequestedTags>();

/** Whether a document tests tags of objects. */
export function checksObjectTags(document: PolicyDocument): boolean {
  return conditionsIn(document).some(
    (each) => each.kind === "test" && each.key.toLowerCase().startsWith(objectTagKey),
  );
}

function requestedBy({ authority, tag }: Caller): RequestedTags {
  const keys = new Set<string>();
  const texts = new Set<string>();
  let isOpen = false;
  let aliases = false;
  let objects = false;
  for (const { content } of [...authority.policies, ...authority.limits.flat()]) {
    if (content.kind === "unknown") continue;
    for (const condition of conditionsIn(content.document)) {
      if (condition.kind === "unknown") continue;
      const key = condition.key.toLowerCase();
      if (key === "kms:resourcealiases") aliases = true;
      if (key.startsWith(objectTagKey)) objects = true;
      if (!isTagKey(key)) continue;
      keys.add(key.slice(key.indexOf("/") + 1));
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
  return { keys: [...keys].sort(), texts: isOpen ? undefined : texts, aliases, objects };
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
