import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Agent, Orchestrator, Tenant, Tool } from "../../../components";
import { AgentStack } from "../../../components/agent-stack";
import { crm, discoveryUrl, github, secretArn } from "../oauth2/github";
import { registered } from "../support/registered";
import { mistakesIn } from "./mistakes";

const agentCore = { account: "111122223333", region: "eu-central-1" };
const writerArn = "arn:aws:iam::111122223333:role/deployer";
const rotation = '{ issued: "2026-11-01", rotateBefore: "2027-01-30" }';

/** A manifest of one tenant of AgentCore, whose fields start at line 6. */
const ofTenant = (...fields: readonly string[]): string =>
  `federations:
  runtimes: { agentCore: { account: "111122223333", region: eu-central-1 } }
tenants:
  acme:
    federation: runtimes
${fields.map((field) => `    ${field}\n`).join("")}`;

/** A service of which some fields are written otherwise, and those that are empty not at all. */
function service(given: Readonly<Record<string, string>> = {}): string {
  const fields = {
    name: "github",
    vendor: "github",
    clientId: "desk",
    clientSecret: "{ secretsManager: {} }",
    rotation,
    ...given,
  };
  const written = Object.entries(fields).filter(([, text]) => text !== "");
  return `{ ${written.map(([name, text]) => `${name}: ${text}`).join(", ")} }`;
}

/** A workload with services. */
const workload = (name: string, ...services: readonly string[]): string =>
  `${name}: { subject: { agentCore: {} }, oauth2Providers: [${services.join(", ")}] }`;

/** The mistakes of an agent's only service, whose record starts at 7:63, without the agent's place. */
function mistakesOf(given: Readonly<Record<string, string>>): readonly string[] {
  const text = ofTenant("agents:", `  ${workload("triage", service(given))}`);
  return mistakesIn(text, { later: "2027-01-30" }).map((line) =>
    line.replace("tenants.acme.agents.triage.", ""),
  );
}

describe("services that are called with OAuth2 tokens, in a manifest", () => {
  it("are made as in code, of each kind of workload", async () => {
    const value = pulumi.secret('{"clientSecret":"s3cr3t-value"}');
    const byManifest = await registered(() => {
      const days = `rotation: ${rotation}`;
      new AgentStack("desk", {
        text: ofTenant(
          "tools:",
          "  search:",
          "    subject: { agentCore: {} }",
          "    oauth2Providers:",
          `      - { name: github, vendor: github, clientId: Iv1.desk, clientSecret: { secretsManager: {} }, ${days} }`,
          "agents:",
          "  triage:",
          "    subject: { agentCore: {} }",
          "    oauth2Providers:",
          `      - { name: crm, discoveryUrl: "\${issuer}", clientId: "\${client}", clientSecret: { existingSecret: { arn: "${secretArn}" } }, jsonKey: secret, ${days} }`,
          "orchestrators:",
          "  desk:",
          "    subject: { agentCore: {} }",
          "    oauth2Providers:",
          `      - { name: slack, vendor: slack, clientId: desk, clientSecret: { secretsManager: { value: "\${clientSecret}", writerArn: "${writerArn}" } }, ${days} }`,
        ),
        values: {
          issuer: discoveryUrl,
          client: pulumi.output("desk"),
          clientSecret: value,
        },
      });
    });
    const inCode = await registered(() => {
      const { ref: tenant } = new Tenant("acme", { federation: { agentCore } });
      const args = { tenant, subject: { agentCore: {} } };
      new Tool("acme-search", { ...args, name: "search", oauth2Providers: [github] });
      new Agent("acme-triage", { ...args, name: "triage", oauth2Providers: [crm] });
      const clientSecret = { secretsManager: { value, writerArn } };
      new Orchestrator("acme-desk", {
        ...args,
        name: "desk",
        oauth2Providers: [
          { ...github, name: "slack", vendor: "slack", clientId: "desk", clientSecret },
        ],
      });
    });
    const plain = (resources: typeof inCode): readonly unknown[] =>
      resources
        .filter(({ type }) => type !== "agentid:index:AgentStack")
        .map(({ type, name, inputs }) => ({ type, name, inputs }));
    assert.deepEqual(plain(byManifest), plain(inCode));
    const providers = inCode.filter(({ type }) =>
      type.endsWith(":AgentcoreOauth2CredentialProvider"),
    );
    assert.deepEqual(
      providers.map(({ name }) => name),
      ["acme-desk-oauth2-slack", "acme-search-oauth2-github", "acme-triage-oauth2-crm"],
    );
  });

  const mistaken: Readonly<
    Record<string, readonly [Readonly<Record<string, string>>, readonly string[]]>
  > = {
    "a client's secret in clear, which is not shown": [
      { clientSecret: `{ secretsManager: { value: s3cr3t, writerArn: "${writerArn}" } }` },
      [
        '7:152: oauth2Providers[0].clientSecret.secretsManager.value: is in plain text; give a Pulumi secret, such as `config.requireSecret("key")`, or leave it out and put it into the secret afterwards',
      ],
    ],
    "a client's secret that is a number": [
      { clientSecret: "{ secretsManager: { value: 12345678 } }" },
      [
        "7:152: oauth2Providers[0].clientSecret.secretsManager.value: a number or word is here; give `${name}` of a secret that the program gives",
      ],
    ],
    "a secret that is nowhere": [
      { clientSecret: "{}" },
      [
        "7:125: oauth2Providers[0].clientSecret: nothing is set; give exactly one of `secretsManager` or `existingSecret`",
      ],
    ],
    "a secret at two places": [
      { clientSecret: `{ secretsManager: {}, existingSecret: { arn: "${secretArn}" } }` },
      [
        "7:125: oauth2Providers[0].clientSecret: `secretsManager` and `existingSecret` are set; give exactly one of `secretsManager` or `existingSecret`",
      ],
    ],
    "a secret in another store": [
      { clientSecret: "{ externalSecret: { store: vault, remoteKey: github } }" },
      [
        "7:127: oauth2Providers[0].clientSecret: `externalSecret` is not known here; give `secretsManager` or `existingSecret`",
      ],
    ],
    "a secret of another account": [
      {
        clientSecret: `{ existingSecret: { arn: "${secretArn.replace("111122223333", "444455556666")}" } }`,
      },
      [
        "7:150: oauth2Providers[0].clientSecret.existingSecret.arn: `arn:aws:secretsmanager:eu-central-1:444455556666:secret:idp-IdpKey` is of account `444455556666`, and the workload's role of `111122223333`; give a secret of the same account",
      ],
    ],
    "a secret by its name": [
      { clientSecret: "{ existingSecret: { arn: github } }" },
      [
        "7:150: oauth2Providers[0].clientSecret.existingSecret.arn: `github` is no whole ARN of a secret; give what `aws secretsmanager describe-secret` shows as `ARN`, with its six characters at the end",
      ],
    ],
    "a vendor that AgentCore does not know": [
      { vendor: "gitea" },
      [
        "7:87: oauth2Providers[0].vendor: `gitea` is not allowed; give `atlassian`, `github`, `google`, `linkedin`, `salesforce` or `slack`",
      ],
    ],
    "two issuers": [
      { discoveryUrl: `"${discoveryUrl}"` },
      [
        "7:63: oauth2Providers[0]: has `vendor` and `discoveryUrl`; give exactly one of `vendor`, `discoveryUrl`",
      ],
    ],
    "no issuer": [
      { vendor: "" },
      ["7:63: oauth2Providers[0]: is empty; give exactly one of `vendor`, `discoveryUrl`"],
    ],
    "an issuer's address without its end": [
      { vendor: "", discoveryUrl: '"https://idp.example.com"' },
      [
        "7:211: oauth2Providers[0].discoveryUrl: is `https://idp.example.com`; give the issuer's address, `https` and with `/.well-known/openid-configuration` at the end",
      ],
    ],
    "no client": [
      { clientId: "" },
      [
        "7:63: oauth2Providers[0].clientId: it is missing; give the id of the workload's client at the issuer",
      ],
    ],
    "a client with a space": [
      { clientId: "the desk" },
      [
        "7:105: oauth2Providers[0].clientId: is `the desk`; give the id of a client, 1 to 256 characters without spaces",
      ],
    ],
    "a name with capitals": [
      { name: "GitHub" },
      [
        "7:71: oauth2Providers[0].name: is `GitHub`; give 1 to 32 lowercase letters, digits and single `-` inside",
      ],
    ],
    "a misspelt field": [
      { jsonkey: "secret" },
      [
        "7:213: oauth2Providers[0]: `jsonkey` is not known here; give `name`, `vendor`, `discoveryUrl`, `clientId`, `clientSecret`, `jsonKey` or `rotation`; did you mean `jsonKey`?",
      ],
    ],
    "a field of the secret that is none": [
      { jsonKey: "a b" },
      [
        "7:222: oauth2Providers[0].jsonKey: is `a b`; give the name of a field, 1 to 64 letters, digits, `_`, `.` or `-`",
      ],
    ],
    "a secret for a year": [
      { rotation: '{ issued: "2026-11-01", rotateBefore: "2027-11-01" }' },
      [
        "7:197: oauth2Providers[0].rotation.rotateBefore: `2027-11-01` is 365 days after `2026-11-01`; at most 90 are allowed, so give `2027-01-30` or earlier",
      ],
    ],
    "a secret that is due": [
      { rotation: '{ issued: "2026-11-01", rotateBefore: "2027-01-30", today: "${later}" }' },
      [
        "7:197: oauth2Providers[0].rotation.rotateBefore: `2027-01-30` has come, as today is `2027-01-30`; have a new one issued, put it in place, and give both days anew",
      ],
    ],
  };
  for (const [what, [given, mistakes]] of Object.entries(mistaken)) {
    it(`are refused with ${what}`, () => {
      assert.deepEqual(mistakesOf(given), mistakes);
    });
  }

  it("may be taken as the others are written", () => {
    assert.deepEqual(mistakesOf({}), []);
    assert.deepEqual(mistakesOf({ vendor: "", discoveryUrl: `"${discoveryUrl}"` }), []);
  });

  it("report all that is wrong, at once, by line and column", () => {
    const text = ofTenant(
      "agents:",
      "  triage:",
      "    subject: { agentCore: {} }",
      "    oauth2Providers:",
      "      - name: git hub",
      "        vendor: github",
      "        clientId: desk",
      "        clientSecret: { secretsManager: {} }",
      `        rotation: ${rotation}`,
      "tools:",
      "  search:",
      "    subject: { agentCore: {} }",
      "    oauth2Providers:",
      "      - name: slack",
      "        vendor: slak",
      "        clientSecret: { existingSecret: {} }",
      `        rotation: ${rotation}`,
    );
    assert.deepEqual(mistakesIn(text), [
      "10:19: tenants.acme.agents.triage.oauth2Providers[0].name: is `git hub`; give 1 to 32 lowercase letters, digits and single `-` inside",
      "19:13: tenants.acme.tools.search.oauth2Providers[0].clientId: it is missing; give the id of the workload's client at the issuer",
      "20:21: tenants.acme.tools.search.oauth2Providers[0].vendor: `slak` is not allowed; give `atlassian`, `github`, `google`, `linkedin`, `salesforce` or `slack`; did you mean `slack`?",
      "21:45: tenants.acme.tools.search.oauth2Providers[0].clientSecret.existingSecret.arn: it is missing; give the ARN of the secret, whole, in the account of the tenant's roles",
    ]);
  });

  it("are refused where there is none, where there are more than fit, and of one name", () => {
    const agents = (...services: string[]) =>
      mistakesIn(ofTenant("agents:", `  ${workload("triage", ...services)}`));
    const many = ["a", "b", "c", "d", "e"].map((name) => service({ name, clientId: name }));
    assert.deepEqual(agents(), [
      "7:62: tenants.acme.agents.triage.oauth2Providers: the list is empty; give a list: the services that it calls with OAuth2 tokens, of a runtime of Bedrock AgentCore alone",
    ]);
    assert.deepEqual(agents(...many.slice(0, 4)), []);
    assert.deepEqual(agents(...many), [
      "7:62: tenants.acme.agents.triage.oauth2Providers: has `5` services; at most 4 fit the policies of one role; give others to a tool of their own",
    ]);
    assert.deepEqual(agents(service(), service({ vendor: "slack" })), [
      "7:223: tenants.acme.agents.triage.oauth2Providers[1].name: `github` is that of another of its services; give each a name of its own",
    ]);
  });

  it("report what is wrong in each of one workload", () => {
    const named = service({ clientSecret: "{ existingSecret: { arn: github } }" });
    const text = ofTenant("agents:", `  ${workload("triage", service({ name: "GitHub" }), named)}`);
    assert.deepEqual(mistakesIn(text), [
      "7:71: tenants.acme.agents.triage.oauth2Providers[0].name: is `GitHub`; give 1 to 32 lowercase letters, digits and single `-` inside",
      "7:302: tenants.acme.agents.triage.oauth2Providers[1].clientSecret.existingSecret.arn: `github` is no whole ARN of a secret; give what `aws secretsmanager describe-secret` shows as `ARN`, with its six characters at the end",
    ]);
  });

  it("are refused of a workload outside AgentCore, and of a tool with a legacy key", () => {
    const elsewhere = ofTenant(
      `agents: { triage: { subject: { lambda: {} }, oauth2Providers: [${service()}] } }`,
    ).replace("agentCore", "lambda");
    assert.deepEqual(mistakesIn(elsewhere), [
      "6:67: tenants.acme.agents.triage.oauth2Providers: is set, but AgentCore gets tokens only for its own workloads; give `subject.agentCore` under a tenant whose federation is `agentCore`, or leave it out",
    ]);
    const legacy = ofTenant(
      `legacyTools: { crm: { host: crm.example.com, subject: { agentCore: {} }, key: { secretsManager: {} }, rotation: ${rotation}, oauth2Providers: [${service()}] } }`,
    );
    assert.deepEqual(mistakesIn(legacy), [
      "6:171: tenants.acme.legacyTools.crm: `oauth2Providers` is not known here; give `host`, `key`, `rotation`, `egress`, `apiKeyProvider`, `federation`, `subject`, `autonomy`, `risk`, `permissions`, `kubernetesPermissions`, `outbound`, `adopt` or `session`",
    ]);
  });

  it("are refused where two workloads would be one client, of whatever tenant, and not with clients of their own", () => {
    const globex = (client: string): string =>
      `${ofTenant("agents:", `  ${workload("triage", service())}`)}  globex:
    federation: runtimes
    tools:
      ${workload("search", service({ name: "code", clientId: client }))}
`;
    assert.deepEqual(mistakesIn(globex("search")), []);
    assert.deepEqual(mistakesIn(globex("desk")), [
      "11:103: tenants.globex.tools.search.oauth2Providers[0].clientId: `tenants.acme.agents.triage.oauth2Providers[0].clientId` is the client `desk` of `github` already, so they cannot be distinguished; issue one for each",
    ]);
  });

  it("are refused where two clients would have one secret, also by its name in another region", () => {
    const existing = (region: string) => ({
      clientSecret: `{ existingSecret: { arn: "${secretArn.replace("eu-central-1", region)}" } }`,
    });
    const text = ofTenant(
      "agents:",
      `  ${workload("triage", service(existing("eu-central-1")))}`,
      `  ${workload("sort", service({ clientId: "sort", ...existing("eu-west-1") }))}`,
    );
    assert.deepEqual(mistakesIn(text), [
      "8:123: tenants.acme.agents.sort.oauth2Providers[0].clientSecret: `tenants.acme.agents.triage.oauth2Providers[0].clientSecret` has the secret `idp` already, so they cannot be distinguished; issue one for each",
    ]);
  });

  it("are refused a secret that is made for another, and not one of another name", () => {
    const given = (name: string) => {
      const arn = secretArn.replace("idp-", `agentid/acme/triage/${name}-`);
      const clientSecret = `{ existingSecret: { arn: "${arn}" } }`;
      return mistakesIn(
        ofTenant(
          "agents:",
          `  ${workload("triage", service())}`,
          `  ${workload("sort", service({ clientId: "sort", clientSecret }))}`,
        ),
      );
    };
    assert.deepEqual(given("slack"), []);
    assert.deepEqual(given("github"), [
      "8:123: tenants.acme.agents.sort.oauth2Providers[0].clientSecret: `tenants.acme.agents.triage.oauth2Providers[0].clientSecret` has the secret `agentid/acme/triage/github` already, so they cannot be distinguished; issue one for each",
    ]);
  });

  it("are refused the secret that a tool has for its key", () => {
    const key = (arn: string) =>
      mistakesIn(
        ofTenant(
          "agents:",
          `  ${workload("triage", service({ clientSecret: `{ existingSecret: { arn: "${secretArn}" } }` }))}`,
          "legacyTools:",
          `  crm: { host: crm.example.com, subject: { agentCore: {} }, key: { existingSecret: { arn: "${arn}" } }, rotation: ${rotation} }`,
        ),
      );
    assert.deepEqual(key(secretArn.replace("idp-IdpKey", "crm-CrmKey")), []);
    assert.deepEqual(key(secretArn), [
      "7:125: tenants.acme.agents.triage.oauth2Providers[0].clientSecret: `tenants.acme.legacyTools.crm` has the secret `idp` already, so they cannot be distinguished; issue one for each",
    ]);
  });
});
