import { literalPlace } from "../../core/credential/place";
import type { FactOf } from "../../core/graph/fact";
import { nameIn } from "../../core/graph/fact-values";
import type { Graph } from "../../core/graph/graph";
import { labelAt } from "../../core/graph/label";
import type { Urn } from "../../core/snapshot/value";
import { defineRule, type Answer } from "../define-rule";
import { unknownSecretFault } from "./told-elsewhere";

type Literal = FactOf<"literal">;
type Message = "exposed" | "marked" | "inClear" | "unknown" | "whole";

/** A credential that stands as a literal is read by whoever reads the resource, its history or the state. */
export default defineRule({
  id: "no-literal-secret",
  title: "No credential stands as a literal in what a workload is given",
  severity: "critical",
  family: "secrets",
  decides: "early",
  because: "another resource never takes back what stands in this one",
  watches: ["literal", "holds"],
  standards: ["NHI2:2025", "NHI7:2025", "ASI03:2026", "NIST-800-53r5:IA-5(7)"],
  remediation:
    "let the workload obtain a short-lived credential by its own identity, or read it from a Secret or secret store by reference",
  messages: {
    exposed: "`{holder}` is given a credential as a literal: {credential}",
    marked:
      "`{holder}` is given a credential as a literal: {credential}; the program marks it as secret, but whoever reads the resource reads it",
    inClear: "`{holder}` is made with a credential that the program holds in clear: {credential}",
    unknown:
      "undetermined: a preview cannot know whether `{holder}` is given a credential as a literal: {credential}",
    whole:
      "undetermined: a preview cannot know what `{holder}` is given, and so whether that is a credential as a literal",
  },
  check: (fact, graph) => {
    if (fact.kind === "holds") return graph.complete ? ofWhole(fact, graph) : [];
    if (fact.place === "in its place") return fact.marked ? [] : [answer("inClear", fact, graph)];
    if (fact.unknown !== true) return [answer(fact.marked ? "marked" : "exposed", fact, graph)];
    return graph.complete ? [answer("unknown", fact, graph)] : [];
  },
});

/** Of a credential that stands where secrets belong: only the program must not have it. */
const keepOut =
  "take the value from a secret of Pulumi, or let a secret store write it (External Secrets, Sealed Secrets), so that no file has it in clear";

/** What a workload is given is not known at all: told by `no-shared-secret`, unless that is disabled. */
function ofWhole(fact: FactOf<"holds">, graph: Graph): readonly Answer<Message>[] {
  const { secret, workload, at, whole } = fact;
  if (whole !== true || secret.kind !== "unknown" || isTold(fact, graph)) return [];
  return [
    {
      verdict: "undetermined",
      message: "whole",
      data: { holder: labelAt(graph, workload, at) },
      about: workload,
      holder: workload,
      fault: unknownSecretFault(graph, workload),
      at,
      waitsFor: secret.waitsFor,
    },
  ];
}

/** Whether something that is known of the same place says more. */
function isTold({ workload, at }: FactOf<"holds">, graph: Graph): boolean {
  return graph
    .facts("literal", "holder", workload)
    .some((literal) => literal.at.urn === at.urn && literal.at.property === at.property);
}

function answer(message: Message, fact: Literal, graph: Graph): Answer<Message> {
  const holder = labelAt(graph, fact.holder, fact.at);
  return {
    verdict: message === "unknown" ? "undetermined" : "violated",
    message,
    data: { holder, credential: fact.credential },
    grade: fact.grade,
    about: literalPlace(fact.at.urn, fact.at.property),
    holder: fact.holder,
    // That it is shared as well is another fault.
    fault: `literal in ${fact.at.urn}: ${fact.at.property}`,
    at: fact.at,
    ...(message === "inClear" && { fix: keepOut }),
    ...(message === "unknown" && { waitsFor: waitsFor(fact, graph) }),
  };
}

/** The resources that make a value which is not known yet, else all that it waits for. */
function waitsFor(fact: Literal, graph: Graph): readonly Urn[] {
  const makers = graph.facts("contains", "container", fact.value).flatMap((content) => {
    const name = nameIn(content.content);
    return name?.startsWith("urn:") === true ? [name] : [];
  });
  return makers.length > 0 ? makers : (fact.waitsFor ?? []);
}
