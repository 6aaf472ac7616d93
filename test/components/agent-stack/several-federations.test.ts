import * as assert from "node:assert/strict";
import { AgentStack } from "../../../components";
import { providerArn } from "../support/acme";
import { registered, type Registered } from "../support/registered";
import { named } from "../support/trust";
import { withoutWarnings } from "../support/warnings";
import { mistakesIn } from "./mistakes";

const place = '{ account: "111122223333", region: eu-central-1 }';

/** A tenant of several federations, whose fields start at line 7. */
function ofTenant(...fields: readonly string[]): string {
  return `federations:
  cluster: { eksIrsa: { providerArn: "${providerArn}" } }
  functions: { lambda: ${place} }
  away: { lambda: { account: "444455556666", region: eu-central-1 } }
tenants:
  acme:
${fields.map((field) => `    ${field}\n`).join("")}`;
}

const both = "federations: [cluster, functions]";
const orders = "tools: { orders: { federation: functions, subject: { lambda: {} } } }";

function principalOf(resources: readonly Registered[], name: string): unknown {
  const role = named(resources, "aws:iam/role:Role", name);
  const document = JSON.parse(String(role?.inputs["assumeRolePolicy"])) as {
    readonly Statement: readonly { readonly Principal: unknown }[];
  };
  return document.Statement[0]?.Principal;
}

describe("a tenant of several federations, in a manifest", () => {
  withoutWarnings();

  it("has each workload prove who it is by the federation that it names", async () => {
    const text = ofTenant(
      both,
      orders,
      "orchestrators: { desk: { federation: cluster, grants: [{ tool: orders, intents: [find], gateway: tools }] } }",
      'gateways: { tools: { federation: functions, targets: [{ tool: orders, operations: [{ name: find, description: "Finds" }] }] } }',
    );
    assert.deepEqual(mistakesIn(text), []);
    const resources = await registered(() => {
      new AgentStack("stack", { text });
    });
    assert.deepEqual(principalOf(resources, "acme-desk"), { Federated: providerArn });
    assert.deepEqual(principalOf(resources, "acme-orders"), { Service: "lambda.amazonaws.com" });
    const tenant = named(resources, "agentid:index:Tenant", "acme");
    assert.deepEqual(tenant?.inputs["federations"], {
      cluster: { eksIrsa: { providerArn } },
      functions: { lambda: { account: "111122223333", region: "eu-central-1" } },
    });
  });

  it("may repeat the only federation of a tenant, which stays as it is", async () => {
    const stack = (agents: string) => () => {
      new AgentStack("stack", { text: ofTenant("federation: cluster", agents) });
    };
    assert.deepEqual(
      await registered(stack("agents: { triage: { federation: cluster } }")),
      await registered(stack("agents: { triage: {} }")),
    );
  });

  const rejects: Readonly<Record<string, readonly [string, readonly string[]]>> = {
    "no federation": [
      ofTenant("agents: {}"),
      ["7:5: tenants.acme: it has neither; give `federation` or `federations`"],
    ],
    "both forms": [
      ofTenant("federation: cluster", both),
      [
        "8:18: tenants.acme.federations: `federation` is set as well; name all of them in `federations`",
      ],
    ],
    "a name that is not declared": [
      ofTenant("federations: [cluster, function]"),
      [
        "7:28: tenants.acme.federations[1]: no federation is called `function`; declared are `cluster`, `functions` and `away`; did you mean `functions`?",
      ],
    ],
    "a name twice": [
      ofTenant("federations: [cluster, cluster]"),
      ["7:28: tenants.acme.federations[1]: `cluster` is named twice; name it once"],
    ],
    "two accounts": [
      ofTenant("federations: [cluster, away]"),
      [
        "7:18: tenants.acme.federations: federations.cluster and federations.away are of two accounts, `111122223333` in `aws` and `444455556666` in `aws`; a tenant's roles are in one, so make a tenant for each",
      ],
    ],
    "a workload that chooses none": [
      ofTenant(both, "agents: { triage: {} }"),
      [
        "8:15: tenants.acme.agents.triage: federation is missing, and the tenant has several; give one of `cluster`, `functions`",
      ],
    ],
    "a workload that chooses one that there is not": [
      ofTenant(both, "agents: { triage: { federation: clustr } }"),
      [
        "8:37: tenants.acme.agents.triage.federation: `clustr` is none of the tenant's; give one of `cluster`, `functions`; did you mean `cluster`?",
      ],
    ],
    "a choice of another tenant's": [
      ofTenant("federation: cluster", "agents: { triage: { federation: functions } }"),
      [
        "8:37: tenants.acme.agents.triage.federation: `functions` is none of the tenant's; give one of `cluster`",
      ],
    ],
    "a gateway that chooses one that there is not": [
      ofTenant(
        both,
        orders,
        'gateways: { tools: { federation: away, targets: [{ tool: orders, operations: [{ name: find, description: "Finds" }] }] } }',
      ),
      [
        "9:38: tenants.acme.gateways.tools.federation: `away` is none of the tenant's; give one of `cluster`, `functions`",
      ],
    ],
    "a subject of another federation": [
      ofTenant(both, "tools: { orders: { federation: cluster, subject: { lambda: {} } } }"),
      [
        "8:14: tenants.acme.tools.orders: subject is set, but its federation, `eksIrsa`, identifies workloads by their ServiceAccount; leave `subject` out",
      ],
    ],
  };
  for (const [name, [text, mistakes]] of Object.entries(rejects)) {
    it(`is refused for ${name}`, () => {
      assert.deepEqual(mistakesIn(text), mistakes);
    });
  }
});
