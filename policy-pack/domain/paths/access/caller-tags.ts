import type { FactOf } from "../../../facts/fact";
import type { Graph } from "../../../facts/graph";
import { onceForEach } from "../../../facts/once-for-each";
import type { Name } from "../../../facts/name";
import type { Context, ContextValue } from "../../../../core/policy/condition/context";
import { tagsOfTokens } from "../../../../core/trust/issuers";
import { possibleValues, taggingOf, type Tagging } from "../../iam/session-tags";
import { taggers } from "../../trust/admission";
import { lookupsIn } from "../../trust/in-graph";
import { tenantsIn } from "../../workloads/tenancy";
import { valueIn } from "./tag-values";

const namespaceTag = "kubernetes-namespace";
const accountTag = "kubernetes-service-account";

/**
 * What the tags of a role's sessions are known to be, by keys in lowercase: its own, those of tokens, and those that EKS gives
 * the sessions of a Pod Identity. What a caller may pass is left out.
 *
 * Source: EKS user guide, "Pod Identity ABAC".
 */
export function callerTags(graph: Graph, identity: Name): Context {
  const [resource] = graph.facts("resource", "resource", identity);
  const given = tagsOfPods(graph, identity);
  return (key) => {
    const own = given.get(key);
    if (own !== undefined) return own;
    if (resource === undefined) {
      return {
        kind: "unknown",
        reason: "the tags of a role that is not in the stack are not known",
      };
    }
    const tag = valueIn(resource.tags, key);
    const isOther = tokenTaggings(graph, identity).some((each) =>
      mayCarryOther(each, key, tag, graph),
    );
    return isOther ? { kind: "unknown", reason: setByToken } : tag;
  };
}

const setByToken = "the token that starts a session may set its tag";

/** Tags that tokens may set, as far as a trust policy takes them. */
interface TokenTagging {
  readonly tagging: Tagging;
  /** The only tags that tokens of the issuer can have; undefined for any. */
  readonly only: readonly string[] | undefined;
}

/**
 * The tags that tokens may set for sessions of a role.
 *
 * Source: IAM user guide, Pass session tags using AssumeRoleWithWebIdentity, and using AssumeRoleWithSAML.
 */
const tokenTaggings = onceForEach((graph, identity): readonly TokenTagging[] =>
  graph.facts("trusts", "identity", identity).flatMap(({ trust }) => {
    if (trust.kind !== "document") return [];
    return taggers(trust.document, lookupsIn(graph)).flatMap(
      ({ principal, conditions, variables }): readonly TokenTagging[] => {
        const isOfToken = principal.kind === "federated" || principal.kind === "saml";
        if (!isOfToken) return [];
        const tagging = taggingOf(conditions, variables);
        const known =
          principal.kind === "federated" && principal.issuer.kind === "known"
            ? tagsOfTokens(principal.issuer.host)
            : undefined;
        return [{ tagging, only: known }];
      },
    );
  }),
);

/** Whether a token may set a tag to another value than the role's own. */
function mayCarryOther(
  { tagging, only }: TokenTagging,
  key: string,
  tag: ContextValue,
  graph: Graph,
): boolean {
  if (only?.includes(key) === false) return false;
  const own = tag.kind === "present" ? tag.values : [];
  return possibleValues(tagging, key, tenantsIn(graph)).some((value) => !own.includes(value));
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
