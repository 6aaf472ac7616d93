import type { Fact } from "../facts/fact";
import type { Graph } from "../facts/graph";
import { oncePerGraph } from "../facts/once-per-graph";
import { labelOfThing } from "../facts/label";
import {
  sharedNamespaces,
  type Resident,
  type SharedNamespace,
} from "../domain/workloads/shared-namespaces";
import { defineRule, type Answer } from "../findings/define-rule";
import { ofTenant } from "./answers/tenants";
import { tenantsText } from "./answers/tenants";

type Message = "shared" | "unnamed";

/** Any principal that may create a pod in a namespace may use every ServiceAccount and Secret there. */
export default defineRule({
  id: "no-shared-namespace",
  title: "No namespace contains workloads of two tenants",
  severity: "high",
  family: "tenancy",
  decides: "closed",
  because: "a namespace that is still to come names the tenant of all that is in it",
  watches: ["inside"],
  remediation:
    "give each tenant its own namespace with the label `agentid.dev/tenant`, such as a `Tenant` creates",
  messages: {
    shared: "Namespace `{namespace}` is shared by {tenants}",
    unnamed: "A namespace is shared by {tenants}",
  },
  check: (fact, graph) => answersIn(graph).get(fact) ?? [],
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
  { namespace, residents, uncertainty }: SharedNamespace,
  last: Resident,
  graph: Graph,
): Answer<Message> {
  const about = namespace ?? last.workload;
  const related = residents.slice(0, 6).map((resident) => ({
    name: resident.workload,
    as: ofTenant(nameOfTenant(resident)),
  }));
  return {
    message: namespace === undefined ? "unnamed" : "shared",
    data: {
      tenants: tenantsText(residents.map(nameOfTenant)),
      namespace: labelOfThing(graph, about),
    },
    about,
    evidenceParts: residents.map(tenantText),
    at: last.fact.at,
    related,
    uncertainty,
  };
}

function tenantText({ tenant }: Resident): string {
  return tenant.kind === "tenant" ? `\`${tenant.tenant}\`` : "one that is not known yet";
}

function nameOfTenant({ tenant }: Resident): string | undefined {
  return tenant.kind === "tenant" ? tenant.tenant : undefined;
}
