import { isAccountId } from "../../../core/arn";
import { eksClusterIn } from "../../facts/eks-scope";
import type { Graph } from "../../facts/graph";
import type { Name } from "../../facts/name";
import type { PodPart } from "./pod-identity";
import type { IssuerHost, Lookups, Provider } from "./principal";

/** Lookups that find the issuer of a provider that is made in the same stack. */
export function lookupsIn(graph: Graph): Lookups {
  return { issuer: (provider) => issuerIn(graph, provider) };
}

function issuerIn(graph: Graph, provider: Provider): IssuerHost {
  const names = provider.kind === "named" ? [provider.text] : provider.dependsOn;
  const hosts = new Set<string>();
  const dependsOn: string[] = [];
  for (const name of names) {
    for (const { issuer } of graph.facts("issuer", "provider", name)) {
      if (issuer.kind === "known") hosts.add(issuer.text);
      else dependsOn.push(...issuer.dependsOn);
    }
  }
  const [host, ...more] = hosts;
  if (host !== undefined && more.length === 0 && dependsOn.length === 0) {
    return { kind: "known", host };
  }
  return { kind: "unknown", dependsOn: provider.kind === "named" ? dependsOn : provider.dependsOn };
}

/** Subjects of the ServiceAccounts of the stack with a role, sorted: its trust is meant for them. */
export function intendedSubjects(graph: Graph, role: Name): readonly string[] {
  const subjects = new Set<string>();
  for (const fact of graph.facts("assumes", "role", role)) {
    if (fact.by !== "irsa") continue;
    for (const name of graph.namesOf(fact.identity)) {
      const [kind, , namespace, object, account] = name.split("|");
      if (kind !== "k8s" || object !== "ServiceAccount" || !namespace || !account) continue;
      subjects.add(`system:serviceaccount:${namespace}:${account}`);
    }
  }
  return [...subjects].sort();
}

/** What is known of the one ServiceAccount that assumes a role by Pod Identity; nothing where there are several. */
export function intendedPods(graph: Graph, role: Name): Readonly<Partial<Record<PodPart, string>>> {
  const facts = graph.facts("assumes", "role", role).filter(({ by }) => by === "pod-identity");
  const accounts = new Set<string>();
  const clusters = new Set<string | undefined>();
  for (const { identity } of facts) {
    let arn: string | undefined;
    for (const name of graph.namesOf(identity)) {
      const [kind, scope = "", namespace, object, account] = name.split("|");
      if (kind !== "k8s" || object !== "ServiceAccount" || !namespace || !account) continue;
      accounts.add(`${namespace}|${account}`);
      arn ??= arnOfCluster(scope);
    }
    clusters.add(arn);
  }
  const [only, ...more] = accounts;
  const [namespace, account] = only?.split("|") ?? [];
  if (namespace === undefined || account === undefined || more.length > 0) return {};
  const [cluster, ...others] = clusters;
  return {
    ...(cluster !== undefined && others.length === 0 && { cluster }),
    // A namespace whose name waits for its resource is known by that resource's URN.
    ...(!namespace.startsWith("urn:") && { namespace }),
    ServiceAccount: account,
  };
}

/** The ARN of a cluster as far as its scope shows it, with capitals for what is to be filled in. */
function arnOfCluster(scope: string): string | undefined {
  const named = eksClusterIn(scope);
  if (named === undefined) return undefined;
  const account = isAccountId(named.account) ? named.account : "ACCOUNT";
  return `arn:aws:eks:REGION:${account}:cluster/${named.cluster}`;
}
