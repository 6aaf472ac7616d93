import { isAccountId } from "../arn";
import type { Authority } from "../authority/authority";
import { authorityOf } from "../authority/authority-of";
import type { FactOf } from "../graph/fact";
import type { Graph } from "../graph/graph";
import type { Name } from "../graph/name";
import type { RoleArn } from "../obtain/role-arn";
import { roleArnOf } from "../obtain/roles";
import type { ContextValue } from "../policy/condition/context";
import { decided } from "./decided";
import { valueIn } from "./tag-values";

/** An identity that asks, with what policies of others have to know of it. */
export interface Caller {
  readonly identity: Name;
  readonly arn: RoleArn;
  /** Undefined where it is not known. */
  readonly account: string | undefined;
  /** What a tag of its sessions is known to be; keys in lowercase. */
  readonly tag: (key: string) => ContextValue;
  /** Its permissions and limits, with conditions as far as they can be decided of a tenant's caller. */
  readonly authority: Authority;
}

/** An identity as one that asks; for a graph that is complete. */
export function callerOf(graph: Graph, identity: Name): Caller {
  const [admits] = graph.facts("admits", "identity", identity);
  const arn = roleArnOf(graph, identity, admits?.path);
  const account = arn.accounts.find(isAccountId);
  const tag = tagsOf(graph, identity);
  const known = { identity, arn, account, tag };
  const { policies, limits } = authorityOf(graph, identity);
  return {
    ...known,
    authority: {
      policies: policies.map((policy) => decided(policy, arn)),
      limits: limits.map((limit) => limit.map((policy) => decided(policy, arn))),
    },
  };
}

const namespaceTag = "kubernetes-namespace";
const accountTag = "kubernetes-service-account";

/** The tags of a role, and those that EKS gives the sessions of a Pod Identity. Source: EKS user guide, "Pod Identity ABAC". */
function tagsOf(graph: Graph, identity: Name): Caller["tag"] {
  const [resource] = graph.facts("resource", "resource", identity);
  const given = givenByPods(graph, identity);
  return (key) => {
    const own = given.get(key);
    if (own !== undefined) return own;
    return resource === undefined
      ? { kind: "unknown", reason: "the tags of a role that is not in the stack are not known" }
      : valueIn(resource.tags, key);
  };
}

function givenByPods(graph: Graph, identity: Name): ReadonlyMap<string, ContextValue> {
  const facts = graph
    .facts("becomes", "role", identity)
    .filter(({ by, withoutTags }) => by === "pod-identity" && !isWithout(withoutTags));
  if (facts.length === 0) return new Map();
  const accounts = facts.map((fact) => accountIn(graph, fact));
  const unsure = facts.flatMap(({ withoutTags: flag }) => (flag?.kind === "unknown" ? [flag] : []));
  const unsureWaitsFor = unsure.flatMap(({ waitsFor }) => waitsFor);
  const unknownAt = facts.flatMap(({ at }, index) =>
    accounts[index] === undefined ? [at.urn] : [],
  );
  return new Map(
    [namespaceTag, accountTag].map((key, index) => {
      if (unsure.length > 0) {
        return [key, { kind: "unknown", reason: perhapsGiven, waitsFor: unsureWaitsFor }];
      }
      if (unknownAt.length > 0) {
        return [key, { kind: "some", reason: accountUnknown, waitsFor: unknownAt }];
      }
      return [key, valueOf(accounts.flatMap((parts) => parts?.[index] ?? []))];
    }),
  );
}

const perhapsGiven = "whether sessions carry tags is not known yet";
const accountUnknown = "the ServiceAccount of an association is not known yet";

/** What a tag is that is one of these. */
function valueOf(values: readonly string[]): ContextValue {
  const [only, ...more] = new Set(values);
  return only !== undefined && more.length === 0
    ? { kind: "present", values: [only] }
    : { kind: "some", reason: "a role is obtained by several ServiceAccounts" };
}

function isWithout(flag: FactOf<"becomes">["withoutTags"]): boolean {
  return flag?.kind === "known" && flag.value;
}

function accountIn(
  graph: Graph,
  { identity }: FactOf<"becomes">,
): readonly [string, string] | undefined {
  for (const name of graph.namesOf(identity)) {
    const [kind, , namespace = "", type, short = ""] = name.split("|");
    if (kind === "k8s" && type === "ServiceAccount" && !namespace.startsWith("urn:")) {
      return [namespace, short];
    }
  }
  return undefined;
}
