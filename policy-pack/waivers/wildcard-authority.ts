import type { Finding } from "../../core/finding";
import type { FactOf, RbacRule } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import type { Name } from "../../core/graph/name";
import { identitiesOfWorkload } from "../../core/identity/roles-of-workload";
import type { Urn } from "../../core/snapshot/value";
import { answerOf } from "../evaluation";
import { failureRule } from "../findings";
import noWildcardAuthority from "../rules/no-wildcard-authority";
import { defaultSettings } from "../settings";

/** Whether a workload has authority over everything, or over a whole service. */
export type WildcardAuthority =
  | { readonly kind: "none" }
  | { readonly kind: "found"; readonly what: string }
  | { readonly kind: "unknown"; readonly what: string; readonly waitsFor: readonly Urn[] };

/** Groups that every ServiceAccount is in (kubernetes.io, "Authenticating"). */
const everyAccount = ["system:serviceaccounts", "system:authenticated"];

/**
 * Whether the identities of a workload have wildcard authority, of whatever grade.
 *
 * Of IAM that is what `no-wildcard-authority` says, whether or not it is enabled.
 */
export function wildcardAuthority(graph: Graph, workload: Name): WildcardAuthority {
  const { accounts, roles, waitsFor } = identitiesOfWorkload(graph, workload);
  const identities = [...accounts, ...roles];
  const concerns = ({ rule, about, holder }: Finding): boolean =>
    rule === failureRule ||
    [about, holder].some(
      (subject) => subject && identities.some((identity) => graph.same(identity, subject.name)),
    );
  const answers = [
    ...saidOfIam(graph).filter(concerns).map(asAnswer),
    ...accounts.flatMap((account) =>
      bindingsOf(graph, account).map((bind) => ofBinding(graph, bind)),
    ),
    ...(waitsFor === undefined ? [] : [unknown("an identity of it is not known yet", waitsFor)]),
  ];
  return (
    answers.find(({ kind }) => kind === "found") ??
    answers.find(({ kind }) => kind === "unknown") ??
    none
  );
}

const none: WildcardAuthority = { kind: "none" };

function unknown(what: string, waitsFor: readonly Urn[]): WildcardAuthority {
  return { kind: "unknown", what, waitsFor };
}

const known = new WeakMap<Graph, readonly Finding[]>();

/** All that the rule says of a complete graph, asked once. */
function saidOfIam(graph: Graph): readonly Finding[] {
  let said = known.get(graph);
  if (said === undefined) {
    said = noWildcardAuthority.watches.flatMap((kind) =>
      graph
        .all(kind)
        .flatMap((fact) => answerOf(noWildcardAuthority, fact, graph, defaultSettings))
        .map(({ finding }) => finding),
    );
    known.set(graph, said);
  }
  return said;
}

function asAnswer({ verdict, message, waitsFor }: Finding): WildcardAuthority {
  if (verdict === "violated") return { kind: "found", what: message };
  return unknown(message.replace(/^undetermined: /, ""), waitsFor);
}

/** What is bound to an account: by its name, or to a group that it is in. */
function bindingsOf(graph: Graph, account: Name): readonly FactOf<"binds">[] {
  const namespaces = [
    ...graph.facts("inside", "thing", account).map((fact) => labelOfThing(graph, fact.namespace)),
    // An account that is made elsewhere is known by its name alone, which holds its namespace.
    ...graph.namesOf(account).flatMap((name) => {
      const [kind, , namespace = ""] = name.split("|");
      return kind === "k8s" ? [namespace] : [];
    }),
  ];
  const groups = [...everyAccount, ...namespaces.map((each) => `system:serviceaccounts:${each}`)];
  const byGroup = graph
    .all("binds")
    .filter(({ subject }) => subject.kind === "Group" && groups.includes(subject.name));
  return [...graph.facts("binds", "subjectName", account), ...byGroup];
}

function ofBinding(graph: Graph, { role, roleName, binding }: FactOf<"binds">): WildcardAuthority {
  const by = `\`${labelOfThing(graph, binding)}\``;
  const facts = graph.facts("rbac-role", "role", role);
  if (roleName === "cluster-admin" || facts.some(({ rules }) => rules.some(isWide))) {
    return { kind: "found", what: `the role of binding ${by} has a \`*\`` };
  }
  return facts.length === 0 ? unknown(`the role of binding ${by} is not in the stack`, []) : none;
}

function isWide({ verbs, resources, apiGroups }: RbacRule): boolean {
  return [verbs, resources, apiGroups].some((words) => words.includes("*"));
}
