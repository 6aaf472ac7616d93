import { compareText } from "../../core/compare-text";
import type { FactOf } from "../facts/fact";
import type { Graph } from "../facts/graph";
import { labelIn, labelOfThing } from "../facts/label";
import type { Name } from "../facts/name";
import { declarationsCarriedOut } from "../views/identity-graph/carried-out";
import type { WorkloadSummary } from "../views/report";
import { tenantOf } from "../domain/workloads/tenancy";
import { admissions } from "../domain/trust/admission";
import { lookupsIn } from "../domain/trust/in-graph";
import type { Principal } from "../domain/trust/principal";

const federations: Readonly<Record<FactOf<"assumes">["by"], string>> = {
  irsa: "IRSA",
  "pod-identity": "EKS Pod Identity",
  "instance-profile": "instance profile",
};

/** Every workload of a stack with what it authenticates as, how, and for which tenant; by label, whatever the order of facts. */
export function summarise(graph: Graph): readonly WorkloadSummary[] {
  return workloadsOf(graph)
    .map((main) => summaryOf(main, graph))
    .sort((a, b) => compareText(a.label, b.label));
}

/** The workloads of a stack, each by the fact that declares it; a declaration represents what carries it out. */
export function workloadsOf(graph: Graph): readonly FactOf<"workload">[] {
  const workloads = new Map<number, FactOf<"workload">[]>();
  for (const fact of graph.all("workload")) {
    const id = graph.idOf(fact.workload);
    const known = workloads.get(id);
    if (known === undefined) workloads.set(id, [fact]);
    else known.push(fact);
  }
  const carriedOut = declarationsCarriedOut(graph);
  return [...workloads.values()]
    .map((facts) => facts.sort((a, b) => compareText(placeOf(a), placeOf(b))))
    .sort(([a], [b]) => compareText(placeOf(a), placeOf(b)))
    .flatMap((facts) => facts.find((fact) => fact.is !== "undeclared") ?? facts[0] ?? [])
    .filter((main) => !carriedOut.has(graph.idOf(main.workload)));
}

function placeOf(fact: FactOf<"workload"> | undefined): string {
  return fact === undefined ? "" : `${fact.at.urn} ${fact.at.property}`;
}

function summaryOf(main: FactOf<"workload">, graph: Graph): WorkloadSummary {
  const accounts = identitiesOf(main.workload, graph);
  const becoming = accounts.flatMap((account) => graph.facts("assumes", "identity", account));
  const roles = becoming.flatMap((fact) => (fact.role.kind === "named" ? [fact.role.name] : []));
  const tenant = tenantOf(graph, main.workload);
  const source = graph.sourceOf(main.at.urn);
  return {
    label: labelIn(graph, main),
    what: main.what,
    is: main.is,
    // What becomes another identity is what it runs as, and comes first.
    identities: [
      ...new Set([
        ...labelsOf(
          becoming.map((fact) => fact.identity),
          graph,
        ),
        ...labelsOf([...accounts, ...roles], graph),
      ]),
    ],
    federation: federationOf(becoming, [...accounts, ...roles], graph),
    ...(tenant.kind === "tenant" && { tenant: tenant.tenant }),
    ...(source && { source }),
  };
}

/** How a workload assumes its identity: by what its account becomes, else by the principal that its role trusts. */
function federationOf(
  becoming: readonly FactOf<"assumes">[],
  identities: readonly Name[],
  graph: Graph,
): readonly string[] {
  if (becoming.length > 0) return unique(becoming.map((fact) => federations[fact.by]));
  const admitted = identities
    .flatMap((identity) => graph.facts("trusts", "identity", identity))
    .flatMap(({ trust }) =>
      trust.kind === "document" ? admissions(trust.document, lookupsIn(graph)) : [],
    );
  return unique(admitted.flatMap(({ principal }) => endpointOf(principal) ?? []));
}

function endpointOf(principal: Principal): string | undefined {
  if (principal.kind === "service") {
    return principal.service === "rolesanywhere.amazonaws.com"
      ? "IAM Roles Anywhere"
      : principal.service;
  }
  if (principal.kind !== "federated" || principal.issuer.kind === "unknown") return undefined;
  return principal.issuer.host.split("/")[0];
}

function identitiesOf(workload: Name, graph: Graph): readonly Name[] {
  const running = graph
    .facts("runs-as", "workload", workload)
    .flatMap((fact) => (fact.identity.kind === "named" ? [fact.identity.name] : []));
  const owned = graph.facts("owns", "workload", workload).map((fact) => fact.identity);
  return [...running, ...owned];
}

function labelsOf(names: readonly Name[], graph: Graph): readonly string[] {
  return unique(names.map((name) => labelOfThing(graph, name)));
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort(compareText);
}
