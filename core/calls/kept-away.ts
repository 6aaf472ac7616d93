import type { Caller } from "../access/caller";
import { refusing } from "../access/guard";
import { saidBy } from "../access/request";
import type { Authority } from "../authority/authority";
import { standingOf, unnarrowed } from "../authority/standing";
import type { Graph } from "../graph/graph";
import { evaluateConditions } from "../policy/condition/evaluate";
import { parseOperator } from "../policy/condition/operator";
import type { Condition, PolicyDocument, Selection, Statement } from "../policy/statement";
import { isEveryone } from "../policy/everyone";
import { and, no, not, or, unknown, yes, type Three } from "../three-valued";
import { selectsAction } from "../trust/admission";
import { takesIn, takesInAll, type Target } from "./callables";

/** Whether a Deny of an identity, or of its limits, keeps it from calling a thing. */
export function isRefused(
  graph: Graph,
  { policies, limits }: Authority,
  target: Target,
  action: string,
): Three {
  return or(
    [...policies, ...limits.flat()].flatMap(({ content }) => {
      if (content.kind === "unknown") return [];
      const { statements, variables } = content.document;
      return statements.map((statement): Three => {
        if (statement.kind === "unknown" || statement.effect !== "Deny") return no;
        return and([
          isAbout(graph, statement, target, action),
          standingOf(statement, worst, variables),
        ]);
      });
    }),
  );
}

/**
 * Whether each limit of an identity allows it to call a thing.
 *
 * What a resource's policy gives a role by its ARN a permissions boundary limits as well. Source: IAM user guide, policy
 * evaluation logic, "Resource-based policies".
 */
export function isWithinLimits(
  graph: Graph,
  { limits }: Authority,
  target: Target,
  action: string,
): Three {
  return and(
    limits.map((limit) =>
      or(
        limit.flatMap(({ content }): readonly Three[] => {
          if (content.kind === "unknown") return [unknown(content.reason, content.waitsFor)];
          const { statements, variables } = content.document;
          return statements.map((statement): Three => {
            if (statement.kind === "unknown") return unknown(statementUnknown, statement.waitsFor);
            if (statement.effect === "Deny") return no;
            const { actions, resources } = statement;
            const selected = resources && takesInAny(graph, resources, target);
            return and([
              selectsAction(actions, action),
              selected ?? yes,
              standingOf(statement, worst, variables),
            ]);
          });
        }),
      ),
    ),
  );
}

const worst = unnarrowed();
const statementUnknown = "a statement is not known yet";

/** Whether a Deny in a policy of what is called keeps an identity from it, whatever lets that one call. */
export function isKeptAway(graph: Graph, caller: Caller, target: Target, action: string): Three {
  const own = graph.namesOf(target.thing);
  return or(
    documentsOf(graph, target).flatMap((document) => {
      const { statements, variables } = refusing(document, caller, own);
      return statements.map((statement): Three => {
        if (statement.kind === "unknown") return no;
        const { result } = evaluateConditions(
          statement.conditions,
          (key) => saidBy(caller, key),
          variables,
        );
        const isDeny = statement.effect === "Deny" ? yes : unknown(effectUnknown);
        return and([isAbout(graph, statement, target, action), result, isDeny]);
      });
    }),
  );
}

const effectUnknown = "the effect of a statement is not known yet";

/** Whether a Deny keeps whoever there is from a thing, all or all but some. */
export function keepsStrangersAway(graph: Graph, target: Target, action: string): boolean {
  return documentsOf(graph, target).some(({ statements }) =>
    statements.some(
      (statement) =>
        statement.kind === "statement" &&
        statement.effect === "Deny" &&
        statement.principals !== undefined &&
        (statement.principals.negated || statement.principals.values.some(isEveryone)) &&
        statement.conditions.every(leavesSome) &&
        isAbout(graph, statement, target, action).kind === "yes",
    ),
  );
}

/** Keys that say who calls: of a Deny of all whose value is another, those with this value are left. */
const ofCallers: ReadonlySet<string> = new Set(["aws:principalaccount", "aws:principalarn"]);

function leavesSome(condition: Condition): boolean {
  if (condition.kind === "unknown") return false;
  return (
    ofCallers.has(condition.key.toLowerCase()) &&
    parseOperator(condition.operator)?.negated === true
  );
}

function documentsOf(graph: Graph, { thing }: Target): readonly PolicyDocument[] {
  return graph
    .facts("guards", "resource", thing)
    .flatMap(({ policy }) => (policy.kind === "document" ? [policy.document] : []));
}

/** Whether a Deny is about an action on all of a thing. */
function isAbout(
  graph: Graph,
  { actions, resources }: Statement,
  target: Target,
  action: string,
): Three {
  return and([selectsAction(actions, action), selectsAll(graph, resources, target)]);
}

function selectsAll(graph: Graph, resources: Selection | undefined, target: Target): Three {
  if (resources === undefined) return yes;
  const { negated, values } = resources;
  return negated
    ? not(or(values.map((part) => takesIn(graph, part, target))))
    : takesInAll(graph, values, target);
}

function takesInAny(graph: Graph, { negated, values }: Selection, target: Target): Three {
  return negated
    ? not(takesInAll(graph, values, target))
    : or(values.map((part) => takesIn(graph, part, target)));
}
