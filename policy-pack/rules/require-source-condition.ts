import { listOf } from "../../core/listed";
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
import {
  severityOfService,
  namesAudience,
  sourceGuard,
  strangerGuard,
} from "../../core/trust/source";
import { compareSeverity } from "../../core/severity";
import { defineRule, type Answer } from "../define-rule";
import { correctionOf } from "../../core/trust/correction/correction";
import { answersToWays, uncertaintyOf as admissionUncertainty } from "../answers/trust";
import { unknownConditionKey, uncertainPrincipalKey } from "../answers/dedup-keys";

type Message = "service" | "stranger" | "any";
type Sentence = Required<Pick<Answer<Message>, "message" | "data">>;
type Settings = Parameters<Parameters<typeof defineRule>[0]["check"]>[2];

/** One customer of a service or company can make it act on resources of another. */
export default defineRule({
  id: "require-source-condition",
  title: "Trust of a service or another account restricts the source of its requests",
  severity: "high",
  family: "federation",
  decides: "early",
  because:
    "a trust policy is whole in one resource; the owner of an account is known once all are known",
  watches: ["trusts"],
  remediation:
    "test `aws:SourceAccount` or `aws:SourceArn` for a service, `sts:ExternalId` or `aws:PrincipalOrgID` for an account",
  messages: {
    service: "Role `{role}` can be assumed by {principals} on behalf of any AWS account",
    stranger:
      "Role `{role}` trusts {principals} outside this stack without an external id or organisation condition",
    any: "Role `{role}` trusts services or other accounts without a condition on the source",
  },
  check: (fact, graph, settings) => {
    const answers = answersToWays(fact, graph, isAbout, "any", (way) => {
      const { principal } = way;
      if (principal.kind === "service") return serviceAnswers(way, principal.service, fact, graph);
      const dependsOn = heldToUnknown(way);
      if (dependsOn !== undefined) return unknownAccount(way, dependsOn, fact, graph);
      return heldTo(way).flatMap((held) => {
        const account = accountOf(held);
        if (account === undefined || isDeclared(held, graph)) return [];
        return accountAnswers(way, account, fact, graph, settings);
      });
    });
    return joined.reduce((left, kind) => together(kind, left), answers);
  },
});

/** What is reported of a role once, whichever principals it is true of: violations by their message, and unknowns by why. */
const joined = ["stranger", "service", "owner", "values", "way"] as const;

/** Why a path is uncertain: the owner of the account, values of its conditions, or whether it is one. */
type Open = Exclude<(typeof joined)[number], Message>;

/** A role is one fault however many services or accounts can assume it so: each is named, and the worst grades it. */
function together(
  kind: (typeof joined)[number],
  answers: readonly Answer<Message>[],
): readonly Answer<Message>[] {
  const alike = answers
    .filter(
      (each) =>
        (each.data?.open ?? each.message) === kind &&
        // Another rule may report a part of what is wrong better, and comes first.
        (each.uncertainty !== undefined || each.fault === undefined),
    )
    .sort((a, b) => compareSeverity(a.severity ?? "high", b.severity ?? "high"));
  const [worst] = alike;
  if (worst === undefined || alike.length === 1) return answers;
  const data = {
    ...worst.data,
    principals: listOf(distinctIn(alike, ({ data: own }) => own?.principals)),
  };
  const reason = distinctIn(alike, (each) => each.uncertainty?.reason).join("; ");
  const faults = new Set(alike.map((each) => each.fault));
  const { fault, ...rest } = worst;
  const one: Answer<Message> = {
    ...rest,
    data,
    evidenceParts: alike.flatMap((each) => each.evidenceParts ?? []),
    // Another rule that reports one of several faults does not report all of this.
    ...(fault !== undefined && faults.size === 1 && { fault }),
    uncertainty: worst.uncertainty && {
      ...(reason !== "" && { reason }),
      dependsOn: alike.flatMap((each) => each.uncertainty?.dependsOn ?? []),
    },
  };
  return [one, ...answers.filter((each) => !alike.includes(each))];
}

function distinctIn(
  answers: readonly Answer<Message>[],
  textOf: (answer: Answer<Message>) => string | undefined,
): readonly string[] {
  return [...new Set(answers.flatMap((each) => textOf(each) ?? []))];
}

function isAbout(principal: Principal): boolean {
  if (principal.kind === "unknown") return principal.type === "Service";
  if (principal.kind === "service") return severityOfService(principal.service) !== undefined;
  return principal.kind === "everyone" || accountOf(principal) !== undefined;
}

function serviceAnswers(
  way: Admission,
  service: string,
  fact: FactOf<"trusts">,
  graph: Graph,
): readonly Answer<Message>[] {
  const { conditions, variables } = way;
  const severity = severityOfService(service) ?? "low";
  const guard = sourceGuard(conditions, variables);
  const role = labelOfThing(graph, fact.identity);
  const sentence = { message: "service", data: { role, principals: `\`${service}\`` } } as const;
  const uncertainty = uncertaintyOf(way, guard, sentence, fact, graph);
  if (uncertainty !== undefined) return uncertainty.map((answer) => ({ ...answer, severity }));
  return [
    {
      ...sentence,
      severity,
      about: fact.identity,
      at: fact.at,
      ...correctionOf(way, fact, graph),
    },
  ];
}

function accountAnswers(
  way: Admission,
  account: string,
  fact: FactOf<"trusts">,
  graph: Graph,
  settings: Settings,
): readonly Answer<Message>[] {
  // An account counts as another's where nothing shows that it is the own one.
  if (!graph.complete) return [];
  const configured = Object.values(settings.tenants).flatMap((tenant) => tenant.accounts);
  const own = ownAccounts(graph);
  if (own.has(account) || configured.some((pattern) => matches(pattern, account))) return [];
  const { conditions, variables } = way;
  const isUntold = own.size === 0 && configured.length === 0;
  if (isUntold && namesAudience(conditions, variables)) return [];
  const guard = strangerGuard(conditions, variables);
  const role = labelOfThing(graph, fact.identity);
  const principals = `account \`${account}\``;
  const sentence = { message: "stranger", data: { role, principals } } as const;
  const uncertainty = uncertaintyOf(way, guard, sentence, fact, graph);
  if (uncertainty !== undefined) return uncertainty;
  const about = { about: fact.identity, at: fact.at };
  if (isUntold) {
    const fault = `whose account ${account} is, which ${graph.canonical(fact.identity)} lets in`;
    const reason = "the accounts of this stack are not known";
    return [{ ...openOf(sentence, "owner"), ...about, fault, uncertainty: { reason } }];
  }
  return [{ ...sentence, ...about, ...correctionOf(way, fact, graph) }];
}

/** Who owns an account that is not known yet is unknown too, so that only an external id or an organisation counts. */
function unknownAccount(
  way: Admission,
  dependsOn: readonly Urn[],
  fact: FactOf<"trusts">,
  graph: Graph,
): readonly Answer<Message>[] {
  if (strangerGuard(way.conditions, way.variables).kind === "pinned") return [];
  const role = labelOfThing(graph, fact.identity);
  const sentence = { message: "stranger", data: { role, principals: "an account" } } as const;
  return [
    {
      ...openOf(sentence, "values"),
      about: fact.identity,
      at: fact.at,
      fault: unknownConditionKey(graph, fact.identity, way.statement, way.conditions),
      uncertainty: { reason: "the account is not known", dependsOn },
    },
  ];
}

/** The sentence of a violation, and the data by which one kind of unknown is reported once for each role. */
function openOf({ message, data }: Sentence, open: Open): Sentence {
  return { message, data: { ...data, open } };
}

/** What is reported unless the conditions certainly leave it open; undefined where they do. */
function uncertaintyOf(
  way: Admission,
  guard: ReturnType<typeof sourceGuard>,
  sentence: Sentence,
  fact: FactOf<"trusts">,
  graph: Graph,
): readonly Answer<Message>[] | undefined {
  const { holds } = way;
  if (guard.kind === "pinned") return [];
  const about = { about: fact.identity, at: fact.at };
  if (guard.kind === "unknown") {
    const values = openOf(sentence, "values");
    const settledBy = guard.dependsOn;
    const fault = unknownConditionKey(graph, fact.identity, way.statement, way.conditions);
    return [{ ...values, ...about, fault, uncertainty: { dependsOn: settledBy } }];
  }
  if (holds.kind !== "unknown") return undefined;
  const fault = uncertainPrincipalKey(graph, fact, way);
  return [{ ...openOf(sentence, "way"), ...about, fault, uncertainty: admissionUncertainty(way) }];
}

/** Whether a role that is named is one of the stack. */
function isDeclared(principal: Principal, graph: Graph): boolean {
  if (principal.kind !== "role" && principal.kind !== "session") return false;
  const account = accountOf(principal) ?? "";
  const name = principal.kind === "role" ? principal.role.name : principal.session.roleName;
  return graph.facts("trusts", "identity", scopedName("iam-role", account, name)).length > 0;
}
