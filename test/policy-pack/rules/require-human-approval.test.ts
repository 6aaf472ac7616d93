import type { Resource } from "../../../core/snapshot/resource";
import { Secret, type Value, type ValueRecord } from "../../../core/snapshot/value";
import rule from "../../../policy-pack/rules/require-human-approval";
import { outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester, type RuleCases } from "../../support/rule-tester";
import {
  admitting,
  allows,
  gateway,
  later,
  refunds,
  role,
  roleArn,
  tenant,
  triage,
} from "../../support/tools";

type Expected = RuleCases["rejects"][number]["findings"][number];

const autonomous = { "agentid.dev/autonomy": "autonomous" };
const invoke = "lambda:InvokeFunction";
const throughGateway = "bedrock-agentcore:InvokeGateway";
const fromAgent = ["acme/triage -runs as-> triage", "triage -may call-> acme/refunds"];

/** What a tool reads and causes, as its reference carries it. */
const risk = { sensitivity: "restricted", effects: ["payment"] };

function grantOn(more: ValueRecord = {}, tool: ValueRecord = {}): Value {
  return {
    tool: { tenant: "acme", name: "refunds", risk, ...tool },
    intents: ["refund"],
    approval: "none",
    maxSeconds: 300,
    ...more,
  };
}

/** An agent as our component states it. */
function agent(grants: Value, more: ValueRecord = {}, kind = "Agent"): Resource {
  const inputs = {
    name: "resolution",
    tenant: { name: "acme", namespace: "acme" },
    autonomy: "autonomous",
    grants,
    ...more,
  };
  return resource(`agentid:index:${kind}`, "resolution", inputs, { custom: false });
}

/** A tool as our component states it. */
function tool(more: ValueRecord = { risk }): Resource {
  const inputs = { name: "refunds", tenant: { name: "acme", namespace: "acme" }, ...more };
  return resource("agentid:index:Tool", "refunds", inputs, { custom: false });
}

const unasked: Expected = {
  severity: "high",
  about: "acme/refunds",
  holder: "acme/resolution",
  at: "resolution: grants[0].approval",
  message:
    "A grant allows an autonomous workload to call tool `acme/refunds`, which causes `payment`, without human approval",
};

const human = grantOn({ approval: "human" });
const own = { name: "acme", namespace: "acme" };

function broker(of: Value): Resource {
  return resource("agentid:index:TaskBroker", "broker", { tenant: of }, { custom: false });
}

/** A policy store with the grants of a workload, or of workloads that are not known yet. */
function store(of: Value, name?: string): Resource {
  const workloads = name === undefined ? of : [{ tenant: of, name }];
  const urnName = `store-${name ?? "later"}-${typeof of === "string" ? of : "later"}`;
  return resource("agentid:index:GrantPolicyStore", urnName, { workloads }, { custom: false });
}

const unenforced: Expected = {
  ...unasked,
  message:
    "Human approval of calls to tool `acme/refunds`, which causes `payment`, is enforced by nothing in the stack",
};

function open(property: string, more: Partial<Expected> = {}): Expected {
  return {
    ...unasked,
    message:
      "A grant allows an autonomous workload to call high-risk tool `acme/refunds` without human approval",
    verdict: "undetermined",
    at: `resolution: ${property}`,
    dependsOn: ["platform"],
    ...more,
  };
}

function comes(more: Partial<Expected> = {}): Expected {
  return {
    severity: "high",
    about: "acme/refunds",
    holder: "acme/triage",
    at: "triage calls: policy",
    message:
      "Tool `acme/refunds`, which causes `payment`, can be called by an autonomous workload without human approval",
    chain: fromAgent,
    ...more,
  };
}

ruleTester(rule, {
  accepts: [
    {
      name: "a grant to which a person agrees",
      resources: [tenant(), tool(), agent([human])],
    },
    {
      name: "a grant to which a person agrees, where the workload names the broker",
      resources: [tool(), agent([human], { tenant: { ...own, broker: { roleArn: later } } })],
    },
    {
      name: "a grant to which a person agrees, where the stack makes the broker",
      resources: [tool(), agent([human]), broker("acme")],
    },
    {
      name: "a grant to which a person agrees, in a policy store",
      resources: [tool(), agent([human]), store("acme", "resolution")],
    },
    {
      name: "a supervised agent whose approval nothing enforces",
      resources: [tool(), agent([human], { autonomy: "supervised" })],
    },
    {
      name: "a grant on a tool of low risk whose approval nothing enforces",
      resources: [
        tool({ risk: { sensitivity: "internal" } }),
        agent([grantOn({ approval: "human" }, { risk: null })]),
      ],
    },
    {
      name: "a supervised agent, whatever its grants",
      resources: [tool(), agent([grantOn()], { autonomy: "supervised" })],
    },
    {
      name: "an agent that does not say that it is autonomous",
      resources: [tool(), agent([grantOn()], { autonomy: null })],
    },
    {
      name: "a grant on a tool of low risk",
      resources: [
        tool({ risk: { sensitivity: "internal", effects: [] } }),
        agent([grantOn({}, { risk: { sensitivity: "internal", effects: [] } })]),
      ],
    },
    {
      name: "a grant on a tool of this stack that says its low risk, whatever the reference leaves open",
      resources: [
        tool({ risk: { sensitivity: "internal" } }),
        agent([grantOn({}, { risk: later })]),
      ],
    },
    { name: "a grant for no intent", resources: [tool(), agent([grantOn({ intents: [] })])] },
    {
      name: "a grant that names a tool of another tenant, which allows nothing",
      resources: [tool(), agent([grantOn({}, { tenant: "globex" })])],
    },
    { name: "an autonomous agent without grants", resources: [tool(), agent([])] },
    {
      name: "a person's agreement, whatever else a preview cannot know",
      resources: [
        tenant(),
        tool(),
        agent([grantOn({ approval: "human", intents: later, maxSeconds: later }, { risk: later })]),
      ],
    },
    {
      name: "a supervised agent that comes to the tool past the broker",
      resources: [
        ...refunds(),
        ...triage({ "agentid.dev/autonomy": "supervised" }),
        allows("triage", invoke, "*"),
      ],
    },
    {
      name: "an autonomous agent that may call another gateway than that before the tool",
      resources: [
        ...refunds(),
        ...gateway("ENFORCE"),
        ...triage(autonomous),
        allows(
          "triage",
          throughGateway,
          "arn:aws:bedrock-agentcore:eu-west-1:111122223333:gateway/other-1234567890",
        ),
      ],
    },
    {
      name: "a gateway that nobody of the stack may call",
      resources: [...refunds(), ...gateway("ENFORCE"), ...triage(autonomous)],
    },
    {
      name: "the broker of the tenant, which asks a person",
      resources: [
        tenant(),
        ...refunds({}, admitting({ AWS: roleArn("acme-broker") })),
        role("acme-broker"),
        ...triage(autonomous),
      ],
    },
  ],
  rejects: [
    {
      name: "an approval that no broker of the tenant requests",
      resources: [tool(), agent([human])],
      findings: [unenforced],
    },
    {
      name: "an approval where only another tenant has a broker, or another workload is in the policy store",
      resources: [
        tool(),
        agent([human]),
        broker("globex"),
        store("acme", "triage"),
        store("globex", "resolution"),
      ],
      findings: [unenforced],
    },
    ...Object.entries({
      "a direct call": { direct: true },
      "a call through a gateway": { gateway: { name: "tools" } },
    }).map(([what, how]) => ({
      name: `an approval of ${what}`,
      resources: [tenant(), tool(), agent([grantOn({ approval: "human", ...how })])],
      findings: [unenforced],
    })),
    {
      name: "an approval of a direct call, which is marked as secret",
      resources: [
        tenant(),
        tool(),
        agent([grantOn({ approval: "human", direct: new Secret(true) })]),
      ],
      findings: [unenforced],
    },
    {
      name: "as undetermined, an approval where a preview cannot know whether the call is direct",
      resources: [
        tenant(),
        broker("acme"),
        tool(),
        agent([grantOn({ approval: "human", direct: later })]),
      ],
      findings: [open("grants[0].approval", { message: unenforced.message })],
    },
    {
      name: "an approval that nothing enforces, whether the call is direct or not",
      resources: [tool(), agent([grantOn({ approval: "human", direct: later })])],
      findings: [unenforced],
    },
    {
      name: "as undetermined, an approval where neither how it is called nor the tenant of a broker is known",
      resources: [tool(), agent([grantOn({ approval: "human", direct: later })]), broker(later)],
      findings: [open("grants[0].approval", { message: unenforced.message })],
    },
    {
      name: "as undetermined, an approval where a preview cannot know the tenant of a broker",
      resources: [tool(), agent([human]), broker(later)],
      findings: [open("grants[0].approval", { message: unenforced.message })],
    },
    {
      name: "as undetermined, an approval where a preview cannot know what a policy store has",
      resources: [tool(), agent([human]), store(later)],
      findings: [open("grants[0].approval", { message: unenforced.message })],
    },
    {
      name: "a grant that demands no approval",
      resources: [tool(), agent([grantOn()])],
      findings: [unasked],
    },
    {
      name: "a grant that says nothing of approval",
      resources: [tool(), agent([grantOn({ approval: null })])],
      findings: [unasked],
    },
    {
      name: "the grant of an orchestrator",
      resources: [tool(), agent([grantOn()], {}, "Orchestrator")],
      findings: [unasked],
    },
    {
      name: "the one of two grants that demands none",
      resources: [
        tenant(),
        tool(),
        agent([grantOn({ approval: "human" }), grantOn({ intents: ["correct"] })]),
      ],
      findings: [{ ...unasked, at: "resolution: grants[1].approval" }],
    },
    {
      name: "a tool that says itself what its reference leaves out",
      resources: [tool(), agent([grantOn({}, { risk: null })])],
      findings: [unasked],
    },
    {
      name: "a tool of another stack, by what its reference says",
      resources: [agent([grantOn({}, { risk: { sensitivity: "confidential" } })])],
      findings: [
        {
          ...unasked,
          message:
            "A grant allows an autonomous workload to call tool `refunds`, which reads `confidential` data, without human approval",
        },
      ],
    },
    {
      name: "a grant whose intents and time a preview cannot know",
      resources: [tool(), agent([grantOn({ intents: later, maxSeconds: later })])],
      findings: [unasked],
    },
    {
      name: "as undetermined, a grant whose approval a preview cannot know",
      resources: [tool(), agent([grantOn({ approval: later })])],
      findings: [open("grants[0].approval", { message: unasked.message })],
    },
    {
      name: "as undetermined, an agent whose autonomy a preview cannot know",
      resources: [tool(), agent([grantOn()], { autonomy: later })],
      findings: [open("autonomy", { message: unasked.message })],
    },
    {
      name: "as undetermined, a tool whose data a preview cannot know",
      resources: [
        tool({ risk: { sensitivity: later, effects: [] } }),
        agent([grantOn({}, { risk: { sensitivity: later, effects: [] } })]),
      ],
      findings: [open("risk.sensitivity", { at: "refunds: risk.sensitivity" })],
    },
    {
      name: "as undetermined, a tool whose effects a preview cannot know",
      resources: [
        tool({ risk: { sensitivity: "public", effects: later } }),
        agent([grantOn({}, { risk: { sensitivity: "public", effects: later } })]),
      ],
      findings: [open("risk.effects", { at: "refunds: risk.effects" })],
    },
    {
      name: "as undetermined, a tool of another stack whose risk a preview cannot know",
      resources: [agent([grantOn({}, { risk: later })])],
      findings: [
        open("grants[0].tool.risk", {
          message:
            "A grant allows an autonomous workload to call high-risk tool `refunds` without human approval",
        }),
      ],
    },
    {
      name: "as undetermined, grants that a preview cannot know",
      resources: [tool(), agent(later)],
      findings: [
        open("grants.tool.risk", {
          about: "a tool that is not known yet",
          message:
            "A grant allows an autonomous workload to call a high-risk tool without human approval",
        }),
      ],
    },
    {
      name: "an autonomous agent that comes to the tool past the broker",
      resources: [...refunds(), ...triage(autonomous), allows("triage", invoke, "*")],
      findings: [comes()],
    },
    {
      name: "an autonomous agent that comes to the tool through a gateway that decides",
      resources: [
        ...refunds(),
        ...gateway("ENFORCE"),
        ...triage(autonomous),
        allows("triage", throughGateway, "*"),
      ],
      findings: [
        comes({
          message:
            "Tool `acme/refunds`, which causes `payment`, can be called by an autonomous workload through a gateway without human approval",
          chain: [
            "acme/triage -runs as-> triage",
            "triage -may call-> desk",
            "desk -sends calls on to-> acme/refunds",
          ],
        }),
      ],
    },
    {
      name: "as undetermined, an agent that comes to the tool and whose autonomy a preview cannot know",
      resources: [
        ...refunds(),
        ...triage({ "agentid.dev/autonomy": later }),
        allows("triage", invoke, "*"),
      ],
      findings: [
        comes({
          verdict: "undetermined",
          at: "triage: tags.agentid.dev/autonomy",
          message:
            "Tool `acme/refunds`, which causes `payment`, can be called by an autonomous workload without human approval",
          dependsOn: ["platform"],
        }),
      ],
    },
    {
      name: "as undetermined, a tool whose effects a preview cannot know, and to which an autonomous agent comes",
      resources: [
        ...refunds({ "agentid.dev/effects": later }),
        ...triage(autonomous),
        allows("triage", invoke, "*"),
      ],
      findings: [
        comes({
          verdict: "undetermined",
          at: "refunds: tags.agentid.dev/effects",
          message:
            "High-risk tool `acme/refunds` can be called by an autonomous workload without human approval",
          dependsOn: ["platform"],
        }),
      ],
    },
    {
      name: "as undetermined, a way that a preview cannot know",
      resources: [
        ...refunds(),
        ...triage(autonomous),
        allows("triage", invoke, [
          outputOf(
            urnOf("aws:lambda/function:Function", "refunds"),
            urnOf("aws:lambda/function:Function", "search"),
          ),
        ]),
      ],
      findings: [
        comes({
          verdict: "undetermined",
          message:
            "Tool `acme/refunds`, which causes `payment`, can be called by an autonomous workload without human approval",
          dependsOn: ["refunds", "search"],
        }),
      ],
    },
  ],
});
