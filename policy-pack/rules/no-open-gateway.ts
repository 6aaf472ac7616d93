import { behind, type Behind } from "../../core/inbound/behind";
import type { FactOf } from "../../core/graph/fact";
import { nameIn } from "../../core/graph/fact-values";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import type { Name } from "../../core/graph/name";
import type { Severity } from "../../core/severity";
import { unknownKindOf } from "../../core/identity/harm";
import { defineRule, type Answer } from "../define-rule";
import { dedupKey } from "../answers/dedup-keys";

type Message = Open | "permission";
/** How an endpoint of a workload accepts anonymous calls. */
type Open = "open" | "socket";
type Entry = FactOf<"exposes">;

/** An endpoint without authentication allows anonymous callers to use the identity of the workload behind it. */
export default defineRule({
  id: "no-open-gateway",
  title: "Each entry point of a workload authenticates its callers",
  severity: "critical",
  family: "identity",
  decides: "early",
  because:
    "no later resource makes a gateway or a URL authenticate callers; findings on the API of a route are reported when all is known",
  watches: ["exposes", "permits"],
  remediation:
    "set `CUSTOM_JWT` or `AWS_IAM` on a gateway, `AWS_IAM` on a function URL, an authorizer or `AWS_IAM` on a route",
  messages: {
    open: "{entry} accepts anonymous calls: {why}",
    socket:
      "WebSocket API `{entry}` accepts anonymous connections: it has no `$connect` route with an authorizer",
    permission: "Permission `{entry}` allows calls by any AWS principal",
  },
  check: (fact, graph) => {
    if (fact.kind === "permits") return ofPermission(fact, graph);
    switch (fact.way) {
      case "gateway":
        return ofGateway(fact, graph);
      case "function URL":
        return ofEntry(fact, behind(graph, fact.entry), "open", graph);
      case "route":
        return graph.complete ? ofRoute(fact, graph) : [];
      case "load balancer":
      case "ingress":
        return ofEntry(fact, behind(graph, fact.entry), "open", graph);
    }
  },
});

/** What a resource policy allows everyone to call: IAM authenticates callers, and accepts any. */
function ofPermission(fact: FactOf<"permits">, graph: Graph): readonly Answer<Message>[] {
  const { callee, principal, organisation, isNarrowed, at } = fact;
  const isOpen = principal.kind === "known" && principal.text === "*";
  if (!isOpen || organisation !== undefined || isNarrowed === true) return [];
  const name = nameIn(callee);
  const declared = name === undefined ? [] : behind(graph, name).declared;
  return declared.map((workload) => ({
    message: "permission",
    data: { entry: labelOfThing(graph, at.urn) },
    about: at.urn,
    holder: workload,
    fault: dedupKey(graph, "call path", "anyone", workload),
    at,
    fix: "set `principal` to the role or account that calls, or `principalOrgId` to your organization",
  }));
}

function ofGateway(fact: Entry, graph: Graph): readonly Answer<Message>[] {
  const { authentication, entry } = fact;
  const base = {
    message: "open" as const,
    data: dataOf(fact, "open", graph),
    about: entry,
    at: fact.at,
  };
  if (authentication.kind === "anonymous") return [base];
  if (authentication.kind !== "unknown") return [];
  const { dependsOn } = authentication;
  return [{ ...base, uncertainty: { dependsOn } }];
}

/** A WebSocket authenticates once, on connection; a policy of the API may cover all of its methods. */
function ofRoute(fact: Entry, graph: Graph): readonly Answer<Message>[] {
  const api = nameIn(fact.of);
  const requested = api === undefined ? [] : graph.facts("restricts-calls", "entry", api);
  const connection = requested.find(({ by }) => by === "connection");
  if (api !== undefined && connection !== undefined) {
    const { dependsOn } = connection;
    if (dependsOn === undefined) return ofSocket(fact, api, graph);
    // Whether it is a WebSocket, which authenticates on connection, is unknown.
    const isOpen = fact.authentication.kind === "anonymous";
    const authentication = isOpen ? ({ kind: "unknown", dependsOn } as const) : fact.authentication;
    const of = { ...fact, authentication, at: isOpen ? connection.at : fact.at };
    return ofEntry(of, behind(graph, fact.entry), "open", graph);
  }
  if (fact.authentication.kind === "anonymous" && requested.some(({ by }) => by === "principals"))
    return [];
  if (fact.of?.kind === "unknown" && fact.authentication.kind === "anonymous") {
    // Which API it is, and so whether it authenticates on connection, is unknown.
    const { dependsOn } = fact.of;
    const authentication = { kind: "unknown", dependsOn } as const;
    return ofEntry({ ...fact, authentication }, behind(graph, fact.entry), "open", graph);
  }
  if (requested.length === 0 || fact.authentication.kind !== "anonymous") {
    return ofEntry(fact, behind(graph, fact.entry), "open", graph);
  }
  const unknown = requested.filter((each) => each.dependsOn !== undefined);
  const authentication: Entry["authentication"] =
    unknown.length > 0
      ? { kind: "unknown", dependsOn: unknown.flatMap(({ dependsOn = [] }) => dependsOn) }
      : { kind: "unclear", by: "the policy of its API" };
  return ofEntry({ ...fact, authentication }, behind(graph, fact.entry), "open", graph);
}

/** A WebSocket without a route for connections accepts every caller. */
function ofSocket(fact: Entry, api: Name, graph: Graph): readonly Answer<Message>[] {
  if (isConnecting(fact)) return ofEntry(fact, behind(graph, api), "open", graph);
  const connecting = graph.all("exposes").filter(isConnecting);
  const isOfApi = ({ of }: Entry): boolean => {
    const other = nameIn(of);
    return other !== undefined && graph.same(other, api);
  };
  if (connecting.some(isOfApi)) return [];
  const dependsOn = connecting.flatMap(({ of }) => (of?.kind === "unknown" ? [of.dependsOn] : []));
  const authentication =
    dependsOn.length === 0
      ? fact.authentication
      : ({ kind: "unknown", dependsOn: dependsOn.flat() } as const);
  return ofEntry(
    { ...fact, authentication, entry: api },
    behind(graph, fact.entry),
    "socket",
    graph,
  );
}

/**
 * Only the route of connections can authenticate callers of a WebSocket. Source: API Gateway developer guide, WebSocket APIs.
 */
function isConnecting({ way, connects, authentication }: Entry): boolean {
  return way === "route" && (connects === true || authentication.kind !== "anonymous");
}

function ofEntry(
  fact: Entry,
  { declared, dependsOn }: Behind,
  open: Open,
  graph: Graph,
): readonly Answer<Message>[] {
  const { authentication } = fact;
  const answers = declared.flatMap((workload) => answerAbout(fact, workload, open, graph));
  const isUnsure =
    dependsOn !== undefined && declared.length === 0 && authentication.kind === "anonymous";
  if (!isUnsure || !hasDeclared(graph)) return answers;
  return [
    {
      message: open,
      data: dataOf(fact, open, graph),
      ...severityOf(fact),
      about: fact.entry,
      at: fact.at,
      uncertainty: { dependsOn },
    },
  ];
}

function answerAbout(
  fact: Entry,
  workload: Name,
  open: Open,
  graph: Graph,
): readonly Answer<Message>[] {
  const { authentication, entry, at } = fact;
  const fault = dedupKey(graph, "endpoint", entry, workload);
  const data = dataOf(fact, open, graph);
  const base = { message: open, data, about: entry, holder: workload, fault, at };
  switch (authentication.kind) {
    case "callers":
      return [];
    case "anonymous":
      return [base];
    case "unclear": {
      const reason = `${authentication.by} decides which calls are accepted`;
      return [{ ...base, ...severityOf(fact), uncertainty: { reason } }];
    }
    case "unknown":
      return [{ ...base, uncertainty: authentication }];
  }
}

/** What an endpoint is, and why it accepts anonymous calls. */
const ways: Readonly<Record<Entry["way"], { readonly kind: string; readonly why: string }>> = {
  gateway: { kind: "Gateway", why: "its authorizer is `NONE`" },
  "function URL": { kind: "Function URL", why: "its authorization type is `NONE`" },
  route: { kind: "Route", why: "it has no authorizer" },
  "load balancer": { kind: "Load balancer", why: "it requires no authentication" },
  ingress: { kind: "Ingress", why: "it requires no authentication" },
};

function dataOf({ way, entry }: Entry, open: Open, graph: Graph): Readonly<Record<string, string>> {
  const { kind, why } = ways[way];
  const label = labelOfThing(graph, entry);
  return { entry: open === "socket" ? label : `${kind} \`${label}\``, why };
}

/** How balancers and ingresses authenticate is a matter of their configuration, which is not read. */
function severityOf({ way }: Entry): { readonly severity?: Severity } {
  return way === "load balancer" || way === "ingress" ? { severity: "low" } : {};
}

function hasDeclared(graph: Graph): boolean {
  return graph
    .all("workload")
    .some(
      ({ is, workload }) => is !== "undeclared" || unknownKindOf(graph, workload) !== undefined,
    );
}
