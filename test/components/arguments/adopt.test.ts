import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import {
  Agent,
  LegacyTool,
  Tenant,
  Tool,
  type Adopt,
  type AdoptedRole,
  type AdoptedServiceAccount,
  type TenantRef,
  type WorkloadArgs,
} from "../../../components";
import { judgeSnapshot } from "../../../policy-pack/run/judge";
import { defaultSettings } from "../../../policy-pack/findings/settings";
import { contractOf } from "../contract/registrations";
import { legacyArgs, writerArn } from "../legacy-tool/crm";
import { acme, brokerArn, federation, issuer, providerArn } from "../support/acme";
import { clusterArn, issuers, providerOf } from "../support/random-federation";
import { mocked, registered, type Registered } from "../support/registered";
import { snapshotOf } from "../support/snapshot";
import { named } from "../support/trust";
import { withoutWarnings } from "../support/warnings";

const adopt: Adopt = {
  role: { name: "triage-irsa", path: "/service-role/" },
  serviceAccount: { name: "triage.sa" },
};

const declared = (args: Partial<WorkloadArgs>) =>
  registered(() => {
    new Agent("triage", { tenant: acme, ...args });
  });

const inputsOf = (resources: readonly Registered[], type: string) =>
  named(resources, type, "triage")?.inputs;

const roleType = "aws:iam/role:Role";
const accountType = "kubernetes:core/v1:ServiceAccount";

describe("a workload that adopts what exists", () => {
  withoutWarnings();

  it("keeps name and path of the role, and makes all else of it its own: trust, boundary, session, tags", async () => {
    assert.deepEqual(inputsOf(await declared({ adopt }), roleType), {
      name: "triage-irsa",
      path: "/service-role/",
      description: "Identity of agent triage",
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Federated: providerArn },
            Action: "sts:AssumeRoleWithWebIdentity",
            Condition: {
              StringEquals: {
                [`${issuer}:sub`]: "system:serviceaccount:acme:triage.sa",
                [`${issuer}:aud`]: "sts.amazonaws.com",
              },
            },
          },
        ],
      }),
      permissionsBoundary: acme.boundaryArn,
      maxSessionDuration: 3600,
      tags: {
        "agentid.dev/tenant": "acme",
        "agentid.dev/kind": "agent",
        "agentid.dev/workload": "triage",
      },
    });
  });

  it("takes a role without a path to be at `/`, as IAM does", async () => {
    const resources = await declared({ adopt: { role: { name: "triage" } } });
    assert.equal(inputsOf(resources, roleType)?.["path"], undefined);
    assert.equal(
      (inputsOf(resources, accountType)?.["metadata"] as { name: string }).name,
      "triage",
    );
  });

  it("keeps the name of the ServiceAccount, and has pods run as it", async () => {
    let pod: unknown;
    const resources = await registered(() => {
      const agent = new Agent("triage", { tenant: acme, adopt });
      agent.serviceAccountName.apply((name) => (pod = name));
    });
    assert.deepEqual(inputsOf(resources, accountType), {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: {
        name: "triage.sa",
        namespace: "acme",
        labels: {
          "agentid.dev/tenant": "acme",
          "agentid.dev/kind": "agent",
          "agentid.dev/workload": "triage",
        },
        annotations: {
          "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/service-role/triage-irsa",
          "eks.amazonaws.com/token-expiration": "3600",
        },
      },
      automountServiceAccountToken: false,
    });
    assert.equal(pod, "triage.sa");
  });

  it("gives an adopted ServiceAccount its Kubernetes permissions", async () => {
    const resources = await declared({
      adopt,
      kubernetesPermissions: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get"] }],
    });
    const binding = inputsOf(resources, "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding");
    assert.deepEqual(binding?.["subjects"], [
      { kind: "ServiceAccount", namespace: "acme", name: "triage.sa" },
    ]);
  });

  it("is known by the adopted ServiceAccount to EKS Pod Identity and to SPIRE", async () => {
    const tenant = { ...acme, federation: { eksPodIdentity: { clusterArn } } };
    const associated = await declared({ tenant, adopt });
    const association = "aws:eks/podIdentityAssociation:PodIdentityAssociation";
    assert.equal(inputsOf(associated, association)?.["serviceAccount"], "triage.sa");
    assert.match(
      String(inputsOf(associated, roleType)?.["assumeRolePolicy"]),
      /"aws:RequestTag\/kubernetes-service-account":"triage\.sa"/,
    );

    const spiffe = {
      providerArn: providerOf(issuers.spiffe),
      trustDomain: "example.org",
      clusterName: "prod",
    };
    const attested = await declared({ tenant: { ...acme, federation: { spiffe } }, adopt });
    assert.match(
      String(inputsOf(attested, roleType)?.["assumeRolePolicy"]),
      /"spiffe:\/\/example\.org\/cluster\/prod\/ns\/acme\/sa\/triage\.sa"/,
    );
    const entry = inputsOf(attested, "kubernetes:spire.spiffe.io/v1alpha1:ClusterSPIFFEID");
    assert.deepEqual((entry?.["spec"] as Record<string, unknown>)["workloadSelectorTemplates"], [
      "k8s:ns:acme",
      "k8s:sa:triage.sa",
    ]);
  });

  it("names the adopted role where the key of a legacy platform is guarded", async () => {
    const resources = await registered(() => {
      new LegacyTool("crm", { ...legacyArgs, adopt: { role: { name: "crm", path: "/teams/" } } });
    });
    const policy = named(resources, "aws:secretsmanager/secretPolicy:SecretPolicy", "crm-key")
      ?.inputs["policy"];
    assert.match(String(policy), /"arn:aws:iam::111122223333:role\/teams\/crm"/);
    assert.doesNotMatch(String(policy), /agentid\/acme/);
  });

  it("has policies of names that the role is not likely to have, so that no other resource of them deletes these", async () => {
    const permissions = [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::tickets/*"] }];
    const policy = inputsOf(
      await declared({ adopt, permissions }),
      "aws:iam/rolePolicy:RolePolicy",
    );
    assert.deepEqual(policy?.["name"], "agentid-permissions");
  });

  it("passes the policy pack, with a role that only the workload has", async () => {
    const resources = await registered(() => {
      const { ref } = new Tenant("acme", { federation });
      new Agent("triage", { tenant: ref, adopt });
      new Agent("answer", { tenant: ref });
    });
    const judged = async (...deployments: readonly string[]) => {
      const snapshot = snapshotOf([...resources, ...deployments.map(runningAsTriage)]);
      return judgeSnapshot(snapshot, { settings: defaultSettings });
    };
    const { findings, workloads } = await judged("triage");
    assert.deepEqual(findings, []);
    assert.equal(workloads.length, 2);
    const shared = await judged("triage", "intruder");
    assert.deepEqual([...new Set(shared.findings.map(({ rule }) => rule))], ["no-shared-identity"]);
  });
});

/** A Deployment under the adopted account. */
function runningAsTriage(name: string): Registered {
  return {
    type: "kubernetes:apps/v1:Deployment",
    name,
    under: "pulumi:pulumi:Stack",
    inputs: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name, namespace: "acme" },
      spec: {
        template: {
          metadata: { labels: { app: name } },
          spec: {
            serviceAccountName: "triage.sa",
            automountServiceAccountToken: false,
            containers: [],
          },
        },
      },
    },
  };
}

describe("how what exists comes to a workload", () => {
  withoutWarnings();

  const optionsOf = async (adopted: Adopt) => {
    const contract = await contractOf(() => {
      new Agent("triage", { tenant: acme, adopt: adopted });
    });
    const find = (type: string) => {
      const found = contract.find(({ urn }) => urn.endsWith(`$${type}::triage`));
      const { imports, aliases, protect } = found ?? {};
      return { imports, aliases, protect };
    };
    return [find(roleType), find(accountType)];
  };

  it("from outside of any program: by import, protected until the option is removed", async () => {
    assert.deepEqual(
      await optionsOf({
        role: { name: "triage-irsa", import: true },
        serviceAccount: { name: "triage-sa", import: true },
      }),
      [
        { imports: "triage-irsa", aliases: undefined, protect: true },
        { imports: "acme/triage-sa", aliases: undefined, protect: true },
      ],
    );
  });

  it("from another parent of the stack: by its alias there, protected until the option is removed", async () => {
    const parentUrn = "urn:pulumi:stack::project::acme:index:Desk::desk";
    const urn = `urn:pulumi:stack::project::${accountType}::sa`;
    assert.deepEqual(
      await optionsOf({
        role: { name: "triage-irsa", formerly: { name: "irsa", parentUrn } },
        serviceAccount: { name: "triage-sa", formerly: { urn } },
      }),
      [
        {
          imports: undefined,
          aliases: [`urn:pulumi:stack::project::acme:index:Desk$${roleType}::irsa`],
          protect: true,
        },
        { imports: undefined, aliases: [urn], protect: true },
      ],
    );
  });

  it("or it is the workload's already, with no further option", async () => {
    const nothing = { imports: undefined, aliases: undefined, protect: undefined };
    assert.deepEqual(await optionsOf(adopt), [nothing, nothing]);
  });
});

describe("what cannot be adopted is refused before anything is registered", () => {
  withoutWarnings();

  const adopting = (adopted: unknown, tenant: TenantRef = acme) =>
    refusal(() => new Agent("triage", { tenant, adopt: adopted as Adopt }));
  const role = (change: Partial<AdoptedRole>) => adopting({ role: { name: "triage", ...change } });
  const account = (change: Partial<AdoptedServiceAccount>) =>
    adopting({ serviceAccount: { name: "triage-sa", ...change } });

  it("nothing at all", () => {
    assert.equal(
      adopting({}),
      "agent `triage`: adopt is empty; give `role`, `serviceAccount` or both",
    );
  });

  it("roles that AWS keeps", () => {
    for (const path of [
      "/aws-service-role/lex.amazonaws.com/",
      "/aws-reserved/sso.amazonaws.com/",
    ]) {
      assert.equal(
        role({ path }),
        `agent \`triage\`: adopt.role.path \`${path}\` is that of roles that only AWS changes; leave \`adopt.role\` out, and a role is made`,
      );
    }
    assert.equal(role({ path: "/service-role/" }), "accepted");
  });

  it("roles of another tenant", () => {
    assert.equal(
      role({ path: "/agentid/globex/" }),
      "agent `triage`: adopt.role.path `/agentid/globex/` is that of another tenant's roles; give a role of `/agentid/acme/` or from outside `/agentid/`",
    );
    assert.equal(
      role({ path: "/agentid/" }),
      "agent `triage`: adopt.role.path `/agentid/` is that of another tenant's roles; give a role of `/agentid/acme/` or from outside `/agentid/`",
    );
    assert.equal(role({ path: "/agentid/acme/" }), "accepted");
  });

  it("what is no name and no path in IAM, patterns among them", () => {
    for (const name of ["", "tri age", "triage*", "a".repeat(65), "arn:aws:iam::1:role/x"]) {
      assert.equal(
        role({ name }),
        `agent \`triage\`: adopt.role.name is \`${name}\`; give the name of a role: 1 to 64 letters, digits and \`_+=,.@-\``,
      );
    }
    for (const path of ["", "teams", "/teams", "/tea*ms/", "/te ams/"]) {
      assert.equal(
        role({ path }),
        `agent \`triage\`: adopt.role.path is \`${path}\`; give a path such as \`/teams/\`: \`/\` at both ends, and inside letters, digits and \`_+=,.@-\` and \`/\``,
      );
    }
    assert.match(
      role({ path: `/${"a".repeat(511)}/` }),
      /adopt.role.path is `.a{198}…`; give a path/,
    );
    assert.equal(role({ path: `/${"a".repeat(510)}/`, name: "a".repeat(64) }), "accepted");
  });

  it("the account that everybody has", () => {
    assert.equal(
      account({ name: "default" }),
      "agent `triage`: adopt.serviceAccount.name is `default`; give the name of a ServiceAccount other than `default`",
    );
  });

  it("a ServiceAccount of a workload outside Kubernetes", () => {
    const gitlab = { providerArn: providerOf(issuers.gitlab), group: "acme" };
    const declare = () =>
      new Agent("triage", {
        tenant: { ...acme, federation: { gitlab } },
        subject: { gitlab: { project: "agents", projectId: "7", branch: "main" } },
        adopt: { serviceAccount: { name: "triage-sa" } },
      });
    assert.equal(
      refusal(declare),
      "agent `triage`: adopt.serviceAccount is set, but a workload with a `subject` has no ServiceAccount; leave one of the two out",
    );
  });

  it("an import into a namespace that is not known yet", () => {
    const namespace = pulumi.output("acme");
    assert.equal(
      adopting({ serviceAccount: { name: "triage-sa", import: true } }, { ...acme, namespace }),
      "agent `triage`: adopt.serviceAccount.import is set, but the tenant's namespace is an output, which is known too late; give it as a text",
    );
  });

  it("what is both imported and in the stack already, and what is in no one place", () => {
    const urn = `urn:pulumi:stack::project::${roleType}::irsa`;
    const formerly = (place: object) => role({ formerly: place });
    assert.deepEqual(
      [
        role({ import: true, formerly: { name: "irsa" } }),
        role({ import: "triage" as never }),
        formerly({}),
        formerly({ name: "irsa", urn }),
        formerly({ name: "" }),
        formerly({ urn: "irsa" }),
        formerly({ urn, parentUrn: urn }),
        formerly({ name: "irsa", parentUrn: "desk" }),
        formerly({ urn: `urn:pulumi:stack::project::aws:iam/user:User::irsa` }),
        account({ formerly: { urn } }),
      ],
      [
        "agent `triage`: adopt.role has both `import` and `formerly`; what the stack has already is not imported, so leave `import` out",
        "agent `triage`: adopt.role.import is a text; give `true` or `false`",
        "agent `triage`: adopt.role.formerly is empty; give exactly one of `name`, `urn`",
        "agent `triage`: adopt.role.formerly has `name` and `urn`; give exactly one of `name`, `urn`",
        "agent `triage`: adopt.role.formerly.name is empty; give a name",
        "agent `triage`: adopt.role.formerly.urn is `irsa`; give a whole URN, as `pulumi stack --show-urns` shows it",
        "agent `triage`: adopt.role.formerly.parentUrn is set beside `urn`, which has the parent in it; leave it out",
        "agent `triage`: adopt.role.formerly.parentUrn is `desk`; give a whole URN, as `pulumi stack --show-urns` shows it",
        "agent `triage`: adopt.role.formerly.urn is of a `aws:iam/user:User`; give that of a `aws:iam/role:Role`",
        "agent `triage`: adopt.serviceAccount.formerly.urn is of a `aws:iam/role:Role`; give that of a `kubernetes:core/v1:ServiceAccount`",
      ],
    );
  });

  it("direct calls: of an adopted role, and by one", () => {
    const called = () =>
      new Tool("search", {
        tenant: acme,
        directCallers: ["triage"],
        adopt: { role: { name: "search" } },
      });
    const calling = () =>
      new Agent("triage", {
        tenant: acme,
        adopt,
        grants: [
          {
            tool: { tenant: "acme", name: "search", directCallers: ["triage"] },
            intents: ["find"],
          },
        ],
      });
    assert.deepEqual(
      [refusal(called), refusal(calling)],
      [
        "tool `search`: directCallers are set, but their boundary allows callers to assume only roles of the tenant's own path, and an adopted role may have another; leave them out, and give the tenant a `broker`",
        "agent `triage`: grant to `search` makes the workload call the tool directly, and a tool trusts no caller with an adopted role; leave `adopt.role` out, or give the tenant a `broker` in place of `directCallers`",
      ],
    );
  });
});

describe("what is adopted has one workload", () => {
  withoutWarnings();

  const second = (first: () => unknown, then: () => unknown): string => {
    mocked();
    first();
    try {
      then();
    } catch (error) {
      return (error as Error).message;
    }
    return "accepted";
  };
  const agent =
    (name: string, adopted: Adopt, tenant = acme) =>
    () =>
      new Agent(name, { tenant, adopt: adopted });

  it("so that a second cannot adopt a role, however its name is written and wherever it is declared", () => {
    assert.equal(
      second(
        agent("triage", { role: { name: "Desk" } }),
        agent("answer", { role: { name: "desk", path: "/teams/" } }),
      ),
      "agent `answer`: adopt.role.name `desk` is the role of another workload; a role has one, so leave `adopt.role` out for this one",
    );
    const elsewhere = {
      ...acme,
      name: "globex",
      federation: { eksIrsa: { providerArn: providerArn.replace("111122223333", "444455556666") } },
    };
    assert.equal(
      second(
        agent("triage", { role: { name: "desk" } }),
        agent("answer", { role: { name: "desk" } }, elsewhere),
      ),
      "accepted",
    );
  });

  it("nor a ServiceAccount, nor adopt that of a workload which has it by name", () => {
    const problem = `agent \`answer\`: \`system:serviceaccount:acme:triage of ${issuer}\` already proves another workload, which could act as this one; give each workload a subject of its own`;
    const account = { serviceAccount: { name: "triage" } };
    assert.equal(second(agent("search", account), agent("answer", account)), problem);
    assert.equal(
      second(() => new Agent("triage", { tenant: acme }), agent("answer", account)),
      problem,
    );
  });

  it("and adopts neither a broker's role nor that of a key writer, in either order", () => {
    const broker = () => new Tenant("acme", { federation, broker: { roleArn: brokerArn } });
    const taking = agent("triage", { role: { name: "acme-broker", path: "/platform/" } });
    const writing = () =>
      new LegacyTool("crm", { ...legacyArgs, key: { secretsManager: { writerArn } } });
    const deployer = agent("triage", { role: { name: "deployer" } });
    assert.deepEqual(
      [
        second(broker, taking),
        second(taking, broker),
        second(writing, deployer),
        second(deployer, writing),
      ],
      [
        "agent `triage`: adopt.role.name `acme-broker` is already that of a tenant's broker, or of a role that writes secrets; give the workload a role of its own",
        "tenant `acme`: broker.roleArn `arn:aws:iam::111122223333:role/platform/acme-broker` is the role that a workload adopts; give a role that is no workload's",
        "agent `triage`: adopt.role.name `deployer` is already that of a tenant's broker, or of a role that writes secrets; give the workload a role of its own",
        `tool \`crm\`: key.secretsManager.writerArn \`${writerArn}\` is the role that a workload adopts; give a role that is no workload's`,
      ],
    );
  });
});

/** The message of a refusal, once sure that nothing was registered. */
function refusal(declare: () => unknown): string {
  const seen = mocked();
  try {
    declare();
  } catch (error) {
    assert.deepEqual(seen(), []);
    return (error as Error).message;
  }
  return "accepted";
}
