import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import { defineRule, type Answer } from "../define-rule";

type Message = "invalid" | "unproven" | "expiring";

/** How many days before its expiry a waiver is warned of. */
const warnedBefore = 14;

/** A waiver is borrowed time: it is lent to utilities that are held tightly, and to nobody for long. */
export default defineRule({
  id: "require-valid-waiver",
  title: "Each waiver is for a restricted utility of low risk, and for 90 days at most",
  severity: "high",
  family: "waivers",
  decides: "closed",
  because: "a control may be a resource that is still to come",
  watches: ["waiver"],
  standards: [
    "NIST-800-53r5:AC-2(9)",
    "NIST-800-53r5:RA-7",
    "NIST-800-53r5:CA-5",
    "NIST-AI-RMF-1.0:MANAGE-1.4",
  ],
  remediation: "mend what is waived and remove the waiver, or mend what the waiver rests on",
  messages: {
    invalid: "the waiver does not hold: {faults}",
    unproven: "undetermined: whether the waiver holds cannot be told: {faults}",
    expiring: "the waiver of {owner} ends {when}, on {expires}: until then mend what it waives",
  },
  check: (fact, graph) => {
    const certain = fact.faults.filter((fault) => fault.certain);
    if (certain.length > 0) return [broken("invalid", fact, certain, graph)];
    if (fact.faults.length > 0) return [broken("unproven", fact, fact.faults, graph)];
    const isEnding = fact.about.length > 0 && fact.daysLeft <= warnedBefore;
    return isEnding ? [expiring(fact, graph)] : [];
  },
});

function broken(
  message: "invalid" | "unproven",
  fact: FactOf<"waiver">,
  faults: FactOf<"waiver">["faults"],
  graph: Graph,
): Answer<Message> {
  return {
    verdict: message === "invalid" ? "violated" : "undetermined",
    message,
    data: { faults: faults.map((fault) => fault.text).join("; ") },
    ...about(fact, graph),
    waitsFor: [...new Set(faults.flatMap((fault) => fault.waitsFor))],
  };
}

function expiring(fact: FactOf<"waiver">, graph: Graph): Answer<Message> {
  const { daysLeft, expires, owner } = fact;
  const when = daysLeft === 0 ? "today" : daysLeft === 1 ? "tomorrow" : `in ${daysLeft} days`;
  return {
    verdict: "violated",
    message: "expiring",
    data: { owner, when, expires },
    grade: "low",
    fix: "mend what is waived and remove the waiver",
    ...about(fact, graph),
  };
}

function about(
  fact: FactOf<"waiver">,
  graph: Graph,
): Pick<Answer<Message>, "about" | "at" | "related"> {
  const related = fact.about.map((name) => ({ name, as: "is what it waives" }));
  const order = (name: string): string => labelOfThing(graph, name);
  return {
    about: fact.waiver,
    at: fact.at,
    related: related.sort((a, b) => (order(a.name) < order(b.name) ? -1 : 1)),
  };
}
