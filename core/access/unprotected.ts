import { matches, patternsOverlap } from "../pattern";
import { isAbout, resourceKinds, type ResourceKind } from "./kinds";
import { patternOf } from "./known-arn";
import { tagAuthorization } from "./tag-authorization";

/** What a permission takes in of every tenant, though AWS looks at no tag of it. */
export interface Unprotected {
  readonly action: string;
  readonly resource: string;
  /** The readable name of the kind of resource. */
  readonly what: string;
}

/** Names with an unlikely start: only a pattern with a leading wildcard matches one. */
const anyName = "\uE000*";

/**
 * Resources of any tenant that actions are allowed on and that a Deny by tag does not protect. The name starts with a wildcard,
 * and AWS authorises the kind by tag never, or only with a setting of the resource.
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
