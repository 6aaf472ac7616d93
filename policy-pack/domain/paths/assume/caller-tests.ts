import { callerTags } from "../access/caller-tags";
import type { Graph } from "../../../facts/graph";
import type { Name } from "../../../facts/name";
import type { Context, ContextValue } from "../../../../core/policy/condition/context";
import { evaluateConditions } from "../../../../core/policy/condition/evaluate";
import { parseOperator } from "../../../../core/policy/condition/operator";
import type { Condition } from "../../../../core/policy/statement";
import type { Urn } from "../../../../core/snapshot/value";
import { and, no, or, unknown, yes, type Three } from "../../../../core/three-valued";
import { tenantMark } from "../../../../core/marks";
import type { RoleArn } from "../../iam/role-arn";
import { tenantOf, tenantsIn } from "../../workloads/tenancy";
import { isGuard } from "../../trust/tested";
import { arnTestsIn } from "./arn-tests";
import type { Session } from "./session";

/** What conditions require of a calling role: its account and ARN, and its own tags. */
export interface CallerTests {
  /** Equal for equivalent conditions. */
  readonly key: string;
  readonly trustsArn: (arn: string) => Three;
  /** By the ARN of a role of the stack, of which parts may be unknown. */
  readonly trustsRole: (role: RoleArn) => Three;
  /** By an account as a whole. */
  readonly trustsAccount: (account: string) => Three;
  /**
   * By its own tags, as far as a condition is met also for an absent tag or another tenant's, or reads a tag of unknown value.
   * The guard reports tests of a known tag.
   */
  readonly trustsTags: (caller: Name) => Three;
  /** By the tags that the caller of a session passed, each with the value that fits best. */
  readonly trustsSession: (session: Session) => Three;
}

const tagKey = /^aws:principaltag\/(.+)$/;
const ownTagKey = /^(?:aws|iam):resourcetag\/(.+)$/;

/**
 * What conditions require of callers that are roles.
 *
 * @param called the role that they call, for conditions that compare its tags with theirs
 */
export function callerTestsIn(
  conditions: readonly Condition[],
  variables: boolean,
  called: Name,
  graph: Graph,
): CallerTests {
  const arns = arnTestsIn(conditions, variables, graph);
  const ofTags = conditions.filter((each) => tagIn(each) !== undefined);
  const comparesTags = JSON.stringify(ofTags).toLowerCase().includes(":resourcetag/");
  const isNone = arns.tests.length + ofTags.length === 0;
  return {
    key: isNone ? "" : JSON.stringify([arns.tests, ofTags, variables, comparesTags ? called : ""]),
    trustsArn: arns.trustsArn,
    trustsRole: arns.trustsRole,
    trustsAccount: arns.trustsAccount,
    trustsTags: (caller) => {
      if (ofTags.length === 0) return { kind: "yes" };
      const tags = callerTags(graph, caller);
      const isOfStack = graph.facts("resource", "resource", caller).length > 0;
      // Where the tag names the caller's tenant, each caller with a tenant's tag is of that tenant.
      const isOwn = tenantOf(graph, caller).kind === "unknown";
      const requested = ofTags.filter(
        (each) =>
          isOpen(each) ||
          (isOfStack && isUnknown(each, tags) && !(isOwn && tagIn(each) === tenantMark)),
      );
      const { result } = evaluateConditions(requested, bothTags(tags, graph, called), variables);
      if (result.kind !== "unknown" || result.dependsOn !== undefined) return result;
      return unknown(result.reason, requested.flatMap(dependsOnOf));
    },
    trustsSession: (session) => {
      const tags = new Set(ofTags.flatMap((each) => tagIn(each) ?? []));
      return and(
        [...tags].map((tag) => {
          const tests = ofTags.filter((each) => tagIn(each) === tag);
          return meets({ session, tag, tests, variables, called, graph });
        }),
      );
    },
  };
}

/** Whether a test of a caller's tag is of one that has to be the own tag of who started the session. */
export function hasTagsOfCaller({ tagging }: Session, conditions: readonly Condition[]): boolean {
  return conditions.some((each) => tagging.isOwn(tagIn(each) ?? ""));
}

interface SessionTest {
  readonly session: Session;
  readonly tag: string;
  /** All of them must be met. */
  readonly tests: readonly Condition[];
  readonly variables: boolean;
  readonly called: Name;
  readonly graph: Graph;
}

/** Whether a session can have a tag that meets tests: the role's own, or one that its caller passes. */
function meets({ session, tag, tests, variables, called, graph }: SessionTest): Three {
  const { role, tagging } = session;
  const withTag = (value: ContextValue): Three => {
    const tags: Context = (key) => (key === tag ? value : absent);
    return evaluateConditions(tests, bothTags(tags, graph, called), variables).result;
  };
  if (tagging.isOwn(tag)) return yes;
  const passed = [...candidatesFor(tests, callerTags(graph, called)(tag), graph)].map((value) =>
    and([tagging.accepts(tag, value), withTag({ kind: "present", values: [value] })]),
  );
  const own = tagging.requires(tag) ? no : withTag(callerTags(graph, role)(tag));
  return or([own, ...passed]);
}

const absent: ContextValue = { kind: "absent" };

/** Values of a tag among which is one that meets tests, if any does. */
function* candidatesFor(
  tests: readonly Condition[],
  ofCalled: ContextValue,
  graph: Graph,
): Iterable<string> {
  yield* tenantsIn(graph);
  if (ofCalled.kind === "present") yield* ofCalled.values;
  for (const test of tests) {
    if (test.kind === "unknown") continue;
    for (const part of test.values) {
      // What a pattern takes, it takes without its wildcards or with a letter for each.
      if (part.kind === "text") yield* [part.text.replace(/\*/g, "").replace(/\?/g, "a")];
    }
  }
  yield "other";
}

/** The tags of a caller, and of the role that it calls. */
function bothTags(tags: Context, graph: Graph, called: Name): Context {
  const own = callerTags(graph, called);
  return (key) => {
    const tag = tagKey.exec(key)?.[1];
    if (tag !== undefined) return tags(tag);
    const ofCalled = ownTagKey.exec(key)?.[1];
    if (ofCalled !== undefined) return own(ofCalled);
    return {
      kind: "unknown",
      reason: "a condition of the trust policy cannot be evaluated for its callers",
    };
  };
}

function dependsOnOf(condition: Condition): readonly Urn[] {
  const values = condition.kind === "test" ? condition.values : [];
  return values.flatMap((part) => (part.kind === "unknown" ? part.dependsOn : []));
}

/** The tag of the caller that a condition is about. */
function tagIn(condition: Condition): string | undefined {
  return condition.kind === "test" ? tagKey.exec(condition.key.toLowerCase())?.[1] : undefined;
}

/** Whether a condition is met for an absent key as well, or for all values but its own. */
function isOpen(condition: Condition): boolean {
  const operator = condition.kind === "test" ? parseOperator(condition.operator) : undefined;
  return operator !== undefined && !isGuard(operator);
}

function isUnknown(condition: Condition, tags: Context): boolean {
  const { kind } = tags(tagIn(condition) ?? "");
  return kind === "unknown" || kind === "some";
}
