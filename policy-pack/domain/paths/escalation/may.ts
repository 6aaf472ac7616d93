import type { Uncertainty } from "../../../../core/certainty";
import type { Context } from "../../../../core/policy/condition/context";
import type { Part } from "../../../../core/policy/statement";
import { fromBoolean, or, unknown, yes, type Three } from "../../../../core/three-valued";
import { covers, hasWildcard } from "../../../../core/pattern";
import { parseArn } from "../../../../core/arn";
import type { Authority, Policy } from "../../iam/authority/authority";
import table from "./escalation-paths.json";
import { allowedBy, requested, leftOf, lessLeftOut, type Grant } from "../../iam/authority/grants";
import { meet } from "../../iam/authority/meet";
import { isChosenKey, unnarrowed } from "../../iam/authority/effective";

/** An action that an identity may call, and on what. */
export interface Half {
  readonly action: string;
  readonly resources: readonly Part[];
  readonly policy: Policy;
  /** Place of the statement in its policy, from 0. */
  readonly statement: number;
  /** The resources as the statement names them; none where it names what it leaves out. */
  readonly written: readonly string[];
  readonly uncertainty?: Uncertainty;
}

/** Values of keys of a request, in lowercase. */
export type Given = Readonly<Record<string, readonly string[]>>;

/** A role calls as no IAM user. Source: IAM user guide, `aws:username`. */
const userName = "aws:username";

/** Actions that give tags to what they make or start. Source: service authorization reference, `aws:RequestTag`. */
const tagging =
  /:(?:Create|Register|Request|Run|Submit|AssumeRole$|UpdateStack|Start(?:AutomationExecution|JobRun|Run|Task)$)/;

/** Keys that only a request with tags has. */
const tagKeys = /^aws:(?:requesttag\/|tagkeys$)/;

/** The request of a role that does its worst, with what it chooses itself. */
function requestOf(action: string, given: Given): Context {
  const worst = unnarrowed(given);
  return (key) => {
    if (key === userName) return { kind: "absent" };
    if (tagKeys.test(key) && !tagging.test(action)) return { kind: "absent" };
    const isChosen =
      isChosenKey(key) || (key.startsWith("dynamodb:") && action.startsWith("dynamodb:"));
    return isChosen ? { kind: "unknown", reason: "it is chosen in the call" } : worst(key);
  };
}

/**
 * Each of some actions that an identity may call, with the resources that its limits and Deny statements leave.
 *
 * Wholly unknown policies are left out: what they allow is reported once, at the policy.
 *
 * @param about ARNs that a call has to be about, of all actions or of each. Default: anything.
 */
export function mayCall(
  authority: Authority,
  actions: readonly string[],
  given: Given,
  about?: string | ((action: string) => string),
): readonly Half[] {
  const known = authority.policies.filter(({ content }) => content.kind === "document");
  return actions.flatMap((action) => {
    const context = requestOf(action, given);
    const wanted = { actions: [requested(action)], resources: [requested("*")] };
    const allowed = allowedBy(known, wanted, context).filter(
      ({ statement }) => statement !== undefined,
    );
    const left = leftOf(allowed, authority, context);
    const kind = typeof about === "function" ? about(action) : about;
    const ofKind = kind === undefined ? left : left.flatMap(leftOfKind(kind, authority, context));
    return ofKind.map((grant): Half => {
      const { policy, resources, statement, uncertainty } = grant;
      const { negated = false, values = [] } = statement?.resources ?? {};
      const written = negated ? [] : values;
      return {
        action,
        resources,
        policy,
        statement: statement?.index ?? 0,
        written: written.flatMap((part) =>
          part.kind === "text" && !part.secret ? [part.text] : [],
        ),
        ...(uncertainty && { uncertainty }),
      };
    });
  });
}

const kinds: Readonly<Record<string, string | undefined>> = {
  ...table.kinds,
  ...Object.fromEntries(
    table.paths.flatMap(({ on, needs: [first = []] }) =>
      on === undefined ? [] : first.map((action) => [action, on]),
    ),
  ),
};

/** ARNs that an action can be about, by its path, else by the table; all others are about things of their service. */
export function aboutOf(action: string): string {
  const [service = ""] = action.split(":");
  return kinds[action] ?? kinds[service] ?? `arn:*:${service}:*:*:*`;
}

/** Without what is of another kind, and without patterns of which a statement denies all of the kind. */
function leftOfKind(
  kind: string,
  authority: Authority,
  context: Context,
): (grant: Grant) => readonly Grant[] {
  return (grant) => {
    const kept: Part[] = [];
    const open: Grant[] = [];
    for (const part of grant.resources) {
      const left =
        part.kind === "unknown" ? grant : leftOfText(part.text, grant, kind, authority, context);
      if (left === undefined) continue;
      if (left.uncertainty === grant.uncertainty) kept.push(part);
      else open.push({ ...left, resources: [part] });
    }
    return kept.length === 0 ? open : [{ ...grant, resources: kept }, ...open];
  };
}

/** What is left of a grant on the things of one kind that a text of its resources matches. */
function leftOfText(
  text: string,
  grant: Grant,
  kind: string,
  authority: Authority,
  context: Context,
): Grant | undefined {
  const met = meet(text, kind);
  if (met === undefined) return undefined;
  if (!hasWildcard(text)) return grant;
  const resources = [requested(met.replace(/^arn:\*:/, "arn:aws:"))];
  const [kept] = lessLeftOut({ ...grant, resources }, context);
  return kept && leftOf([kept], authority, context)[0];
}

/** Whether two actions can be called on one thing, or are about things of different kinds. */
export function canMeet(a: readonly Part[], b: readonly Part[]): Three {
  return or(meetings(a, b.map(reported)));
}

function* meetings(a: readonly Part[], b: readonly Reported[]): Iterable<Three> {
  for (const one of a.map(reported)) {
    for (const other of b) {
      const isStated = one.exact !== undefined && other.exact !== undefined;
      // Of names that are written out most are other names of one kind.
      if (
        isStated &&
        one.exact !== other.exact &&
        one.kind === other.kind &&
        one.kind !== undefined
      )
        continue;
      yield partsMeet(one.part, other.part);
    }
  }
}

/** A part with what quickly distinguishes it from others. */
interface Reported {
  readonly part: Part;
  /** Its text, where that has no wildcard. */
  readonly exact: string | undefined;
  readonly kind: string | undefined;
}

function reported(part: Part): Reported {
  const exact = part.kind === "text" && !hasWildcard(part.text) ? part.text : undefined;
  return { part, exact, kind: exact === undefined ? undefined : kindIn(exact) };
}

function partsMeet(a: Part, b: Part): Three {
  if (a.kind === "text" && b.kind === "text") return fromBoolean(textsMeet(a.text, b.text));
  const parts = [a, b];
  const takesAll = parts.some((part) => part.kind === "text" && part.text === "*");
  const dependencies = parts.map((part) => (part.kind === "unknown" ? part.dependsOn : []));
  if (takesAll) return yes;
  return unknown("a resource of a policy is not known yet", dependencies.flat());
}

function textsMeet(a: string, b: string): boolean {
  if (meet(a, b) !== undefined) return true;
  const left = kindIn(a);
  const right = kindIn(b);
  return left === undefined || right === undefined || left !== right;
}

/** The service and the type of resource in an ARN; undefined where a pattern leaves them open. */
function kindIn(text: string): string | undefined {
  const parsed = parseArn(text);
  if (!parsed.ok) return undefined;
  const { service, resource } = parsed.arn;
  const [type = ""] = resource.split(/[/:]/);
  return hasWildcard(service) || covers(type, "*") ? undefined : `${service}:${type}`;
}
