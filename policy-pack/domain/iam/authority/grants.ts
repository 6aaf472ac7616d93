import { uncertain, type Uncertainty } from "../../../../core/certainty";
import type { Context } from "../../../../core/policy/condition/context";
import type { Part, PolicyDocument, Selection, Statement } from "../../../../core/policy/statement";
import type { Three } from "../../../../core/three-valued";
import type { Authority, Policy } from "./authority";
import { deniesOf, type Denies } from "./denies";
import { asActions, everything, refusalBy, selectedOf, type Reading } from "./selected";
import { effectiveOf } from "./effective";

/** Something an identity may do: any of the actions on any of the resources. */
export interface Grant {
  readonly actions: readonly Part[];
  readonly resources: readonly Part[];
  readonly policy: Policy;
  /** The statement that allows it; undefined where the policy is not known. */
  readonly statement: Statement | undefined;
  /** Why it is not certain; undefined where it is. */
  readonly uncertainty?: Uncertainty;
}

/** The request: any of the actions on any of the resources, each by a pattern. */
export interface Requested {
  readonly actions: readonly Part[];
  readonly resources: readonly Part[];
}

/** A requested text. */
export function requested(text: string): Part {
  return { kind: "text", text, secret: false };
}

/** The part of a request that policies allow, before all limits and denies. */
export function allowedBy(
  policies: readonly Policy[],
  wanted: Requested,
  context: Context,
): readonly Grant[] {
  return policies.flatMap((policy): readonly Grant[] => {
    if (policy.content.kind === "unknown") {
      const { reason, dependsOn } = policy.content;
      return [{ ...wanted, policy, statement: undefined, uncertainty: { reason, dependsOn } }];
    }
    const { document } = policy.content;
    return document.statements.flatMap((statement): readonly Grant[] => {
      if (statement.kind === "unknown") {
        const uncertainty = uncertain("a statement is not known yet", statement);
        return [{ ...wanted, policy, statement: undefined, uncertainty }];
      }
      if (statement.effect === "Deny") return [];
      return allowedByStatement(statement, wanted, readingOf(document, context), context).map(
        (grant) => ({ ...grant, policy, statement }),
      );
    });
  });
}

/** What a policy gives an identity of a request within its whole authority, preferably for certain. */
export function grantedBy(
  policy: Policy,
  authority: Authority,
  wanted: Requested,
  context: Context,
): Grant | undefined {
  const grants = leftOf(allowedBy([policy], wanted, context), authority, context);
  return grants.find(({ uncertainty }) => uncertainty === undefined) ?? grants[0];
}

/** Of what policies allow, that which the limits of an identity leave, and its Deny statements and the resource's. */
export function leftOf(
  grants: readonly Grant[],
  { policies, limits, ofResource = [] }: Authority,
  context: Context,
): readonly Grant[] {
  const denying = [...policies, ...limits.flat(), ...ofResource];
  const lessDenying = (given: readonly Grant[], how: keyof Denies): readonly Grant[] =>
    denying.reduce((left, policy) => lessDenies(left, policy, context, how), given);
  // What leaves only named things comes first, so that what allows all but these, or denies them, finds them; and again, on
  // what the limits leave, of which it may deny all.
  const limited = limits.reduce(
    (left, limit) =>
      left.flatMap((grant) =>
        allowedBy(limit, grant, context).map(
          ({ actions, resources, uncertainty = grant.uncertainty }) => ({
            ...grant,
            actions,
            resources,
            ...(uncertainty && { uncertainty }),
          }),
        ),
      ),
    lessDenying(grants, "leaving"),
  );
  const kept = limited.flatMap((each) => lessLeftOut(each, context));
  const left = limits.length === 0 ? kept : lessDenying(kept, "leaving");
  return lessDenying(left, "naming");
}

/** What is left of a grant may be just what its own statement leaves out, by `NotAction` or `NotResource`. */
export function lessLeftOut(grant: Grant, context: Context): readonly Grant[] {
  const { statement, policy } = grant;
  if (statement === undefined || policy.content.kind === "unknown") return [grant];
  const reading = readingOf(policy.content.document, context);
  const actions = leftIn(grant.actions, statement.actions, asActions);
  const resources = leftIn(grant.resources, statement.resources, reading);
  return actions.length > 0 && resources.length > 0 ? [{ ...grant, actions, resources }] : [];
}

function leftIn(
  parts: readonly Part[],
  selection: Selection | undefined,
  reading: Reading,
): readonly Part[] {
  if (selection?.negated !== true) return parts;
  const { certain, possible } = selectedOf(parts, selection, reading);
  return [...certain, ...possible.map(({ part }) => part)];
}

function lessDenies(
  grants: readonly Grant[],
  { content }: Policy,
  context: Context,
  how: keyof Denies,
): readonly Grant[] {
  if (content.kind === "unknown") return grants;
  const { variables } = content.document;
  const denies = deniesOf(content.document)[how];
  const reading = readingOf(content.document, context);
  const effectiveByStatement = new Map<Statement, Three>();
  return grants.flatMap((grant) => {
    let left: readonly Grant[] = [grant];
    for (const statement of denies(grant.actions, grant.resources)) {
      if (statement.kind === "unknown") {
        const uncertainty = uncertain("a statement is not known yet", statement);
        left = left.map((each) => ({ ...each, uncertainty: each.uncertainty ?? uncertainty }));
        continue;
      }
      let effective = effectiveByStatement.get(statement);
      if (effective === undefined) {
        effective = effectiveOf(statement, context, variables);
        effectiveByStatement.set(statement, effective);
      }
      if (effective.kind === "no") continue;
      const uncertainty = uncertaintyOf(statement, effective);
      left = left.flatMap((each) => lessDeny(each, statement, reading, uncertainty));
      if (left.length === 0) break;
    }
    return left;
  });
}

/** Why the effect of a statement is uncertain; undefined where it is certain. */
function uncertaintyOf(statement: Statement, effective: Three): Uncertainty | undefined {
  if (effective.kind === "unknown") {
    return { reason: effective.reason, dependsOn: effective.dependsOn ?? dependsOnOf(statement) };
  }
  return statement.effect === "unknown"
    ? { reason: "the effect of a statement is not known yet", dependsOn: dependsOnOf(statement) }
    : undefined;
}

function lessDeny(
  grant: Grant,
  statement: Statement,
  reading: Reading,
  uncertainty: Uncertainty | undefined,
): readonly Grant[] {
  const actions = refusalBy(grant.actions, statement.actions, asActions);
  const resources = refusalBy(grant.resources, statement.resources ?? everything, reading);
  const dependsOn = [...(actions.dependsOn ?? []), ...(resources.dependsOn ?? [])];
  const isOpen = actions.dependsOn !== undefined || resources.dependsOn !== undefined;
  const touches =
    (actions.refused.length > 0 || actions.dependsOn !== undefined) &&
    (resources.refused.length > 0 || resources.dependsOn !== undefined);
  if (!touches) return [grant];
  if (uncertainty !== undefined)
    return [{ ...grant, uncertainty: grant.uncertainty ?? uncertainty }];
  const left = [
    { ...grant, actions: actions.left },
    { ...grant, actions: actions.refused, resources: resources.left },
  ].filter((each) => each.actions.length > 0 && each.resources.length > 0);
  if (!isOpen) return left;
  const open = { reason: "a part of a Deny is not known yet", dependsOn };
  return left.map((each) => ({ ...each, uncertainty: each.uncertainty ?? open }));
}

function allowedByStatement(
  statement: Statement,
  wanted: Requested,
  reading: Reading,
  context: Context,
): readonly Omit<Grant, "policy" | "statement">[] {
  const actions = selectedOf(wanted.actions, statement.actions, asActions);
  if (actions.certain.length + actions.possible.length === 0) return [];
  const resources = selectedOf(wanted.resources, statement.resources ?? everything, reading);
  if (resources.certain.length + resources.possible.length === 0) return [];
  const effective = effectiveOf(statement, context, reading.context !== undefined);
  if (effective.kind === "no") return [];
  const uncertainty = uncertaintyOf(statement, effective);
  const certain = { actions: actions.certain, resources: resources.certain };
  const isPossible = certain.actions.length > 0 && certain.resources.length > 0;
  const grants = isPossible ? [{ ...certain, ...(uncertainty && { uncertainty }) }] : [];
  const possible = [...actions.possible, ...resources.possible];
  const [first] = possible;
  if (first === undefined) return grants;
  return [
    ...grants,
    {
      actions: [...actions.certain, ...actions.possible.map(({ part }) => part)],
      resources: [...resources.certain, ...resources.possible.map(({ part }) => part)],
      uncertainty: {
        reason: first.uncertainty.reason,
        dependsOn: possible.flatMap((each) => each.uncertainty.dependsOn),
      },
    },
  ];
}

function readingOf(document: PolicyDocument, context: Context): Reading {
  return { anyCase: false, context: document.variables ? context : undefined };
}

function dependsOnOf({ conditions, dependsOn = [] }: Statement): Uncertainty["dependsOn"] {
  return [
    ...dependsOn,
    ...conditions.flatMap((condition) =>
      condition.kind === "unknown"
        ? condition.dependsOn
        : condition.values.flatMap((part) => (part.kind === "unknown" ? part.dependsOn : [])),
    ),
  ];
}
