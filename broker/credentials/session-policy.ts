import type { CallDetails } from "../request/details";
import { Refused } from "../refused";

/** What sessions of a tool's role may do for some intents. */
export interface SessionRule {
  readonly intents: readonly string[];
  readonly actions: readonly string[];
  /** ARNs, with `{target}` for the call's target. */
  readonly resources: readonly string[];
}

/** Longest session policy, in characters (source: STS API, AssumeRole, Policy: 2,048 characters with blanks). */
const longestPolicy = 2048;

/** The placeholder for the target of a call. */
const placeholder = "{target}";

/** Targets that mean themselves in an ARN pattern: `*`, `?` and `$` would not (source: IAM policy elements, Resource). */
const plainTarget = /^[A-Za-z0-9/_.:@=+,-]{1,512}$/;

/**
 * The session policy of one call: what its intent needs on its target, until the window ends. Throws {@link Refused}.
 *
 * The Deny ends what resource policies give to the session as well: without it they would outlast the window.
 *
 * @param rules what intents need; without any a session may do what its role may
 * @param until end of the window, in seconds since 1970
 */
export function sessionPolicy(
  rules: readonly SessionRule[],
  { intent, target }: Pick<CallDetails, "intent" | "target">,
  until: number,
): string {
  const end = new Date(until * 1000).toISOString().replace(".000", "");
  const fitting = rules.filter(({ intents }) => intents.includes(intent));
  if (rules.length > 0 && fitting.length === 0) {
    throw new Refused("invalid_scope", "sessions of the tool's role are not made for this intent");
  }
  const allowed =
    rules.length === 0
      ? [{ Effect: "Allow", Action: "*", Resource: "*" }]
      : fitting.map(({ actions, resources }) => ({
          Effect: "Allow",
          Action: actions,
          Resource: resources.map((resource) => filled(resource, target)),
        }));
  const lapsed = { DateGreaterThanEquals: { "aws:CurrentTime": end } };
  const policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [...allowed, { Effect: "Deny", Action: "*", Resource: "*", Condition: lapsed }],
  });
  if (policy.length > longestPolicy) {
    throw new Refused("invalid_authorization_details", "the call needs too long a session policy");
  }
  return policy;
}

function filled(resource: string, target: string | undefined): string {
  if (!resource.includes(placeholder)) return resource;
  if (target === undefined || !plainTarget.test(target)) {
    throw new Refused(
      "invalid_authorization_details",
      "authorization_details: `target` is needed here, of letters, digits and `/_.:@=+,-`",
    );
  }
  return resource.replaceAll(placeholder, () => target);
}
