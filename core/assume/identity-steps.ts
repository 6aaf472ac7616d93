import type { FactOf } from "../graph/fact";
import { nameIn } from "../graph/fact-values";
import type { Graph } from "../graph/graph";
import type { Name } from "../graph/name";
import type { ThingId } from "../graph/things";
import { contextOf } from "../policy/condition/context";
import { evaluateConditions } from "../policy/condition/evaluate";
import { admissions } from "../trust/admission";
import { noLookups } from "../trust/principal";
import type { Role } from "./roles";
import { thing, type Step } from "./step";

const podIdentity = "pods.eks.amazonaws.com";
const notKnownYet = "the trust policy of the role is not known yet";

/** What workloads run as and own, and what identities become without asking anyone. */
export function heldSteps(graph: Graph, roles: readonly Role[]): readonly Step[] {
  const byId = new Map(roles.map((role) => [graph.idOf(role.name), role]));
  return [
    ...graph.all("runs-as").flatMap((fact) => {
      const identity = nameIn(fact.identity);
      return identity === undefined ? [] : [step(fact, fact.workload, identity, "runs as")];
    }),
    ...graph.all("owns").map((fact) => step(fact, fact.workload, fact.identity, "owns")),
    ...graph.all("assumes").flatMap((fact) => assumes(graph, fact, byId) ?? []),
  ];
}

function assumes(
  graph: Graph,
  fact: FactOf<"assumes">,
  roles: ReadonlyMap<ThingId, Role>,
): Step | undefined {
  const name = nameIn(fact.role);
  if (name === undefined) return undefined;
  const trustPolicies = roles.get(graph.idOf(name))?.trusts ?? [];
  if (trustPolicies.some(({ trust }) => trust.kind === "unknown")) {
    const uncertainty = { reason: notKnownYet, dependsOn: dependsOnOf(trustPolicies) };
    return { ...step(fact, fact.identity, name, words[fact.by]), uncertainty };
  }
  if (trustPolicies.length > 0 && !takes(graph, fact, trustPolicies)) return undefined;
  return step(fact, fact.identity, name, words[fact.by]);
}

const words: Readonly<Record<FactOf<"assumes">["by"], string>> = {
  irsa: "assumes by its annotation",
  "pod-identity": "assumes by Pod Identity",
  "instance-profile": "carries",
};

/** Whether a trust policy that is known lets in what the fact says becomes the role. */
function takes(
  graph: Graph,
  fact: FactOf<"assumes">,
  trustPolicies: readonly FactOf<"trusts">[],
): boolean {
  switch (fact.by) {
    case "instance-profile":
      return true;
    case "irsa":
      // Whom it admits by its subjects is a step of its own.
      return false;
    case "pod-identity":
      return trustPolicies.some(({ trust }) => {
        if (trust.kind !== "document") return false;
        return admissions(trust.document, noLookups).some(
          ({ principal, conditions, variables }) =>
            principal.kind === "service" &&
            principal.service === podIdentity &&
            evaluateConditions(
              conditions.filter(isAboutAccount),
              contextOf(tagsOf(graph, fact.identity)),
              variables,
            ).result.kind !== "no",
        );
      });
  }
}

const namespaceTag = "aws:requesttag/kubernetes-namespace";
const accountTag = "aws:requesttag/kubernetes-service-account";

function isAboutAccount(condition: Parameters<typeof evaluateConditions>[0][number]): boolean {
  if (condition.kind !== "test") return false;
  const key = condition.key.toLowerCase();
  return key === namespaceTag || key === accountTag;
}

/** The session tags EKS sets for a ServiceAccount. Source: EKS user guide, "Pod Identity ABAC". */
function tagsOf(graph: Graph, account: Name): Readonly<Record<string, string>> {
  for (const name of graph.namesOf(account)) {
    const [kind, , namespace = "", type, short = ""] = name.split("|");
    if (kind !== "k8s" || type !== "ServiceAccount") continue;
    return { [namespaceTag]: namespace, [accountTag]: short };
  }
  return {};
}

function dependsOnOf(trustPolicies: readonly FactOf<"trusts">[]): readonly string[] {
  return trustPolicies.flatMap(({ trust }) => (trust.kind === "unknown" ? trust.dependsOn : []));
}

function step(fact: Step["fact"], from: Name, to: Name, by: string): Step {
  return { from: thing(from), to: thing(to), by, fact };
}
