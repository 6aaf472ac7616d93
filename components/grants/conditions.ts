import { conditionKey, provenKeys } from "../../core/grants/request";
import { argumentError } from "../arguments/argument-error";
import { shownText } from "../arguments/exact-text";

/** A condition on each call by a grant: `oneOf`, `is`, or one or both of `atMost` and `atLeast`, or `sumAtMost`. */
export interface GrantCondition {
  /** What it looks at: an entry of the call's context such as `amount`, or `target`, `environment`, `user`, `actors` or `until`, which the broker establishes itself. */
  key: string;
  /** The entry is a whole number from 0, or from `atLeast`, up to this, which without that is at least 0; for `until` in seconds since 1970. Default: not this. */
  atMost?: number;
  /** The entry is a whole number from this on, such as `-100`; not for the seconds of `until`. Default: 0 with `atMost`, else not this. */
  atLeast?: number;
  /** The entry is a whole number from 0, and all calls of one task by the grant come to at most this, which is at least 1; only a `broker` adds up. Default: not this. */
  sumAtMost?: number;
  /** The entry is one of these texts; of `actors`, the workloads before the caller, each is, and there is one. Default: not this. */
  oneOf?: string[];
  /** The entry is this truth value. Default: not this. */
  is?: boolean;
}

const bounds = ["atMost", "atLeast", "sumAtMost", "oneOf", "is"] as const;

/** Refuses conditions that cannot be meant: of a key that is no name, and without exactly one bound that fits it. */
export function checkConditions(
  subject: string,
  argument: string,
  conditions: readonly GrantCondition[],
): void {
  for (const [index, condition] of conditions.entries()) {
    const problem = problemOf(condition);
    if (problem !== undefined) {
      const { what, instead } = problem;
      throw argumentError(subject, `${argument}[${index}]${what}; ${instead}`);
    }
  }
}

interface Problem {
  /** What is wrong, after the name of the condition. */
  readonly what: string;
  readonly instead: string;
}

function problemOf(condition: GrantCondition): Problem | undefined {
  const { key, atMost, atLeast, sumAtMost, oneOf } = condition;
  if (!conditionKey.test(key)) {
    return {
      what: `.key \`${key}\` is no name`,
      instead: "start with a letter; then letters, digits, `-` and `_`, at most 64 characters",
    };
  }
  const given = bounds.filter((bound) => condition[bound] !== undefined);
  const isRange = given.join() === "atMost,atLeast";
  if (given.length !== 1 && !isRange) {
    return {
      what: ` of \`${key}\` has ${given.length === 0 ? "none" : "more than one"} of \`atMost\`, \`atLeast\`, \`sumAtMost\`, \`oneOf\` and \`is\``,
      instead: "give exactly one, or `atLeast` and `atMost`",
    };
  }
  const fitting = provenKeys.some((proven) => proven === key) ? boundOfProven(key) : given[0];
  if (fitting !== undefined && (fitting !== given[0] || (isRange && key === "until"))) {
    return { what: ` of \`${key}\` is \`${given.join()}\``, instead: `give \`${fitting}\`` };
  }
  for (const [bound, value] of Object.entries({ atMost, atLeast })) {
    if (value === undefined || Number.isSafeInteger(value)) continue;
    return {
      what: `.${bound} is \`${value}\``,
      instead: `give a whole number from ${Number.MIN_SAFE_INTEGER} to ${Number.MAX_SAFE_INTEGER}`,
    };
  }
  if (sumAtMost !== undefined && (!Number.isSafeInteger(sumAtMost) || sumAtMost < 1)) {
    return {
      what: `.sumAtMost is \`${sumAtMost}\``,
      instead: `give a whole number from 1 to ${Number.MAX_SAFE_INTEGER}`,
    };
  }
  if (atMost !== undefined && atMost < (atLeast ?? 0)) {
    return {
      what: `.atMost is \`${atMost}\`, below ${atLeast === undefined ? "0" : `\`atLeast\`, \`${atLeast}\``}`,
      instead: "give a lower `atLeast`, or a higher `atMost`",
    };
  }
  return oneOf === undefined ? undefined : textsProblem(oneOf);
}

/** The only bound for a value that a broker establishes. */
function boundOfProven(key: string): (typeof bounds)[number] {
  return key === "until" ? "atMost" : "oneOf";
}

function textsProblem(texts: readonly string[]): Problem | undefined {
  if (texts.length === 0) {
    return { what: ".oneOf is empty, which no call fulfils", instead: "name at least one text" };
  }
  const hidden = texts.findIndex((text) => !shownText.test(text));
  if (hidden >= 0) {
    return {
      what: `.oneOf[${hidden}] has a character that cannot be seen, a space around it, or no character`,
      instead: "write what is compared as it is",
    };
  }
  if (texts.includes("*")) {
    return { what: ".oneOf has `*`, which is no wildcard", instead: "name each text" };
  }
  const twice = texts.find((text, index) => texts.indexOf(text) !== index);
  return twice === undefined
    ? undefined
    : { what: `.oneOf names \`${twice}\` twice`, instead: "name it once" };
}
