import type { FactOf } from "../facts/fact";
import type { Graph } from "../facts/graph";
import { labelOfThing } from "../facts/label";
import { defineRule, type Answer } from "../findings/define-rule";

type Message = "invalid" | "expiring";

/** How many days before its expiry a waiver is warned of. */
const warnedBefore = 14;

/** A waiver is for a while, and only for restricted utilities of low risk. */
export default defineRule({
  id: "require-valid-waiver",
  title: "Each waiver is for a restricted low-risk utility, for at most 90 days",
  severity: "high",
  family: "waivers",
  decides: "closed",
  because: "a control may be a resource that is still to come",
  watches: ["waiver"],
  remediation: "fix what is waived and remove the waiver, or fix what the waiver requires",
  messages: {
    invalid: "The waiver is not valid{faults}",
    expiring: "The waiver of {owner} expires {when}, on {expires}",
  },
  check: (fact, graph) => {
    const certain = fact.faults.filter((fault) => fault.certain);
    if (certain.length > 0) return [broken(true, fact, certain, graph)];
    if (fact.faults.length > 0) return [broken(false, fact, fact.faults, graph)];
    const isEnding = fact.about.length > 0 && fact.daysLeft <= warnedBefore;
    return isEnding ? [expiring(fact, graph)] : [];
  },
});

function broken(
  isCertain: boolean,
  fact: FactOf<"waiver">,
  faults: FactOf<"waiver">["faults"],
  graph: Graph,
): Answer<Message> {
  const text = faults.map((fault) => fault.text).join("; ");
  return {
    message: "invalid",
    data: { faults: isCertain ? `: ${text}` : "" },
    ...about(fact, graph),
    ...(!isCertain && {
      reason: text,
      uncertainty: { dependsOn: faults.flatMap((fault) => fault.dependsOn) },
    }),
  };
}

function expiring(fact: FactOf<"waiver">, graph: Graph): Answer<Message> {
  const { daysLeft, expires, owner } = fact;
  const when = daysLeft === 0 ? "today" : daysLeft === 1 ? "tomorrow" : `in ${daysLeft} days`;
  return {
    message: "expiring",
    data: { owner, when, expires },
    severity: "low",
    fix: "fix what is waived and remove the waiver",
    ...about(fact, graph),
  };
}

function about(
  fact: FactOf<"waiver">,
  graph: Graph,
): Pick<Answer<Message>, "about" | "at" | "related"> {
  const related = fact.about.map((name) => ({ name, as: "is waived" }));
  const order = (name: string): string => labelOfThing(graph, name);
  return {
    about: fact.waiver,
    at: fact.at,
    related: related.sort((a, b) => (order(a.name) < order(b.name) ? -1 : 1)),
  };
}
