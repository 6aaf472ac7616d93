import type { FactOf } from "../../../facts/fact";
import type { Graph } from "../../../facts/graph";
import type { Name } from "../../../facts/name";
import { oncePerGraph } from "../../../facts/once-per-graph";
import type { ThingId } from "../../../facts/things";
import type { Condition } from "../../../../core/policy/statement";
import { tenantMark } from "../../../../core/marks";
import { isAboutTags, taggingOf, type Tagging } from "../../iam/session-tags";
import { rolesOf, type Role } from "../../iam/roles";
import { admissions, taggers, type Admission } from "../../trust/admission";
import { lookupsIn } from "../../trust/in-graph";
import { principalCovers, type Principal } from "../../trust/principal";
import { tenantsIn } from "../../workloads/tenancy";
import { selfTagging } from "./permissions";
import type { Session } from "./session";
import { thing, type Step } from "./step";

/** Who may start sessions with tags, by a statement of a trust policy that trusts it and one that lets it pass tags. */
export interface TaggedAdmission {
  readonly fact: FactOf<"trusts">;
  /** The first statement. */
  readonly trusting: Admission;
  /** The second one. */
  readonly tagger: Admission;
  /** The narrower principal of the two, and the conditions of both but those on tags. */
  readonly admission: Admission;
  readonly session: Session;
}

/** The admissions to a role whose callers may pass tags, for a complete graph. */
export function taggedAdmissions(graph: Graph, role: Name): readonly TaggedAdmission[] {
  return taggedIn(graph).get(graph.idOf(role)) ?? [];
}

/** The sessions of a role with tags that callers passed, or that the role gives itself. */
export function sessionsOf(graph: Graph, role: Name): readonly Session[] {
  return sessionsIn(graph).get(graph.idOf(role)) ?? none;
}

const none: readonly Session[] = [];

const sessionsIn = oncePerGraph((graph): ReadonlyMap<ThingId, readonly Session[]> => {
  const byRole = new Map<ThingId, Map<string, Session>>();
  const started = [...taggedIn(graph).values()].flat();
  for (const { session } of [...started, ...selfTaggedIn(graph)]) {
    const id = graph.idOf(session.role);
    const known = byRole.get(id);
    if (known === undefined) byRole.set(id, new Map([[session.key, session]]));
    else known.set(session.key, session);
  }
  return new Map([...byRole].map(([id, sessions]) => [id, [...sessions.values()]]));
});

/** The steps from roles that may change their own tags to their sessions with any tags. */
export function selfTaggedSteps(graph: Graph): readonly Step[] {
  return selfTaggedIn(graph).map(({ session, fact, may }): Step => {
    const uncertainty =
      may.kind === "unknown" ? { reason: may.reason, dependsOn: may.dependsOn ?? [] } : undefined;
    return {
      from: thing(session.role),
      to: { kind: "session", session },
      by: "changes its tags as",
      fact,
      ...(uncertainty && { uncertainty }),
    };
  });
}

const selfTaggedIn = oncePerGraph((graph) =>
  rolesOf(graph).flatMap((role) => {
    const found = selfTagging(graph, role);
    return found === undefined ? [] : [{ session: sessionOf(role, anyTags, graph), ...found }];
  }),
);

const anyTags = taggingOf([], true);

function sessionOf({ name }: Role, tagging: Tagging, graph: Graph): Session {
  return {
    role: name,
    tagging,
    key: `session ${name} ${tagging.key}`,
    isOfOneTenant: isOfOneTenant(tagging, graph),
  };
}

/** Whether a caller can assume a role only with tags by which each session is of one tenant. */
export function requiresTenantTag(
  graph: Graph,
  role: Name,
  { conditions, variables, principal }: Admission,
): boolean {
  if (!mayPassTags(principal)) return false;
  return isOfOneTenant(taggingOf(conditions, variables), graph);
}

const taggedIn = oncePerGraph((graph): ReadonlyMap<ThingId, readonly TaggedAdmission[]> => {
  const lookups = lookupsIn(graph);
  return new Map(
    rolesOf(graph).map((role) => {
      const found = role.trusts.flatMap((fact): readonly TaggedAdmission[] => {
        if (fact.trust.kind !== "document") return [];
        const { document } = fact.trust;
        const tagging = taggers(document, lookups).filter(({ principal }) =>
          mayPassTags(principal),
        );
        if (tagging.length === 0) return [];
        return admissions(document, lookups).flatMap((trusting) =>
          tagging.flatMap((tagger) => taggedBy({ role, fact, trusting, tagger, graph })),
        );
      });
      return [graph.idOf(role.name), found];
    }),
  );
});

interface Pair {
  readonly role: Role;
  readonly fact: FactOf<"trusts">;
  readonly trusting: Admission;
  readonly tagger: Admission;
  readonly graph: Graph;
}

function taggedBy({ role, fact, trusting, tagger, graph }: Pair): readonly TaggedAdmission[] {
  const both = bothOf(trusting.principal, tagger.principal);
  if (both === undefined) return [];
  const { variables } = trusting;
  const conditions = [...new Set([...trusting.conditions, ...tagger.conditions])];
  const tagging = taggingOf(conditions, variables);
  const admission: Admission = {
    ...trusting,
    principal: both.principal,
    holds: trusting.holds.kind === "unknown" ? trusting.holds : tagger.holds,
    conditions: [
      ...conditions.filter((each) => each.kind === "unknown" || !isAboutTags(each)),
      ...both.conditions,
    ],
    dependsOn: [...new Set([...trusting.dependsOn, ...tagger.dependsOn])],
  };
  return [{ fact, trusting, tagger, admission, session: sessionOf(role, tagging, graph) }];
}

/** The callers that two principals include: one of them, and under which conditions. */
interface Both {
  readonly principal: Principal;
  readonly conditions: readonly Condition[];
}

function bothOf(a: Principal, b: Principal): Both | undefined {
  if (principalCovers(b, a) || JSON.stringify(a) === JSON.stringify(b)) {
    return { principal: a, conditions: [] };
  }
  if (principalCovers(a, b)) return { principal: b, conditions: [] };
  if (a.kind === "unknown") return narrowedBy(a, b);
  return b.kind === "unknown" ? narrowedBy(b, a) : undefined;
}

/** The unknown principal as far as a known one includes it. */
function narrowedBy(principal: Principal, known: Principal): Both | undefined {
  const [key, text] =
    known.kind === "account"
      ? ["aws:PrincipalAccount", known.account]
      : known.kind === "role"
        ? ["aws:PrincipalArn", known.arn]
        : [];
  if (key === undefined || text === undefined) return undefined;
  const values = [{ kind: "text", text, secret: false }] as const;
  return { principal, conditions: [{ kind: "test", operator: "StringEquals", key, values }] };
}

/** Whether a principal itself passes the tags of its sessions: no service or issuer does it. */
function mayPassTags({ kind }: Principal): boolean {
  switch (kind) {
    case "role":
    case "user":
    case "session":
    case "account":
    case "everyone":
    case "unknown":
      return true;
    case "service":
    case "federated":
    case "saml":
    case "canonical":
    case "other":
      return false;
  }
}

/** Whether some tag that a tagging requires names one tenant: by its value, or as the caller's own. */
function isOfOneTenant(tagging: Tagging, graph: Graph): boolean {
  if (!tagging.requiresTags) return false;
  return tagging.tested.some((tag) => {
    if (!tagging.requires(tag)) return false;
    if (tag === tenantMark && tagging.isOwn(tag)) return true;
    const accepted = [...tenantsIn(graph)].filter(
      (each) => tagging.accepts(tag, each).kind !== "no",
    );
    return accepted.length === 1;
  });
}
