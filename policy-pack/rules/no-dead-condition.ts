import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import { conditionName, type Name } from "../../core/graph/name";
import type { PolicyDocument } from "../../core/policy/statement";
import { deadConditions, type Dead } from "../../core/trust/dead";
import { lookupsIn } from "../../core/trust/in-graph";
import { undecidedStatements, type Undecided } from "../../core/trust/undecided";
import { defineRule, type Answer } from "../define-rule";
import { correctionOf } from "../../core/trust/correction/correction";
import { shownValue, unknownTrust } from "../answers/trust";
import { unknownConditionKey, dedupKey } from "../answers/dedup-keys";

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
  check: (fact, graph) => {
    const { trust } = fact;
    switch (trust.kind) {
      case "problem":
        return [];
      case "unknown":
        return unknownTrust(fact, graph, trust.dependsOn, "some");
      case "document": {
        const { document } = trust;
        const all = deadConditions(document, lookupsIn(graph));
        const corrections = new Corrections(document, fact, graph);
        return [
          ...reported(
            all.filter(({ isUnsure }) => isUnsure !== true),
            fact,
          ).map(({ dead, holder }) => answerTo(dead, holder, corrections, fact, graph)),
          ...unsureAnswers(all, document, fact, graph),
          ...undecidedStatements(document).flatMap((each) => unknownAnswers(each, fact, graph)),
        ];
      }
    }
  },
});

/** The dead conditions, each with its name: what it tests, and where that repeats, the statement. */
function reported(
  all: readonly Dead[],
  fact: FactOf<"trusts">,
): readonly { readonly dead: Dead; readonly holder: Name }[] {
  const byName = new Map<Name, { readonly dead: Dead; readonly holder: Name }>();
  for (const dead of all) {
    const parts = partsOf(dead);
    const plain = conditionName(fact.at.urn, ...parts);
    const holder = isOther(byName.get(plain)?.dead, dead)
      ? conditionName(fact.at.urn, ...parts, `in statement ${dead.statement + 1}`)
      : plain;
    if (!byName.has(holder)) byName.set(holder, { dead, holder });
  }
  return [...byName.values()];
}

/** An operator that IAM does not have is wrong whatever it tests; a secret value is reported by its key. */
function partsOf(dead: Dead): readonly string[] {
  if (dead.kind === "operator") return [dead.operator];
  const value = shownValue(dead.value);
  return value === undefined ? [dead.key] : [dead.key, value];
}

function isOther(known: Dead | undefined, dead: Dead): boolean {
  return known !== undefined && known.statement !== dead.statement;
}

/** That it is unknown whether the excluded principals call at all. */
function unsureAnswers(
  all: readonly Dead[],
  { statements }: PolicyDocument,
  fact: FactOf<"trusts">,
  graph: Graph,
): readonly Answer<"some">[] {
  const unsure = new Set(all.flatMap((each) => (each.isUnsure === true ? [each.statement] : [])));
  const dependsOn = [...unsure].flatMap((at) => {
    const statement = statements[at];
    if (statement?.kind !== "statement") return [];
    return statement.actions.values.flatMap((part) =>
      part.kind === "unknown" ? part.dependsOn : [],
    );
  });
  return unsure.size === 0 ? [] : unknownTrust(fact, graph, dependsOn, "some");
}

/** Another rule reports that values are unknown, where there is one that needs them. */
function unknownAnswers(
  { statement, conditions, dependsOn }: Undecided,
  fact: FactOf<"trusts">,
  graph: Graph,
): readonly Answer<"some">[] {
  const answers = unknownTrust(fact, graph, dependsOn, "some");
  if (conditions.length === 0) return answers;
  const fault = unknownConditionKey(graph, fact.identity, statement, conditions);
  return answers.map((answer) => ({ ...answer, fault }));
}

function answerTo(
  dead: Dead,
  holder: Name,
  corrections: Corrections,
  fact: FactOf<"trusts">,
  graph: Graph,
): Answer<Message> {
  const { key, operator, because } = dead;
  const value = shownValue(dead.value);
  return {
    message: messageOf(dead, value),
    data: {
      role: labelOfThing(graph, fact.identity),
      statement: String(dead.statement + 1),
      key,
      operator,
      because,
      value: value ?? "",
    },
    about: fact.identity,
    holder,
    fault: dedupKey(graph, "dead condition", fact.identity, holder),
    at: fact.at,
    ...(fixes[dead.kind] !== undefined && { fix: fixes[dead.kind] }),
    ...corrections.of(dead),
  };
}

/** What to do where the value is not what is wrong. */
const fixes: Readonly<Partial<Record<Dead["kind"], string>>> = {
  operator: "use an IAM condition operator, such as `StringEquals`",
  untestable: "write the whole condition key with its prefix, and the values that it may have",
  contradiction: "keep only tests of the key that one value can pass",
  absent:
    "test a key that the intended principals have, or move this test into a statement of its own",
  present: "remove this test, or test a value that such requests have",
};

function messageOf(dead: Dead, shown: string | undefined): Message {
  switch (dead.kind) {
    case "operator":
      return "operator";
    case "wildcard":
    case "value":
      return shown === undefined ? "hidden" : "value";
    case "contradiction":
    case "untestable":
    case "absent":
    case "present":
      return "key";
  }
}

type Correction = Pick<Answer, "replacement" | "fix">;

/** Corrected conditions, where the intended principal is known: one for all that is dead in a statement, computed once. */
class Corrections {
  readonly #made = new Map<string, Correction>();

  constructor(
    readonly document: PolicyDocument,
    readonly fact: FactOf<"trusts">,
    readonly graph: Graph,
  ) {}

  of({ principal, statement }: Dead): Correction {
    const written = this.document.statements[statement];
    const isCorrected = principal?.kind === "federated" || principal?.kind === "service";
    if (!isCorrected || written?.kind !== "statement" || written.effect !== "Allow") return {};
    const whom = JSON.stringify([statement, principal]);
    let made = this.#made.get(whom);
    if (made === undefined) {
      const { conditions } = written;
      made = correctionOf({ principal, conditions, statement }, this.fact, this.graph);
      this.#made.set(whom, made);
    }
    return made;
  }
}
