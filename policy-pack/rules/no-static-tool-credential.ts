import { havingAny, isLegacyTool, legacyToolAlone, type Alone } from "../../core/credential/alone";
import { keyCallers, type KeyCaller } from "../../core/credential/key-callers";
import { feedOf, readersOf, type Fed, type Reader } from "../../core/credential/tool-keys";
import type { FactOf } from "../../core/graph/fact";
import type { At } from "../../core/graph/fact-values";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import { mcpServerName, type Name } from "../../core/graph/name";
import type { Urn } from "../../core/snapshot/value";
import { defineRule, type Answer } from "../define-rule";
import { unknownSecretFault } from "./told-elsewhere";

type Message =
  | "provider"
  | "maybeAlone"
  | "open"
  | "maybeOpen"
  | "target"
  | "server"
  | "serverAlone"
  | "unread"
  | "unknownTarget"
  | "unknownServer"
  | "unknownUnread";

/** A tool that is called with a key that never ends sees one caller, whoever is behind it. */
export default defineRule({
  id: "no-static-tool-credential",
  title: "No tool is called with a static key, token or password, except by one LegacyTool",
  severity: "high",
  family: "secrets",
  decides: "closed",
  because: "a LegacyTool that comes later can be the one that has the key",
  watches: ["api-key-provider", "holds", "mcp-credential"],
  standards: [
    "NHI7:2025",
    "NHI4:2025",
    "ASI03:2026",
    "MITRE-ATLAS-5.6.0:AML.T0083",
    "NIST-800-53r5:IA-5",
    "NIST-800-53r5:IA-9",
  ],
  remediation:
    "call the tool with tokens of the workload's own by OAuth2, or by its role; a platform that knows nothing better goes behind a LegacyTool, which alone has the key",
  messages: {
    provider: "`{provider}` hands out a static API key, and no LegacyTool alone has it",
    maybeAlone:
      "undetermined: `{provider}` hands out a static API key, and a preview cannot know whether `{tool}` alone has it{reason}",
    open: "`{provider}` hands out the key that `{tool}` alone is to have to `{identity}` as well: `{policy}` allows `GetResourceApiKey`",
    maybeOpen:
      "undetermined: `{provider}` may hand out the key that `{tool}` alone is to have to `{identity}` as well, by `{policy}`: {reason}",
    target: "`{gateway}` calls a tool with the static API key of `{provider}`",
    server: "`{workload}` calls the MCP server `{server}` with a static {credential}, {from}",
    serverAlone:
      "undetermined: `{workload}` calls the MCP server `{server}` with a static {credential}, {from}, and a preview cannot know whether it alone has that{reason}",
    unread: "the MCP server `{server}` is called with a static {credential}, {from}",
    unknownTarget:
      "undetermined: a preview cannot know whether `{gateway}` calls a tool with a static API key",
    unknownServer:
      "undetermined: a preview cannot know whether `{workload}` calls the MCP server `{server}` with a static {credential}{reason}",
    unknownUnread:
      "undetermined: a preview cannot know whether the MCP server `{server}` is called with a static {credential}",
  },
  check: (fact, graph) => {
    if (!graph.complete) return [];
    switch (fact.kind) {
      case "api-key-provider":
        return providerAnswers(fact, graph);
      case "holds":
        return targetAnswers(fact, graph);
      case "mcp-credential":
        return serverAnswers(fact, graph);
    }
  },
});

/** A provider is told by itself where no gateway is told to use it. */
function providerAnswers(
  { provider, at }: FactOf<"api-key-provider">,
  graph: Graph,
): readonly Answer<Message>[] {
  const part = { name: provider, key: undefined };
  const own = legacyToolAlone(graph, part);
  if (own.kind !== "none") {
    const { tool } = own;
    const callers = keyCallers(graph, provider, tool).map((caller) =>
      openAnswer(caller, provider, tool, at, graph),
    );
    if (own.kind === "alone") return callers;
    const maybe: Answer<Message> = {
      verdict: "undetermined",
      message: "maybeAlone",
      data: {
        provider: labelOfThing(graph, provider),
        tool: labelOfThing(graph, tool),
        reason: asEnd(own.reason),
      },
      about: provider,
      at,
      related: own.may.slice(0, 5).map((name) => ({ name, as: "may have the key" })),
      waitsFor: own.waitsFor,
    };
    return [maybe, ...callers];
  }
  const uses = graph.facts("holds", "secret", provider);
  if (uses.some(({ through }) => through === "gateway target")) return [];
  const holders = havingAny(graph, part).slice(0, 5);
  return [
    {
      verdict: "violated",
      message: "provider",
      data: { provider: labelOfThing(graph, provider) },
      about: provider,
      at,
      related: holders.map((name) => ({ name, as: "has the key" })),
    },
  ];
}

/** A key that one tool has is no longer its own where a policy has AgentCore hand it out to others. */
function openAnswer(
  { identity, policy, doubt }: KeyCaller,
  provider: Name,
  tool: Name,
  at: At,
  graph: Graph,
): Answer<Message> {
  return {
    verdict: doubt === undefined ? "violated" : "undetermined",
    message: doubt === undefined ? "open" : "maybeOpen",
    data: {
      provider: labelOfThing(graph, provider),
      tool: labelOfThing(graph, tool),
      identity: labelOfThing(graph, identity),
      policy: policy.managed ?? labelOfThing(graph, policy.name),
      reason: doubt?.reason ?? "",
    },
    about: provider,
    holder: identity,
    at,
    ...(doubt && { waitsFor: doubt.waitsFor }),
  };
}

function targetAnswers(fact: FactOf<"holds">, graph: Graph): readonly Answer<Message>[] {
  const { workload, secret, through, at } = fact;
  if (through !== "gateway target") return [];
  const gateway = labelOfThing(graph, workload);
  if (secret.kind === "unknown") {
    const { waitsFor } = secret;
    const fault = unknownSecretFault(graph, workload);
    const common = { about: workload, holder: workload, fault, at, waitsFor };
    return [{ verdict: "undetermined", message: "unknownTarget", data: { gateway }, ...common }];
  }
  const provider = labelOfThing(graph, secret.name);
  return [
    {
      verdict: "violated",
      message: "target",
      data: { gateway, provider },
      about: secret.name,
      holder: workload,
      at,
    },
  ];
}

function serverAnswers(fact: FactOf<"mcp-credential">, graph: Graph): readonly Answer<Message>[] {
  const readers = readersOf(graph, fact);
  const { from } = fact;
  // A credential that stands there is one, whoever reads it: a LegacyTool that may be the one who does leaves it open.
  const isRead = readers.some(
    ({ workload, waitsFor }) => waitsFor === undefined || isLegacyTool(graph, workload),
  );
  if (!isRead && (from.kind === "literal" || from.kind === "secret")) {
    return [serverAnswer(fact, graph, undefined)];
  }
  if (readers.length === 0 && from.kind === "unknown") {
    return [unknownServer(fact, graph, undefined, from.waitsFor)];
  }
  return readers.flatMap((reader) => readerAnswers(fact, reader, readers, graph));
}

/** What is told of one of those that have, or may have, a configuration. */
function readerAnswers(
  fact: FactOf<"mcp-credential">,
  { workload, waitsFor, reason }: Reader,
  readers: readonly Reader[],
  graph: Graph,
): readonly Answer<Message>[] {
  const fed = fedBy(fact.from, graph, workload);
  if (fed.kind === "none") return [];
  const open = fed.kind === "unknown" ? fed.waitsFor : [];
  if (waitsFor !== undefined || fed.kind === "unknown") {
    const waits = [...new Set([...(waitsFor ?? []), ...open])];
    return [unknownServer(fact, graph, workload, waits, reason)];
  }
  const own = isLegacyTool(graph, workload) ? aloneWith(fed, workload, readers, graph) : none;
  switch (own.kind) {
    case "alone":
      return [];
    case "maybe": {
      const answer = serverAnswer(fact, graph, workload);
      const related = own.may.slice(0, 5).map((name) => ({ name, as: "may have it too" }));
      const open = { verdict: "undetermined", message: "serverAlone" } as const;
      const data = { ...answer.data, reason: asEnd(own.reason) };
      return [{ ...answer, ...open, data, related, waitsFor: own.waitsFor }];
    }
    case "none":
      return [serverAnswer(fact, graph, workload)];
  }
}

const none: Alone = { kind: "none" };

/** Whether a LegacyTool alone has what it calls a server with: the secret, or the configuration in which that stands. */
function aloneWith(
  fed: Extract<Fed, { readonly kind: "literal" | "secret" }>,
  tool: Name,
  readers: readonly Reader[],
  graph: Graph,
): Alone {
  if (fed.kind === "secret") return legacyToolAlone(graph, fed.part);
  const others = readers.filter(({ workload }) => !graph.same(workload, tool));
  if (others.length === 0) return { kind: "alone", tool };
  if (others.some(({ waitsFor }) => waitsFor === undefined)) return none;
  const waitsFor = [...new Set(others.flatMap((other) => other.waitsFor ?? []))];
  const reason = waitsFor.length > 0 ? undefined : others[0]?.reason;
  const may = others.map(({ workload }) => workload);
  return { kind: "maybe", tool, may, waitsFor, ...(reason !== undefined && { reason }) };
}

function fedBy(from: FactOf<"mcp-credential">["from"], graph: Graph, workload: Name): Fed {
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

function placeOf({ from }: FactOf<"mcp-credential">, graph: Graph): string {
  switch (from.kind) {
    case "variable":
      return `which \`${from.variable}\` has`;
    case "secret":
      return `which the Secret \`${labelOfThing(graph, from.secret)}\` has`;
    case "literal":
    case "unknown":
      return "in its configuration";
  }
}

function serverAnswer(
  fact: FactOf<"mcp-credential">,
  graph: Graph,
  workload: Name | undefined,
): Answer<Message> {
  const { server, as, at } = fact;
  return {
    verdict: "violated",
    message: workload === undefined ? "unread" : "server",
    data: {
      server,
      credential: as,
      from: placeOf(fact, graph),
      ...(workload !== undefined && { workload: labelOfThing(graph, workload) }),
    },
    about: mcpServerName(at.urn, server),
    ...(workload !== undefined && { holder: workload }),
    at,
  };
}

function unknownServer(
  { server, as, at }: FactOf<"mcp-credential">,
  graph: Graph,
  workload: Name | undefined,
  waitsFor: readonly Urn[],
  reason?: string,
): Answer<Message> {
  return {
    verdict: "undetermined",
    message: workload === undefined ? "unknownUnread" : "unknownServer",
    data: {
      server,
      credential: as,
      reason: asEnd(reason),
      ...(workload !== undefined && { workload: labelOfThing(graph, workload) }),
    },
    about: mcpServerName(at.urn, server),
    ...(workload !== undefined && { holder: workload }),
    at,
    waitsFor,
  };
}

/** A reason as the end of a message. */
function asEnd(reason: string | undefined): string {
  return reason === undefined ? "" : `: ${reason}`;
}
