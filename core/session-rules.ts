/** What an action of a session may be. Source: IAM user guide, Action element. */
export const sessionAction = /^[a-z0-9-]+:[A-Za-z0-9*?]+$/;

/** A rule by which credentials of a tool are made, for some intents. */
export interface SessionRuleOf {
  readonly intents: readonly string[];
  /** Whether they may do all that the tool's role may. */
  readonly wholeRole?: boolean | undefined;
}

/** What of a grant on a tool limits its credentials. */
export interface LimitingGrant {
  readonly caller: string;
  readonly intents: readonly string[];
  readonly approval: string;
  readonly conditions?:
    | readonly { readonly key: string; readonly oneOf?: readonly string[] | undefined }[]
    | undefined;
}

/** How credentials would exceed the grants on their tool. */
export interface Excess {
  /** Index of the rule that does it. */
  readonly rule: number;
  /** What is wrong, after the name of the rule; lowercase, no final period. */
  readonly text: string;
}

/**
 * How the credentials that rules make of a tool would exceed the grants on it.
 *
 * The whole role fits one intent that needs no approval and may have any target. And what a person has to approve is worth
 * nothing to a caller that has the same by another intent, without approval.
 */
export function excessesOf(
  rules: readonly SessionRuleOf[],
  grants: readonly LimitingGrant[],
): readonly Excess[] {
  const granted = [...new Set(grants.flatMap(({ intents }) => intents))].sort();
  const approved = intentsOf(grants, (grant) => grant.approval !== "none");
  const isTargeted = grants.some(({ conditions = [] }) => conditions.some(isOfTarget));
  return rules.flatMap(({ intents, wholeRole = false }, rule): readonly Excess[] => {
    if (!wholeRole) return sharedBy(rule);
    const all = [...new Set([...granted, ...intents])].sort();
    const [needing] = approved;
    const problem =
      all.length > 1
        ? `and the tool has several intents: ${all.map((each) => `\`${each}\``).join(", ")}`
        : needing !== undefined
          ? `and \`${needing}\` needs approval`
          : isTargeted
            ? "and a grant on the tool has a condition on `target`"
            : undefined;
    return problem === undefined ? [] : [{ rule, text: `gives the whole role, ${problem}` }];
  });

  /** Those of the first rule of an intent that needs approval, if none of its rules is for it alone. */
  function sharedBy(rule: number): readonly Excess[] {
    return approved.flatMap((needing) => {
      const own = rules.flatMap(({ intents }, at) => (intents.includes(needing) ? [at] : []));
      if (own[0] !== rule) return [];
      const other = granted.find(
        (intent) =>
          own.every((at) => rules[at]?.intents.includes(intent)) && avoids(needing, intent),
      );
      if (other === undefined) return [];
      const text = `gives \`${other}\`, which needs no approval, all that \`${needing}\` has`;
      return [{ rule, text }];
    });
  }

  /** Whether a caller has an intent without approval, and not the one that needs it. */
  function avoids(needing: string, intent: string): boolean {
    const free = grants.filter(({ approval }) => approval === "none");
    return free.some(
      ({ caller, intents }) =>
        intents.includes(intent) &&
        !intentsOf(free, (grant) => grant.caller === caller).includes(needing),
    );
  }
}

/** Whether each grant of some intents names the targets that it is for. */
export function namesTargets(
  intents: readonly string[],
  grants: readonly LimitingGrant[],
): boolean {
  return grants
    .filter((grant) => grant.intents.some((intent) => intents.includes(intent)))
    .every(({ conditions = [] }) =>
      conditions.some((condition) => isOfTarget(condition) && condition.oneOf !== undefined),
    );
}

function isOfTarget({ key }: { readonly key: string }): boolean {
  return key === "target";
}

function intentsOf(
  grants: readonly LimitingGrant[],
  fits: (grant: LimitingGrant) => boolean,
): readonly string[] {
  return [...new Set(grants.filter(fits).flatMap(({ intents }) => intents))].sort();
}

/**
 * Templates of ARNs, in which the target of a call is filled in.
 *
 * `{target}` takes one segment, `{target:path}` several with `/` between them. No target can add a wildcard, a variable of a
 * policy or a part of the ARN, and none matches what another target names.
 */
const placeholder = /\{target(:path)?\}/g;

/** Everything in braces, with the `$` by which it is a variable of a policy. */
const inBraces = /\$?\{[^{}]*\}?/g;

/** One segment of a target; `*`, `?` and `$` would not mean themselves (source: IAM policy elements, Resource). */
const segment = /^(?!.*\.\.)(?!\.$)[A-Za-z0-9_.@=+,-]{1,512}$/;

/** Longest target that is filled in. */
const longestTarget = 512;

/** What a target has to be, for messages. */
export const targetWanted = "letters, digits and `_.@=+,-`, without `..`";

/** What is wrong with a template; lowercase, no final period. Undefined if nothing is. */
export function templateProblem(template: string): string | undefined {
  if (template === "*") return undefined;
  const stray = (template.match(inBraces) ?? []).find((found) => !isMeant(found));
  if (stray !== undefined) {
    return `has \`${stray}\`; write \`{target}\`, or \`{target:path}\` if the target may have \`/\``;
  }
  const parts = partsOf(template);
  if (parts === undefined || /\p{Cc}/u.test(template)) {
    return "is no ARN; write one such as `arn:aws:s3:::orders/{target}`";
  }
  const last = parts.resource.lastIndexOf(filledIn);
  const end = parts.resource.slice(last).search(/[/:]|$/);
  return last >= 0 && /[*?]/.test(parts.resource.slice(0, last + end))
    ? "has a wildcard before the target or in its segment, so that a target matches others; name what is before it, and end its segment by `/`"
    : undefined;
}

/**
 * Whether a target chooses whose resource it is: it is filled in before the resource part, or as the name of a bucket, which is
 * unique among all accounts.
 */
export function choosesOwner(template: string): boolean {
  const parts = partsOf(template);
  if (parts === undefined) return false;
  const [bucket = ""] = parts.resource.split("/");
  const named = /^\d{12}$/.test(parts.account) ? "" : bucket;
  return [...parts.before, named].some((part) => part.includes(filledIn));
}

/** The ARN with a target; undefined where the template does not take it. */
export function filledTemplate(template: string, target: string | undefined): string | undefined {
  const found = [...template.matchAll(placeholder)];
  if (found.length === 0) return template;
  if (target === undefined || !found.every(([, path]) => takes(path !== undefined, target))) {
    return undefined;
  }
  return template.replace(placeholder, () => target);
}

function takes(isPath: boolean, target: string): boolean {
  const segments = isPath ? target.split("/") : [target];
  return target.length <= longestTarget && segments.every((each) => segment.test(each));
}

/** Stands for a target in a template that is taken apart; no ARN has it. */
const filledIn = "\0";

function isMeant(found: string): boolean {
  if (!found.endsWith("}")) return false;
  const isTarget = /^\$?\{target(?::path)?\}$/.test(found);
  return found.startsWith("$") ? !isTarget : isTarget;
}

interface Parts {
  /** Partition, service, region and account. */
  readonly before: readonly string[];
  readonly account: string;
  readonly resource: string;
}

function partsOf(template: string): Parts | undefined {
  const [scheme, ...parts] = template.replace(placeholder, filledIn).split(":");
  const [partition = "", service = "", , account = ""] = parts;
  const resource = parts.slice(4).join(":");
  if (scheme !== "arn" || partition === "" || service === "" || resource === "") return undefined;
  return { before: parts.slice(0, 4), account, resource };
}
