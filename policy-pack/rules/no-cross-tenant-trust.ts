import type { Fact } from "../../core/graph/fact";
import type { At } from "../../core/graph/fact-values";
import type { Graph } from "../../core/graph/graph";
import { oncePerGraph } from "../../core/graph/once-per-graph";
import { isOfAny, readOf } from "../../core/identity/access-entries";
import { kindAndLabel } from "../../core/graph/kind";
import { labelOfThing } from "../../core/graph/label";
import { assumedAcross } from "../../core/assume/assumed";
import type { ChainStep, Assumed } from "../../core/assume/search";
import { knownTenant } from "../../core/tenancy";
import { defineRule, type Answer } from "../define-rule";
import { ofTenant } from "../answers/tenants";
import { tenantsText } from "../answers/tenants";
import { bindingKey } from "../answers/dedup-keys";

type Message = "crossing" | "namespace" | "span" | "unnamed";

/** An identity that another tenant can assume makes two tenants one: each may do what the other may. */
export default defineRule({
  id: "no-cross-tenant-trust",
  title: "No principal can assume an identity of another tenant, or one that two tenants share",
  severity: "critical",
  family: "tenancy",
  decides: "closed",
  because: "the tenant of a resource, a Deny and a boundary may come from later resources",
  watches: ["trusts", "runs-as", "owns", "assumes", "binds", "access-entry", "registers"],
  remediation: "have each role trust only its own tenant's workload, by its exact subject or ARN",
  messages: {
    crossing: "{identity} of {to} can be assumed from {from}",
    namespace: "ServiceAccounts of namespace `{identity}` of {to} can be assumed from {from}",
    span: "{identity} can be assumed from {tenants}",
    unnamed: "{identity} can be assumed from another tenant",
  },
  check: (fact, graph) => answersIn(graph).get(fact) ?? [],
});

/** All answers, each by the fact that opens the last step of its chain. */
const answersIn = oncePerGraph((graph): ReadonlyMap<Fact, readonly Answer<Message>[]> => {
  const answers = new Map<Fact, Answer<Message>[]>();
  const { assumed, unknown } = assumedAcross(graph);
  for (const each of assumed) {
    const last = lastStep(each);
    if (last === undefined) continue;
    const read = readOf(graph, last.fact);
    // What such an entry may give is reported once.
    if (isOfAny(read) && answers.has(read)) continue;
    const answer = answerAbout(each, last.fact.at, graph);
    const fault = last.fact.kind === "binds" ? bindingKey(graph, last.fact) : undefined;
    push(answers, read, { ...answer, ...(fault !== undefined && { fault }) });
  }
  for (const { fact, dependsOn } of unknown) {
    push(answers, fact, {
      message: "unnamed",
      data: { identity: kindAndLabel(graph, fact.identity) },
      about: fact.identity,
      at: fact.at,
      uncertainty: { dependsOn },
    });
  }
  return answers;
});

function answerAbout(assumed: Assumed, at: At, graph: Graph): Answer<Message> {
  const { identity, uncertainty } = assumed;
  const base = {
    about: identity,
    at,
    ...(uncertainty === undefined ? {} : { uncertainty }),
  };
  const data = { identity: kindAndLabel(graph, identity) };
  switch (assumed.kind) {
    case "crossing": {
      const { holder, from, to } = assumed;
      const isNamespace = graph
        .namesOf(identity)
        .some((spelling) => spelling.split("|")[3] === "Namespace");
      return {
        ...base,
        message: isNamespace ? "namespace" : "crossing",
        data: {
          identity: isNamespace ? labelOfThing(graph, identity) : data.identity,
          from: from === undefined ? otherThan(to) : `tenant \`${from}\``,
          to: to === undefined ? "another tenant" : `tenant \`${to}\``,
        },
        holder,
        chain: assumed.chain.map(linkOf),
      };
    }
    case "span": {
      const chains = [...assumed.chains];
      return {
        ...base,
        message: "span",
        data: { ...data, tenants: tenantsText([...assumed.chains.keys()].map(knownTenant)) },
        evidenceParts: chains.map(([tenant]) => nameOfTenant(tenant)),
        related: chains.flatMap(([tenant, [first]]) =>
          first === undefined ? [] : [{ name: first.from, as: ofTenant(tenant) }],
        ),
        chain: chains.flatMap(([, chain]) => chain.map(linkOf)),
      };
    }
  }
}

/** A tenant that is not known, beside one that may be. */
function otherThan(tenant: string | undefined): string {
  return tenant === undefined ? "a tenant" : "another tenant";
}

function nameOfTenant(tenant: string): string {
  const known = knownTenant(tenant);
  return known === undefined ? "that is not known yet" : `\`${known}\``;
}

function lastStep(assumed: Assumed): ChainStep | undefined {
  const chains = assumed.kind === "crossing" ? [assumed.chain] : [...assumed.chains.values()];
  return chains.at(-1)?.at(-1);
}

function linkOf({ from, to, by, fact }: ChainStep): NonNullable<Answer["chain"]>[number] {
  return { from, to, by, at: fact.at };
}

function push(answers: Map<Fact, Answer<Message>[]>, fact: Fact, answer: Answer<Message>): void {
  const list = answers.get(fact);
  if (list === undefined) answers.set(fact, [answer]);
  else list.push(answer);
}
