import { Unknown, type Value } from "../../../core/snapshot/value";
import { defaultSettings } from "../../../policy-pack/findings/settings";
import rule from "../../../policy-pack/rules/no-shared-identity";
import { manifest, outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";

function deployment(name: string, account: string, labels = ""): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: acme, name: ${name}, labels: { ${labels} } }
spec:
  template:
    metadata: { labels: { ${labels} } }
    spec:
      serviceAccountName: ${account}
      containers: [{ name: main, image: x }]
`;
}

function account(name: string, role: string): string {
  return `
apiVersion: v1
kind: ServiceAccount
metadata:
  namespace: acme
  name: ${name}
  annotations: { eks.amazonaws.com/role-arn: "${role}" }
`;
}

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
  ],
});
const desk = "arn:aws:iam::111122223333:role/desk";
const functionType = "aws:lambda/function:Function";
const machineType = "aws:sfn/stateMachine:StateMachine";

const agent = "agentid.dev/workload: desk, agentid.dev/kind: agent";

const madeBy = (name: string): string =>
  `{ apiVersion: apps/v1, kind: Deployment, name: ${name}, uid: "1", controller: true }`;

/** EKShas the pods of an account a role. */
function association(
  name: string,
  account: string,
  clusterName: Value = "prod",
): ReturnType<typeof resource> {
  return resource("aws:eks/podIdentityAssociation:PodIdentityAssociation", name, {
    clusterName,
    namespace: "acme",
    serviceAccount: account,
    roleArn: desk,
  });
}

const annotated = 'acme/desk: metadata.annotations["eks.amazonaws.com/role-arn"]';
const assumed = (holder: string, other: string, at: string) => ({
  severity: "critical",
  about: "desk",
  holder: `acme/${holder}`,
  at,
  message: "Role `desk` is shared by 2 ServiceAccounts",
  related: [`acme/${other}: assumes this role too`],
});

const perhapsOne = (at: string) => ({
  verdict: "undetermined" as const,
  severity: "critical",
  about: "desk",
  holder: "acme/desk",
  at,
  message: "Role `desk` is shared by 2 ServiceAccounts",
  reason: "they may be one ServiceAccount of one cluster",
  related: ["acme/desk: assumes this role too"],
});

const shared = (
  holder: string,
  other: string,
  property = "spec.template.spec.serviceAccountName",
) => ({
  severity: "critical",
  about: "acme/desk",
  holder: `acme/${holder}`,
  at: `acme/${holder}: ${property}`,
  message: "ServiceAccount `acme/desk` is shared by 2 workloads",
  related: [`acme/${other}: runs as this identity too`],
});

ruleTester(rule, {
  accepts: [
    {
      name: "workloads with a ServiceAccount each",
      resources: manifest([deployment("a", "a"), deployment("b", "b")].join("---")),
    },
    {
      name: "a service and its migration of one label, which are one workload",
      resources: manifest(
        [
          deployment("a", "desk", "agentid.dev/workload: desk"),
          deployment("b", "desk", "agentid.dev/workload: desk"),
        ].join("---"),
      ),
    },
    {
      name: "two controllers that declare themselves to be the same agent",
      resources: manifest(
        [deployment("a", "desk", agent), deployment("b", "desk", agent)].join("---"),
      ),
    },
    {
      name: "a ReplicaSet and the Deployment that made it",
      resources: manifest(
        [
          deployment("a", "desk"),
          deployment("a-1", "desk")
            .replace("kind: Deployment", "kind: ReplicaSet")
            .replace("labels: {  } }", `ownerReferences: [${madeBy("a")}] }`),
        ].join("---"),
      ),
    },
    {
      name: "two ServiceAccounts of one workload that obtain one role",
      resources: manifest(
        [
          deployment("a", "a", "agentid.dev/workload: desk"),
          deployment("b", "b", "agentid.dev/workload: desk"),
          account("a", desk),
          account("b", desk),
        ].join("---"),
      ),
    },
    {
      name: "one ServiceAccount name in two namespaces",
      resources: manifest(
        [
          deployment("a", "desk"),
          deployment("b", "desk").replace("namespace: acme", "namespace: globex"),
        ].join("---"),
      ),
    },
    {
      name: "default ServiceAccounts, which a rule of their own judges",
      resources: manifest([deployment("a", "default"), deployment("b", "default")].join("---")),
    },
    {
      name: "what scope: declared leaves out",
      settings: { ...defaultSettings, scope: "declared" },
      resources: manifest([deployment("a", "desk"), deployment("b", "desk")].join("---")),
    },
    {
      name: "functions with roles of one name in two accounts",
      resources: [
        resource(functionType, "a", { role: desk }),
        resource(functionType, "b", { role: desk.replace("111122223333", "444455556666") }),
      ],
    },
    {
      name: "state machines that each have a role",
      resources: [
        resource(machineType, "a", { roleArn: desk, definition: "{}" }),
        resource(machineType, "b", { roleArn: `${desk}-b`, definition: "{}" }),
      ],
    },
  ],
  rejects: [
    {
      name: "as undetermined one account that obtains its role by annotation and by association, if both are of one cluster",
      resources: [...manifest(account("desk", desk)), association("desk", "desk")],
      findings: [perhapsOne("desk: roleArn"), perhapsOne(annotated)],
    },
    {
      name: "accounts of two names, of which one obtains the role by annotation and one by association",
      resources: [...manifest(account("desk", desk)), association("search", "search")],
      findings: [
        assumed("search", "desk", "search: roleArn"),
        assumed("desk", "search", annotated),
      ],
    },
    {
      name: "accounts of one name in two clusters, which EKS names",
      resources: [association("desk", "desk"), association("desk too", "desk", "staging")],
      findings: [
        assumed("desk", "desk", "desk: roleArn"),
        assumed("desk", "desk", "desk too: roleArn"),
      ],
    },
    {
      name: "two associations for accounts of one name, of which one is of a cluster that is not known",
      resources: [association("desk", "desk"), association("desk too", "desk", new Unknown([]))],
      findings: [
        assumed("desk", "desk", "desk: roleArn"),
        assumed("desk", "desk", "desk too: roleArn"),
      ],
    },
    {
      name: "two Deployments on one ServiceAccount",
      resources: manifest([deployment("a", "desk"), deployment("b", "desk")].join("---")),
      findings: [shared("a", "b"), shared("b", "a")],
    },
    {
      name: "an agent and what takes no more than its name",
      resources: manifest(
        [
          deployment("a", "desk", agent),
          deployment("b", "desk", "agentid.dev/workload: desk"),
        ].join("---"),
      ),
      findings: [shared("a", "b"), shared("b", "a")],
    },
    {
      name: "a ReplicaSet of another Deployment",
      resources: manifest(
        [
          deployment("a", "desk"),
          deployment("b-1", "desk")
            .replace("kind: Deployment", "kind: ReplicaSet")
            .replace("labels: {  } }", `ownerReferences: [${madeBy("b")}] }`),
        ].join("---"),
      ),
      findings: [shared("a", "b-1"), shared("b-1", "a")],
    },
    {
      name: "a Deployment and a StatefulSet of one name",
      resources: manifest(
        [
          deployment("a", "desk", "team: one"),
          deployment("a", "desk", "team: two").replace("kind: Deployment", "kind: StatefulSet"),
        ].join("---"),
      ),
      findings: [shared("a", "a"), shared("a", "a")],
    },
    {
      name: "two functions on one role, whichever way it is spelled",
      resources: [
        resource("aws:iam/role:Role", "desk", { name: "desk", assumeRolePolicy: trust }),
        resource(functionType, "a", { role: outputOf(urnOf("aws:iam/role:Role", "desk")) }),
        resource(functionType, "b", { role: outputOf(urnOf("aws:iam/role:Role", "desk")) }),
      ],
      findings: [
        {
          severity: "critical",
          about: "desk",
          holder: "a",
          at: "a: role",
          message: "Role `desk` is shared by 2 workloads",
          related: ["b: runs as this identity too"],
        },
        {
          severity: "critical",
          about: "desk",
          holder: "b",
          at: "b: role",
          message: "Role `desk` is shared by 2 workloads",
          related: ["a: runs as this identity too"],
        },
      ],
    },
    {
      name: "a state machine on the role of a function",
      resources: [
        resource(machineType, "flow", { roleArn: desk, definition: "{}" }),
        resource(functionType, "a", { role: desk }),
      ],
      findings: [
        {
          severity: "critical",
          about: "desk",
          holder: "a",
          at: "a: role",
          message: "Role `desk` is shared by 2 workloads",
          related: ["flow: runs as this identity too"],
        },
        {
          severity: "critical",
          about: "desk",
          holder: "flow",
          at: "flow: roleArn",
          message: "Role `desk` is shared by 2 workloads",
          related: ["a: runs as this identity too"],
        },
      ],
    },
    {
      name: "a role that two ServiceAccounts obtain, though nothing in the stack runs as them",
      resources: manifest([account("a", desk), account("b", desk)].join("---")),
      findings: ["a", "b"].map((name) => ({
        severity: "critical",
        about: "desk",
        holder: `acme/${name}`,
        at: `acme/${name}: metadata.annotations["eks.amazonaws.com/role-arn"]`,
        message: "Role `desk` is shared by 2 ServiceAccounts",
        related: [`acme/${name === "a" ? "b" : "a"}: assumes this role too`],
      })),
    },
    {
      name: "as undetermined a role that waits for two roles",
      resources: [
        resource(functionType, "a", {
          role: outputOf(urnOf("aws:iam/role:Role", "x"), urnOf("aws:iam/role:Role", "y")),
        }),
      ],
      findings: [
        {
          verdict: "undetermined",
          severity: "critical",
          about: "a",
          holder: "a",
          at: "a: role",
          message: "`a` shares its identity with another workload",
          dependsOn: ["x", "y"],
        },
      ],
    },
    {
      name: "as undetermined a role of a known account and one of the same name in an account that is not known",
      resources: [
        resource("aws:iam/role:Role", "made", { name: "desk", assumeRolePolicy: trust }),
        resource(functionType, "a", { role: outputOf(urnOf("aws:iam/role:Role", "made")) }),
        // Its own provider: what it runs as shows nothing of the account of the default one.
        resource(
          functionType,
          "b",
          { role: desk },
          { provider: "urn:pulumi:dev::desk::pulumi:providers:aws::other" },
        ),
      ],
      findings: [
        {
          verdict: "undetermined",
          severity: "critical",
          about: "desk",
          holder: "b",
          at: "b: role",
          message: "Role `desk` is shared by several workloads",
          reason:
            "it is not known whether the default provider is of account `111122223333`, as `allowedAccountIds` of a provider would",
          related: ["a: may run as the same identity"],
        },
        {
          verdict: "undetermined",
          severity: "critical",
          about: "desk",
          holder: "a",
          at: "a: role",
          message: "Role `desk` is shared by several workloads",
          reason:
            "it is not known whether the default provider is of account `111122223333`, as `allowedAccountIds` of a provider would",
          related: ["b: may run as the same identity"],
        },
      ],
    },
  ],
});
