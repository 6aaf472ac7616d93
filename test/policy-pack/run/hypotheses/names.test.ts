import assert from "node:assert/strict";
import type { Resource } from "../../../../core/snapshot/resource";
import type { Value } from "../../../../core/snapshot/value";
import { judgeSnapshot } from "../../../../policy-pack/run/judge";
import noCrossTenantBinding from "../../../../policy-pack/rules/no-cross-tenant-binding";
import noCrossTenantTrust from "../../../../policy-pack/rules/no-cross-tenant-trust";
import requireRuntimePolicy from "../../../../policy-pack/rules/require-runtime-policy";
import type { Rule } from "../../../../policy-pack/findings/define-rule";
import { defaultSettings } from "../../../../policy-pack/findings/settings";
import { manifest, outputOf, resource, snapshotOf, urnOf } from "../../../support/resources";
import { stated } from "../../../support/stated";

const pet = urnOf("random:index/randomPet:RandomPet", "pet");
const unknown = outputOf(pet);
const issuer = "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE";
const lambdaTrust = {
  Statement: [
    { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
  ],
};

function namespace(tenant: string, name: Value = tenant): Resource {
  return resource("kubernetes:core/v1:Namespace", tenant, {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, labels: { "agentid.dev/tenant": tenant } },
  });
}

/** A role for the accounts of two namespaces, which only its trust names. */
function sharedRole(name: Value): readonly Resource[] {
  return [
    namespace("acme", name),
    namespace("globex"),
    resource("aws:iam/role:Role", "integration", {
      assumeRolePolicy: {
        Statement: {
          Effect: "Allow",
          Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${issuer}` },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: {
            StringEquals: {
              [`${issuer}:aud`]: "sts.amazonaws.com",
              [`${issuer}:sub`]: ["acme", "globex"].map(
                (each) => `system:serviceaccount:${each}:desk`,
              ),
            },
          },
        },
      },
    }),
  ];
}

/** A SPIFFE ID for the pods of two tenants. */
function sharedId(template: Value): readonly Resource[] {
  const pods = manifest(
    ["acme", "globex"]
      .map(
        (tenant) => `
apiVersion: v1
kind: Pod
metadata: { namespace: ${tenant}, name: desk, labels: { app: desk } }
spec: { serviceAccountName: desk, containers: [{ name: main, image: desk }] }
`,
      )
      .join("---"),
  );
  return [
    namespace("acme"),
    namespace("globex"),
    ...pods,
    resource("kubernetes:spire.spiffe.io/v1alpha1:ClusterSPIFFEID", "desk", {
      apiVersion: "spire.spiffe.io/v1alpha1",
      kind: "ClusterSPIFFEID",
      metadata: { name: "desk" },
      spec: { spiffeIDTemplate: template, podSelector: { matchLabels: { app: "desk" } } },
    }),
  ];
}

/** An account with rights in every namespace, in a stack with one tenant. */
function boundEverywhere(of: Value | undefined): readonly Resource[] {
  return [
    namespace("globex"),
    resource("kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding", "desk", {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: "desk" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
      subjects: [
        { kind: "ServiceAccount", name: "desk", ...(of !== undefined && { namespace: of }) },
      ],
    }),
  ];
}

/** An agent that may call functions by a pattern of their ARNs, and the function of a tool. */
function called(name: Value, pattern: string): readonly Resource[] {
  const tags = (kind: string): Value => ({
    "agentid.dev/kind": kind,
    "agentid.dev/tenant": "acme",
    ...(kind === "tool" && { "agentid.dev/effects": "payment" }),
  });
  return [
    resource("aws:iam/role:Role", "triage", { name: "triage", assumeRolePolicy: lambdaTrust }),
    resource("aws:lambda/function:Function", "triage", {
      name: "triage",
      role: outputOf(urnOf("aws:iam/role:Role", "triage")),
      tags: tags("agent"),
    }),
    resource("aws:iam/role:Role", "refunds", { name: "refunds", assumeRolePolicy: lambdaTrust }),
    resource("aws:lambda/function:Function", "refunds", {
      name,
      role: outputOf(urnOf("aws:iam/role:Role", "refunds")),
      tags: tags("tool"),
    }),
    resource("aws:iam/rolePolicy:RolePolicy", "triage-calls", {
      role: outputOf(urnOf("aws:iam/role:Role", "triage")),
      policy: {
        Statement: [{ Effect: "Allow", Action: "lambda:InvokeFunction", Resource: pattern }],
      },
    }),
  ];
}

/** The same resources, of a provider with an account. */
function inAccount(account: string, resources: readonly Resource[]): readonly Resource[] {
  const provider = resource("pulumi:providers:aws", "own", {
    allowedAccountIds: JSON.stringify([account]),
  });
  return [provider, ...resources.map((each) => ({ ...each, provider: provider.urn }))];
}

async function reported(rule: Rule, resources: readonly Resource[]): Promise<readonly string[]> {
  const judging = { settings: defaultSettings, rules: [rule] };
  return (await judgeSnapshot(snapshotOf(resources), judging)).findings.map(stated);
}

describe("by what a thing may turn out to be called", () => {
  it("is a namespace that only the accounts of a trust name", async () => {
    const [shared = "", ...others] = await reported(noCrossTenantTrust, sharedRole("acme"));
    assert.match(shared, /^(?!undetermined).*`integration`.*acme.*globex/);
    assert.deepEqual(others, []);
    assert.deepEqual(await reported(noCrossTenantTrust, sharedRole(unknown)), [
      `undetermined: ${shared} (\`metadata.name\` of \`acme\` may be \`acme\`)`,
    ]);
    assert.deepEqual(await reported(noCrossTenantTrust, sharedRole("other")), []);
  });

  it("is one SPIFFE ID for all pods of a template", async () => {
    const [shared = "", ...others] = await reported(noCrossTenantTrust, sharedId(unknown));
    assert.match(
      shared,
      /^undetermined: .*`spiffe:\/\/any-other\/one`.*acme.*globex.* \(`spec\.spiffeIDTemplate` of `desk` may be one for all of its pods\)$/,
    );
    assert.deepEqual(others, []);
    const each = "spiffe://example.org/{{ .PodMeta.Namespace }}";
    assert.deepEqual(await reported(noCrossTenantTrust, sharedId(each)), []);
  });

  it("is a namespace of the stack for the account that a binding names", async () => {
    const [certain = "", ...others] = await reported(
      noCrossTenantBinding,
      boundEverywhere("globex"),
    );
    assert.match(certain, /^(?!undetermined)/);
    assert.deepEqual(others, []);
    assert.deepEqual(await reported(noCrossTenantBinding, boundEverywhere(unknown)), [
      `undetermined: ${certain} (\`subjects[0].namespace\` of \`desk\` may be \`globex\`)`,
    ]);
    // The API server refuses an account without a namespace.
    assert.deepEqual(await reported(noCrossTenantBinding, boundEverywhere(undefined)), []);
    assert.deepEqual(await reported(noCrossTenantBinding, boundEverywhere("elsewhere")), []);
  });

  it("is a name that fits a pattern of ARNs", async () => {
    const pattern = "arn:aws:lambda:*:*:function:refunds";
    const [certain = "", ...others] = await reported(
      requireRuntimePolicy,
      called("refunds", pattern),
    );
    assert.match(certain, /^(?!undetermined)/);
    assert.deepEqual(others, []);
    assert.deepEqual(await reported(requireRuntimePolicy, called(unknown, pattern)), [
      `undetermined: ${certain} (\`name\` of \`refunds\` may be \`refunds\`)`,
    ]);
    assert.deepEqual(await reported(requireRuntimePolicy, called("archive", pattern)), []);
  });

  it("is no name by an ARN of another account, where one's own is known", async () => {
    const of = (account: string): Promise<readonly string[]> => {
      const pattern = `arn:aws:lambda:*:${account}:function:refunds`;
      return reported(requireRuntimePolicy, inAccount("111122223333", called(unknown, pattern)));
    };
    assert.equal((await of("111122223333")).length, 1);
    assert.equal((await of("*")).length, 1);
    assert.deepEqual(await of("444455556666"), []);
  });
});
