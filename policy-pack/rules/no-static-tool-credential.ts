import {
  feedOf,
  havingAny,
  isLegacyTool,
  isLegacyToolsOwn,
  legacyToolAlone,
  readersOf,
  type Fed,
} from "../../core/credential/tool-keys";
import { keyCallers, type KeyCaller } from "../../core/credential/key-callers";
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
  | "open"
  | "maybeOpen"
  | "target"
  | "server"
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
    open: "`{provider}` hands out the key that `{tool}` alone is to have to `{identity}` as well: `{policy}` allows `GetResourceApiKey`",
    maybeOpen:
      "undetermined: `{provider}` may hand out the key that `{tool}` alone is to have to `{identity}` as well, by `{policy}`: {reason}",
    target: "`{gateway}` calls a tool with the static API key of `{provider}`",
    server: "`{workload}` calls the MCP server `{server}` with a static {credential}, {from}",
    unread: "the MCP server `{server}` is called with a static {credential}, {from}",
    unknownTarget:
      "undetermined: a preview cannot know whether `{gateway}` calls a tool with a static API key",
    unknownServer:
      "undetermined: a preview cannot know whether `{workload}` calls the MCP server `{server}` with a static {credential}",
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
  if (own !== undefined) {
    return keyCallers(graph, provider, own).map((caller) =>
      openAnswer(caller, provider, own, at, graph),
    );
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
  if (readers.length === 0) {
    if (from.kind === "variable") return [];
    if (from.kind === "unknown") return [unknownServer(fact, graph, undefined, from.waitsFor)];
    return [serverAnswer(fact, graph, undefined)];
  }
  return readers.flatMap((workload) => {
    const fed = fedBy(from, graph, workload);
    switch (fed.kind) {
      case "none":
        return [];
      case "unknown":
        return [unknownServer(fact, graph, workload, fed.waitsFor)];
      case "literal": {
        const isOwn = readers.length === 1 && isLegacyTool(graph, workload);
        return isOwn ? [] : [serverAnswer(fact, graph, workload)];
      }
      case "secret":
        if (isLegacyTool(graph, workload) && isLegacyToolsOwn(graph, fed.part)) return [];
        return [serverAnswer(fact, graph, workload)];
    }
  });
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
): Answer<Message> {
  return {
    verdict: "undetermined",
    message: workload === undefined ? "unknownUnread" : "unknownServer",
    data: {
      server,
      credential: as,
      ...(workload !== undefined && { workload: labelOfThing(graph, workload) }),
    },
    about: mcpServerName(at.urn, server),
    ...(workload !== undefined && { holder: workload }),
    at,
    waitsFor,
  };
}
