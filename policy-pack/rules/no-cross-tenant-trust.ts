import type { Fact } from "../facts/fact";
import type { Graph } from "../facts/graph";
import { oncePerGraph } from "../facts/once-per-graph";
import { isOfAny, readOf } from "../domain/rbac/access-entries";
import { kindAndLabel } from "../facts/kind";
import { assumedAcross } from "../domain/paths/assume/assumed";
import type { ChainStep, Assumed } from "../domain/paths/assume/search";
import { grouped } from "../../core/grouped";
import { knownTenant } from "../domain/workloads/tenancy";
import { defineRule, type Answer } from "../findings/define-rule";
import { linkOf, ofTenant, pinTag, tenantsText, tenantText } from "./answers/tenants";
import { bindingKey } from "./answers/dedup-keys";

type Message = "crossing" | "tagged" | "namespace" | "span" | "unnamed";

/** An identity that another tenant can assume makes two tenants one: each may do what the other may. */
export default defineRule({
  id: "no-cross-tenant-trust",
  title: "No principal can assume an identity of another tenant, or one that two tenants share",
  severity: "critical",
  family: "tenancy",
  decides: "closed",
  because: "the tenant of a resource, a Deny and a boundary may come from later resources",
  watches: ["trusts", "runs-as", "owns", "assumes", "binds", "access-entry", "registers"],
  remediation:
    "have each role trust only its own tenant's workload, by its exact subject or ARN, as the role of an `Agent` or `Tool` does",
  messages: {
    crossing: "{identity} of {to} can be assumed from {from}",
    tagged: "{identity} of {to} can be assumed from {from} by session tags that the caller chooses",
    namespace: "ServiceAccounts of namespace `{about}` of {to} can be assumed from {from}",
    span: "{identity} can be assumed from {tenants}",
    unnamed: "{identity} can be assumed from another tenant",
  },
  check: (fact, graph) => answersIn(graph).get(fact) ?? [],
});

/** All answers, each by the fact that opens the last step of its chain. */
const answersIn = oncePerGraph((graph): ReadonlyMap<Fact, readonly Reported[]> => {
  const { assumed, unknown } = assumedAcross(graph);
  const certain = assumed.flatMap((each): readonly Reported[] => {
    const last = lastStep(each);
    return last === undefined ? [] : [answerAbout(each, last.fact, graph)];
  });
  const open = unknown.map(({ fact, dependsOn }): Reported => ({
    by: fact,
    message: "unnamed",
    data: { identity: kindAndLabel(graph, fact.identity) },
    about: fact.identity,
    at: fact.at,
    uncertainty: { dependsOn },
  }));
  const byFact = grouped([...certain, ...open], ({ by }) => by);
  // What an access entry of any user may give is reported once.
  return new Map([...byFact].map(([by, all]) => [by, isOfAny(by) ? all.slice(0, 1) : all]));
});

/** An answer with the fact that opens the last step. */
type Reported = Answer<Message> & { readonly by: Fact };

function answerAbout(assumed: Assumed, fact: ChainStep["fact"], graph: Graph): Reported {
  const { identity, uncertainty } = assumed;
  const base = {
    by: readOf(graph, fact),
    about: identity,
    fault: fact.kind === "binds" ? bindingKey(graph, fact) : undefined,
    at: fact.at,
    uncertainty,
  };
  switch (assumed.kind) {
    case "crossing": {
      const { holder, from, to, chain } = assumed;
      const isNamespace = graph
        .namesOf(identity)
        .some((spelling) => spelling.split("|")[3] === "Namespace");
      const isTagged = chain.some(({ passesTags }) => passesTags);
      const other = to === undefined ? "a tenant" : "another tenant";
      return {
        ...base,
        message: isNamespace ? "namespace" : isTagged ? "tagged" : "crossing",
        fix: isTagged ? pinTag : undefined,
        data: {
          identity: kindAndLabel(graph, identity),
          from: tenantText(from, other),
          to: tenantText(to),
        },
        holder,
        chain: chain.map(linkOf),
      };
    }
    case "span": {
      const chains = [...assumed.chains];
      const tenants = chains.map(([tenant]) => tenant);
      return {
        ...base,
        message: "span",
        data: {
          identity: kindAndLabel(graph, identity),
          tenants: tenantsText(tenants.map(knownTenant)),
        },
        evidenceParts: tenants.map(nameOfTenant),
        related: chains.flatMap(([tenant, [first]]) =>
          first === undefined ? [] : [{ name: first.from, as: ofTenant(tenant) }],
        ),
        chain: chains.flatMap(([, chain]) => chain.map(linkOf)),
      };
    }
  }
}

function nameOfTenant(tenant: string): string {
  const known = knownTenant(tenant);
  return known === undefined ? "that is not known yet" : `\`${known}\``;
}

function lastStep(assumed: Assumed): ChainStep | undefined {
  const chains = assumed.kind === "crossing" ? [assumed.chain] : [...assumed.chains.values()];
  return chains.at(-1)?.at(-1);
}
