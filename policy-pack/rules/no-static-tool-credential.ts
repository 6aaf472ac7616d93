import {
  havingAny,
  isLegacyTool,
  legacyToolOnly,
  type Exemption,
} from "../../core/credential/alone";
import { keyCallers, type KeyCaller } from "../../core/credential/key-callers";
import {
  readersOf,
  type McpCredential,
  type Reader,
  fedBy,
  onlyLegacyTool,
} from "../../core/credential/tool-keys";
import type { FactOf } from "../../core/graph/fact";
import type { At } from "../../core/graph/fact-values";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import { mcpServerName, type Name } from "../../core/graph/name";
import type { Urn } from "../../core/snapshot/value";
import { defineRule, type Answer } from "../define-rule";
import { dedupKey } from "../answers/dedup-keys";
import type { Uncertainty } from "../../core/certainty";

type Message = "provider" | "open" | "target" | "server" | "gateway";

/** A tool with a static key cannot distinguish its callers. */
export default defineRule({
  id: "no-static-tool-credential",
  title: "No tool is called with a static key, token or password, except by one `LegacyTool`",
  severity: "high",
  family: "secrets",
  decides: "closed",
  because: "a LegacyTool that comes later can be the one that has the key",
  watches: ["static-credential", "uses", "client-setting"],
  remediation:
    "call the tool with the workload's own OAuth2 tokens or role, or put a platform without these behind a LegacyTool",
  messages: {
    provider:
      "API key credential provider `{provider}` hands out a static key; no LegacyTool is its only user",
    open: "API key credential provider `{provider}` hands out the key of LegacyTool `{tool}` to others: `{policy}` allows `GetResourceApiKey`",
    target: "API key credential provider `{provider}` gives a gateway the static key of a tool",
    server: "MCP server `{server}` is called with a static {credential}{from}",
    gateway: "`{gateway}` calls a tool with a static API key",
  },
  check: (fact, graph) => {
    switch (fact.kind) {
      case "static-credential":
        return fact.of === "tool" ? providerAnswers(fact, graph) : [];
      case "uses":
        return targetAnswers(fact, graph);
      case "client-setting":
        return fact.of === "MCP server" ? serverAnswers(fact, graph) : [];
    }
  },
});

/** A provider is reported by itself where no gateway is reported to use it. */
function providerAnswers(
  { credential: provider, at }: FactOf<"static-credential">,
  graph: Graph,
): readonly Answer<Message>[] {
  const part = { name: provider, key: undefined };
  const own = legacyToolOnly(graph, part);
  if (own.kind !== "none") {
    const { tool } = own;
    const callers = keyCallers(graph, provider, tool).map((caller) =>
      openAnswer(caller, provider, tool, at, graph),
    );
    if (own.kind === "alone") return callers;
    const possibly: Answer<Message> = {
      message: "provider",
      data: { provider: labelOfThing(graph, provider) },
      about: provider,
      at,
      related: own.may.slice(0, 5).map((name) => ({ name, as: "may have the key" })),
      uncertainty: mayHaveOthers(own),
    };
    return [possibly, ...callers];
  }
  const uses = graph.facts("uses", "secret", provider);
  if (uses.some(({ through }) => through === "gateway target")) return [];
  const holders = havingAny(graph, part).slice(0, 5);
  return [
    {
      message: "provider",
      data: { provider: labelOfThing(graph, provider) },
      about: provider,
      at,
      related: holders.map((name) => ({ name, as: "has the key" })),
    },
  ];
}

/** A key of one tool is shared where a policy allows AgentCore to issue it to others. */
function openAnswer(
  { identity, policy, uncertainty }: KeyCaller,
  provider: Name,
  tool: Name,
  at: At,
  graph: Graph,
): Answer<Message> {
  return {
    message: "open",
    data: {
      provider: labelOfThing(graph, provider),
      tool: labelOfThing(graph, tool),
      policy: policy.managed ?? labelOfThing(graph, policy.name),
    },
    about: provider,
    holder: identity,
    at,
    uncertainty,
  };
}

function targetAnswers(fact: FactOf<"uses">, graph: Graph): readonly Answer<Message>[] {
  const { workload, secret, through, at } = fact;
  if (through !== "gateway target") return [];
  if (secret.kind === "unknown") {
    const fault = dedupKey(graph, "unknown secret", workload);
    const common = { about: workload, holder: workload, fault, at, uncertainty: secret };
    const data = { gateway: labelOfThing(graph, workload) };
    return [{ message: "gateway", data, ...common }];
  }
  const provider = labelOfThing(graph, secret.name);
  return [
    {
      message: "target",
      data: { provider },
      about: secret.name,
      holder: workload,
      at,
    },
  ];
}

function serverAnswers(fact: McpCredential, graph: Graph): readonly Answer<Message>[] {
  const readers = readersOf(graph, fact);
  const { from } = fact;
  // A credential that is there counts, whatever reads it: only a LegacyTool that may be what reads it leaves it open.
  const isRead = readers.some(
    ({ workload, dependsOn }) => dependsOn === undefined || isLegacyTool(graph, workload),
  );
  if (!isRead && (from.kind === "literal" || from.kind === "secret")) {
    return [serverAnswer(fact, graph, undefined)];
  }
  if (readers.length === 0 && from.kind === "unknown") {
    return [unknownServer(fact, graph, undefined, from.dependsOn)];
  }
  return readers.flatMap((reader) => readerAnswers(fact, reader, readers, graph));
}

/** What is reported of a workload that has, or may have, a configuration. */
function readerAnswers(
  fact: McpCredential,
  { workload, dependsOn, reason }: Reader,
  readers: readonly Reader[],
  graph: Graph,
): readonly Answer<Message>[] {
  const fed = fedBy(fact.from, graph, workload);
  if (fed.kind === "none") return [];
  const open = fed.kind === "unknown" ? fed.dependsOn : [];
  if (dependsOn !== undefined || fed.kind === "unknown") {
    const dependencies = [...(dependsOn ?? []), ...open];
    return [unknownServer(fact, graph, workload, dependencies, reason)];
  }
  const own = onlyLegacyTool(fed, workload, readers, graph);
  switch (own.kind) {
    case "alone":
      return [];
    case "possible": {
      const answer = serverAnswer(fact, graph, workload);
      const related = own.may.slice(0, 5).map((name) => ({ name, as: "may have it too" }));
      return [{ ...answer, related, uncertainty: mayHaveOthers(own) }];
    }
    case "none":
      return [serverAnswer(fact, graph, workload)];
  }
}

/** Why it is not certain that a LegacyTool is the only user of a key. */
function mayHaveOthers({
  reason = "others may use it too",
  dependsOn,
}: Extract<Exemption, { readonly kind: "possible" }>): Uncertainty {
  return { reason, dependsOn };
}

function placeOf({ from }: McpCredential, graph: Graph): string {
  switch (from.kind) {
    case "variable":
      return ` from variable \`${from.variable}\``;
    case "secret":
      return ` from Secret \`${labelOfThing(graph, from.secret)}\``;
    case "literal":
    case "unknown":
      return " in its configuration";
  }
}

function serverAnswer(
  fact: McpCredential,
  graph: Graph,
  workload: Name | undefined,
): Answer<Message> {
  const { server, as, at } = fact;
  return {
    message: "server",
    data: { server, credential: as, from: placeOf(fact, graph) },
    about: mcpServerName(at.urn, server),
    ...(workload !== undefined && { holder: workload }),
    at,
  };
}

function unknownServer(
  fact: McpCredential,
  graph: Graph,
  workload: Name | undefined,
  dependsOn: readonly Urn[],
  reason = "whether it receives the credential is not known",
): Answer<Message> {
  const { from } = fact;
  const answer = serverAnswer(fact, graph, workload);
  return {
    ...answer,
    data: { ...answer.data, ...(from.kind === "unknown" && { from: "" }) },
    uncertainty: { reason, dependsOn },
  };
}
