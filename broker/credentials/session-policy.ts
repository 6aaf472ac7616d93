import type { CallDetails } from "../request/details";
import { Refused } from "../refused";
import { filledTemplate, targetWanted } from "../../core/session-rules";

/** What sessions of a tool's role may do for some intents: actions on resources, or all that the role may. */
export type SessionRule = { readonly intents: readonly string[] } & (
  | { readonly wholeRole: true }
  | {
      readonly wholeRole?: never;
      readonly actions: readonly string[];
      /** ARNs, with `{target}` or `{target:path}` for the call's target. */
      readonly resources: readonly string[];
    }
);

/** Longest session policy, in characters (source: STS API, AssumeRole, Policy: 2,048 characters with blanks). */
const longestPolicy = 2048;

/**
 * The session policy of one call: what its intent needs on its target, until the window ends. Throws {@link Refused}, also where
 * no rule is for the intent.
 *
 * The Deny ends what resource policies give to the session as well: without it they would outlast the window.
 *
 * @param until end of the window, in seconds since 1970
 * @param tool name of the tool, for the refusal
 */
export function sessionPolicy(
  rules: readonly SessionRule[],
  { intent, target }: Pick<CallDetails, "intent" | "target">,
  until: number,
  tool: string,
): string {
  const end = new Date(until * 1000).toISOString().replace(".000", "");
  const fitting = rules.filter(({ intents }) => intents.includes(intent));
  if (fitting.length === 0) {
    throw new Refused(
      "invalid_scope",
      `tool \`${tool}\` makes no sessions for intent \`${intent}\`; declare its actions and resources in \`sessions\` of the tool`,
    );
  }
  const allowed = fitting.map((rule) => ({
    Effect: "Allow",
    Action: rule.wholeRole ? "*" : rule.actions,
    Resource: rule.wholeRole ? "*" : rule.resources.map((resource) => filled(resource, target)),
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
  const arn = filledTemplate(resource, target);
  if (arn !== undefined) return arn;
  throw new Refused(
    "invalid_authorization_details",
    `authorization_details: \`target\` is needed here: ${targetWanted}, and \`/\` only where \`sessions\` take a path`,
  );
}
