import { havingAny, legacyToolOnly } from "../domain/secrets/alone";
import { keyCallers } from "../domain/secrets/key-callers";
import { serverCallers, type McpCredential, type ServerCaller } from "../domain/secrets/tool-keys";
import type { FactOf } from "../facts/fact";
import type { Graph } from "../facts/graph";
import { labelOfThing } from "../facts/label";
import { mcpServerName, type Name } from "../facts/name";
import { defineRule, type Answer } from "../findings/define-rule";
import { unknownSecret } from "./answers/secrets";

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
    "call the tool with the workload's own role or OAuth2 tokens, such as `oauth2Providers` of an `Agent`; put a platform that accepts neither behind a `LegacyTool`",
  messages: {
    provider:
      "API key credential provider `{about}` hands out a static key; no LegacyTool is its only user",
    open: "API key credential provider `{about}` hands out the key of LegacyTool `{tool}` to others: `{policy}` allows `GetResourceApiKey`",
    target: "API key credential provider `{about}` gives a gateway the static key of a tool",
    server: "MCP server `{server}` is called with a static {credential}{from}",
    gateway: "`{about}` calls a tool with a static API key",
  },
  check: (fact, graph) => {
    switch (fact.kind) {
      case "static-credential":
        return fact.of === "tool" ? providerAnswers(fact, graph) : [];
      case "uses":
        return fact.through === "gateway target" ? [ofTarget(fact, graph)] : [];
      case "client-setting":
        if (fact.of !== "MCP server") return [];
        return serverCallers(graph, fact).map((caller) => ofServer(caller, fact, graph));
    }
  },
});

/** For a LegacyTool whose key others may fetch too. */
const grantCallers =
  "deny `bedrock-agentcore:GetResourceApiKey` on this provider in the policy, and have these callers call the `LegacyTool` by grants";

/** For a server of the Model Context Protocol, which may be the user's own. */
const acceptTokens =
  "have the server accept short-lived tokens: call tokens of a `TaskBroker`, or the workload's own OAuth2 tokens; put a vendor's server with one key behind a `LegacyTool`";

/** A provider is reported by itself where no gateway is reported to use it. */
function providerAnswers(
  { credential: provider, at }: FactOf<"static-credential">,
  graph: Graph,
): readonly Answer<Message>[] {
  const part = { name: provider, key: undefined };
  const answer: Answer<Message> = { message: "provider", about: provider, at };
  const own = legacyToolOnly(graph, part);
  if (own.kind === "none") {
    const uses = graph.facts("uses", "secret", provider);
    if (uses.some(({ through }) => through === "gateway target")) return [];
    return [{ ...answer, related: first(havingAny(graph, part), "has the key") }];
  }
  const { tool } = own;
  // A key of one tool is shared where a policy allows AgentCore to issue it to others.
  const callers = keyCallers(graph, provider, tool).map(
    ({ identity, policy, uncertainty }): Answer<Message> => ({
      message: "open",
      data: {
        tool: labelOfThing(graph, tool),
        policy: policy.managed ?? labelOfThing(graph, policy.name),
      },
      about: provider,
      holder: identity,
      at,
      uncertainty,
      fix: grantCallers,
    }),
  );
  if (own.kind === "alone") return callers;
  const { may, uncertainty } = own;
  return [{ ...answer, related: first(may, "may have the key"), uncertainty }, ...callers];
}

function ofTarget({ workload, secret, at }: FactOf<"uses">, graph: Graph): Answer<Message> {
  return secret.kind === "unknown"
    ? unknownSecret("gateway", workload, at, secret, graph)
    : { message: "target", about: secret.name, holder: workload, at };
}

function ofServer(
  { workload, may = [], uncertainty }: ServerCaller,
  fact: McpCredential,
  graph: Graph,
): Answer<Message> {
  const { server, as, at } = fact;
  return {
    message: "server",
    data: { server, credential: as, from: placeOf(fact, graph) },
    about: mcpServerName(at.urn, server),
    holder: workload,
    at,
    related: first(may, "may have it too"),
    uncertainty,
    fix: acceptTokens,
  };
}

function placeOf({ from }: McpCredential, graph: Graph): string {
  switch (from.kind) {
    case "variable":
      return ` from variable \`${from.variable}\``;
    case "secret":
      return ` from Secret \`${labelOfThing(graph, from.secret)}\``;
    case "literal":
      return " in its configuration";
    case "unknown":
      return "";
  }
}

function first(names: readonly Name[], as: string): Answer["related"] {
  return names.slice(0, 5).map((name) => ({ name, as }));
}
