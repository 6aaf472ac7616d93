import assert from "node:assert/strict";
import { Agent, Tenant } from "../../../components";
import { AgentStack } from "../../../components/agent-stack";
import { contractOf } from "../contract/registrations";
import { federation } from "../support/acme";
import { withoutWarnings } from "../support/warnings";
import { mistakesIn, ofTenant } from "./mistakes";

const agent = (adopt: string) => `agents: { triage: { adopt: ${adopt} } }`;

describe("what a workload of a manifest adopts", () => {
  withoutWarnings();

  it("is what it is in code", async () => {
    const text = ofTenant(
      agent(
        "{ role: { name: irsa, path: /teams/, formerly: { name: irsa } }, serviceAccount: { name: triage-sa, import: true } }",
      ),
    );
    const byManifest = await contractOf(() => {
      new AgentStack("desk", { text });
    });
    const inCode = await contractOf(() => {
      const { ref } = new Tenant("acme", { federation });
      new Agent("acme-triage", {
        name: "triage",
        tenant: ref,
        adopt: {
          role: { name: "irsa", path: "/teams/", formerly: { name: "irsa" } },
          serviceAccount: { name: "triage-sa", import: true },
        },
      });
    });
    const ownOf = (contract: typeof inCode): readonly unknown[] =>
      contract
        .filter(({ urn }) => urn.endsWith("-triage"))
        .map(({ urn, imports, aliases, protect, called }) => ({
          urn: urn.replace("agentid:index:AgentStack$", ""),
          ...{ imports, aliases, protect, called },
        }));
    assert.deepEqual(ownOf(byManifest), ownOf(inCode));
    assert.equal(ownOf(inCode).length, 3);
  });

  const rejects: Readonly<Record<string, readonly [string, readonly string[]]>> = {
    "nothing at all": [
      ofTenant(agent("{}")),
      ["6:32: tenants.acme.agents.triage.adopt: it has neither; give `role` or `serviceAccount`"],
    ],
    "what is no role, every part of it": [
      ofTenant(agent("{ role: { path: 3, import: later, formerly: {}, arn: x } }")),
      [
        "6:40: tenants.acme.agents.triage.adopt.role.name: it is missing; give the name of the role in IAM",
        "6:48: tenants.acme.agents.triage.adopt.role.path: `3` is here; give the path of the role in IAM, with `/` at both ends, in quotes",
        "6:59: tenants.acme.agents.triage.adopt.role.import: `later` is here; give `true` or `false`",
        "6:76: tenants.acme.agents.triage.adopt.role.formerly: it has neither; give `name` or `urn`",
        "6:80: tenants.acme.agents.triage.adopt.role: `arn` is not known here; give `name`, `path`, `import` or `formerly`",
      ],
    ],
    "a path that is none": [
      ofTenant(agent("{ role: { name: irsa, path: teams } }")),
      [
        "6:60: tenants.acme.agents.triage.adopt.role.path: is `teams`; give a path such as `/teams/`: `/` at both ends, and inside letters, digits and `_+=,.@-` and `/`",
      ],
    ],
    "a role of another tenant": [
      ofTenant(agent("{ role: { name: globex.triage, path: /agentid/globex/ } }")),
      [
        "6:69: tenants.acme.agents.triage.adopt.role.path: `/agentid/globex/` is that of another tenant's roles; give a role of `/agentid/acme/` or from outside `/agentid/`",
      ],
    ],
    "what is imported and in the stack already": [
      ofTenant(agent("{ serviceAccount: { name: a, import: true, formerly: { name: a } } }")),
      [
        "6:50: tenants.acme.agents.triage.adopt.serviceAccount: has both `import` and `formerly`; what the stack has already is not imported, so leave `import` out",
      ],
    ],
    "the account that everybody has": [
      ofTenant(agent("{ serviceAccount: { name: default } }")),
      [
        "6:58: tenants.acme.agents.triage.adopt.serviceAccount.name: is `default`; give the name of a ServiceAccount other than `default`",
      ],
    ],
    "an account of another workload": [
      ofTenant("agents: { triage: {}, answer: { adopt: { serviceAccount: { name: triage } } } }"),
      [
        "6:27: tenants.acme.agents.answer: `tenants.acme.agents.triage` has the same subject, so that each could act as the other; give each workload one of its own",
      ],
    ],
    "a role that another workload, a broker or a writer has": [
      ofTenant(
        'broker: { roleArn: "arn:aws:iam::111122223333:role/platform/broker" }',
        "agents:",
        "  one: { adopt: { role: { name: desk } } }",
        "  two: { adopt: { role: { name: Desk, path: /teams/ } } }",
        "  three: { adopt: { role: { name: broker } } }",
        "  four: { adopt: { role: { name: deployer } } }",
        "legacyTools:",
        "  crm:",
        "    host: crm.example.com",
        "    rotation: { issued: 2026-11-01, rotateBefore: 2027-01-30 }",
        "    egress: [{ cidr: 203.0.113.10/32, ports: [443] }]",
        '    key: { secretsManager: { writerArn: "arn:aws:iam::111122223333:role/deployer" } }',
      ),
      [
        "9:29: tenants.acme.agents.two.adopt.role: `Desk` is the role at `tenants.acme.agents.one` already, and a role is of one alone; leave it out, and a role is made",
        "10:31: tenants.acme.agents.three.adopt.role: `broker` is the role at `tenants.acme.broker` already, and a role is of one alone; leave it out, and a role is made",
        "11:30: tenants.acme.agents.four.adopt.role: `deployer` is the role at `tenants.acme.legacyTools.crm.key.secretsManager.writerArn` already, and a role is of one alone; leave it out, and a role is made",
      ],
    ],
    "direct calls: of an adopted role, and by one": [
      ofTenant(
        "agents: { triage: { adopt: { role: { name: a } }, grants: [{ tool: find, intents: [find] }] } }",
        "tools:",
        "  find: { directCallers: [triage] }",
        "  search: { directCallers: [triage], adopt: { role: { name: b } } }",
      ),
      [
        "6:15: tenants.acme.agents.triage: grant to `find` makes the workload call the tool directly, and a tool trusts no caller with an adopted role; leave `adopt.role` out, or give the tenant a `broker` in place of `directCallers`",
        "9:32: tenants.acme.tools.search.directCallers: are set, but their boundary allows callers to assume only roles of the tenant's own path, and an adopted role may have another; leave them out, and give the tenant a `broker`",
      ],
    ],
  };

  for (const [name, [text, expected]] of Object.entries(rejects)) {
    it(`is refused, with its place: ${name}`, () => {
      assert.deepEqual(mistakesIn(text), expected);
    });
  }

  it("is refused of a workload outside Kubernetes, where it is a ServiceAccount", () => {
    const text = ofTenant(
      "agents: { triage: { subject: { gitlab: { project: a, projectId: '1', branch: main } }, adopt: { serviceAccount: { name: a } } } }",
    ).replace(
      /cluster: \{.+\}/,
      'cluster: { gitlab: { providerArn: "arn:aws:iam::111122223333:oidc-provider/gitlab.com", group: acme } }',
    );
    assert.deepEqual(mistakesIn(text), [
      "6:117: tenants.acme.agents.triage.adopt.serviceAccount: is set, but a workload with a `subject` has no ServiceAccount; leave one of the two out",
    ]);
  });

  it("is refused of a role that writes the secret of an OAuth2 client, and not of another", () => {
    const ofRole = (role: string): string =>
      ofTenant(
        "agents:",
        `  triage: { subject: { agentCore: {} }, adopt: { role: { name: ${role} } } }`,
        "  sort:",
        "    subject: { agentCore: {} }",
        "    oauth2Providers:",
        "      - name: github",
        "        vendor: github",
        "        clientId: desk",
        '        clientSecret: { secretsManager: { writerArn: "arn:aws:iam::111122223333:role/deployer" } }',
        "        rotation: { issued: 2026-11-01, rotateBefore: 2027-01-30 }",
      ).replace(
        /cluster: \{.+\}/,
        'cluster: { agentCore: { account: "111122223333", region: eu-central-1 } }',
      );
    assert.deepEqual(mistakesIn(ofRole("runtime")), []);
    assert.deepEqual(mistakesIn(ofRole("deployer")), [
      "7:60: tenants.acme.agents.triage.adopt.role: `deployer` is the role at `tenants.acme.agents.sort.oauth2Providers[0].clientSecret.secretsManager.writerArn` already, and a role is of one alone; leave it out, and a role is made",
    ]);
  });
});
