import { behind, type Behind } from "../../core/inbound/behind";
import type { FactOf } from "../../core/graph/fact";
import { nameIn } from "../../core/graph/fact-values";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import type { Name } from "../../core/graph/name";
import type { Severity } from "../../core/severity";
import { unknownKindOf } from "../../core/identity/harm";
import { defineRule, type Answer } from "../define-rule";
import { distinct } from "./authority-answers";
import { doorFault, wayFault } from "./grave-tools";

type Message = Open | "permission" | "gateway" | "unclear" | "asks" | "gatewayAsks" | "behind";
/** How something that asks nobody lets calls in to a workload. */
type Open = "url" | "route" | "socket";
type Entry = FactOf<"lets-in">;

/** What anyone may call acts for anyone: the workload behind it lends its identity to whoever finds the address. */
export default defineRule({
  id: "no-open-gateway",
  title: "What lets calls in to a workload asks who calls",
  severity: "critical",
  family: "identity",
  decides: "early",
  because:
    "nothing that comes later makes a gateway or a URL ask who calls; what rests on the API of a route is told when all is known",
  watches: ["lets-in", "permits"],
  standards: [
    "NHI4:2025",
    "NHI6:2025",
    "ASI03:2026",
    "ASI07:2026",
    "NIST-800-53r5:AC-3",
    "NIST-800-53r5:IA-9",
  ],
  remediation:
    "ask who calls: `CUSTOM_JWT` or `AWS_IAM` for a gateway, `AWS_IAM` for a function URL, an authorizer or `AWS_IAM` for a route",
  messages: {
    gateway: "`{entry}` answers whoever calls it: its authorizer is `NONE`",
    url: "anyone may call `{workload}` by the function URL `{entry}`: its authorization is `NONE`",
    route: "anyone may call `{workload}` by the route `{entry}`: it has no authorizer",
    socket:
      "anyone may call `{workload}` by the WebSocket `{entry}`: it has no `$connect` route that asks who calls",
    permission:
      "anyone with an AWS account may call `{workload}`: `{entry}` lets every principal in",
    unclear:
      "undetermined: `{entry}` lets others call `{workload}`, and whether it asks who calls is up to {by}",
    asks: "undetermined: a preview cannot know whether `{entry}` asks who calls `{workload}`",
    gatewayAsks: "undetermined: a preview cannot know whether `{entry}` asks who calls it",
    behind:
      "undetermined: `{entry}` answers whoever calls it, and a preview cannot know which workload it lets them call",
  },
  check: (fact, graph) => {
    if (fact.kind === "permits") return ofPermission(fact, graph);
    switch (fact.way) {
      case "gateway":
        return ofGateway(fact, graph);
      case "function URL":
        return ofEntry(fact, behind(graph, fact.entry), "url", graph);
      case "route":
        return graph.complete ? ofRoute(fact, graph) : [];
      case "load balancer":
      case "ingress":
        return ofEntry(fact, behind(graph, fact.entry), "route", graph);
    }
  },
});

/** What a resource policy lets everyone call: IAM asks who it is, and takes any answer. */
function ofPermission(fact: FactOf<"permits">, graph: Graph): readonly Answer<Message>[] {
  const { callee, principal, organisation, isNarrowed, at } = fact;
  const isOpen = principal.kind === "known" && principal.text === "*";
  if (!isOpen || organisation !== undefined || isNarrowed === true) return [];
  const name = nameIn(callee);
  const declared = name === undefined ? [] : behind(graph, name).declared;
  return declared.map((workload) => ({
    verdict: "violated",
    message: "permission",
    data: { entry: labelOfThing(graph, at.urn), workload: labelOfThing(graph, workload) },
    about: at.urn,
    holder: workload,
    fault: wayFault(graph, "anyone", workload),
    at,
    fix: "name the role or the account that calls, or the organisation that callers have to be of",
  }));
}

function ofGateway(fact: Entry, graph: Graph): readonly Answer<Message>[] {
  const { asks, entry } = fact;
  const base = { data: { entry: labelOfThing(graph, entry) }, about: entry, at: fact.at };
  if (asks.kind === "nobody") return [{ ...base, verdict: "violated", message: "gateway" }];
  if (asks.kind !== "unknown" || !graph.complete) return [];
  const { waitsFor } = asks;
  return [{ ...base, verdict: "undetermined", message: "gatewayAsks", waitsFor }];
}

/** A WebSocket asks once, when it connects; a policy of the API may ask for all of its methods. */
function ofRoute(fact: Entry, graph: Graph): readonly Answer<Message>[] {
  const api = nameIn(fact.of);
  const asked = api === undefined ? [] : graph.facts("asks-for-all", "api", api);
  const connection = asked.find(({ by }) => by === "connection");
  if (api !== undefined && connection !== undefined) {
    const { waitsFor } = connection;
    if (waitsFor === undefined) return ofSocket(fact, api, graph);
    // Whether it is a WebSocket, which asks those who connect, is not known.
    const isOpen = fact.asks.kind === "nobody";
    const asks = isOpen ? ({ kind: "unknown", waitsFor } as const) : fact.asks;
    const of = { ...fact, asks, at: isOpen ? connection.at : fact.at };
    return ofEntry(of, behind(graph, fact.entry), "route", graph);
  }
  if (fact.asks.kind === "nobody" && asked.some(({ by }) => by === "principals")) return [];
  if (fact.of?.kind === "unknown" && fact.asks.kind === "nobody") {
    // Which API it is, and so whether that asks those who connect, is not known.
    const { waitsFor } = fact.of;
    const asks = { kind: "unknown", waitsFor } as const;
    return ofEntry({ ...fact, asks }, behind(graph, fact.entry), "route", graph);
  }
  if (asked.length === 0 || fact.asks.kind !== "nobody") {
    return ofEntry(fact, behind(graph, fact.entry), "route", graph);
  }
  const unknown = asked.filter((each) => each.waitsFor !== undefined);
  const asks: Entry["asks"] =
    unknown.length > 0
      ? { kind: "unknown", waitsFor: unknown.flatMap(({ waitsFor = [] }) => waitsFor) }
      : { kind: "unclear", by: "the policy of its API" };
  return ofEntry({ ...fact, asks }, behind(graph, fact.entry), "route", graph);
}

/** A WebSocket without a route for connecting takes whoever connects. */
function ofSocket(fact: Entry, api: Name, graph: Graph): readonly Answer<Message>[] {
  if (isConnecting(fact)) return ofEntry(fact, behind(graph, api), "route", graph);
  const connecting = graph.all("lets-in").filter(isConnecting);
  const isOfApi = ({ of }: Entry): boolean => {
    const other = nameIn(of);
    return other !== undefined && graph.same(other, api);
  };
  if (connecting.some(isOfApi)) return [];
  const waitsFor = connecting.flatMap(({ of }) => (of?.kind === "unknown" ? [of.waitsFor] : []));
  const asks =
    waitsFor.length === 0 ? fact.asks : ({ kind: "unknown", waitsFor: waitsFor.flat() } as const);
  return ofEntry({ ...fact, asks, entry: api }, behind(graph, fact.entry), "socket", graph);
}

/** Only the route by which a WebSocket connects can ask who calls. Source: API Gateway developer guide, WebSocket APIs. */
function isConnecting({ way, connects, asks }: Entry): boolean {
  return way === "route" && (connects === true || asks.kind !== "nobody");
}

function ofEntry(
  fact: Entry,
  { declared, waitsFor }: Behind,
  open: Open,
  graph: Graph,
): readonly Answer<Message>[] {
  const { asks } = fact;
  const answers = declared.flatMap((workload) => answerAbout(fact, workload, open, graph));
  const isUnsure = waitsFor !== undefined && declared.length === 0 && asks.kind === "nobody";
  if (!isUnsure || !graph.complete || !hasDeclared(graph)) return answers;
  return [
    {
      verdict: "undetermined",
      message: "behind",
      data: { entry: labelOfThing(graph, fact.entry) },
      ...gradeOf(fact),
      about: fact.entry,
      at: fact.at,
      waitsFor: distinct(waitsFor),
    },
  ];
}

function answerAbout(
  fact: Entry,
  workload: Name,
  open: Open,
  graph: Graph,
): readonly Answer<Message>[] {
  const { asks, entry, at } = fact;
  const data = { entry: labelOfThing(graph, entry), workload: labelOfThing(graph, workload) };
  const fault = doorFault(graph, entry, workload);
  const base = { data, about: entry, holder: workload, fault, at };
  switch (asks.kind) {
    case "callers":
      return [];
    case "nobody":
      return [{ ...base, verdict: "violated", message: open }];
    case "unclear": {
      if (!graph.complete) return [];
      const unclear = { ...base, data: { ...data, by: asks.by }, ...gradeOf(fact) };
      return [{ ...unclear, verdict: "undetermined", message: "unclear" }];
    }
    case "unknown": {
      if (!graph.complete) return [];
      const waitsFor = distinct(asks.waitsFor);
      return [{ ...base, verdict: "undetermined", message: "asks", waitsFor }];
    }
  }
}

/** What balancers and ingresses ask is told by what they are configured with, which is not read. */
function gradeOf({ way }: Entry): { readonly grade?: Severity } {
  return way === "load balancer" || way === "ingress" ? { grade: "low" } : {};
}

function hasDeclared(graph: Graph): boolean {
  return graph
    .all("workload")
    .some(
      ({ is, workload }) => is !== "undeclared" || unknownKindOf(graph, workload) !== undefined,
    );
}
