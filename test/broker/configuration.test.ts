import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readConfiguration } from "../../broker/configuration/read";
import { printProblems } from "../../yaml/problems";

const key = { kty: "EC", crv: "P-256", x: "x", y: "y", kid: "a" };
const files: Readonly<Record<string, string>> = {
  "keys/cluster.json": JSON.stringify({ keys: [key] }),
  "keys/spire.json": JSON.stringify({
    keys: [
      { ...key, use: "x509-svid", x5c: ["A"] },
      { ...key, use: "jwt-svid" },
    ],
  }),
  "keys/private.json": JSON.stringify({ keys: [{ ...key, d: "d" }] }),
  "keys/symmetric.json": JSON.stringify({ keys: [{ kty: "oct", k: "k" }] }),
  "keys/empty.json": JSON.stringify({ keys: [] }),
  "keys/text.json": "keys",
};

function read(text: string): ReturnType<typeof readConfiguration> {
  return readConfiguration(
    text,
    (name) => name,
    (path) => {
      const found = files[path];
      if (found === undefined) throw new Error("there is no such file");
      return found;
    },
  );
}

const [, documented = ""] =
  /```yaml\n([\s\S]*?)```/.exec(readFileSync("docs/broker/configuration.md", "utf8")) ?? [];

/** The message for the documented configuration with one changed text. */
function problemsWith(from: string | RegExp, to: string): string {
  const text = documented.replace(from, to);
  assert.notEqual(text, documented, `nothing to replace: ${String(from)}`);
  const result = read(text);
  return result.kind === "ok" ? "ok" : printProblems("broker.yaml", result.problems);
}

describe("the configuration of a broker", () => {
  it("is read as its page shows it", () => {
    const result = read(documented);
    assert.equal(
      result.kind,
      "ok",
      result.kind === "ok" ? "" : printProblems("broker.yaml", result.problems),
    );
    const { issuers, workloads, grants, users, state } = result.configuration;
    assert.deepEqual(
      issuers.map(({ name, id, keys }) => [name, id, keys.kind]),
      [
        ["cluster", "https://oidc.eks.eu-central-1.amazonaws.com/id/ABC", "set"],
        ["spire", "acme.example", "set"],
        ["people", "https://login.acme.example", "url"],
      ],
    );
    assert.deepEqual(issuers[1]?.keys, {
      kind: "set",
      set: { keys: [key] },
      file: "keys/spire.json",
    });
    assert.deepEqual(
      workloads.map(({ name, tool }) => [name, tool?.resource]),
      [
        ["triage", undefined],
        ["refunds", "https://refunds.acme.example/mcp"],
      ],
    );
    assert.deepEqual(grants, [
      {
        ...{ tenant: "acme", caller: "triage", tool: "refunds", intents: ["refund"] },
        ...{ sensitivity: "confidential", approval: "human", maxSeconds: 60 },
        conditions: [
          { kind: "between", key: "cents", least: 0, most: 5000 },
          { kind: "sum", key: "cents", most: 20_000 },
        ],
        maxCalls: 10,
      },
    ]);
    assert.deepEqual(users, {
      ...{ issuer: "people", audiences: ["agents"], name: "sub", require: { org: "acme" } },
    });
    assert.deepEqual(state, { kind: "sqlite", file: "state/broker.db" });
  });

  const mistakes: readonly (readonly [string | RegExp, string, RegExp])[] = [
    ["tenant: acme", "tenant: Acme", /^broker\.yaml:1:9: tenant: /],
    ["tenant: acme", "tennant: acme", /did you mean `tenant`\?/],
    ["issuer: https://broker.acme.example", "issuer: http://broker.acme.example", /is not `https`/],
    ["issuer: https://broker.acme.example", "issuer: https://b.example/a", /has a path/],
    ["listen: 127.0.0.1:8443", "listen: 0.0.0.0:99999", /the highest is 65535/],
    [/tls:[\s\S]*?change\n/, "", /^ok$/],
    ["sqlite: state/broker.db", "postgres: postgres://b:pw@db/b", /has a password/],
    ["sqlite: state/broker.db", "postgres: mysql://b@db/b", /is no URL of PostgreSQL/],
    ["sqlite: state/broker.db", "postgres: postgres://b@db/b", /^ok$/],
    ["taskSeconds: 3600", "taskSeconds: 1h", /taskSeconds: .*60.*86400/],
    ["trailDays: 400", "trailDays: 0", /trailDays: .*1.*36500/],
    ["trailDays: 400", "trailDays: 1", /^ok$/],
    [
      "keys: keys/cluster.json",
      "keys: keys/none.json",
      /cannot read `keys\/none\.json`: there is no/,
    ],
    ["keys: keys/cluster.json", "keys: keys/private.json", /has a private or symmetric key/],
    ["keys: keys/cluster.json", "keys: keys/symmetric.json", /has a private or symmetric key/],
    ["keys: keys/cluster.json", "keys: keys/empty.json", /is no JWK set with a key/],
    ["keys: keys/cluster.json", "keys: keys/text.json", /it is not JSON/],
    ["keys: keys/cluster.json", "keys: http://keys.example", /is not an `https` URL/],
    ["algorithms: [RS256]", "algorithms: [HS256]", /`ES256`/],
    ["algorithms: [RS256]", "algorithms: [none]", /`ES256`/],
    ["kind: spiffe", "kind: oidc", /is of kind `oidc`; state `issuer`/],
    [
      "trustDomain: acme.example",
      "issuer: https://a.example",
      /is of kind `spiffe`; state `trustDomain`/,
    ],
    [
      '{ issuer: cluster, subject: "system:serviceaccount:acme:triage" }',
      "{ issuer: clustr, subject: x }",
      /did you mean `cluster`\?/,
    ],
    ["system:serviceaccount:acme:triage", "triage", /write `system:serviceaccount:acme:triage`/],
    [
      "spiffe://acme.example/acme/triage",
      "spiffe://other.example/acme/triage",
      /signs no such subject/,
    ],
    [
      "system:serviceaccount:acme:refunds",
      "system:serviceaccount:acme:triage",
      /is the subject of `triage` too/,
    ],
    [/name: refunds/, "name: triage", /`triage` is there twice/],
    ["tool: refunds", "tool: refund", /did you mean `refunds`\?/],
    ["caller: triage", "caller: refunds", /`refunds` is none of `workloads`/],
    [
      /tool: refunds\n    intents: \[refund\]/,
      'tool: refunds\n    intents: ["issue refund"]',
      /has a blank/,
    ],
    ["approval: human", "approval: ann", /approval: .*`none`/],
    ["{ key: cents, atMost: 5000 }", "{ key: cents }", /atMost/],
    ["{ key: cents, atMost: 5000 }", "{ key: cents, atMost: -1 }", /`atLeast` above its `atMost`/],
    ["{ key: cents, atMost: 5000 }", "{ key: until, atLeast: 1 }", /takes `atMost` alone/],
    ["{ key: cents, atMost: 5000 }", "{ key: cents, atMost: 1, is: true }", /has several bounds/],
    [
      "{ key: cents, atMost: 5000 }",
      "{ key: cents, atMost: 1, sumAtMost: 5 }",
      /has several bounds/,
    ],
    ["{ key: cents, atMost: 5000 }", "{ key: until, sumAtMost: 1 }", /no entry of the context/],
    ["{ key: cents, atMost: 5000 }", "{ key: cents, sumAtMost: 0 }", /sumAtMost/],
    ["maxSeconds: 60", "maxSeconds: 60\n    maxCalls: 0", /maxCalls/],
    [
      "maxSeconds: 60",
      "maxSeconds: 60\n    withoutDetails: true",
      /grants\[0\]\.withoutDetails: is set with an approval/,
    ],
    [
      "calls: #",
      "defaults: { sensitivity: public }\n    calls: #",
      /tools\[0\]\.defaults: have no effect/,
    ],
    [
      "names: [create_refund]",
      "names: [create_refund, create_refund]",
      /tools\[0\]\.calls: have `create_refund` twice/,
    ],
    ["{ key: cents, atMost: 5000 }", "{ key: 'a b', atMost: 1 }", /has other characters/],
    [/approvers:[\s\S]*?has it\n/, "", /needs `approvers`/],
    [/users:[\s\S]*?its `iss`\n/, "", /needs `users`/],
    [/ {2}require: \{ org: acme \}.*\n/, "", /users\.require: it is missing/],
    [/login:[\s\S]*?PKCE\n/, "", /approvers: needs `login`[^]*operators: needs `login`/],
    [
      "client: agentid-approvals",
      "client: triage-web",
      /login\.client: is a workload's client too/,
    ],
    ["issuer: people", "issuer: cluster", /is of kind `kubernetes`/],
    [
      "issuer: https://login.acme.example",
      "issuer: http://login.acme.example",
      /login: needs an `https` URL as `issuer` of `people`, where people log in/,
    ],
    ["issuer: https://login.acme.example", "issuer: login.acme.example", /login: needs/],
    [/      roles: #[^]*?refund \}\n/, "", /tools\[0\]\.kubernetes\.roles: it is missing/],
    [
      /kubernetes:\n {6}namespace: acme[^]*?refund \}\n/,
      "kubernetes: { namespace: acme, role: refunds }\n",
      /role/,
    ],
    ["role: acme.refunds.refund", "role: a/b", /the name of a Role/],
    [
      "orders/{target}",
      "orders/{targets}",
      /resources\[0\]: .*has `\{targets\}`; write `\{target\}`/,
    ],
    ["orders/{target}", "orders/{target}*", /has a wildcard/],
    ["arn:aws:s3:::orders/{target}", "orders/{target}", /is no ARN/],
    ["orders/{target}", "{target}/a", /sessions\[0\]\.resources\[0\]: lets the target choose/],
    ["::orders/{target}", "{target}::orders/a", /lets the target choose/],
    [/ {10}actions: .*\n/, "", /sessions\[0\]: has not both of `actions` and `resources`/],
    [/role\/agentid\/acme\/refunds-1a2b/, "user/refunds", /roleArn/],
  ];
  for (const [from, to, says] of mistakes) {
    it(`reports the error and its location for \`${to.slice(0, 60)}\` in place of \`${String(from).slice(0, 40)}\``, () => {
      assert.match(problemsWith(from, to), says);
    });
  }

  describe("credentials that would exceed the grants", () => {
    const rule = /        - intents: \[refund\]\n.*\n.*\n/;
    const grantText = (parts: string): string =>
      `  - { caller: triage, tool: refunds, sensitivity: internal, maxSeconds: 60, ${parts} }\n`;
    /** The mistakes with other rules, Roles and grants. */
    function mistakesOf(sessions: string, roles: string, grants: readonly string[]): string {
      const before = documented.slice(0, documented.indexOf("grants:"));
      const text = before
        .replace(rule, `        - ${sessions}\n`)
        .replace("- { intents: [refund], role: acme.refunds.refund }", `- ${roles}`);
      const result = read(`${text}grants:\n${grants.map(grantText).join("")}`);
      return result.kind === "ok"
        ? "ok"
        : result.problems.map(({ path, message }) => `${path}: ${message}`).join("\n");
    }
    const s3 = 'actions: ["s3:GetObject"], resources: ["arn:aws:s3:::orders/{target}"]';
    const bucket = 'actions: ["s3:GetObject"], resources: ["arn:aws:s3:::{target}/*"]';
    const refund = "intents: [refund], approval: none";
    const approved = "intents: [refund], approval: human";
    const readFree = "intents: [read], approval: none";
    const of = (conditions: string): string => `${refund}, conditions: [${conditions}]`;
    const sessions = "tools[0].aws.sessions[0]";
    const each = "state for each intent what it needs";
    const cases: readonly (readonly [string, string, string, readonly string[], string])[] = [
      [
        "the whole role for one intent",
        "{ intents: [refund], wholeRole: true }",
        "refund",
        [refund],
        "ok",
      ],
      [
        ...([
          "the whole role with several intents",
          "{ intents: [refund], wholeRole: true }",
        ] as const),
        ...(["refund", [refund, readFree]] as const),
        `${sessions}: gives the whole role, and the tool has several intents: \`read\`, \`refund\`; ${each}`,
      ],
      [
        ...([
          "the whole role for an intent no grant has",
          "{ intents: [read], wholeRole: true }",
        ] as const),
        ...(["refund", [refund]] as const),
        `${sessions}: gives the whole role, and the tool has several intents: \`read\`, \`refund\`; ${each}`,
      ],
      [
        ...(["the whole role with an approval", "{ intents: [refund], wholeRole: true }"] as const),
        ...(["refund", [refund, approved]] as const),
        `${sessions}: gives the whole role, and \`refund\` needs approval; ${each}`,
      ],
      [
        ...(["the whole role beside a condition on the target"] as const),
        ...(["{ intents: [refund], wholeRole: true }", "refund"] as const),
        [of("{ key: target, oneOf: [a] }")],
        `${sessions}: gives the whole role, and a grant on the tool has a condition on \`target\`; ${each}`,
      ],
      [
        ...(["the whole role beside another condition"] as const),
        ...(["{ intents: [refund], wholeRole: true }", "refund"] as const),
        ...([[of("{ key: cents, atMost: 5 }")], "ok"] as const),
      ],
      [
        ...([
          "the whole role beside actions",
          `{ intents: [refund], wholeRole: true, ${s3} }`,
        ] as const),
        ...(["refund", [refund]] as const),
        `${sessions}: has not both of \`actions\` and \`resources\`, or \`wholeRole: true\` alone`,
      ],
      [
        ...(["one rule with and without approval", `{ intents: [read, refund], ${s3} }`] as const),
        ...(["refund", [readFree, approved]] as const),
        `${sessions}: gives \`read\`, which needs no approval, all that \`refund\` has; ${each}`,
      ],
      [
        ...(["a shared rule beside one of its own"] as const),
        `{ intents: [read, refund], ${s3} }\n        - { intents: [refund], ${s3} }`,
        ...(["refund", [readFree, approved], "ok"] as const),
      ],
      [
        ...([
          "one rule for intents without approval",
          `{ intents: [read, refund], ${s3} }`,
        ] as const),
        ...(["refund", [readFree, refund], "ok"] as const),
      ],
      [
        ...(["one rule, of which a caller may all without approval"] as const),
        `{ intents: [read, refund], ${s3} }`,
        ...(["refund", [approved, "intents: [read, refund], approval: none"], "ok"] as const),
      ],
      [
        ...(["one Role with and without approval", `{ intents: [refund], ${s3} }`] as const),
        ...(["read, refund", [readFree, approved]] as const),
        `tools[0].kubernetes.roles[0]: gives \`read\`, which needs no approval, all that \`refund\` has; ${each}`,
      ],
      [
        ...(["a bucket that each grant names", `{ intents: [refund], ${bucket} }`] as const),
        ...(["refund", [of("{ key: target, oneOf: [orders] }"), readFree], "ok"] as const),
      ],
      [
        ...(["a bucket that not each grant names", `{ intents: [refund], ${bucket} }`] as const),
        ...(["refund", [of("{ key: target, oneOf: [orders] }"), refund]] as const),
        `${sessions}.resources[0]: lets the target choose the account or the bucket; name it, or give each grant with the intent a condition on \`target\` with \`oneOf\``,
      ],
    ];
    for (const [name, given, intents, grants, says] of cases) {
      it(`${says === "ok" ? "accepts" : "refuses"} ${name}`, () => {
        const roles = `{ intents: [${intents}], role: acme.refunds.refund }`;
        assert.equal(mistakesOf(given, roles, grants), says);
      });
    }

    it("refuses two Roles for one intent", () => {
      const roles = "{ intents: [refund], role: a }\n        - { intents: [refund], role: b }";
      assert.equal(
        mistakesOf(`{ intents: [refund], ${s3} }`, roles, [refund]),
        "tools[0].kubernetes.roles[1].intents[0]: `refund` has a Role already; give each intent one",
      );
    });
  });

  it("accepts logins on this host by plain HTTP, and any issuer text where no login is configured", () => {
    const issuer = "issuer: https://login.acme.example";
    for (const local of ["127.0.0.1", "[::1]", "localhost"]) {
      assert.equal(problemsWith(issuer, `issuer: http://${local}:8080`), "ok");
    }
    const text = documented
      .replace(/(?:approvers|operators|login):[^]*?\n(?=kubernetes)/, "")
      .replace(issuer, "issuer: people.acme")
      .replace("approval: human", "approval: none");
    assert.doesNotMatch(text, /agentid-approvals/);
    assert.equal(read(text).kind, "ok");
  });

  it("reports every mistake at once", () => {
    const text = documented.replace("tenant: acme", "tenant: A").replace("depth: 4", "depth: 9");
    const result = read(text);
    assert.deepEqual(result.kind === "ok" ? [] : result.problems.map(({ path }) => path), [
      "tenant",
      "depth",
    ]);
  });

  it("never repeats the URL of the database, which may hold a password", () => {
    const said = problemsWith("sqlite: state/broker.db", "postgres: postgres://b:hunter2@db/b");
    assert.ok(!said.includes("hunter2"));
  });

  it("does not listen beyond loopback without TLS", () => {
    for (const host of ["0.0.0.0", "127.broker.example", "[::]"]) {
      const text = documented
        .replace(/tls:[\s\S]*?change\n/, "")
        .replace("listen: 127.0.0.1:8443", `listen: "${host}:8443"`);
      const result = read(text);
      assert.deepEqual(result.kind === "ok" ? [] : result.problems.map(({ message }) => message), [
        "is not loopback; state `tls`, or listen on `127.0.0.1`",
      ]);
    }
  });
});
