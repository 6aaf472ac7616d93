import { matches, patternsOverlap } from "../pattern";
import { isAbout, resourceKinds, type ResourceKind } from "./kinds";
import { patternOf } from "./known-arn";
import { tagAuthorization } from "./tag-authorization";

/** What a permission takes in of every tenant, though AWS looks at no tag of it. */
export interface Unprotected {
  readonly action: string;
  readonly resource: string;
  /** The kind of resource, as people say it. */
  readonly what: string;
}

/** Names that start as nobody writes them: only a pattern that starts with a wildcard fits one. */
const anyName = "\uE000*";

/**
 * Resources of any tenant that actions are allowed on and that a Deny by tag does not protect: where a name starts with a
 * wildcard, and AWS authorises the kind by tag never, or only where a setting of the resource says so.
 */
export function unprotected(
  actions: readonly string[],
  resources: readonly string[],
): readonly Unprotected[] {
  return resources.flatMap((resource) => {
    const pattern = patternOf(resource);
    if (pattern === undefined) return [];
    return resourceKinds.flatMap((kind): readonly Unprotected[] => {
      const { isByTag, isSwitched } = tagAuthorization(kind, false);
      if (isByTag && !isSwitched) return [];
      const action = actions.find((each) => isAbout(kind, each));
      const isAny =
        matches(pattern.service, kind.service) &&
        namesOf(kind).some((name) => patternsOverlap(pattern.resource, name));
      return action === undefined || !isAny ? [] : [{ action, resource, what: kind.what }];
    });
  });
}

function namesOf({ resource, inside = [], end = "" }: ResourceKind): readonly string[] {
  const whole = resource.replace("{}", anyName) + end;
  return [whole, ...inside.map((part) => whole + part)];
}
