import assert from "node:assert/strict";
import type { Resource } from "../../core/snapshot/resource";
import type { Value } from "../../core/snapshot/value";
import { authorityChanges } from "../support/authority-changes";
import { outputOf, resource, urnOf } from "../support/resources";

const stackType = "aws:cloudformation/stack:Stack";
const other = resource(stackType, "other", {});
/** An output of a stack of CloudFormation, which is unknown in a first preview. */
const later = outputOf(urnOf(stackType, "other"));

const changes = (before: readonly Resource[], after: readonly Resource[]) =>
  authorityChanges([other, ...before], [other, ...after]);

/** A stack by what one of its values is. */
type Made = (value: Value) => readonly Resource[];

const roleNamed = "aws:iam/role:Role";
const trust = (principal: Value, condition: Value = {}): Value => ({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: principal, Action: "sts:AssumeRole", Condition: condition },
  ],
});
const lambda = trust({ Service: "lambda.amazonaws.com" });
const attached: Made = (policyArn) => [
  resource(roleNamed, "desk", { name: "desk", assumeRolePolicy: lambda }),
  ...(policyArn === null
    ? []
    : [
        resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "gives", {
          role: "desk",
          policyArn,
        }),
      ]),
];

const bounded: Made = (permissionsBoundary) => [
  resource(roleNamed, "desk", {
    name: "desk",
    assumeRolePolicy: lambda,
    ...(permissionsBoundary !== null && { permissionsBoundary }),
  }),
  resource("aws:iam/rolePolicy:RolePolicy", "calls", {
    role: "desk",
    policy: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::acme/*" }],
    },
  }),
];

const rbac = "kubernetes:rbac.authorization.k8s.io/v1";

function bindingTo(name: Value, binding = "gives", verbs: readonly string[] = ["get"]) {
  return [
    resource(`${rbac}:Role`, "reads", {
      metadata: { name: "reads", namespace: "acme" },
      rules: [{ apiGroups: [""], resources: ["configmaps"], verbs }],
    }),
    resource(`${rbac}:RoleBinding`, binding, {
      metadata: { name: binding, namespace: "acme" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "reads" },
      subjects: [{ kind: "User", name }],
    }),
  ];
}

const bindsUser: Made = (name) => (name === null ? [] : bindingTo(name));

const trusts: Made = (provider) => [
  resource("aws:iam/openIdConnectProvider:OpenIdConnectProvider", "login", {
    url: "https://acme.example/",
    clientIdLists: ["x"],
  }),
  resource(roleNamed, "desk", {
    name: "desk",
    assumeRolePolicy: trust(
      { Federated: provider },
      { StringEquals: { "acme.example/:sub": "desk" } },
    ),
  }),
];

const settled: readonly (readonly [string, Made, first: Value, known: Value])[] = [
  ["a policy of another stack", attached, later, "arn:aws:iam::444455556666:policy/reads"],
  ["a boundary of another stack", bounded, later, "arn:aws:iam::444455556666:policy/bound"],
  ["whom a binding names", bindsUser, later, "globex"],
  [
    "a provider whose URL ends with a slash",
    trusts,
    outputOf(urnOf("aws:iam/openIdConnectProvider:OpenIdConnectProvider", "login")),
    "arn:aws:iam::111122223333:oidc-provider/acme.example/",
  ],
];

const added: readonly (readonly [string, Made, Value, string])[] = [
  [
    "a binding that names what is not known",
    bindsUser,
    later,
    "wider: `a subject of acme/gives` can now `get` on `configmaps in namespace acme`",
  ],
  [
    "a binding that names a user",
    bindsUser,
    "globex",
    "wider: `globex` can now `get` on `configmaps in namespace acme`",
  ],
];

describe("authority that is known later", () => {
  for (const [what, made, first, known] of settled) {
    it(`is the same: ${what}`, async () => {
      assert.deepEqual(await changes(made(first), made(known)), []);
      assert.deepEqual(await changes(made(known), made(first)), []);
    });
  }

  for (const [what, made, value, line] of added) {
    it(`is news where it was not there: ${what}`, async () => {
      assert.deepEqual(await changes(made(null), made(value)), [line]);
      assert.deepEqual(await changes(made(value), made(null)), [
        line.replace("wider", "narrower").replace("can now", "can no longer"),
      ]);
    });
  }

  it("is news where the role that a binding gives is wider too", async () => {
    assert.deepEqual(
      await changes(bindingTo(later), bindingTo("globex", "gives", ["get", "list"])),
      ["wider: `globex` can now `list` on `configmaps in namespace acme`"],
    );
  });

  it("is news where another binding names the user", async () => {
    assert.deepEqual(await changes(bindingTo(later), bindingTo("globex", "more")), [
      "narrower: `a subject of acme/gives` can no longer `get` on `configmaps in namespace acme`",
      "wider: `globex` can now `get` on `configmaps in namespace acme`",
    ]);
  });

  it("is that of a role outside of the stack that enters a cluster", async () => {
    const cluster = resource("aws:eks/cluster:Cluster", "main", {
      name: "main",
      accessConfig: { authenticationMode: "API" },
    });
    const principalArn = "arn:aws:iam::444455556666:role/partner";
    const entry = [
      resource("aws:eks/accessEntry:AccessEntry", "partner", { clusterName: "main", principalArn }),
      resource("aws:eks/accessPolicyAssociation:AccessPolicyAssociation", "partner", {
        clusterName: "main",
        principalArn,
        policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
        accessScope: { type: "cluster" },
      }),
    ];
    assert.deepEqual(await changes([cluster], [cluster, ...entry]), [
      "wider: `partner` can now `*` on `URL *` and `everything in all namespaces`",
    ]);
  });
});
