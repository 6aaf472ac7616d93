import assert from "node:assert/strict";
import { readManifest } from "../../../components/agent-stack/agent-stack";
import { AgentStack } from "../../../components/agent-stack";
import { registered } from "../support/registered";
import { mistakesIn } from "./mistakes";

const account = "arn:aws:iam::111122223333:oidc-provider";

/** Each kind of federation, with who a workload is under it. */
const kinds: Readonly<Record<string, readonly [federation: string, subject: string]>> = {
  eksIrsa: [`{ providerArn: "${account}/oidc.eks.eu-central-1.amazonaws.com/id/ABC" }`, ""],
  eksPodIdentity: [`{ clusterArn: "arn:aws:eks:eu-central-1:111122223333:cluster/prod" }`, ""],
  github: [
    `{ providerArn: "${account}/token.actions.githubusercontent.com", owner: acme, ownerId: "123" }`,
    `subject: { github: { repository: desk, repositoryId: "456", environment: production } }`,
  ],
  gitlab: [
    `{ providerArn: "${account}/gitlab.com", group: acme }`,
    'subject: { gitlab: { project: desk, projectId: "7", branch: main } }',
  ],
  oidc: [
    `{ providerArn: "${account}/issuer.acme.example", audience: sts.amazonaws.com }`,
    "subject: { oidc: { subject: desk } }",
  ],
  spiffe: [
    `{ providerArn: "${account}/oidc-discovery.example.org", trustDomain: example.org, clusterName: prod }`,
    "",
  ],
  rolesAnywhere: [
    `{ trustAnchorArn: "arn:aws:rolesanywhere:eu-central-1:111122223333:trust-anchor/0a1b2c" }`,
    `subject: { rolesAnywhere: { uri: "spiffe://example.org/triage" } }`,
  ],
  ecs: [`{ account: "111122223333", region: eu-central-1 }`, "subject: { ecs: {} }"],
  agentCore: [
    `{ account: "111122223333", region: eu-central-1 }`,
    `subject: { agentCore: { returnUrls: ["https://desk.example.com/agreed"] } }`,
  ],
  lambda: [`{ account: "111122223333", region: eu-central-1 }`, "subject: { lambda: {} }"],
};

const attested = (uid: number): string =>
  `subject: { spiffe: { parentId: "spiffe://example.org/agent/vm", selectors: ["unix:uid:${uid}"] } }`;

/** A tenant under a federation of a kind, with an agent that has these fields. */
function under(kind: string, ...agents: readonly string[]): string {
  const federation = kinds[kind]?.[0] ?? "";
  return `federations: { one: { ${kind}: ${federation} } }
tenants:
  acme:
    federation: one
    agents:
${agents.map((fields, index) => `      a${index}: { ${fields} }\n`).join("")}`;
}

describe("federations of a manifest", () => {
  for (const [kind, [, subject]] of Object.entries(kinds)) {
    it(`may be of the kind ${kind}, and make a role for each workload`, async () => {
      const text = under(kind, subject);
      assert.deepEqual(mistakesIn(text), []);
      const made = await registered(() => {
        new AgentStack("desk", { text });
      });
      const roles = made.filter(({ type }) => type === "aws:iam/role:Role");
      assert.deepEqual(
        roles.map(({ inputs }) => inputs["name"]),
        ["acme.a0"],
      );
    });
  }

  it("may name a process outside Kubernetes under SPIRE", () => {
    assert.deepEqual(mistakesIn(under("spiffe", attested(1001), attested(1002))), []);
  });

  it("report two processes that an agent cannot distinguish", () => {
    assert.deepEqual(mistakesIn(under("spiffe", attested(1001), attested(1001))), [
      "7:7: tenants.acme.agents.a1: `tenants.acme.agents.a0` has the same subject, so that each could act as the other; give each workload one of its own",
    ]);
  });

  it("need a subject where workloads run outside Kubernetes", () => {
    assert.deepEqual(mistakesIn(under("github", "session: 1h")), [
      "6:7: tenants.acme.agents.a0: subject is missing; its federation is `github`, so give `subject.github`",
    ]);
  });

  it("take a subject of their own kind alone", () => {
    assert.deepEqual(mistakesIn(under("gitlab", kinds["oidc"]![1])), [
      "6:7: tenants.acme.agents.a0: subject has `oidc`; its federation is `gitlab`, so give `subject.gitlab` alone",
    ]);
  });

  it("report two workloads of one subject, and not two of different ones", () => {
    const subject = (branch: string): string =>
      `subject: { gitlab: { project: desk, projectId: "7", branch: ${branch} } }`;
    assert.deepEqual(mistakesIn(under("gitlab", subject("main"), subject("main"))), [
      "7:7: tenants.acme.agents.a1: `tenants.acme.agents.a0` has the same subject, so that each could act as the other; give each workload one of its own",
    ]);
    assert.deepEqual(mistakesIn(under("gitlab", subject("main"), subject("next"))), []);
  });

  it("want ids in quotes, since a number may lose its digits", () => {
    const text = under("github", kinds["github"]![1]).replace('ownerId: "123"', "ownerId: 123");
    assert.deepEqual(
      mistakesIn(text).map((mistake) => mistake.replace(/^[\d:]+: /, "")),
      [
        "federations.one.github.ownerId: `123` is here; give the numeric id of the owner, in quotes",
      ],
    );
  });

  it("outside Kubernetes take no namespace from another tenant", () => {
    const text = `${under("github", kinds["github"]![1]).replace("acme:", "acme: # outside")}  globex:
    federation: one
    agents: { b: { subject: { github: { repository: other, repositoryId: "789", ref: refs/heads/main } } } }
    namespace: acme
`;
    assert.deepEqual(mistakesIn(text), []);
    assert.ok(readManifest(text, {}).kind === "ok");
  });
});
