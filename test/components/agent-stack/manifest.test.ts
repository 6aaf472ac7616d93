import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { parse } from "yaml";
import { manifestSchema } from "../../../components/agent-stack";
import { readManifest } from "../../../components/agent-stack/agent-stack";
import { cluster, mistakesIn, ofTenant } from "./mistakes";
import { bucketsOf } from "../support/buckets";

const whole = `${cluster}tenants:
  acme:
    federation: cluster
    namespace: acme-desk
    maxSession: 2h
    orchestrators:
      desk:
    agents:
      triage:
        autonomy: autonomous
        session: 90m
        permissions:
          - actions: ["bedrock:InvokeModel"]
            resources: ["\${model}"]
            conditions:
              - { test: StringEquals, variable: "aws:SourceVpce", values: ["vpce-1"] }
        grants:
          - { tool: search, intents: [find] }
          - tool: refunds
            intents: [refund]
            approval: human
            maxSeconds: 120
            conditions:
              - { key: cents, atMost: 50 }
              - { key: region, oneOf: [eu] }
              - { key: trial, is: false }
    tools:
      search:
      refunds:
        risk: { sensitivity: restricted, effects: [payment] }
  globex:
    federation: cluster
    existingNamespace: globex--old
`;

const values = { model: "arn:aws:bedrock:eu-central-1::foundation-model/x" };

/** A manifest with one agent that has these fields, and a tool `refunds`. */
function ofAgent(...fields: readonly string[]): string {
  return ofTenant(
    "tools: { refunds: {} }",
    "agents:",
    "  triage:",
    ...fields.map((one) => `    ${one}`),
  );
}

const a = "tenants.acme.agents.triage";
const workloadKeys =
  "`grants`, `oauth2Providers`, `federation`, `subject`, `autonomy`, `risk`, `permissions`, `kubernetesPermissions`, `outbound`, `adopt` or `session`";
const kinds =
  "`eksIrsa`, `eksPodIdentity`, `github`, `gitlab`, `oidc`, `spiffe`, `rolesAnywhere`, `ecs`, `lambda` or `agentCore`";

/** Mistakes that an editor can show by the JSON Schema as well. */
const shapeMistakes: Readonly<Record<string, readonly [string, readonly string[]]>> = {
  "nothing but federations": [
    cluster,
    [
      "1:1: tenants: it is missing; give tenants by name (lowercase letters, digits and single `-` inside, at most 63)",
    ],
  ],
  "no tenant": [
    `${cluster}tenants: {}\n`,
    [
      "3:10: tenants: nothing is declared; give tenants by name (lowercase letters, digits and single `-` inside, at most 63)",
    ],
  ],
  "a tenant without a federation": [
    `${cluster}tenants: { acme: { maxSession: 1h } }\n`,
    ["3:18: tenants.acme: it has neither; give `federation` or `federations`"],
  ],
  "an unknown section": [
    ofTenant("tools: { x: {} }").replace("tenants:", "tenant:"),
    [
      "1:1: tenants: it is missing; give tenants by name (lowercase letters, digits and single `-` inside, at most 63)",
      "3:1: `tenant` is not known here; give `federations` or `tenants`; did you mean `tenants`?",
    ],
  ],
  "an unknown field, far from any known": [
    ofTenant("colour: red"),
    [
      "6:5: tenants.acme: `colour` is not known here; give `federation`, `federations`, `namespace`, `existingNamespace`, `broker`, `maxSession`, `egress`, `apiServer`, `quota`, `deployers`, `serviceAccounts`, `orchestrators`, `agents`, `tools`, `legacyTools` or `gateways`",
    ],
  ],
  "grants of a tool": [
    ofTenant("tools: { refunds: { grants: [] } }"),
    [
      "6:25: tenants.acme.tools.refunds: `grants` is not known here; give `directCallers`, `sessions`, `defaults`, `oauth2Providers`, `federation`, `subject`, `autonomy`, `risk`, `permissions`, `kubernetesPermissions`, `outbound`, `adopt` or `session`",
    ],
  ],
  "a name that Kubernetes would not take": [
    ofTenant("tools: { Refunds_EU: {} }"),
    [
      "6:14: tenants.acme.tools: `Refunds_EU` is no such name; give lowercase letters, digits and single `-` inside, at most 63",
    ],
  ],
  "a federation of no kind": [
    `federations: { cluster: {} }\ntenants: { acme: { federation: cluster } }\n`,
    [`1:25: federations.cluster: nothing is set; give exactly one of ${kinds}`],
  ],
  "a federation of an unknown kind": [
    `federations: { cluster: { eksirsa: {} } }\ntenants: { acme: { federation: cluster } }\n`,
    [
      `1:27: federations.cluster: \`eksirsa\` is not known here; give ${kinds}; did you mean \`eksIrsa\`?`,
    ],
  ],
  "an unknown word for a choice": [
    ofAgent("autonomy: autonomus"),
    [
      `9:19: ${a}.autonomy: \`autonomus\` is not allowed; give \`autonomous\` or \`supervised\`; did you mean \`autonomous\`?`,
    ],
  ],
  "a choice that is no word": [
    ofAgent("autonomy: [autonomous]"),
    [`9:19: ${a}.autonomy: a list is here; give \`autonomous\` or \`supervised\``],
  ],
  "a choice left empty": [
    ofAgent("autonomy:"),
    [`9:18: ${a}.autonomy: nothing is here; give \`autonomous\` or \`supervised\``],
  ],
  "a number where text is meant": [
    ofTenant("existingNamespace: 3600"),
    [
      "6:24: tenants.acme.existingNamespace: `3600` is here; give the name of a namespace, in quotes",
    ],
  ],
  "a duration without a unit": [
    ofAgent("session: 3600"),
    [`9:18: ${a}.session: \`3600\` has no unit; write a duration such as "1h"`],
  ],
  "a map where a list is meant": [
    ofAgent("grants: { tool: refunds }"),
    [
      `9:17: ${a}.grants: a map is here; give a list: which tools it may call, and for which purposes`,
    ],
  ],
  "text where a map is meant": [
    ofTenant("agents: { triage: yes }"),
    [`6:23: ${a}: \`yes\` is here; give a map with ${workloadKeys}`],
  ],
  "an empty list": [
    ofAgent("grants: [{ tool: refunds, intents: [] }]"),
    [
      `9:44: ${a}.grants[0].intents: the list is empty; give a list: the purposes for which it may be called, such as \`refund\``,
    ],
  ],
  "a number beyond its limit": [
    ofAgent("grants: [{ tool: refunds, intents: [x], maxSeconds: 7200 }]"),
    [`9:61: ${a}.grants[0].maxSeconds: \`7200\` is here; give a whole number from 1 to 3600`],
  ],
  "parts of a number": [
    ofAgent("grants: [{ tool: refunds, intents: [x], maxSeconds: 0.5 }]"),
    [`9:61: ${a}.grants[0].maxSeconds: \`0.5\` is here; give a whole number from 1 to 3600`],
  ],
};

/** Mistakes that only the whole shows. */
const otherMistakes: Readonly<Record<string, readonly [string, readonly string[]]>> = {
  "a federation that is not declared": [
    ofTenant().replace("federation: cluster", "federation: clustr"),
    [
      "5:17: tenants.acme.federation: no federation is called `clustr`; declared are `cluster`; did you mean `cluster`?",
    ],
  ],
  "a provider that is none": [
    'federations: { cluster: { eksIrsa: { providerArn: "arn:x" } } }\ntenants: { acme: { federation: cluster } }\n',
    [
      "1:25: federations.cluster: providerArn `arn:x` is no IAM OIDC provider; give an ARN such as `arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLE`",
    ],
  ],
  "two namespaces": [
    ofTenant("namespace: a", "existingNamespace: b"),
    [
      "7:24: tenants.acme.existingNamespace: `namespace` is set as well; give `namespace` to make one, or `existingNamespace` to use one",
    ],
  ],
  "two tenants in one namespace": [
    `${cluster}tenants:\n  acme: { federation: cluster }\n  globex: { federation: cluster, namespace: acme }\n`,
    [
      "5:3: tenants.globex: namespace `acme` is tenant `acme`'s already; give each tenant one of its own",
    ],
  ],
  "workloads whose resources would share a name": [
    `${cluster}tenants:\n  a: { federation: cluster, tools: { b-c: {} } }\n  a-b: { federation: cluster, agents: { c: {} } }\n`,
    [
      "5:41: tenants.a-b.agents.c: its resources would have the name `a-b-c`, as those of `tenants.a.tools.b-c` have; rename one",
    ],
  ],
  "one name for an agent and a tool": [
    ofTenant("tools: { triage: {} }", "agents: { triage: {} }"),
    [
      "7:15: tenants.acme.agents.triage: its resources would have the name `acme-triage`, as those of `tenants.acme.tools.triage` have; rename one",
    ],
  ],
  "a session that IAM does not know": [
    ofTenant("maxSession: 13h"),
    ["6:17: tenants.acme.maxSession: `13h` is outside what IAM allows a role; give `1h` to `12h`"],
  ],
  "a duration without a unit, in quotes": [
    ofTenant('maxSession: "30"'),
    ['6:17: tenants.acme.maxSession: `30` has no unit; write a duration such as "30m"'],
  ],
  "a duration that is none": [
    ofTenant("maxSession: soon"),
    [
      "6:17: tenants.acme.maxSession: duration `soon` cannot be read; write whole hours, minutes or seconds, such as `1h`, `30m` or `3600s`",
    ],
  ],
  "a session beyond the tenant's": [
    ofAgent("session: 2h"),
    [
      `9:18: ${a}.session: session \`2h\` exceeds the tenant maximum \`1h\`; choose a shorter session`,
    ],
  ],
  "every action of a service": [
    ofAgent('permissions: [{ actions: ["s3:*"], resources: ["*"] }]'),
    [
      `9:35: ${a}.permissions[0].actions[0]: action \`s3:*\` allows all of a service; name the actions the workload needs`,
    ],
  ],
  "a condition of no operator": [
    ofAgent(
      'permissions: [{ actions: ["s3:GetObject"], resources: ["*"], conditions: [{ test: "==", variable: x, values: [y] }] }]',
    ),
    [
      `9:23: ${a}.permissions[0]: test \`==\` is no condition operator; give one such as \`StringEquals\``,
    ],
  ],
  "permissions that do not fit a policy": [
    ofAgent(
      `permissions: [{ actions: ["s3:GetObject"], resources: ${JSON.stringify(bucketsOf(10_240))} }]`,
    ),
    [
      `9:23: ${a}.permissions[0]: permissions take \`10339\` characters; at most 10240 fit an inline policy; name fewer or shorter resources`,
    ],
  ],
  "a grant for any intent": [
    ofAgent('grants: [{ tool: refunds, intents: ["*"] }]'),
    [`9:45: ${a}.grants[0].intents[0]: intent \`*\` would allow any purpose; name each intent`],
  ],
  "an intent named twice": [
    ofAgent("grants: [{ tool: refunds, intents: [x, x] }]"),
    [`9:18: ${a}.grants[0]: names intent \`x\` twice; name it once`],
  ],
  "a tool that is not declared": [
    ofAgent("grants: [{ tool: refund, intents: [x] }]"),
    [
      `9:26: ${a}.grants[0].tool: no tool is called \`refund\`; declared are \`refunds\`; did you mean \`refunds\`?`,
    ],
  ],
  "a tool of another tenant": [
    `${ofAgent("grants: [{ tool: ledger, intents: [x] }]")}  globex: { federation: cluster, tools: { ledger: {} } }\n`,
    [
      `9:26: ${a}.grants[0].tool: tool \`ledger\` is of tenant \`globex\`, and no grant crosses tenants; grant a tool of \`acme\``,
    ],
  ],
  "conditions that cannot be meant": [
    ofAgent(
      "grants:",
      "  - tool: refunds",
      "    intents: [x]",
      "    conditions:",
      "      - { key: amount, atMost: 5, is: true }",
      "      - { key: target, oneOf: ['*'] }",
    ),
    [
      `13:17: ${a}.grants[0].conditions[0]: of \`amount\` has more than one of \`atMost\`, \`atLeast\`, \`sumAtMost\`, \`oneOf\` and \`is\`; give exactly one, or \`atLeast\` and \`atMost\``,
      `14:17: ${a}.grants[0].conditions[1]: oneOf has \`*\`, which is no wildcard; name each text`,
    ],
  ],
  "an autonomous agent that moves money unasked": [
    ofTenant(
      "tools: { refunds: { risk: { effects: [payment] } } }",
      "agents:",
      "  triage: { autonomy: autonomous, grants: [{ tool: refunds, intents: [x] }] }",
    ),
    [
      `8:48: ${a}.grants[0]: grant to \`refunds\` allows an autonomous workload to act on sensitive data or cause effects without approval; give the grant \`approval: "human"\``,
    ],
  ],
  "a value that the program does not give": [
    ofAgent(
      'permissions: [{ actions: ["s3:GetObject"], resources: ["${buckt}/*", "arn:aws:s3:::own/${aws:username}"] }]',
    ),
    [
      `9:64: ${a}.permissions[0].resources[0]: \`\${buckt}\` names no value of the program; the program gives none; add it to the stack's \`values\``,
    ],
  ],
};

const accepts = new Ajv({ strict: false }).compile(manifestSchema());

describe("a manifest", () => {
  for (const [name, [text, mistakes]] of Object.entries({ ...shapeMistakes, ...otherMistakes })) {
    it(`is refused for ${name}`, () => {
      assert.deepEqual(mistakesIn(text), mistakes);
    });
  }

  it("reports all its mistakes at once, in the order of the file", () => {
    const text = ofTenant(
      "maxSesion: 1h",
      "tools: { refunds: { risk: { sensitivity: secret } } }",
      "agents:",
      "  triage: { session: 9h, grants: [{ tool: refund }, 3, { tool: refunds, intents: ['*'] }] }",
    );
    assert.deepEqual(
      mistakesIn(text).map((mistake) => mistake.split(":").slice(0, 3).join(":")),
      [
        "6:5: tenants.acme",
        "7:46: tenants.acme.tools.refunds.risk.sensitivity",
        `9:26: ${a}.session`,
        `9:39: ${a}.grants[0].intents`,
        `9:47: ${a}.grants[0].tool`,
        `9:57: ${a}.grants[1]`,
        `9:87: ${a}.grants[2].intents[0]`,
      ],
    );
  });

  it("names the values that the program does give", () => {
    const text = ofAgent('permissions: [{ actions: ["s3:GetObject"], resources: ["${buckt}"] }]');
    assert.deepEqual(mistakesIn(text, { bucket: "x", queue: "y" }), [
      `9:64: ${a}.permissions[0].resources[0]: \`\${buckt}\` names no value of the program; supported are \`bucket\` and \`queue\`; did you mean \`bucket\`?`,
    ]);
  });

  it("cuts what it repeats of the file", () => {
    const [mistake = ""] = mistakesIn(ofAgent(`autonomy: ${"x".repeat(5000)}`));
    assert.ok(mistake.length < 250, mistake);
  });

  it("is read completely, with nothing added", () => {
    const read = readManifest(whole, values);
    assert.ok(read.kind === "ok", JSON.stringify(read));
    const { acme, globex } = read.manifest.tenants;
    assert.deepEqual(globex, { federation: "cluster", existingNamespace: "globex--old" });
    assert.deepEqual(acme?.orchestrators, { desk: {} });
    assert.deepEqual(acme.agents?.["triage"], {
      autonomy: "autonomous",
      session: "90m",
      permissions: [
        {
          actions: ["bedrock:InvokeModel"],
          resources: [values.model],
          conditions: [{ test: "StringEquals", variable: "aws:SourceVpce", values: ["vpce-1"] }],
        },
      ],
      grants: [
        { tool: "search", intents: ["find"] },
        {
          tool: "refunds",
          intents: ["refund"],
          approval: "human",
          maxSeconds: 120,
          conditions: [
            { key: "cents", atMost: 50 },
            { key: "region", oneOf: ["eu"] },
            { key: "trial", is: false },
          ],
        },
      ],
    });
  });
});

describe("the JSON Schema of manifests", () => {
  it("is committed as it is made from the code", () => {
    const committed = JSON.parse(readFileSync("docs/agents.schema.json", "utf8")) as unknown;
    assert.deepEqual(
      committed,
      manifestSchema(),
      "write `manifestSchema()` to docs/agents.schema.json",
    );
  });

  it("accepts a manifest with everything in it", () => {
    assert.equal(accepts(parse(whole)), true, JSON.stringify(accepts.errors));
  });

  for (const [name, [text]] of Object.entries(shapeMistakes)) {
    it(`rejects ${name}`, () => {
      assert.equal(accepts(parse(text)), false);
    });
  }

  it("describes every field", () => {
    const undescribed: string[] = [];
    const look = (node: unknown, path: string): void => {
      if (typeof node !== "object" || node === null) return;
      const { properties } = node as { readonly properties?: Record<string, object> };
      for (const [key, field] of Object.entries(properties ?? {})) {
        if (!("description" in field)) undescribed.push(`${path}.${key}`);
      }
      for (const [key, child] of Object.entries(node)) look(child, `${path}.${key}`);
    };
    look(manifestSchema(), "");
    assert.deepEqual(undescribed, []);
  });
});
