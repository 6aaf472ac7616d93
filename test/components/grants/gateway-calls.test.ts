import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Agent, Orchestrator, Tool, type AgentArgs, type Grant } from "../../../components";
import { acme, crm, discoveryUrl, runtimeArgs } from "../oauth2/github";
import { bearing, gatewayAllows, signedBy } from "../support/gateway-decisions";
import { mocked, registered, type Registered } from "../support/registered";
import { named } from "../support/trust";
import { acmeOnLambda, agentCore, refundsBehind, searchBehind } from "../gateway/tools";

const policyType = "aws:bedrock/agentcorePolicy:AgentcorePolicy";
const called = "acme-tools-99dbc31daf";
const gatewayArn = `${agentCore}:gateway/${called}-a1b2c3d4e5`;
const jwt = { discoveryUrl, allowedAudiences: ["tools"] };

type Behind = ReturnType<typeof searchBehind>;

/** An agent `triage` with grants on what is behind the gateway `tools`. */
const triage = (
  grantsOn: (behind: Behind) => Grant[],
  args: Partial<AgentArgs> = {},
  behind: () => Behind = searchBehind,
) =>
  registered(() => {
    new Agent("triage", { ...runtimeArgs, grants: grantsOn(behind()), ...args });
  });

const find = ({ search, gateway }: Behind): Grant => ({
  tool: search.ref,
  intents: ["find"],
  gateway: gateway.ref,
});

const statementsIn = (resources: readonly Registered[]): Record<string, string> =>
  Object.fromEntries(
    resources
      .filter(({ type }) => type === policyType)
      .map(({ name, inputs }) => {
        const { cedar } = inputs["definition"] as { cedar: { statement: string } };
        return [name, cedar.statement];
      }),
  );

const roleStatements = (resources: readonly Registered[], name: string): unknown[] => {
  const policy = named(resources, "aws:iam/rolePolicy:RolePolicy", name)?.inputs["policy"];
  return (JSON.parse(String(policy)) as { Statement: unknown[] }).Statement;
};

describe("a grant through a gateway", () => {
  it("is one policy of the gateway's engine: who, what and where, each by name", async () => {
    const resources = await triage((behind) => [find(behind)]);
    assert.deepEqual(named(resources, policyType, "triage-tools.search")?.inputs, {
      name: "triage_search",
      policyEngineId: "acme_tools-a1b2c3d4e5",
      description: "What agent triage may call of tool search",
      definition: {
        cedar: {
          statement: `permit(
  principal == AgentCore::IamEntity::"arn:aws:sts::111122223333:assumed-role/acme.triage",
  action == AgentCore::Action::"search___find_tickets",
  resource == AgentCore::Gateway::"${gatewayArn}"
);`,
        },
      },
      validationMode: "FAIL_ON_ANY_FINDINGS",
    });
  });

  it("allows the workload's role to call only that gateway", async () => {
    const resources = await triage((behind) => [find(behind)]);
    assert.deepEqual(roleStatements(resources, "triage").at(-1), {
      Effect: "Allow",
      Action: ["bedrock-agentcore:InvokeGateway"],
      Resource: [`${agentCore}:gateway/${called}-??????????`],
    });
  });

  it("names the operations that serve its intents, with those of other grants on the tool", async () => {
    const all = await triage((behind) => [
      { ...find(behind), intents: ["answer", "close"] },
      find(behind),
    ]);
    assert.deepEqual(Object.keys(statementsIn(all)), ["triage-tools.search"]);
    assert.match(
      statementsIn(all)["triage-tools.search"] ?? "",
      /action in \[AgentCore::Action::"search___close_ticket", AgentCore::Action::"search___find_tickets"\],/,
    );
  });

  it("identifies a workload by the client of its tokens where the gateway accepts tokens", async () => {
    const behind = () => searchBehind({ jwt: { ...jwt, clientClaim: "azp" } });
    const resources = await triage(
      (one) => [find(one)],
      { oauth2Providers: [{ ...crm, clientId: pulumi.output("desk") }] },
      behind,
    );
    assert.equal(
      statementsIn(resources)["triage-tools.search"],
      `permit(
  principal is AgentCore::OAuthUser,
  action == AgentCore::Action::"search___find_tickets",
  resource == AgentCore::Gateway::"${gatewayArn}"
) when { principal.hasTag("azp") && principal.getTag("azp") == "desk" };`,
    );
    const actions = JSON.stringify(roleStatements(resources, "triage"));
    assert.equal(actions.includes("InvokeGateway"), false);
  });

  it("escapes a client that would match more than its identity", async () => {
    const clientId = 'x"};permit(principal,action,resource);//';
    const resources = await triage(
      (one) => [find(one)],
      { oauth2Providers: [{ ...crm, clientId }] },
      () => searchBehind({ jwt }),
    );
    const gateway = named(resources, "aws:bedrock/agentcoreGateway:AgentcoreGateway", "tools");
    assert.ok(gateway !== undefined);
    const allows = (client_id: string, action: string) =>
      gatewayAllows(resources, gateway, bearing({ client_id }), `search___${action}`);
    assert.equal(allows(clientId, "find_tickets"), true);
    assert.equal(allows("desk", "find_tickets"), false);
    assert.equal(allows(clientId, "close_ticket"), false);
  });

  it("allows no other caller, and the workload nothing else", async () => {
    const resources = await registered(() => {
      const behind = searchBehind();
      new Agent("triage", { ...runtimeArgs, grants: [find(behind)] });
      new Orchestrator("desk", {
        ...runtimeArgs,
        grants: [{ ...find(behind), intents: ["close"] }],
      });
      new Agent("answer", runtimeArgs);
    });
    const gateway = named(resources, "aws:bedrock/agentcoreGateway:AgentcoreGateway", "tools");
    assert.ok(gateway !== undefined);
    const allowed = ["triage", "desk", "answer", "search", "tools"].map((name) => {
      const role = named(resources, "aws:iam/role:Role", name);
      assert.ok(role !== undefined);
      return ["find_tickets", "close_ticket"].filter((operation) =>
        gatewayAllows(resources, gateway, signedBy(role), `search___${operation}`),
      );
    });
    assert.deepEqual(allowed, [["find_tickets"], ["close_ticket"], [], [], []]);
  });

  it("goes to an adopted role by that role's name", async () => {
    const adopt = { role: { name: "triage-runtime", path: "/old/" } };
    const resources = await triage((behind) => [find(behind)], { adopt });
    assert.match(
      statementsIn(resources)["triage-tools.search"] ?? "",
      /principal == AgentCore::IamEntity::"arn:aws:sts::111122223333:assumed-role\/triage-runtime",/,
    );
  });

  it("is made of references that are known later as of those that are known", async () => {
    const now = await triage((behind) => [find(behind)]);
    const later = await triage((behind) => [
      {
        ...find(behind),
        tool: pulumi.output(behind.search.ref),
        gateway: pulumi.output(behind.gateway.ref),
      },
    ]);
    const own = (resources: readonly Registered[]) =>
      resources.filter(({ name }) => name.startsWith("triage"));
    assert.deepEqual(own(later), own(now));
  });

  it("is stated in the stack with what it allows, and without a time, which no gateway keeps", async () => {
    const resources = await triage((behind) => [find(behind)]);
    const agent = named(resources, "agentid:index:Agent", "triage")?.inputs;
    assert.deepEqual(agent?.["grants"], [
      {
        tool: {
          tenant: "acme",
          name: "search",
          risk: { sensitivity: "internal", effects: [] },
        },
        intents: ["find"],
        approval: "none",
        gateway: {
          name: "tools",
          actions: ["search___find_tickets"],
          arn: `${agentCore}:gateway/${called}-??????????`,
        },
      },
    ]);
  });

  it("reaches functions as it reaches runtimes", async () => {
    const resources = await registered(() => {
      const { refunds, gateway } = refundsBehind();
      new Agent("triage", {
        tenant: acmeOnLambda,
        subject: { lambda: {} },
        grants: [{ tool: refunds.ref, intents: ["refund"], gateway: gateway.ref }],
      });
    });
    assert.match(statementsIn(resources)["triage-desk.refunds"] ?? "", /"refunds___refund"/);
  });

  const refusals: Readonly<
    Record<string, readonly [(behind: Behind) => Partial<Grant>, string, Partial<AgentArgs>?]>
  > = {
    "an approval": [
      () => ({ approval: "human" }),
      "grants[0] demands approval, which no gateway requests; leave `gateway` out, for the tenant's `broker` to request it, or leave the approval out",
    ],
    "a time": [
      () => ({ maxSeconds: 60 }),
      "grants[0].maxSeconds is set, but a gateway makes each call itself and issues no lasting authority; leave it out",
    ],
    "a number of calls": [
      () => ({ maxCalls: 3 }),
      "grants[0].maxCalls is set, and no gateway counts calls; leave `gateway` out, so that the tenant's `broker` counts them, or leave it out",
    ],
    "a gateway of another tenant": [
      ({ gateway }) => ({ gateway: { ...gateway.ref, tenant: "globex" } }),
      "grants[0].gateway crosses from tenant `acme` to gateway `tools` of `globex`; name a gateway of the same tenant",
    ],
    "a tool that the gateway does not front": [
      () => ({ tool: { tenant: "acme", name: "refunds" } }),
      "grants[0] goes through gateway `tools`, which does not front tool `refunds` but `search`; make it a target there, or leave `gateway` out",
    ],
    "an intent that no operation serves": [
      () => ({ intents: ["find", "refund"] }),
      "grants[0] intent `refund` is served by no operation of tool `search` at gateway `tools`; served are `find`, `answer`, `close`",
    ],
    "a tool that the workload obtains itself": [
      ({ search }) => ({ tool: { ...search.ref, directCallers: ["triage"] } }),
      "grants[0] goes through gateway `tools`, but tool `search` has this workload among its `directCallers`, which leads past the gateway; leave it out there",
    ],
    "a gateway that takes tokens, to a workload without any": [
      ({ gateway }) => ({ gateway: { ...gateway.ref, jwt } }),
      `grants[0] goes through gateway \`tools\`, which takes tokens of \`${discoveryUrl}\`, and the workload has none; give \`oauth2Providers\` with that \`discoveryUrl\`, or have the gateway identify callers by their role`,
    ],
    "effects that nobody is asked about": [
      ({ search }) => ({ tool: { ...search.ref, risk: { effects: ["payment"] } } }),
      'grant to `search` allows an autonomous workload to act on sensitive data or cause effects without approval; give the grant `approval: "human"` in place of `gateway`, which has no approval',
      { autonomy: "autonomous" },
    ],
  };
  for (const [what, [change, problem, args = {}]] of Object.entries(refusals)) {
    it(`refuses ${what}, before the workload is registered`, async () => {
      const resources = await registered(() => {
        const behind = searchBehind();
        const grants = [{ ...find(behind), ...change(behind) }];
        assert.throws(() => new Agent("triage", { ...runtimeArgs, ...args, grants }), {
          message: `agent \`triage\`: ${problem}`,
        });
      });
      assert.deepEqual(
        resources.filter(({ name }) => name.startsWith("triage")),
        [],
      );
    });
  }

  it("allows a supervised workload to cause effects, and an autonomous one to cause none", () => {
    mocked();
    const { search, gateway } = searchBehind();
    const grant = { tool: search.ref, intents: ["find"], gateway: gateway.ref };
    const highRisk = { ...search.ref, risk: { effects: ["payment"] } };
    assert.doesNotThrow(
      () => new Agent("a", { ...runtimeArgs, grants: [{ ...grant, tool: highRisk }] }),
    );
    assert.doesNotThrow(
      () => new Agent("b", { ...runtimeArgs, autonomy: "autonomous", grants: [grant] }),
    );
    assert.doesNotThrow(() => new Tool("c", { ...runtimeArgs, tenant: acme }));
  });
});
