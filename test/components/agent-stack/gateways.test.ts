import assert from "node:assert/strict";
import { Agent, AgentStack, Gateway, Tenant, Tool } from "../../../components";
import { registered, type Registered } from "../support/registered";
import { mistakesIn } from "./mistakes";

const place = `{ account: "111122223333", region: eu-central-1 }`;
const discoveryUrl = "https://idp.example.com/.well-known/openid-configuration";
const functionArn = "arn:aws:lambda:eu-central-1:111122223333:function:acme_refunds";

/** A tenant of functions, with an agent whose one grant, and a gateway whose one target, have these fields. */
function text(
  grant = "tool: refunds, intents: [refund], gateway: tools",
  target = "tool: refunds, operations: [{ name: refund, description: Pays money back }]",
  more = "",
): string {
  return `federations:
  functions: { lambda: ${place} }
tenants:
  acme:
    federation: functions
    tools: { refunds: { subject: { lambda: {} }, ${more} } }
    gateways:
      tools:
        targets:
          - { ${target} }
    agents:
      triage:
        subject: { lambda: {} }
        grants:
          - { ${grant} }
`;
}

/** The declared names, in any parent. */
const own = (resources: readonly Registered[]) =>
  resources
    .filter(({ type }) => type !== "agentid:index:AgentStack")
    .map(({ under, ...one }) => (under.endsWith("Stack") ? one : { ...one, under }));

describe("gateways of a manifest", () => {
  it("make what the same declared in code makes", async () => {
    const inYaml = await registered(() => {
      new AgentStack("desk", { text: text() });
    });
    const inCode = await registered(() => {
      const federation = { lambda: { account: "111122223333", region: "eu-central-1" } };
      const tenant = new Tenant("acme", { federation }).ref;
      const subject = { lambda: {} };
      const refunds = new Tool("acme-refunds", { name: "refunds", tenant, subject });
      const gateway = new Gateway("acme-tools", {
        name: "tools",
        tenant,
        targets: [
          {
            tool: refunds.ref,
            operations: [{ name: "refund", description: "Pays money back" }],
          },
        ],
      });
      new Agent("acme-triage", {
        name: "triage",
        tenant,
        subject,
        grants: [{ tool: refunds.ref, intents: ["refund"], gateway: gateway.ref }],
      });
    });
    assert.deepEqual(own(inYaml), own(inCode));
    assert.ok(inCode.some(({ type }) => type.endsWith(":AgentcorePolicy")));
  });

  it("are answered by tenant and name", async () => {
    const urls: Record<string, unknown> = {};
    await registered(() => {
      const { gateways } = new AgentStack("desk", { text: text() });
      for (const [name, { url }] of Object.entries(gateways)) {
        url.apply((known) => (urls[name] = known));
      }
    });
    assert.deepEqual(Object.keys(urls), ["acme/tools"]);
    assert.match(String(urls["acme/tools"]), /^https:\/\/acme-tools-99dbc31daf-/);
  });

  it("take the ARN of what they front from the program", () => {
    const target =
      "tool: refunds, arn: '${refunds}', operations: [{ name: refund, description: Pays }]";
    const given = (refunds: string) => mistakesIn(text(undefined, target), { refunds });
    assert.deepEqual(given(functionArn), []);
    assert.deepEqual(given(`${functionArn}-2`), [
      `10:35: tenants.acme.gateways.tools.targets[0].arn: \`${functionArn}-2\` is not that of tool \`refunds\`, which fits \`${functionArn}\`; give the ARN of the tool's own function or runtime`,
    ]);
  });

  const mistaken: Readonly<Record<string, readonly [string, readonly string[]]>> = {
    "a gateway that there is not": [
      text("tool: refunds, intents: [refund], gateway: tool"),
      [
        "15:58: tenants.acme.agents.triage.grants[0].gateway: no gateway is called `tool`; declared are `tools`; did you mean `tools`?",
      ],
    ],
    "an intent that no operation serves": [
      text("tool: refunds, intents: [pay], gateway: tools"),
      [
        "15:13: tenants.acme.agents.triage.grants[0]: intent `pay` is served by no operation of tool `refunds` at gateway `tools`; served are `refund`",
      ],
    ],
    "an approval that nobody asks for": [
      text("tool: refunds, intents: [refund], gateway: tools, approval: human"),
      [
        "15:13: tenants.acme.agents.triage.grants[0]: demands approval, which no gateway requests; leave `gateway` out, for the tenant's `broker` to request it, or leave the approval out",
      ],
    ],
    "a condition that no gateway checks": [
      text(
        "tool: refunds, intents: [refund], gateway: tools, conditions: [{ key: amount, atMost: 50 }]",
      ),
      [
        "15:13: tenants.acme.agents.triage.grants[0]: has conditions, which no gateway checks; leave `gateway` out, so that the tenant's `broker` checks them, or leave the conditions out",
      ],
    ],
    "a direct caller": [
      text(undefined, undefined, "directCallers: [triage]"),
      [
        "15:13: tenants.acme.agents.triage.grants[0]: goes through gateway `tools`, but tool `refunds` has this workload among its `directCallers`, which leads past the gateway; leave it out there",
      ],
    ],
    "a tool that there is not": [
      text(undefined, "tool: refund, operations: [{ name: refund }]"),
      [
        "10:21: tenants.acme.gateways.tools.targets[0].tool: no tool is called `refund`; declared are `refunds`; did you mean `refunds`?",
      ],
    ],
    "what its component refuses": [
      text(undefined, "tool: refunds, operations: [{ name: refund }]"),
      [
        "8:7: tenants.acme.gateways.tools: targets[0].operations[0].description is missing; describe what the function does for it, for models to read",
      ],
    ],
  };
  for (const [what, [manifest, mistakes]] of Object.entries(mistaken)) {
    it(`are mistaken with ${what}`, () => {
      assert.deepEqual(mistakesIn(manifest), mistakes);
    });
  }

  it("are refused where a workload has their name, or their tenant runs in another place", () => {
    assert.deepEqual(mistakesIn(text().replace("      triage:", "      tools:")), [
      "8:7: tenants.acme.gateways.tools: its resources would have the name `acme-tools`, as those of `tenants.acme.agents.tools` have; rename one",
    ]);
    const tasks = text().replaceAll("lambda:", "ecs:");
    assert.deepEqual(mistakesIn(tasks), [
      "8:7: tenants.acme.gateways.tools: the tenant's federation is `ecs`, and a gateway fronts functions of AWS Lambda or runtimes of Bedrock AgentCore; give a tenant whose federation is `lambda` or `agentCore`",
    ]);
  });

  it("that take tokens, take those of a workload's own service", () => {
    const runtimes = (issuer: string) => `federations:
  runtimes: { agentCore: ${place} }
tenants:
  acme:
    federation: runtimes
    tools: { search: { subject: { agentCore: {} } } }
    gateways:
      tools:
        jwt: { discoveryUrl: "${discoveryUrl}", allowedAudiences: [tools] }
        targets: [{ tool: search, arn: "\${search}", operations: [{ name: find }] }]
    agents:
      triage:
        subject: { agentCore: {} }
        grants: [{ tool: search, intents: [find], gateway: tools }]
        oauth2Providers:
          - name: idp
            discoveryUrl: "${issuer}"
            clientId: desk
            clientSecret: { secretsManager: {} }
            rotation: { issued: 2026-11-01, rotateBefore: 2027-01-30 }
`;
    const search =
      "arn:aws:bedrock-agentcore:eu-central-1:111122223333:runtime/acme_search-a1B2c3D4e5";
    const other = discoveryUrl.replace("idp", "other");
    assert.deepEqual(mistakesIn(runtimes(discoveryUrl), { search }), []);
    assert.deepEqual(mistakesIn(runtimes("${issuer}"), { search, issuer: discoveryUrl }), []);
    assert.deepEqual(mistakesIn(runtimes(other), { search }), [
      `14:18: tenants.acme.agents.triage.grants[0]: goes through gateway \`tools\`, which takes tokens of \`${discoveryUrl}\`, and the workload has none; give \`oauth2Providers\` with that \`discoveryUrl\`, or have the gateway identify callers by their role`,
    ]);
  });
});
