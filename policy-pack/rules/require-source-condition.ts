import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import { scopedName } from "../../core/graph/name";
import { matches } from "../../core/pattern";
import type { Admission } from "../../core/trust/admission";
import type { Urn } from "../../core/snapshot/value";
import { ownAccounts } from "../../core/trust/own-accounts";
import { heldTo, heldToUnknown } from "../../core/trust/held-to";
import { accountOf, type Principal } from "../../core/trust/principal";
import { gradeOfService, saysForWhom, sourceGuard, strangerGuard } from "../../core/trust/source";
import { compareSeverity } from "../../core/severity";
import { defineRule, type Answer } from "../define-rule";
import { correctionOf } from "./corrections";
import { answersToWays, unknownConditionFault, unsureFault } from "./trust-answers";

type Message = "service" | "stranger" | "unsure" | "values" | "account" | "unknown";
type Settings = Parameters<Parameters<typeof defineRule>[0]["check"]>[2];

/** A service or a company that works for many customers can be told by one to act on what is another's. */
export default defineRule({
  id: "require-source-condition",
  title: "Trust of a service or of another account says on whose behalf it acts",
  severity: "high",
  family: "federation",
  decides: "early",
  because:
    "a trust policy is whole in one resource; whose an account is, is told once all are known",
  watches: ["admits"],
  standards: ["NHI4:2025", "NHI3:2025", "NHI6:2025", "ASI03:2026", "NIST-800-53r5:AC-3"],
  remediation:
    "test `aws:SourceAccount` or `aws:SourceArn` for a service, `sts:ExternalId` or `aws:PrincipalOrgID` for another account",
  messages: {
    service:
      "`{role}` lets {whom} obtain it on behalf of anyone: no condition names an account, an organisation or a resource",
    stranger:
      "`{role}` lets {whom} obtain it, which is not of this stack: no condition asks for an external id or an organisation",
    unsure: "undetermined: `{role}` may let {whom} obtain it on behalf of anyone: {reason}",
    values: "undetermined: a preview cannot know on whose behalf {whom} may obtain `{role}`",
    account:
      "undetermined: `{role}` lets {whom} obtain it, and nothing tells whose account that is",
    unknown: "undetermined: a preview cannot know which services or accounts `{role}` admits",
  },
  check: (fact, graph, settings) => {
    const answers = answersToWays(fact, graph, isAbout, (way) => {
      const { principal } = way;
      if (principal.kind === "service") return serviceAnswers(way, principal.service, fact, graph);
      const waitsFor = heldToUnknown(way);
      if (waitsFor !== undefined) return unknownAccount(way, waitsFor, fact, graph);
      return heldTo(way).flatMap((held) => {
        const account = accountOf(held);
        if (account === undefined || isDeclared(held, graph)) return [];
        return accountAnswers(way, account, fact, graph, settings);
      });
    });
    return tellTogether.reduce((left, message) => together(message, left), answers);
  },
});

/** What is told of a role once, whoever obtains it so. */
const tellTogether = ["stranger", "service", "account", "values", "unsure"] as const;

/** A role is one fault however many services or accounts obtain it so: each is named, and the worst grades it. */
function together(
  message: Message,
  answers: readonly Answer<Message>[],
): readonly Answer<Message>[] {
  const alike = answers
    .filter(
      (each) =>
        each.message === message &&
        // Of what is wrong another rule may tell a part better, and is heard first.
        (each.verdict === "undetermined" || each.fault === undefined),
    )
    .sort((a, b) => compareSeverity(a.grade ?? "high", b.grade ?? "high"));
  const [worst] = alike;
  if (worst === undefined || alike.length === 1) return answers;
  const data = {
    ...worst.data,
    whom: distinctIn(alike, "whom")
      .join(", ")
      .replace(/, ([^,]*)$/, " and $1"),
    reason: distinctIn(alike, "reason").join("; "),
  };
  const faults = new Set(alike.map((each) => each.fault));
  const { fault, ...rest } = worst;
  const joined: Answer<Message> = {
    ...rest,
    data,
    extent: alike.flatMap((each) => each.extent ?? []),
    // Another rule that tells one of several faults does not tell all of this.
    ...(fault !== undefined && faults.size === 1 && { fault }),
    ...(worst.verdict === "undetermined" && {
      waitsFor: [...new Set(alike.flatMap((each) => each.waitsFor ?? []))],
    }),
  };
  return [joined, ...answers.filter((each) => !alike.includes(each))];
}

function distinctIn(answers: readonly Answer<Message>[], key: string): readonly string[] {
  return [...new Set(answers.flatMap(({ data }) => data?.[key] ?? []))];
}

function isAbout(principal: Principal): boolean {
  if (principal.kind === "unknown") return principal.type === "Service";
  if (principal.kind === "service") return gradeOfService(principal.service) !== undefined;
  return principal.kind === "everyone" || accountOf(principal) !== undefined;
}

function serviceAnswers(
  way: Admission,
  service: string,
  fact: FactOf<"admits">,
  graph: Graph,
): readonly Answer<Message>[] {
  const { conditions, variables } = way;
  const grade = gradeOfService(service) ?? "low";
  const guard = sourceGuard(conditions, variables);
  const doubt = doubtOf(way, guard, `\`${service}\``, fact, graph);
  if (doubt !== undefined) return doubt.map((answer) => ({ ...answer, grade }));
  const role = labelOfThing(graph, fact.identity);
  return [
    {
      verdict: "violated",
      message: "service",
      data: { role, whom: `\`${service}\`` },
      grade,
      about: fact.identity,
      at: fact.at,
      ...correctionOf(way, fact, graph),
    },
  ];
}

function accountAnswers(
  way: Admission,
  account: string,
  fact: FactOf<"admits">,
  graph: Graph,
  settings: Settings,
): readonly Answer<Message>[] {
  // That an account is another's rests on nothing saying that it is not.
  if (!graph.complete) return [];
  const configured = Object.values(settings.tenants).flatMap((tenant) => tenant.accounts);
  const own = ownAccounts(graph);
  if (own.has(account) || configured.some((pattern) => matches(pattern, account))) return [];
  const { conditions, variables } = way;
  const isUntold = own.size === 0 && configured.length === 0;
  if (isUntold && saysForWhom(conditions, variables)) return [];
  const guard = strangerGuard(conditions, variables);
  const doubt = doubtOf(way, guard, `account \`${account}\``, fact, graph);
  if (doubt !== undefined) return doubt;
  const role = labelOfThing(graph, fact.identity);
  const about = {
    about: fact.identity,
    at: fact.at,
    data: { role, whom: `account \`${account}\`` },
  };
  if (isUntold) {
    const fault = `whose account ${account} is, which ${graph.canonical(fact.identity)} lets in`;
    return [{ verdict: "undetermined", message: "account", ...about, fault }];
  }
  return [
    { verdict: "violated", message: "stranger", ...about, ...correctionOf(way, fact, graph) },
  ];
}

/** Of an account that is not known yet nobody can tell whose it is, so that only an external id or an organisation counts. */
function unknownAccount(
  way: Admission,
  waitsFor: readonly Urn[],
  fact: FactOf<"admits">,
  graph: Graph,
): readonly Answer<Message>[] {
  if (!graph.complete || strangerGuard(way.conditions, way.variables).kind === "pinned") return [];
  return [
    {
      verdict: "undetermined",
      message: "values",
      data: { role: labelOfThing(graph, fact.identity), whom: "an account that is not known yet" },
      about: fact.identity,
      at: fact.at,
      fault: unknownConditionFault(graph, fact.identity, way.statement, way.conditions),
      waitsFor,
    },
  ];
}

/** What is to be said unless the conditions certainly leave it open; undefined where they do. */
function doubtOf(
  way: Admission,
  guard: ReturnType<typeof sourceGuard>,
  whom: string,
  fact: FactOf<"admits">,
  graph: Graph,
): readonly Answer<Message>[] | undefined {
  const { holds, waitsFor } = way;
  if (guard.kind === "pinned") return [];
  const role = labelOfThing(graph, fact.identity);
  const about = { about: fact.identity, at: fact.at };
  if (guard.kind === "unknown") {
    if (!graph.complete) return [];
    const data = { role, whom };
    const settledBy = guard.waitsFor;
    const fault = unknownConditionFault(graph, fact.identity, way.statement, way.conditions);
    return [
      { verdict: "undetermined", message: "values", data, ...about, fault, waitsFor: settledBy },
    ];
  }
  if (holds.kind !== "unknown") return undefined;
  if (!graph.complete) return [];
  const data = { role, whom, reason: holds.reason };
  const fault = unsureFault(way, fact, graph);
  return [{ verdict: "undetermined", message: "unsure", data, ...about, fault, waitsFor }];
}

/** Whether a role that is named is one of the stack. */
function isDeclared(principal: Principal, graph: Graph): boolean {
  if (principal.kind !== "role" && principal.kind !== "session") return false;
  const account = accountOf(principal) ?? "";
  const name = principal.kind === "role" ? principal.role.name : principal.session.roleName;
  return graph.facts("admits", "identity", scopedName("iam-role", account, name)).length > 0;
}
