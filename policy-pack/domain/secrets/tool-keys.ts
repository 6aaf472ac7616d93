import { notKnown, uncertain, type NotKnown, type Uncertainty } from "../../../core/certainty";
import type { FactOf } from "../../facts/fact";
import { nameIn } from "../../facts/fact-values";
import type { Graph } from "../../facts/graph";
import type { Name } from "../../facts/name";
import type { Urn } from "../../../core/snapshot/value";
import { whyPossiblySame } from "../../facts/possibly-same";
import { distinctThings, type Exemption, isLegacyTool, legacyToolOnly, mayHaveIt } from "./alone";
import { isWorkload } from "./consumers";
import { isCertain, isPossible } from "./possible-use";
import { containersOf, meets, type SecretPart } from "./reach";

/** What calls a server of the Model Context Protocol by a static credential. */
export interface ServerCaller {
  /** Undefined for a credential in a configuration of which no workload is certain to use it. */
  readonly workload?: Name;
  /** Others that may use the credential of a LegacyTool. */
  readonly may?: readonly Name[];
  readonly uncertainty?: Uncertainty;
}

/** Whatever calls a server by a credential, unless it is a LegacyTool that alone has it; for a complete graph. */
export function serverCallers(graph: Graph, fact: McpCredential): readonly ServerCaller[] {
  const readers = readersOf(graph, fact);
  const { from } = fact;
  // A credential that is there counts, whatever reads it: only a LegacyTool that may be what reads it leaves it open.
  const isRead = readers.some(
    ({ workload, dependsOn }) => dependsOn === undefined || isLegacyTool(graph, workload),
  );
  if (!isRead && (from.kind === "literal" || from.kind === "secret")) return [{}];
  if (readers.length === 0 && from.kind === "unknown") {
    return [{ uncertainty: uncertain(receivesIt, from) }];
  }
  return readers.flatMap((reader) => callerOf(graph, fact, reader, readers) ?? []);
}

const receivesIt = "whether it receives the credential is not known";

function callerOf(
  graph: Graph,
  { from }: McpCredential,
  { workload, dependsOn, reason = receivesIt }: Reader,
  readers: readonly Reader[],
): ServerCaller | undefined {
  const fed = fedBy(from, graph, workload);
  if (fed.kind === "none") return undefined;
  if (dependsOn !== undefined || fed.kind === "unknown") {
    const unknown = fed.kind === "unknown" ? fed : undefined;
    return { workload, uncertainty: uncertain(reason, { dependsOn: dependsOn ?? [] }, unknown) };
  }
  const own = onlyLegacyTool(fed, workload, readers, graph);
  if (own.kind === "alone") return undefined;
  return own.kind === "none" ? { workload } : { ...own, workload };
}

/** How a variable of a workload comes to a static credential. */
type Fed =
  | { readonly kind: "literal" }
  | { readonly kind: "secret"; readonly part: SecretPart }
  | NotKnown
  | { readonly kind: "none" };

/** The credential of a client of the Model Context Protocol. */
export type McpCredential = Extract<FactOf<"client-setting">, { readonly of: "MCP server" }>;

/** A workload that has a configuration. */
interface Reader {
  readonly workload: Name;
  /** Where it is not certain to have it: what that waits for, and why where nothing settles it. */
  readonly dependsOn?: readonly Urn[];
  readonly reason?: string;
}

/**
 * The workloads that have a configuration, or may have: the receiver, or the readers of it or of its parent; certain ones
 * first.
 */
function readersOf(graph: Graph, { config, key }: McpCredential): readonly Reader[] {
  if (isWorkload(graph, config)) return [{ workload: config }];
  const readBy = (of: Name): readonly FactOf<"uses">[] =>
    [...containersOf(graph, { name: of, key }, false)].flatMap((part) =>
      graph
        .facts("uses", "secret", part.name)
        .filter((fact) => meets(part, fact.key) && fact.through !== "image pull"),
    );
  const workloadsIn = (facts: readonly { readonly workload: Name }[]): readonly Name[] =>
    distinctThings(
      graph,
      facts.map(({ workload }) => workload),
    );
  const all = readBy(config);
  const certain = workloadsIn(all.filter(isCertain)).map((workload) => ({ workload }));
  const but = <F extends { readonly workload: Name }>(
    all: readonly F[],
    known: readonly Reader[],
  ) => all.filter(({ workload }) => !known.some((reader) => graph.same(reader.workload, workload)));
  const open = but(all.filter(isPossible), certain);
  const known = [
    ...certain,
    ...workloadsIn(open).map((workload) => ({
      workload,
      dependsOn: [
        ...new Set(
          open.flatMap((fact) => (graph.same(fact.workload, workload) ? fact.dependsOn : [])),
        ),
      ],
    })),
  ];
  const alike = graph.possiblySame(config).flatMap((name) => {
    const reason = whyPossiblySame(graph, config, name);
    return workloadsIn(readBy(name).filter(isCertain)).map((workload) => ({
      workload,
      dependsOn: [],
      reason,
    }));
  });
  return [...known, ...but(alike, known)];
}

/** Which static credential a workload's environment has under a name; for a complete graph. */
function feedOf(graph: Graph, workload: Name, variable: string): Fed {
  const open: (readonly Urn[])[] = [];
  for (const literal of graph.facts("literal", "holder", workload)) {
    if (literal.under !== variable) continue;
    if (literal.dependsOn === undefined) return { kind: "literal" };
    open.push(literal.dependsOn);
  }
  for (const fact of graph.facts("uses", "workload", workload)) {
    const fed = fedByUse(graph, fact, variable);
    if (fed.kind === "none") continue;
    if (fed.kind !== "unknown" && isCertain(fact)) return fed;
    open.push([...(fact.dependsOn ?? []), ...(fed.kind === "unknown" ? fed.dependsOn : [])]);
  }
  return unlessNone(open);
}

/** The static credential that a workload's use puts into its environment under a name. */
function fedByUse(graph: Graph, fact: FactOf<"uses">, variable: string): Fed {
  if (fact.exempt !== undefined || fact.through === "image pull") return { kind: "none" };
  const { workload, under, through, prefix = "" } = fact;
  const name = nameIn(fact.secret);
  if (name === undefined) {
    if (under === variable) return { kind: "secret", part: { name: workload, key: variable } };
    const isAny = under === undefined && isEnvironment(fact);
    return isAny ? { kind: "unknown", dependsOn: dependenciesOf(fact) } : { kind: "none" };
  }
  if (through === "configuration") {
    return { kind: isConfigured(graph, fact, name, variable) ? "literal" : "none" };
  }
  if (under === variable) return { kind: "secret", part: { name, key: fact.key } };
  if (through !== "envFrom" || !variable.startsWith(prefix)) return { kind: "none" };
  const key = variable.slice(prefix.length);
  const stated = graph.facts("keys", "container", name);
  if (stated.some(({ keys }) => keys.includes(key))) return { kind: "secret", part: { name, key } };
  if (stated.length === 0) return notKnown();
  return unlessNone(
    stated.flatMap(({ dependsOn }) => (dependsOn === undefined ? [] : [dependsOn])),
  );
}

function unlessNone(open: readonly (readonly Urn[])[]): Fed {
  return open.length > 0 ? { kind: "unknown", dependsOn: open.flat() } : { kind: "none" };
}

function isEnvironment({ through }: FactOf<"uses">): boolean {
  return through === "env" || through === "envFrom" || through === "function environment";
}

function dependenciesOf({ secret }: FactOf<"uses">): readonly Urn[] {
  return secret.kind === "unknown" ? secret.dependsOn : [];
}

/** Whether a ConfigMap has a credential under the key that a variable takes. */
function isConfigured(
  graph: Graph,
  { under, key, prefix = "" }: FactOf<"uses">,
  config: Name,
  variable: string,
): boolean {
  return graph.facts("literal", "holder", config).some((literal) => {
    if (literal.key === undefined) return false;
    return under === undefined
      ? key === undefined && prefix + literal.key === variable
      : under === variable && literal.key === key;
  });
}

const none: Exemption = { kind: "none" };

/** Whether a workload is a LegacyTool and the only one that has a credential: the secret, or the configuration with it. */
function onlyLegacyTool(
  fed: Extract<Fed, { readonly kind: "literal" | "secret" }>,
  tool: Name,
  readers: readonly Reader[],
  graph: Graph,
): Exemption {
  if (!isLegacyTool(graph, tool)) return none;
  if (fed.kind === "secret") return legacyToolOnly(graph, fed.part);
  const others = readers.filter(({ workload }) => !graph.same(workload, tool));
  if (others.length === 0) return { kind: "alone", tool };
  if (others.some(({ dependsOn }) => dependsOn === undefined)) return none;
  const uncertainty = uncertain(others[0]?.reason ?? mayHaveIt, ...others);
  return { kind: "possible", tool, may: others.map(({ workload }) => workload), uncertainty };
}

/** The credential by which a workload calls a server. */
function fedBy(from: McpCredential["from"], graph: Graph, workload: Name): Fed {
  switch (from.kind) {
    case "variable":
      return feedOf(graph, workload, from.variable);
    case "secret":
      return { kind: "secret", part: { name: from.secret, key: from.key } };
    case "literal":
    case "unknown":
      return from;
  }
}
