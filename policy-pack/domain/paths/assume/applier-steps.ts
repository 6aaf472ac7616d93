import { uncertain, type Uncertainty } from "../../../../core/certainty";
import { appliersOf, clusterOf } from "../../rbac/appliers";
import { operatorResources, verbsOf } from "../../rbac/operator-resources";
import { isAbout } from "../../rbac/resources";
import { rightsOf } from "../../rbac/rights";
import type { FactOf } from "../../../facts/fact";
import { nameIn, type RbacRule } from "../../../facts/fact-values";
import type { Graph } from "../../../facts/graph";
import { thing, type Step } from "./step";

/** The accounts of controllers that apply with rights of their own what others write for them. */
export function applierSteps(graph: Graph): readonly Step[] {
  if (graph.all("applies").length === 0) return [];
  return graph.all("binds").flatMap((fact) => {
    if (fact.subject.kind !== "ServiceAccount") return [];
    const rules = rightsOf(graph, fact.role) ?? [];
    return operatorResources
      .filter(({ opens }) => opens === "accounts")
      .flatMap((operator) =>
        appliersOf(graph, clusterOf(graph, fact.binding), operator.group).flatMap((applier) =>
          stepsTo(
            applier,
            fact,
            rules.filter((rule) => writes(rule, operator)),
            graph,
          ),
        ),
      );
  });
}

function stepsTo(
  { controller, ownRights, at }: FactOf<"applies">,
  fact: FactOf<"binds">,
  writing: readonly RbacRule[],
  graph: Graph,
): readonly Step[] {
  if (writing.length === 0 || (ownRights.kind === "known" && !ownRights.value)) return [];
  const known = writing.filter((rule) => rule.dependsOn === undefined);
  const uncertainty: Uncertainty | undefined =
    known.length === 0
      ? {
          reason: "the rules of a role are not known yet",
          dependsOn: writing.flatMap((rule) => rule.dependsOn ?? []),
        }
      : ownRights.kind === "unknown"
        ? uncertain("the options of a controller are not known yet", ownRights)
        : undefined;
  const own = graph
    .facts("runs-as", "workload", controller)
    .filter((each) => each.at.urn === at.urn);
  return own.flatMap(({ identity }): readonly Step[] => {
    const account = nameIn(identity);
    if (account === undefined || graph.same(account, fact.subjectName)) return [];
    const from = thing(fact.subjectName);
    return [
      {
        from,
        to: thing(account),
        by: "has objects applied by",
        fact,
        ...(uncertainty && { uncertainty }),
      },
    ];
  });
}

function writes(
  rule: RbacRule,
  { opens, group, resources }: (typeof operatorResources)[number],
): boolean {
  const verbs = ["*", ...verbsOf(opens)];
  return (
    verbs.some((verb) => rule.verbs.includes(verb)) &&
    resources.some((resource) => isAbout(rule, group, resource))
  );
}
