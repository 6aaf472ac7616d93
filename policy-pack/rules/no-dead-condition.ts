import type { FactOf } from "../facts/fact";
import type { Graph } from "../facts/graph";
import { conditionName, type Name } from "../facts/name";
import type { PolicyDocument } from "../../core/policy/statement";
import { deadConditions, type Dead } from "../domain/trust/dead";
import { undecidedStatements, type Undecided } from "../domain/trust/undecided";
import { defineRule, type Answer } from "../findings/define-rule";
import { correctionOf } from "../domain/trust/correction/correction";
import { answersToTrust, shownValue, unknownTrust } from "./answers/trust";
import { unknownConditionKey, dedupKey } from "./answers/dedup-keys";

type Message = "operator" | "value" | "hidden" | "key" | "some";

/** A condition that no request meets locks everyone out, until someone fixes that by removing it. */
export default defineRule({
  id: "no-dead-condition",
  title:
    "Each condition of a trust policy, and each of its values, can be met by more than one request",
  severity: "medium",
  family: "federation",
  decides: "early",
  because: "a trust policy is whole in one resource, and nothing else changes a condition of it",
  watches: ["trusts"],
  remediation:
    "write the value exactly as requests contain it, with `StringLike` only for parts that differ",
  messages: {
    operator:
      "Statement {statement} of the trust policy of role `{about}` uses `{operator}`, which {because}",
    value:
      "Statement {statement} of the trust policy of role `{about}` requires `{value}` in `{key}`, which {because}",
    hidden:
      "Statement {statement} of the trust policy of role `{about}` requires a secret value of `{key}` that no later request has",
    key: "Statement {statement} of the trust policy of role `{about}` tests `{key}`, which {because}",
    some: "The trust policy of role `{about}` has a condition that no later request meets",
  },
  check: (fact, graph) =>
    answersToTrust(fact, graph, "some", (document, lookups) => {
      const all = deadConditions(document, lookups);
      const certain = all.filter(({ isUnsure }) => isUnsure !== true);
      const correct = correcting(document, fact, graph);
      return [
        ...named(certain, fact).map(([holder, dead]) => ({
          ...answerTo(dead, holder, fact, graph),
          ...correct(dead),
        })),
        ...undecidedStatements(document, all).flatMap((each) => unknownAnswers(each, fact, graph)),
      ];
    }),
});

/** The dead conditions by their names: what each tests, and where that repeats, the statement. */
function named(all: readonly Dead[], { at }: FactOf<"trusts">): readonly (readonly [Name, Dead])[] {
  const byName = new Map<Name, Dead>();
  for (const dead of all) {
    const parts = partsOf(dead);
    const plain = conditionName(at.urn, ...parts);
    const statement = byName.get(plain)?.statement ?? dead.statement;
    const name =
      statement === dead.statement
        ? plain
        : conditionName(at.urn, ...parts, `in statement ${dead.statement + 1}`);
    if (!byName.has(name)) byName.set(name, dead);
  }
  return [...byName];
}

/** An operator that IAM does not have is wrong whatever it tests; a secret value is reported by its key. */
function partsOf(dead: Dead): readonly string[] {
  if (dead.kind === "operator") return [dead.operator];
  const value = shownValue(dead.value);
  return value === undefined ? [dead.key] : [dead.key, value];
}

/** Another rule reports that values are unknown, where there is one that needs them. */
function unknownAnswers(
  { statement, conditions, dependsOn }: Undecided,
  fact: FactOf<"trusts">,
  graph: Graph,
): readonly Answer<Message>[] {
  const answers = unknownTrust(fact, graph, dependsOn, "some");
  if (conditions.length === 0) return answers;
  const fault = unknownConditionKey(graph, fact.identity, statement, conditions);
  return answers.map((answer) => ({ ...answer, fault }));
}

function answerTo(
  { kind, statement, key, operator, because, value }: Dead,
  holder: Name,
  fact: FactOf<"trusts">,
  graph: Graph,
): Answer<Message> {
  const { message, fix } = texts[kind];
  const shown = shownValue(value);
  return {
    message: message === "value" && shown === undefined ? "hidden" : message,
    data: { statement: String(statement + 1), key, operator, because, value: shown ?? "" },
    about: fact.identity,
    holder,
    fault: dedupKey(graph, "dead condition", fact.identity, holder),
    at: fact.at,
    fix,
  };
}

/** The message about each kind, and what to do where the value is not what is wrong. */
const texts: Readonly<Record<Dead["kind"], { readonly message: Message; readonly fix?: string }>> =
  {
    operator: {
      message: "operator",
      fix: "use an IAM condition operator, such as `StringEquals`",
    },
    wildcard: { message: "value" },
    value: { message: "value" },
    untestable: {
      message: "key",
      fix: "write the whole condition key with its prefix, and the values that it may have",
    },
    contradiction: { message: "key", fix: "keep only tests of the key that one value can pass" },
    absent: {
      message: "key",
      fix: "test a key that the intended principals have, or move this test into a statement of its own",
    },
    present: {
      message: "key",
      fix: "remove this test, or test a value that such requests have",
    },
  };

type Correction = Pick<Answer, "replacement" | "fix">;

/** Corrected conditions, where the intended principal is known: one for all that is dead in a statement, computed once. */
function correcting(
  { statements }: PolicyDocument,
  fact: FactOf<"trusts">,
  graph: Graph,
): (dead: Dead) => Correction {
  const made = new Map<string, Correction>();
  return ({ principal, statement }) => {
    const written = statements[statement];
    const isCorrected = principal?.kind === "federated" || principal?.kind === "service";
    if (!isCorrected || written?.kind !== "statement" || written.effect !== "Allow") return {};
    const key = JSON.stringify([statement, principal]);
    const { conditions } = written;
    const correction =
      made.get(key) ?? correctionOf({ principal, conditions, statement }, fact, graph);
    made.set(key, correction);
    return correction;
  };
}
