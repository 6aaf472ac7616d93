import assert from "node:assert/strict";
import { parsePolicyDocument } from "../../../../core/policy/document";
import { Secret, Unknown, type Value, type ValueRecord } from "../../../../core/snapshot/value";
import { iamReader } from "../../../../policy-pack/read/aws/iam/iam";
import type { Settings } from "../../../../policy-pack/findings/settings";
import { outputOf, resource, urnOf } from "../../../support/resources";
import { contextOf, stated } from "./reading";

const roleType = "aws:iam/role:Role";
const policyType = "aws:iam/policy:Policy";
const userType = "aws:iam/user:User";
const keyType = "aws:iam/accessKey:AccessKey";

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
  ],
});
const permissions = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }],
});

const tenants: Settings["tenants"] = {
  acme: {
    namespaces: ["acme-*"],
    accounts: ["111122223333"],
    rolePaths: ["/acme/*"],
    names: ["acme-*"],
  },
  globex: { namespaces: [], accounts: ["444455556666"], rolePaths: [], names: [] },
};

const known = (text: string) => ({ kind: "known", text });
const named = (name: string) => ({ kind: "named", name });

describe("the IAM reader", () => {
  it("reads a role with all that it carries, its other name first", () => {
    const role = resource(roleType, "planner", {
      name: "acme-planner",
      path: "/agents/",
      assumeRolePolicy: trust,
      inlinePolicies: [{ name: "own", policy: permissions }],
      managedPolicyArns: [
        "arn:aws:iam::aws:policy/ReadOnlyAccess",
        outputOf(urnOf(policyType, "shared")),
      ],
      permissionsBoundary: "arn:aws:iam::111122223333:policy/tenants/acme/boundary",
      tags: { "agentid.dev/tenant": "acme" },
    });
    assert.deepEqual(stated([iamReader], role), [
      { kind: "alias", thing: role.urn, also: "iam-role|default|acme-planner", property: "name" },
      {
        kind: "alias",
        thing: role.urn,
        also: "iam-role|111122223333|acme-planner",
        property: "name",
      },
      {
        kind: "alias",
        thing: "iam-policy|111122223333|boundary",
        also: "iam-policy|default|boundary",
        property: "permissionsBoundary",
      },
      {
        kind: "belongs-to",
        thing: role.urn,
        tenant: known("acme"),
        by: "own",
        property: "tags.agentid.dev/tenant",
      },
      {
        kind: "trusts",
        identity: role.urn,
        trust: parsePolicyDocument(trust),
        path: known("/agents/"),
        property: "assumeRolePolicy",
      },
      {
        kind: "allows",
        identity: role.urn,
        policy: parsePolicyDocument(permissions),
        property: "inlinePolicies[0].policy",
      },
      {
        kind: "attaches",
        policy: named("arn:aws:iam::aws:policy/ReadOnlyAccess"),
        identity: named(role.urn),
        as: "permissions",
        property: "managedPolicyArns[0]",
      },
      {
        kind: "attaches",
        policy: named(urnOf(policyType, "shared")),
        identity: named(role.urn),
        as: "permissions",
        property: "managedPolicyArns[1]",
      },
      {
        kind: "attaches",
        policy: named("iam-policy|111122223333|boundary"),
        identity: named(role.urn),
        as: "boundary",
        property: "permissionsBoundary",
      },
    ]);
  });

  it("reads the list of all policies of a role as what is attached to it", () => {
    const type = "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive";
    const all = (inputs: ValueRecord) => stated([iamReader], resource(type, "all", inputs));
    const attaches = (policy: object, property: string) => ({
      kind: "attaches",
      policy,
      identity: named("iam-role|default|planner"),
      as: "permissions",
      property,
    });
    const shared = urnOf(policyType, "shared");
    const made = urnOf("random:index/randomPet:RandomPet", "all");
    const policyArns = ["arn:aws:iam::aws:policy/ReadOnlyAccess", outputOf(shared)];
    assert.deepEqual(all({ roleName: "planner", policyArns }), [
      attaches(named("arn:aws:iam::aws:policy/ReadOnlyAccess"), "policyArns[0]"),
      attaches(named(shared), "policyArns[1]"),
    ]);
    assert.deepEqual(all({ roleName: "planner", policyArns: outputOf(made) }), [
      attaches({ kind: "unknown", dependsOn: [made] }, "policyArns"),
    ]);
    assert.deepEqual(all({ policyArns }), []);
  });

  it("reads the account of a provider, whose lists Pulumi hands on as JSON text", () => {
    for (const inputs of [
      { allowedAccountIds: JSON.stringify(["111122223333"]) },
      { assumeRoles: JSON.stringify([{ roleArn: "arn:aws:iam::111122223333:role/deploy" }]) },
    ]) {
      const provider = resource("pulumi:providers:aws", "prod", inputs);
      const role = resource(roleType, "planner", { name: "planner" }, { provider: provider.urn });
      assert.deepEqual(stated([iamReader], role, contextOf([provider])), [
        { kind: "alias", thing: role.urn, also: "iam-role|111122223333|planner", property: "name" },
      ]);
    }
  });

  it("names a role by the account of its provider, and by that of its ARN once it is known", () => {
    const provider = resource("pulumi:providers:aws", "prod", {
      allowedAccountIds: ["111122223333"],
    });
    const role = resource(roleType, "planner", { name: "planner" }, { provider: provider.urn });
    assert.deepEqual(stated([iamReader], role, contextOf([provider])), [
      { kind: "alias", thing: role.urn, also: "iam-role|111122223333|planner", property: "name" },
    ]);
    const made = resource(
      roleType,
      "planner",
      { name: "planner" },
      {
        outputs: { arn: "arn:aws:iam::444455556666:role/deep/path/planner" },
      },
    );
    assert.deepEqual(stated([iamReader], made), [
      { kind: "alias", thing: made.urn, also: "iam-role|default|planner", property: "name" },
      { kind: "alias", thing: made.urn, also: "iam-role|444455556666|planner", property: "name" },
    ]);
  });

  it("names a role and a user by the account of the policy that bounds them, before their ARN is known, and a role's policy by its own", () => {
    for (const [type, kind] of [
      [roleType, "iam-role"],
      [userType, "iam-user"],
    ] as const) {
      const namesWith = (permissionsBoundary: Value): unknown[] => {
        const one = resource(type, "planner", { name: "planner", permissionsBoundary });
        const facts = stated([iamReader], one) as readonly { kind: string; also?: string }[];
        return facts.filter((fact) => fact.kind === "alias").map(({ also }) => also);
      };
      const none = [`${kind}|default|planner`];
      assert.deepEqual(namesWith("arn:aws:iam::111122223333:policy/tenants/boundary"), [
        ...none,
        `${kind}|111122223333|planner`,
        ...(kind === "iam-role" ? ["iam-policy|default|boundary"] : []),
      ]);
      assert.deepEqual(namesWith("arn:aws:iam::aws:policy/PowerUserAccess"), none);
      assert.deepEqual(namesWith("boundary"), none);
      assert.deepEqual(namesWith(outputOf(urnOf(policyType, "shared"))), none);
    }
  });

  it("derives a role's tenant from the account of the policy that bounds it", () => {
    const role = resource(roleType, "planner", {
      name: "planner",
      permissionsBoundary: "arn:aws:iam::444455556666:policy/boundary",
    });
    const facts = stated([iamReader], role, contextOf([], { tenants })) as { kind: string }[];
    assert.deepEqual(facts.filter(({ kind }) => kind === "belongs-to").slice(0, 1), [
      {
        kind: "belongs-to",
        thing: role.urn,
        tenant: known("globex"),
        by: "configuration",
        property: "name",
      },
    ]);
  });

  it("returns the dependencies of an unknown trust policy, from the value or else from the property", () => {
    const provider = urnOf("aws:iam/openIdConnectProvider:OpenIdConnectProvider", "eks");
    const trustOf = (dependsOn: readonly string[]) => ({
      kind: "trusts",
      identity: urnOf(roleType, "planner"),
      trust: { kind: "unknown", dependsOn },
      path: known("/"),
      property: "assumeRolePolicy",
    });
    const own = resource(roleType, "planner", { assumeRolePolicy: outputOf(provider) });
    assert.deepEqual(stated([iamReader], own), [trustOf([provider])]);
    const host = resource(
      roleType,
      "planner",
      { assumeRolePolicy: new Unknown() },
      {
        propertyDependencies: { assumeRolePolicy: [provider] },
      },
    );
    assert.deepEqual(stated([iamReader], host), [trustOf([provider])]);
    const noOne = resource(roleType, "planner", { assumeRolePolicy: new Unknown() });
    assert.deepEqual(stated([iamReader], noOne), [trustOf([])]);
  });

  it("reports a trust policy that is not JSON, without showing it", () => {
    const role = resource(roleType, "planner", { assumeRolePolicy: "hunter2{" });
    const parsed = parsePolicyDocument("hunter2{");
    assert.equal(parsed.kind, "problem");
    assert.deepEqual(stated([iamReader], role), [
      {
        kind: "unreadable",
        thing: role.urn,
        reader: "aws iam",
        problem: `\`assumeRolePolicy\`: ${parsed.problem}`,
        property: "assumeRolePolicy",
      },
      {
        kind: "trusts",
        identity: role.urn,
        trust: parsed,
        path: known("/"),
        property: "assumeRolePolicy",
      },
    ]);
    assert.ok(!JSON.stringify(stated([iamReader], role)).includes("hunter2"));
  });

  it("derives tenants from account, path, name and namespace patterns, of a role and of those it trusts", () => {
    const policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: {
            AWS: [
              "arn:aws:iam::444455556666:role/desk",
              "444455556666",
              "arn:aws:iam::777788889999:root",
            ],
          },
          Action: "sts:AssumeRole",
        },
        {
          Effect: "Allow",
          Principal: { Federated: "arn:aws:iam::1:oidc-provider/x" },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: { StringEquals: { "x:sub": "system:serviceaccount:acme-desk:planner" } },
        },
      ],
    });
    const role = resource(roleType, "planner", { path: "/acme/", assumeRolePolicy: policy });
    const facts = stated([iamReader], role, contextOf([], { tenants }));
    const configured = (thing: string, tenant: string, property: string) => ({
      kind: "belongs-to",
      thing,
      tenant: known(tenant),
      by: "configuration",
      property,
    });
    assert.deepEqual(facts, [
      configured(role.urn, "acme", "name"),
      {
        kind: "trusts",
        identity: role.urn,
        trust: parsePolicyDocument(policy),
        path: known("/acme/"),
        property: "assumeRolePolicy",
      },
      configured("iam-role|444455556666|desk", "globex", "assumeRolePolicy"),
      configured("arn:aws:iam::444455556666:root", "globex", "assumeRolePolicy"),
      configured("k8s|default||Namespace|acme-desk", "acme", "assumeRolePolicy"),
    ]);
    const elsewhere = resource(roleType, "planner", { path: "/other/" });
    assert.deepEqual(stated([iamReader], elsewhere, contextOf([], { tenants })), []);
  });

  it("takes the name that Pulumi will make for the name patterns", () => {
    const auto = resource(roleType, "acme-planner", {});
    assert.deepEqual(stated([iamReader], auto, contextOf([], { tenants })), [
      {
        kind: "belongs-to",
        thing: auto.urn,
        tenant: known("acme"),
        by: "configuration",
        property: "name",
      },
    ]);
  });

  it("gives a role the tenant of the component it is part of", () => {
    const component = resource(
      "agentid:index:Agent",
      "planner",
      { tenant: { name: "acme" } },
      { custom: false },
    );
    const inner = resource(
      "my:index:Wrapper",
      "inner",
      {},
      { custom: false, parent: component.urn },
    );
    const role = resource(roleType, "planner", {}, { parent: inner.urn });
    assert.deepEqual(stated([iamReader], role, contextOf([component, inner])), [
      { kind: "belongs-to", thing: role.urn, tenant: known("acme"), by: "component", property: "" },
    ]);
    const stranger = resource(roleType, "planner", {}, { parent: inner.urn });
    assert.deepEqual(stated([iamReader], stranger, contextOf([inner])), []);
  });

  it("counts the provider's default tags, which come as JSON text, below the role's own", () => {
    const provider = resource("pulumi:providers:aws", "prod", {
      defaultTags: JSON.stringify({ tags: { "agentid.dev/tenant": "acme" } }),
    });
    const tenantOf = (tags: Record<string, string>) =>
      stated(
        [iamReader],
        resource(roleType, "r", { tags }, { provider: provider.urn }),
        contextOf([provider]),
      );
    const own = (tenant: string) => [
      {
        kind: "belongs-to",
        thing: urnOf(roleType, "r"),
        tenant: known(tenant),
        by: "own",
        property: "tags.agentid.dev/tenant",
      },
    ];
    assert.deepEqual(tenantOf({}), own("acme"));
    assert.deepEqual(tenantOf({ "agentid.dev/tenant": "globex" }), own("globex"));
  });

  it("joins role policies and attachments with roles by name, ARN and output", () => {
    const role = urnOf(roleType, "planner");
    const byName = resource("aws:iam/rolePolicy:RolePolicy", "p", {
      role: "planner",
      policy: permissions,
    });
    assert.deepEqual(stated([iamReader], byName), [
      {
        kind: "allows",
        identity: "iam-role|default|planner",
        policy: parsePolicyDocument(permissions),
        property: "policy",
      },
    ]);
    const attachment = resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "a", {
      role: outputOf(role),
      policyArn: "arn:aws:iam::111122223333:policy/shared",
    });
    assert.deepEqual(stated([iamReader], attachment), [
      {
        kind: "attaches",
        policy: named("iam-policy|111122223333|shared"),
        identity: named(role),
        as: "permissions",
        property: "policyArn",
      },
    ]);
    const many = resource("aws:iam/policyAttachment:PolicyAttachment", "m", {
      policyArn: outputOf(urnOf(policyType, "shared")),
      roles: ["planner", outputOf(role)],
      users: ["ann"],
    });
    const attached = (identity: string, property: string) => ({
      kind: "attaches",
      policy: named(urnOf(policyType, "shared")),
      identity: named(identity),
      as: "permissions",
      property,
    });
    assert.deepEqual(stated([iamReader], many), [
      attached("iam-role|default|planner", "roles[0]"),
      attached(role, "roles[1]"),
      attached("iam-user|default|ann", "users[0]"),
    ]);
  });

  it("keeps a role policy whose role is not known", () => {
    const two = [urnOf(roleType, "a"), urnOf(roleType, "b")];
    const policy = resource("aws:iam/rolePolicy:RolePolicy", "p", {
      role: outputOf(...two),
      policy: permissions,
    });
    assert.deepEqual(stated([iamReader], policy), [
      {
        kind: "allows",
        identity: policy.urn,
        policy: parsePolicyDocument(permissions),
        property: "policy",
      },
      {
        kind: "attaches",
        policy: named(policy.urn),
        identity: { kind: "unknown", dependsOn: two },
        as: "permissions",
        property: "role",
      },
    ]);
  });

  it("takes a name that is marked secret for what it is", () => {
    const policy = resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "p", {
      role: new Secret("planner"),
      policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess",
    });
    assert.deepEqual(stated([iamReader], policy), [
      {
        kind: "attaches",
        policy: named("arn:aws:iam::aws:policy/ReadOnlyAccess"),
        identity: named("iam-role|default|planner"),
        as: "permissions",
        property: "policyArn",
      },
    ]);
  });

  it("reads access keys and service-specific credentials as static keys of their user", () => {
    const user = urnOf(userType, "bot");
    const key = resource(keyType, "key", { user: outputOf(user) });
    assert.deepEqual(stated([iamReader], key), [
      {
        kind: "static-credential",
        credential: key.urn,
        of: "user",
        what: "IAM access key",
        user: named(user),
        property: "user",
      },
    ]);
    const what = (serviceName: string | undefined) =>
      stated(
        [iamReader],
        resource("aws:iam/serviceSpecificCredential:ServiceSpecificCredential", "s", {
          userName: "bot",
          ...(serviceName !== undefined && { serviceName }),
        }),
      ).map((fact) => (fact as { what: string }).what);
    assert.deepEqual(what("bedrock.amazonaws.com"), ["long-term Bedrock API key"]);
    assert.deepEqual(what("codecommit.amazonaws.com"), [
      "service-specific credential for `codecommit.amazonaws.com`",
    ]);
    assert.deepEqual(what(undefined), ["service-specific credential"]);
  });

  it("joins a made access key with its secret", () => {
    const context = contextOf();
    const key = resource(
      keyType,
      "key",
      {},
      { outputs: { secret: new Secret("wJalrXUtnFEMI/K7MDENG") } },
    );
    assert.deepEqual(stated([iamReader], key, context), [
      {
        kind: "alias",
        thing: key.urn,
        also: context.literalName("wJalrXUtnFEMI/K7MDENG"),
        property: "",
      },
      {
        kind: "static-credential",
        credential: key.urn,
        of: "user",
        what: "IAM access key",
        property: "user",
      },
    ]);
  });

  it("reads policies, users, OIDC providers and instance profiles", () => {
    const policy = resource(policyType, "shared", { name: "shared", policy: permissions });
    assert.deepEqual(stated([iamReader], policy), [
      { kind: "alias", thing: policy.urn, also: "iam-policy|default|shared", property: "name" },
      {
        kind: "allows",
        identity: policy.urn,
        policy: parsePolicyDocument(permissions),
        property: "policy",
      },
    ]);
    const user = resource(userType, "bot", { name: "bot" });
    assert.deepEqual(stated([iamReader], user), [
      { kind: "alias", thing: user.urn, also: "iam-user|default|bot", property: "name" },
    ]);
    const provider = resource("aws:iam/openIdConnectProvider:OpenIdConnectProvider", "eks", {
      url: "https://oidc.eks.eu-west-1.amazonaws.com/id/A1/",
    });
    const host = "oidc.eks.eu-west-1.amazonaws.com/id/A1";
    assert.deepEqual(stated([iamReader], provider), [
      {
        kind: "alias",
        thing: provider.urn,
        also: `oidc-provider|default|${host}`,
        property: "url",
      },
      { kind: "issuer", provider: provider.urn, issuer: known(host), property: "url" },
    ]);
    const profile = resource("aws:iam/instanceProfile:InstanceProfile", "node", {
      name: "node",
      role: outputOf(urnOf(roleType, "node")),
    });
    assert.deepEqual(stated([iamReader], profile), [
      {
        kind: "alias",
        thing: profile.urn,
        also: "instance-profile|default|node",
        property: "name",
      },
      {
        kind: "assumes",
        identity: profile.urn,
        role: named(urnOf(roleType, "node")),
        by: "instance-profile",
        property: "role",
      },
    ]);
  });
});
