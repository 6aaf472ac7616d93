import type { Context } from "../policy/condition/context";
import type { Part, PolicyDocument, Selection, Statement } from "../policy/statement";
import type { Three } from "../three-valued";
import type { Authority, Doubt, Policy } from "./authority";
import { deniesOf, type Denies } from "./denies";
import { asActions, everything, refusalBy, selectedOf, type Reading } from "./selected";
import { standingOf } from "./standing";

/** Something an identity may do: any of the actions on any of the resources. */
export interface Grant {
  readonly actions: readonly Part[];
  readonly resources: readonly Part[];
  readonly policy: Policy;
  /** The statement that allows it; undefined where the policy is not known. */
  readonly statement: Statement | undefined;
  /** Why it is not certain; undefined where it is. */
  readonly doubt?: Doubt;
}

/** What is asked for: any of the actions on any of the resources, each by a pattern. */
export interface Asked {
  readonly actions: readonly Part[];
  readonly resources: readonly Part[];
}

/** A text that is asked for. */
export function asked(text: string): Part {
  return { kind: "text", text, secret: false };
}

/** Of what is asked for, that which policies allow, whatever limits and denies it. */
export function allowedBy(
  policies: readonly Policy[],
  wanted: Asked,
  context: Context,
): readonly Grant[] {
  return policies.flatMap((policy): readonly Grant[] => {
    if (policy.content.kind === "unknown") {
      const { reason, waitsFor } = policy.content;
      return [{ ...wanted, policy, statement: undefined, doubt: { reason, waitsFor } }];
    }
    const { document } = policy.content;
    return document.statements.flatMap((statement): readonly Grant[] => {
      if (statement.kind === "unknown") {
        const doubt = { reason: "a statement is not known yet", waitsFor: statement.waitsFor };
        return [{ ...wanted, policy, statement: undefined, doubt }];
      }
      if (statement.effect === "Deny") return [];
      return allowedByStatement(statement, wanted, readingOf(document, context), context).map(
        (grant) => ({ ...grant, policy, statement }),
      );
    });
  });
}

/** Of what policies allow, that which the limits of an identity leave, and its Deny statements and the resource's. */
export function leftOf(
  grants: readonly Grant[],
  { policies, limits, ofResource = [] }: Authority,
  context: Context,
): readonly Grant[] {
  const limited = limits.reduce(
    (left, limit) =>
      left.flatMap((grant) =>
        allowedBy(limit, grant, context).map(({ actions, resources, doubt = grant.doubt }) => ({
          ...grant,
          actions,
          resources,
          ...(doubt && { doubt }),
        })),
      ),
    grants,
  );
  const kept =
    limits.length === 0 ? limited : limited.flatMap((each) => lessLeftOut(each, context));
  const denying = [...policies, ...limits.flat(), ...ofResource];
  // What leaves only named things comes first, so that what denies these finds them.
  return (["leaving", "naming"] as const).reduce(
    (before, how) =>
      denying.reduce((left, policy) => lessDenies(left, policy, context, how), before),
    kept,
  );
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
  const { certain, perhaps } = selectedOf(parts, selection, reading);
  return [...certain, ...perhaps.map(({ part }) => part)];
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
  const standings = new Map<Statement, Three>();
  return grants.flatMap((grant) => {
    let left: readonly Grant[] = [grant];
    for (const statement of denies(grant.actions, grant.resources)) {
      if (statement.kind === "unknown") {
        const doubt = { reason: "a statement is not known yet", waitsFor: statement.waitsFor };
        left = left.map((each) => ({ ...each, doubt: each.doubt ?? doubt }));
        continue;
      }
      let standing = standings.get(statement);
      if (standing === undefined) {
        standing = standingOf(statement, context, variables);
        standings.set(statement, standing);
      }
      if (standing.kind === "no") continue;
      const doubt = doubtOf(statement, standing);
      left = left.flatMap((each) => lessDeny(each, statement, reading, doubt));
      if (left.length === 0) break;
    }
    return left;
  });
}

/** Why it is not certain that a statement says what it does; undefined where it is. */
function doubtOf(statement: Statement, standing: Three): Doubt | undefined {
  if (standing.kind === "unknown") {
    return { reason: standing.reason, waitsFor: standing.waitsFor ?? waitsForOf(statement) };
  }
  return statement.effect === "unknown"
    ? { reason: "the effect of a statement is not known yet", waitsFor: waitsForOf(statement) }
    : undefined;
}

function lessDeny(
  grant: Grant,
  statement: Statement,
  reading: Reading,
  doubt: Doubt | undefined,
): readonly Grant[] {
  const actions = refusalBy(grant.actions, statement.actions, asActions);
  const resources = refusalBy(grant.resources, statement.resources ?? everything, reading);
  const waitsFor = [...(actions.waitsFor ?? []), ...(resources.waitsFor ?? [])];
  const isOpen = actions.waitsFor !== undefined || resources.waitsFor !== undefined;
  const touches =
    (actions.refused.length > 0 || actions.waitsFor !== undefined) &&
    (resources.refused.length > 0 || resources.waitsFor !== undefined);
  if (!touches) return [grant];
  if (doubt !== undefined) return [{ ...grant, doubt: grant.doubt ?? doubt }];
  const left = [
    { ...grant, actions: actions.left },
    { ...grant, actions: actions.refused, resources: resources.left },
  ].filter((each) => each.actions.length > 0 && each.resources.length > 0);
  if (!isOpen) return left;
  const open = { reason: "a part of a Deny is not known yet", waitsFor };
  return left.map((each) => ({ ...each, doubt: each.doubt ?? open }));
}

function allowedByStatement(
  statement: Statement,
  wanted: Asked,
  reading: Reading,
  context: Context,
): readonly Omit<Grant, "policy" | "statement">[] {
  const actions = selectedOf(wanted.actions, statement.actions, asActions);
  if (actions.certain.length + actions.perhaps.length === 0) return [];
  const resources = selectedOf(wanted.resources, statement.resources ?? everything, reading);
  if (resources.certain.length + resources.perhaps.length === 0) return [];
  const standing = standingOf(statement, context, reading.context !== undefined);
  if (standing.kind === "no") return [];
  const doubt = doubtOf(statement, standing);
  const certain = { actions: actions.certain, resources: resources.certain };
  const isPossible = certain.actions.length > 0 && certain.resources.length > 0;
  const grants = isPossible ? [{ ...certain, ...(doubt && { doubt }) }] : [];
  const perhaps = [...actions.perhaps, ...resources.perhaps];
  const [first] = perhaps;
  if (first === undefined) return grants;
  return [
    ...grants,
    {
      actions: [...actions.certain, ...actions.perhaps.map(({ part }) => part)],
      resources: [...resources.certain, ...resources.perhaps.map(({ part }) => part)],
      doubt: {
        reason: first.doubt.reason,
        waitsFor: perhaps.flatMap((each) => each.doubt.waitsFor),
      },
    },
  ];
}

function readingOf(document: PolicyDocument, context: Context): Reading {
  return { anyCase: false, context: document.variables ? context : undefined };
}

function waitsForOf({ conditions, waitsFor = [] }: Statement): Doubt["waitsFor"] {
  return [
    ...waitsFor,
    ...conditions.flatMap((condition) =>
      condition.kind === "unknown"
        ? condition.waitsFor
        : condition.values.flatMap((part) => (part.kind === "unknown" ? part.waitsFor : [])),
    ),
  ];
}
