import type { Caller } from "../access/caller";
import { refusing } from "../access/guard";
import { callerValue } from "../access/request";
import type { Authority } from "../../iam/authority/authority";
import { effectiveOf, unnarrowed } from "../../iam/authority/effective";
import type { Graph } from "../../../facts/graph";
import type { Context } from "../../../../core/policy/condition/context";
import { evaluateConditions } from "../../../../core/policy/condition/evaluate";
import { parseOperator } from "../../../../core/policy/condition/operator";
import type {
  Condition,
  PolicyDocument,
  Selection,
  Statement,
} from "../../../../core/policy/statement";
import { isEveryone } from "../../../../core/policy/everyone";
import {
  and,
  fromBoolean,
  no,
  not,
  or,
  unknown,
  yes,
  type Three,
} from "../../../../core/three-valued";
import { selectsAction } from "../../trust/admission";
import { targetMatches, matchesAllTargets, matchesOwnTarget, type Target } from "./callables";

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
      return [
        ...missingIn(content.document),
        ...statements.map((statement): Three => {
          if (statement.kind === "unknown" || statement.effect === "Allow") return no;
          return and([
            isAbout(graph, statement, target, action),
            effectiveOf({ ...statement, effect: "Deny" }, worst, variables),
            isDeny(statement),
          ]);
        }),
      ];
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
          if (content.kind === "unknown") return [unknown(content.reason, content.dependsOn)];
          const { statements, variables } = content.document;
          return statements.map((statement): Three => {
            if (statement.kind === "unknown") return unknown(statementUnknown, statement.dependsOn);
            if (statement.effect === "Deny") return no;
            const { actions, resources } = statement;
            const selected = resources && matchesAny(graph, resources, target);
            return and([
              selectsAction(actions, action),
              selected ?? yes,
              effectiveOf(statement, worst, variables),
            ]);
          });
        }),
      ),
    ),
  );
}

const worst = unnarrowed();
const statementUnknown = "a statement is not known yet";

/** Whether a Deny in a policy of the called thing excludes an identity, whatever allows it. */
export function isExcluded(graph: Graph, caller: Caller, target: Target, action: string): Three {
  const own = graph.namesOf(target.thing);
  return or(
    documentsOf(graph, target).flatMap((document) => {
      const { statements, variables } = refusing(document, caller, own);
      return [
        ...missingIn(document),
        ...statements.map((statement): Three => {
          if (statement.kind === "unknown") return no;
          const { conditions } = statement;
          const context: Context = (key) => callerValue(caller, key);
          const { result } = evaluateConditions(conditions, context, variables);
          const isAboutIt = isAbout(graph, statement, target, action, matchesOwnTarget);
          return and([isAboutIt, result, isDeny(statement)]);
        }),
      ];
    }),
  );
}

/** A statement of which nothing is known may be a Deny of whatever there is. */
function missingIn({ statements }: PolicyDocument): readonly Three[] {
  return statements.flatMap((statement) =>
    statement.kind === "unknown" ? [unknown(statementUnknown, statement.dependsOn)] : [],
  );
}

function isDeny({ effect, dependsOn }: Statement): Three {
  return effect === "Deny" ? yes : unknown(effectUnknown, dependsOn);
}

const effectUnknown = "the effect of a statement is not known yet";

/** Whether a Deny excludes principals from a thing, all or all but some. */
export function excludesOthers(graph: Graph, target: Target, action: string): Three {
  return or(
    documentsOf(graph, target).flatMap((document) => [
      ...missingIn(document),
      ...document.statements.map((statement): Three => {
        if (statement.kind === "unknown" || statement.effect === "Allow") return no;
        const { principals, conditions } = statement;
        const isOfAll = principals?.negated === true || principals?.values.some(isEveryone);
        return and([
          fromBoolean(isOfAll === true),
          ...conditions.map(leavesSome),
          isAbout(graph, statement, target, action, matchesOwnTarget),
          isDeny(statement),
        ]);
      }),
    ]),
  );
}

/** Keys about the caller: a Deny of all with another value leaves callers with this value. */
const ofCallers: ReadonlySet<string> = new Set(["aws:principalaccount", "aws:principalarn"]);

function leavesSome(condition: Condition): Three {
  if (condition.kind === "unknown") {
    const { reason = conditionUnknown, dependsOn } = condition;
    return unknown(reason, dependsOn);
  }
  return fromBoolean(
    ofCallers.has(condition.key.toLowerCase()) &&
      parseOperator(condition.operator)?.negated === true,
  );
}

const conditionUnknown = "a part of the condition is not known yet";

function documentsOf(graph: Graph, { thing }: Target): readonly PolicyDocument[] {
  return graph
    .facts("guards", "resource", thing)
    .flatMap(({ policy }) => (policy.kind === "document" ? [policy.document] : []));
}

/**
 * Whether a Deny is about an action on all of a thing.
 *
 * @param takes whether a resource that it names takes the thing in
 */
function isAbout(
  graph: Graph,
  { actions, resources }: Statement,
  target: Target,
  action: string,
  takes = targetMatches,
): Three {
  return and([selectsAction(actions, action), selectsAll(graph, resources, target, takes)]);
}

function selectsAll(
  graph: Graph,
  resources: Selection | undefined,
  target: Target,
  takes: typeof targetMatches,
): Three {
  if (resources === undefined) return yes;
  const { negated, values } = resources;
  return negated
    ? not(or(values.map((part) => takes(graph, part, target))))
    : matchesAllTargets(graph, values, target, takes);
}

function matchesAny(graph: Graph, { negated, values }: Selection, target: Target): Three {
  return negated
    ? not(matchesAllTargets(graph, values, target))
    : or(values.map((part) => targetMatches(graph, part, target)));
}
