import { contextOf } from "../../../core/policy/condition/context";
import { evaluateConditions } from "../../../core/policy/condition/evaluate";
import { parseOperator } from "../../../core/policy/condition/operator";
import type { Condition } from "../../../core/policy/statement";
import { or, type Three } from "../../../core/three-valued";

const requestTag = "aws:requesttag/";
const tagKeys = "aws:tagkeys";
const principalVariable = /\$\{aws:principaltag\//i;

/**
 * The session tags that a caller may pass when it assumes a role, by the conditions on its request.
 *
 * A session tag overrides the role's own tag with the same key. Source: IAM user guide, Pass session tags in AWS STS.
 */
export interface Tagging {
  /** Equal for equivalent conditions. */
  readonly key: string;
  /** The tags whose values the conditions test, in lowercase. */
  readonly tested: readonly string[];
  /** The texts with which the conditions compare a tag; the key in lowercase. */
  readonly listed: (tag: string) => readonly string[];
  /** Whether a request without tags does not meet the conditions. */
  readonly requiresTags: boolean;
  /** Whether the caller may pass a tag, with a value; the key in lowercase. */
  readonly accepts: (tag: string, value: string) => Three;
  /** Whether each request has the tag, so that the role's own tag never counts. */
  readonly requires: (tag: string) => boolean;
  /** Whether the tag has to be the caller's own. */
  readonly isOwn: (tag: string) => boolean;
}

/**
 * What conditions on a request leave of the tags that it passes.
 *
 * @param conditions all of them must be met; those on other keys than the tags of the request are left out
 * @param variables whether `${…}` is a variable
 */
export function taggingOf(conditions: readonly Condition[], variables: boolean): Tagging {
  const about = conditions.filter(isAboutTags);
  const onTag = (tag: string): readonly Condition[] =>
    about.filter((each) => each.kind === "unknown" || keyOf(each) === `${requestTag}${tag}`);
  const onKeys = about.filter((each) => keyOf(each) === tagKeys && !mayBeMetByOthers(each));
  return {
    key: JSON.stringify([about, variables]),
    tested: [...new Set(about.flatMap((each) => tagIn(each) ?? []))],
    listed: (tag) => onTag(tag).flatMap(textsIn),
    requiresTags: evaluateConditions(about, contextOf({}), variables).result.kind === "no",
    accepts: (tag, value) => {
      const tests = [...onTag(tag), ...onKeys];
      return or(
        spellingsOf(tag, onKeys).map((spelling) => {
          const request = { [`${requestTag}${tag}`]: value, [tagKeys]: spelling };
          return tests.length === 0
            ? { kind: "yes" }
            : evaluateConditions(tests, contextOf(request), variables).result;
        }),
      );
    },
    requires: (tag) => {
      const tests = onTag(tag);
      return evaluateConditions(tests, contextOf({}), variables).result.kind === "no";
    },
    isOwn: (tag) =>
      variables &&
      onTag(tag).some(
        (each) =>
          each.kind === "test" &&
          parseOperator(each.operator)?.negated === false &&
          each.values.length > 0 &&
          each.values.every((part) => part.kind === "text" && principalVariable.test(part.text)),
      ),
  };
}

/** The values that a tag may get: of the tenants, and of those with which the conditions compare it. */
export function possibleValues(
  { accepts, listed }: Tagging,
  tag: string,
  tenants: ReadonlySet<string>,
): readonly string[] {
  return [...tenants, ...listed(tag)].filter((value) => accepts(tag, value).kind !== "no");
}

function textsIn(condition: Condition): readonly string[] {
  const values = condition.kind === "test" ? condition.values : [];
  return values.flatMap((part) => (part.kind === "text" ? [part.text] : []));
}

/** Whether a condition is on the tags that a request passes. */
export function isAboutTags(condition: Condition): boolean {
  const key = keyOf(condition);
  return key === undefined || key === tagKeys || key.startsWith(requestTag);
}

/** The tag whose value a condition tests. */
function tagIn(condition: Condition): string | undefined {
  const key = keyOf(condition);
  return key?.startsWith(requestTag) === true ? key.slice(requestTag.length) : undefined;
}

/** In lowercase; undefined where it is unknown. */
function keyOf(condition: Condition): string | undefined {
  return condition.kind === "test" ? condition.key.toLowerCase() : undefined;
}

/** Whether a test of all keys can be met by another tag that the caller passes beside. */
function mayBeMetByOthers(condition: Condition): boolean {
  const operator = condition.kind === "test" ? parseOperator(condition.operator) : undefined;
  return operator?.set === "any" || operator?.base === "Null";
}

/**
 * How a caller may write a key: as conditions list it, or in another case, which for IAM is the same tag.
 *
 * Source: IAM user guide, Tags for IAM resources: tag keys are not case-sensitive, the values of `aws:TagKeys` are.
 */
function spellingsOf(tag: string, onKeys: readonly Condition[]): readonly string[] {
  const same = onKeys.flatMap(textsIn).filter((text) => text.toLowerCase() === tag);
  return [...new Set([tag, tag.toUpperCase(), ...same])];
}
