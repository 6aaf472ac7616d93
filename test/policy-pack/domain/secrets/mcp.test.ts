import assert from "node:assert/strict";
import {
  mcpCredentialsIn,
  mcpCredentialsInWords,
} from "../../../../policy-pack/domain/secrets/mcp";
import { Secret, Unknown, type Value } from "../../../../core/snapshot/value";

const token = "k3ep1tQu1et-T00";

function reported(configuration: Value): readonly string[] {
  return mcpCredentialsIn(configuration).map(
    ({ server, path, as, from }) =>
      `${server} ${path} ${as} ${from.kind === "variable" ? `$${from.variable}` : from.kind}`,
  );
}

function server(value: Value): readonly string[] {
  return reported({ mcpServers: { crm: value } });
}

const url = "https://crm.acme.com/mcp";
const at = "crm mcpServers.crm";

describe("the credentials for MCP servers", () => {
  const cases: readonly (readonly [string, Value, readonly string[]])[] = [
    [
      "a bearer token in a header",
      { url, headers: { Authorization: `Bearer ${token}` } },
      [`${at}.headers.Authorization bearer token literal`],
    ],
    [
      "basic auth in a header",
      { url, headers: { authorization: "Basic YXBwOmszZXAxdA==" } },
      [`${at}.headers.authorization basic auth literal`],
    ],
    [
      "a header of a name that says credential, in a list",
      { url, headers: [{ name: "X-API-Key", value: token }] },
      [`${at}.headers.X-API-Key credential literal`],
    ],
    ["a header that says nothing", { url, headers: { "X-Tenant": "acme-desk-9" } }, []],
    [
      "variables, however they are written",
      {
        url,
        headers: {
          Authorization: "Bearer ${CRM}",
          "X-Api-Key": "${env:KEY}",
          "X-Auth-Token": "${TOKEN:-none}",
          "X-Secret": "$SECRET",
        },
      },
      [
        `${at}.headers.Authorization bearer token $CRM`,
        `${at}.headers.X-Api-Key credential $KEY`,
        `${at}.headers.X-Auth-Token credential $TOKEN`,
        `${at}.headers.X-Secret credential $SECRET`,
      ],
    ],
    [
      "an input that a person is asked for",
      { url, headers: { Authorization: "Bearer ${input:crm}" } },
      [],
    ],
    [
      "placeholders",
      { url, headers: { Authorization: "Bearer <token>", "X-Api-Key": "changeme" } },
      [],
    ],
    [
      "the environment of a server",
      {
        command: "crm",
        env: { GITHUB_TOKEN: token, STAGE: "production-eu", TOKEN_FILE: "/var/run/t" },
      },
      [`${at}.env.GITHUB_TOKEN credential literal`],
    ],
    [
      "arguments",
      {
        command: "npx",
        args: [
          "mcp-remote",
          url,
          "--header",
          `Authorization:Bearer ${token}`,
          "--api-key",
          token,
          `--token=${token}`,
          "--port",
          "8080",
        ],
      },
      [
        `${at}.args[3] bearer token literal`,
        `${at}.args[5] credential literal`,
        `${at}.args[6] credential literal`,
      ],
    ],
    [
      "a URL with a password, or with a key among its parameters",
      { url: `https://app:k3ep1t@crm.acme.com/mcp?tenant=acme&api_key=${token}` },
      [`${at}.url basic auth literal`, `${at}.url credential literal`],
    ],
    ["a URL with neither", { url: `${url}?tenant=acme` }, []],
    [
      "a property of the server itself",
      { url, authorization_token: token },
      [`${at}.authorization_token credential literal`],
    ],
    [
      "the variable that Codex takes a token from",
      { url, bearer_token_env_var: "CRM_TOKEN" },
      [`${at}.bearer_token_env_var bearer token $CRM_TOKEN`],
    ],
    [
      "what is not known, and what is marked as secret",
      {
        url,
        headers: new Secret({ Authorization: `Bearer ${token}`, "X-Api-Key": new Unknown([]) }),
      },
      [
        `${at}.headers.Authorization bearer token literal`,
        `${at}.headers.X-Api-Key credential unknown`,
      ],
    ],
    ["what is no server", { headers: { Authorization: `Bearer ${token}` } }, []],
  ];
  for (const [name, value, expected] of cases) {
    it(`${expected.length === 0 ? "are none for" : "are"} ${name}`, () => {
      assert.deepEqual(server(value), expected);
    });
  }

  it("are found below other settings, in lists and in files of Visual Studio Code", () => {
    const one = { url, headers: { Authorization: `Bearer ${token}` } };
    assert.deepEqual(reported({ projects: { desk: { mcp_servers: { crm: one } } } }), [
      "crm projects.desk.mcp_servers.crm.headers.Authorization bearer token literal",
    ]);
    assert.deepEqual(reported({ mcpServers: [{ name: "crm", ...one }, one] }), [
      "crm mcpServers[0].headers.Authorization bearer token literal",
      "1 mcpServers[1].headers.Authorization bearer token literal",
    ]);
    assert.deepEqual(reported({ mcp: { servers: { crm: one } } }), [
      "crm mcp.servers.crm.headers.Authorization bearer token literal",
    ]);
    assert.deepEqual(reported({ servers: { crm: { type: "http", ...one } } }), [
      "crm servers.crm.headers.Authorization bearer token literal",
    ]);
    assert.deepEqual(reported({ servers: { ldap: { ...one, password: token } } }), []);
    for (const none of ["text", null, [1], { mcpServers: "none" }])
      assert.deepEqual(reported(none), []);
  });

  it("of a command line are those of a client of such a server", () => {
    const words = (...all: readonly Value[]) =>
      mcpCredentialsInWords(all).map(({ server: name, as, from }) => `${name} ${as} ${from.kind}`);
    const header = ["--header", `Authorization: Bearer ${token}`];
    assert.deepEqual(words("npx", "mcp-remote", url, ...header), [
      "crm.acme.com bearer token literal",
    ]);
    assert.deepEqual(words("mcp-proxy", `--header=Authorization: Bearer $(CRM)`), [
      "the command line bearer token variable",
    ]);
    assert.deepEqual(words("npx", "mcp-remote", url, "--header", new Unknown([])), [
      "crm.acme.com credential unknown",
    ]);
    assert.deepEqual(words("curl", url.replace("/mcp", ""), ...header), []);
  });
});
