import type { FactOf } from "../../../facts/fact";
import type { Graph } from "../../../facts/graph";
import type { Name } from "../../../facts/name";
import type { Context, ContextValue } from "../../../../core/policy/condition/context";
import { valueIn } from "./tag-values";

const namespaceTag = "kubernetes-namespace";
const accountTag = "kubernetes-service-account";

/** What the tags of a role are known to be, by keys in lowercase, and those that EKS gives the sessions of a Pod Identity. Source: EKS user guide, "Pod Identity ABAC". */
export function callerTags(graph: Graph, identity: Name): Context {
  const [resource] = graph.facts("resource", "resource", identity);
  const given = tagsOfPods(graph, identity);
  return (key) => {
    const own = given.get(key);
    if (own !== undefined) return own;
    return resource === undefined
      ? { kind: "unknown", reason: "the tags of a role that is not in the stack are not known" }
      : valueIn(resource.tags, key);
  };
}

function tagsOfPods(graph: Graph, identity: Name): ReadonlyMap<string, ContextValue> {
  const facts = graph
    .facts("assumes", "role", identity)
    .filter(({ by, withoutTags }) => by === "pod-identity" && !isWithout(withoutTags));
  if (facts.length === 0) return new Map();
  const accounts = facts.map((fact) => accountIn(graph, fact));
  const unsure = facts.flatMap(({ withoutTags: flag }) => (flag?.kind === "unknown" ? [flag] : []));
  const uncertainDependsOn = unsure.flatMap(({ dependsOn }) => dependsOn);
  const unknownAt = facts.flatMap(({ at }, index) =>
    accounts[index] === undefined ? [at.urn] : [],
  );
  return new Map(
    [namespaceTag, accountTag].map((key, index) => {
      if (unsure.length > 0) {
        return [key, { kind: "unknown", reason: possiblyTagged, dependsOn: uncertainDependsOn }];
      }
      if (unknownAt.length > 0) {
        return [key, { kind: "some", reason: accountUnknown, dependsOn: unknownAt }];
      }
      return [key, valueOf(accounts.flatMap((parts) => parts?.[index] ?? []))];
    }),
  );
}

const possiblyTagged = "whether sessions carry tags is not known yet";
const accountUnknown = "the ServiceAccount of an association is not known yet";

/** What a tag is that is one of these. */
function valueOf(values: readonly string[]): ContextValue {
  const [only, ...more] = new Set(values);
  return only !== undefined && more.length === 0
    ? { kind: "present", values: [only] }
    : { kind: "some", reason: "several ServiceAccounts can assume a role" };
}

function isWithout(flag: FactOf<"assumes">["withoutTags"]): boolean {
  return flag?.kind === "known" && flag.value;
}

function accountIn(
  graph: Graph,
  { identity }: FactOf<"assumes">,
): readonly [string, string] | undefined {
  for (const name of graph.namesOf(identity)) {
    const [kind, , namespace = "", type, short = ""] = name.split("|");
    if (kind === "k8s" && type === "ServiceAccount" && !namespace.startsWith("urn:")) {
      return [namespace, short];
    }
  }
  return undefined;
}
