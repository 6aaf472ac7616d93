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
