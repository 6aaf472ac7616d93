import { listOf } from "../../core/listed";
import type { FactOf } from "../facts/fact";
import type { Graph } from "../facts/graph";
import { compareSeverity } from "../../core/severity";
import type { Admission } from "../domain/trust/admission";
import { accountOf, type Principal } from "../domain/trust/principal";
import { severityOfService } from "../domain/trust/source";
import { openSources, type OpenSource } from "../domain/trust/open-sources";
import { dedupKey } from "./answers/dedup-keys";
import { defineRule, type Answer } from "../findings/define-rule";
import { answersOnPaths, answerOnPath, answerUnlessTested } from "./answers/trust";

type Message = "service" | "stranger" | "any";

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
    "test `aws:SourceAccount` or `aws:SourceArn` for a service, `sts:ExternalId` or `aws:PrincipalOrgID` for an account; a `Tenant` with `federation: { agentCore }` does so for its runtimes",
  messages: {
    service: "Role `{about}` can be assumed by {principals} on behalf of any AWS account",
    stranger:
      "Role `{about}` trusts {principals} outside this stack without an external id or organisation condition",
    any: "Role `{about}` trusts services or other accounts without a condition on the source",
  },
  check: (fact, graph, { tenants }) => {
    const accounts = Object.values(tenants).flatMap((tenant) => tenant.accounts);
    const answers = answersOnPaths(fact, graph, isAbout, "any", (way) =>
      openSources(way, graph, accounts).map((source) => answerAbout(source, way, fact, graph)),
    );
    return joined.reduce((left, kind) => together(kind, left), answers);
  },
});

function isAbout(principal: Principal): boolean {
  if (principal.kind === "unknown") return principal.type === "Service";
  if (principal.kind === "service") return severityOfService(principal.service) !== undefined;
  return principal.kind === "everyone" || accountOf(principal) !== undefined;
}

function answerAbout(
  { kind, principal, severity, open, uncertainty = {} }: OpenSource,
  way: Admission,
  fact: FactOf<"trusts">,
  graph: Graph,
): Answer<Message> {
  const isPossible = way.holds.kind === "unknown";
  const why = isPossible && open !== "values" ? "way" : (open ?? kind);
  const answer = { message: kind, data: { principals: principal, open: why }, severity };
  if (open === "values") return answerUnlessTested(answer, way, fact, graph, uncertainty);
  if (open === undefined || isPossible) return answerOnPath(answer, way, fact, graph);
  const { identity: about, at } = fact;
  const fault = dedupKey(graph, "source of a trust", about, principal);
  return { ...answer, about, at, fault, uncertainty };
}

/** What is reported of a role once, whichever principals it is true of: violations by their kind, and unknowns by why. */
const joined = ["stranger", "service", "owner", "values", "way"] as const;

/** A role is one fault however many services or accounts can assume it so: each is named, and the worst grades it. */
function together(
  kind: (typeof joined)[number],
  answers: readonly Answer<Message>[],
): readonly Answer<Message>[] {
  const alike = answers
    .filter(
      (each) =>
        each.data?.open === kind &&
        // Another rule may report a part of what is wrong better, and comes first.
        (each.uncertainty !== undefined || each.fault === undefined),
    )
    .sort((a, b) => compareSeverity(a.severity ?? "high", b.severity ?? "high"));
  const [worst] = alike;
  if (worst === undefined || alike.length === 1) return answers;
  const reason = distinctIn(alike, (each) => each.uncertainty?.reason).join("; ");
  const one: Answer<Message> = {
    ...worst,
    data: { principals: listOf(distinctIn(alike, ({ data }) => data?.principals)) },
    evidenceParts: alike.flatMap((each) => each.evidenceParts ?? []),
    // Another rule that reports one of several faults does not report all of this.
    fault: alike.every(({ fault }) => fault === worst.fault) ? worst.fault : undefined,
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
