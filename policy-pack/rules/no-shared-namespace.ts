import type { Fact } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { oncePerGraph } from "../../core/graph/once-per-graph";
import { labelOfThing } from "../../core/graph/label";
import {
  sharedNamespaces,
  type Resident,
  type SharedNamespace,
} from "../../core/shared-namespaces";
import { defineRule, type Answer } from "../define-rule";

type Message = "shared" | "maybe" | "hidden";

/** Within a namespace whoever may create a pod may use every ServiceAccount and Secret there. */
export default defineRule({
  id: "no-shared-namespace",
  title: "No namespace holds workloads of two tenants",
  severity: "high",
  family: "tenancy",
  decides: "closed",
  because: "a namespace that is still to come names the tenant of all that is in it",
  watches: ["inside"],
  standards: [
    "NHI8:2025",
    "ASI03:2026",
    "MITRE-ATLAS-5.6.0:AML.M0032",
    "CIS-EKS-1.8.0:4.5.1",
    "NIST-800-53r5:SC-7(21)",
    "NIST-800-53r5:SC-39",
  ],
  remediation:
    "give each tenant a namespace of its own, whose label `agentid.dev/tenant` names it, such as a `Tenant` makes",
  messages: {
    shared: "workloads of tenants {tenants} run in namespace `{namespace}`",
    maybe:
      "undetermined: workloads of tenants {tenants} may run in namespace `{namespace}`: {reason}",
    hidden: "undetermined: workloads of tenants {tenants} may run in one namespace: {reason}",
  },
  check: (fact, graph) => (graph.complete ? (answersIn(graph).get(fact) ?? []) : []),
});

/** All answers, each by the fact that puts the last of the workloads into its namespace. */
const answersIn = oncePerGraph((graph): ReadonlyMap<Fact, readonly Answer<Message>[]> => {
  const answers = new Map<Fact, Answer<Message>[]>();
  for (const shared of sharedNamespaces(graph)) {
    const last = shared.residents.at(-1);
    if (last === undefined) continue;
    answers.set(last.fact, [...(answers.get(last.fact) ?? []), answerAbout(shared, last, graph)]);
  }
  return answers;
});

function answerAbout(
  { namespace, residents, doubt }: SharedNamespace,
  last: Resident,
  graph: Graph,
): Answer<Message> {
  const about = namespace ?? last.workload;
  const tenants = residents.map(tenantText);
  const related = residents.slice(0, 6).map((resident) => ({
    name: resident.workload,
    as: `is of ${resident.tenant.kind === "tenant" ? "tenant " : ""}${tenantText(resident)}`,
  }));
  return {
    verdict: doubt === undefined ? "violated" : "undetermined",
    message: doubt === undefined ? "shared" : namespace === undefined ? "hidden" : "maybe",
    data: {
      tenants: `${tenants.slice(0, -1).join(", ")} and ${tenants.at(-1) ?? ""}`,
      namespace: labelOfThing(graph, about),
      reason: doubt?.reason ?? "",
    },
    about,
    extent: tenants,
    at: last.fact.at,
    related,
    ...(doubt && { waitsFor: doubt.waitsFor }),
  };
}

function tenantText({ tenant }: Resident): string {
  return tenant.kind === "tenant" ? `\`${tenant.tenant}\`` : "one that is not known yet";
}
