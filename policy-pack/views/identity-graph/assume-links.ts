import type { Fact } from "../../facts/fact";
import { nameIn } from "../../facts/fact-values";
import type { Graph } from "../../facts/graph";
import type { Name } from "../../facts/name";
import { compareText } from "../../../core/compare-text";
import { withoutTags, type PlainPlace, type Step } from "../../domain/paths/assume/step";
import { stepsIn } from "../../domain/paths/assume/steps";
import { rolesOf } from "../../domain/iam/roles";
import { admissions } from "../../domain/trust/admission";
import { lookupsIn } from "../../domain/trust/in-graph";
import type { Principal } from "../../domain/trust/principal";
import type { Link, LinkEnd } from "./link";

/** Pairs of roles that are drawn one by one; more go through one node. */
const mostPairs = 100;

/** What workloads run as, what identities assume, and who outside the stack does. */
export function assumeLinks(graph: Graph): readonly Link[] {
  const steps = stepsIn(graph).steps.map(plain);
  const links: Link[] = [];
  const groups = new Map<string, { into: PlainStep[]; out: PlainStep[] }>();
  const groupOf = (key: string): { into: PlainStep[]; out: PlainStep[] } => {
    const known = groups.get(key);
    if (known !== undefined) return known;
    const made = { into: [], out: [] };
    groups.set(key, made);
    return made;
  };
  const explained = new Set<Fact>();
  for (const step of steps) {
    explained.add(step.fact);
    const { from, to } = step;
    if (from.kind === "group") groupOf(from.key).out.push(step);
    else if (to.kind === "group") groupOf(to.key).into.push(step);
    else links.push(linkOf(step, thingAt(from), thingAt(to)));
  }
  for (const group of groups.values()) links.push(...groupLinks(graph, group));
  return [...links, ...accountLinks(graph, steps), ...outsideLinks(graph, explained)];
}

/** A step between places without the tags of a session. */
type PlainStep = Step & { readonly from: PlainPlace; readonly to: PlainPlace };

function plain(step: Step): PlainStep {
  return { ...step, from: withoutTags(step.from), to: withoutTags(step.to) };
}

/** The accounts that run workloads in a namespace all of whose accounts assume something. */
function accountLinks(graph: Graph, steps: readonly Step[]): readonly Link[] {
  const assuming = new Set(
    steps.flatMap(({ from }) => (from.kind === "thing" ? [graph.idOf(from.name)] : [])),
  );
  const accounts = new Map(
    graph.all("runs-as").flatMap(({ identity }) => {
      const name = nameIn(identity);
      return name === undefined ? [] : [[graph.idOf(name), name] as const];
    }),
  );
  return [...accounts.values()].flatMap((account) =>
    graph.facts("inside", "thing", account).flatMap(({ namespace }): readonly Link[] => {
      const name = nameIn(namespace);
      if (name === undefined || !assuming.has(graph.idOf(name))) return [];
      return [{ from: thingNamed(account), to: thingNamed(name), by: "is in", possible: false }];
    }),
  );
}

function groupLinks(
  graph: Graph,
  { into, out }: { readonly into: readonly PlainStep[]; readonly out: readonly PlainStep[] },
): readonly Link[] {
  if (into.length === 0 || out.length === 0) return [];
  if (into.length * out.length <= mostPairs) {
    return into.flatMap((first) =>
      out.map((second) => ({
        ...linkOf(second, thingAt(first.from), thingAt(second.to)),
        possible: first.uncertainty !== undefined || second.uncertainty !== undefined,
      })),
    );
  }
  const ends = [into.map(({ from }) => from), out.map(({ to }) => to)].map((places) =>
    places.map((place) => (place.kind === "thing" ? graph.canonical(place.name) : "")),
  );
  const [first = "", last = ""] = ends.map((names) => names.sort(compareText)[0]);
  const hub: LinkEnd = {
    kind: "made",
    name: `roles|${first}|${last}`,
    label: `${into.length} roles that may assume ${out.length}`,
    as: "identity",
    what: "roles with the same permissions",
  };
  return [
    ...into.map((step) => linkOf(step, thingAt(step.from), hub)),
    ...out.map((step) => linkOf(step, hub, thingAt(step.to))),
  ];
}

/** Principals of a trust policy without a step: tokens of an issuer, or everyone. */
function outsideLinks(graph: Graph, explained: ReadonlySet<Fact>): readonly Link[] {
  const lookups = lookupsIn(graph);
  return rolesOf(graph).flatMap(({ name, trusts }) =>
    trusts.flatMap((fact) => {
      if (fact.trust.kind !== "document" || explained.has(fact)) return [];
      return admissions(fact.trust.document, lookups).flatMap(({ principal, holds }) => {
        const from = outsiderOf(principal);
        if (from === undefined) return [];
        const possible = holds.kind === "unknown";
        return [{ from, to: { kind: "thing", name }, by: "assumes", possible } as const];
      });
    }),
  );
}

function outsiderOf(principal: Principal): LinkEnd | undefined {
  if (principal.kind === "everyone") {
    return {
      ...{ kind: "made", name: "outside|anyone", as: "outside" },
      ...{ label: "any AWS principal", what: "principal" },
    };
  }
  if (principal.kind !== "federated" || principal.issuer.kind === "unknown") return undefined;
  const [host = ""] = principal.issuer.host.split("/");
  return { kind: "made", name: `outside|${host}`, label: host, as: "outside", what: "OIDC issuer" };
}

function linkOf({ by, uncertainty, only }: Step, from: LinkEnd, to: LinkEnd): Link {
  return { from, to, by, possible: uncertainty !== undefined, only };
}

function thingAt(place: PlainPlace): LinkEnd {
  return thingNamed(place.kind === "thing" ? place.name : place.key);
}

function thingNamed(name: Name): LinkEnd {
  return { kind: "thing", name };
}
