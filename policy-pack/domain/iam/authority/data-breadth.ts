import { parseArn } from "../../../../core/arn";
import { patternsOverlap } from "../../../../core/pattern";
import type { Context } from "../../../../core/policy/condition/context";
import type { Condition, Part, Statement } from "../../../../core/policy/statement";
import type { Authority, Policy } from "./authority";
import { isUnnamed, shown, type BroadGrant } from "./breadth";
import { dataKinds, type DataKind } from "./data-actions";
import { allowedBy, requested, leftOf, type Requested } from "./grants";

/** An endpoint has a policy of its own, which decides what it exposes. */
const endpoint = "aws:sourcevpce";

/** The condition on the service that uses a key: that service still reads everything that the key protects. */
const viaService = "kms:viaservice";

/**
 * What a policy allows to read, write or delete in data of every resource of a kind, after all limits and denies. An unknown
 * policy or statement may allow all that these leave.
 *
 * @param broad what of the policy is broad already: its statements are not reported again
 */
export function dataGrants(
  policy: Policy,
  authority: Authority,
  context: Context,
  broad: readonly BroadGrant[],
): readonly BroadGrant[] {
  const within: Context = (key) => (key === endpoint ? { kind: "absent" } : context(key));
  const whole = broad.filter(({ breadth }) => breadth !== "named");
  const reported = new Set(whole.map(({ grant }) => grant.statement?.index));
  const found = (of: Policy): readonly BroadGrant[] =>
    dataKinds()
      .flatMap((kind) => dataOf(kind, of, authority, within))
      .filter(({ grant }) => !reported.has(grant.statement?.index));
  const milder = throughServices(policy);
  return [
    ...found(policy),
    ...(milder === undefined
      ? []
      : found(milder).map((each) => ({ ...each, breadth: "data" as const }))),
  ];
}

function dataOf(
  kind: DataKind,
  policy: Policy,
  authority: Authority,
  context: Context,
): readonly BroadGrant[] {
  const allowed = allowedBy([policy], wantedOf(kind), context);
  return leftOf(allowed, authority, context).flatMap((grant): readonly BroadGrant[] => {
    const resources = grant.resources.filter((part) => matchesAll(part, kind));
    if (resources.length === 0) return [];
    const actions = shown(grant.actions).map(
      (action) => asAwsWrites(kind).get(action.toLowerCase()) ?? action,
    );
    return [
      {
        breadth: kind.isSecret ? "secrets" : "data",
        grant,
        actions,
        resources: shown(resources),
        kinds: [kind.what],
      },
    ];
  });
}

const wantedOf = onceForKind(({ actions }): Requested => ({
  actions: actions.map(requested),
  resources: [requested("*")],
}));

/** The actions of a kind as AWS writes them, by their lowercase. */
const asAwsWrites = onceForKind(
  ({ actions }) => new Map(actions.map((action) => [action.toLowerCase(), action])),
);

function onceForKind<Value>(compute: (kind: DataKind) => Value): (kind: DataKind) => Value {
  const computed = new WeakMap<DataKind, Value>();
  return (kind) => {
    const found = computed.get(kind) ?? compute(kind);
    computed.set(kind, found);
    return found;
  };
}

/** Whether a pattern of ARNs names no resource of a kind, and takes in what the kind has. */
function matchesAll(part: Part, { arns }: DataKind): boolean {
  if (part.kind === "unknown") return false;
  // AWS adds six random letters to the name of a secret.
  const text = part.text.replace(/-\?{6}$/, "");
  if (!isUnnamed({ ...part, text })) return false;
  const parsed = parseArn(text);
  if (!parsed.ok) return true;
  const { arn } = parsed;
  return arns.some(
    ({ service, resource }) =>
      patternsOverlap(arn.service, service) && patternsOverlap(arn.resource, resource),
  );
}

/** A policy with only those statements that test the service through which a key is used, without that test. */
function throughServices(policy: Policy): Policy | undefined {
  if (policy.content.kind === "unknown") return undefined;
  const { document } = policy.content;
  const statements = document.statements.flatMap((each): readonly Statement[] => {
    if (each.kind === "unknown" || each.effect === "Deny" || !each.conditions.some(isViaService))
      return [];
    return [
      { ...each, conditions: each.conditions.filter((condition) => !isViaService(condition)) },
    ];
  });
  if (statements.length === 0) return undefined;
  return { ...policy, content: { kind: "document", document: { ...document, statements } } };
}

function isViaService(condition: Condition): boolean {
  return condition.kind === "test" && condition.key.toLowerCase() === viaService;
}
