import assert from "node:assert/strict";
import { installations, type Installation } from "./support/installation";
import { newProject, type Project, type RunResult } from "./support/project";

const issuer = "oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF";
const providerArn = `arn:aws:iam::111122223333:oidc-provider/${issuer}`;

/** A tenant with a tool, and an agent that may call it. */
const desk = `
  acme:
    type: agentid:Tenant
    properties:
      federation:
        eksIrsa:
          providerArn: ${providerArn}
      egress:
        - cidr: 10.0.0.0/16
          ports: [443]
      broker:
        roleArn: arn:aws:iam::111122223333:role/task-broker
  refunds:
    type: agentid:Tool
    properties:
      tenant: \${acme.ref}
      risk:
        sensitivity: restricted
        effects: [payment]
      permissions:
        - actions: [sqs:SendMessage]
          resources: [arn:aws:sqs:eu-central-1:111122223333:refunds]
  triage:
    type: agentid:Agent
    properties:
      tenant: \${acme.ref}
      autonomy: autonomous
      grants:
        - tool: \${refunds.ref}
          intents: [refund]
          approval: human
          maxSeconds: 300
`;

/** A role made by hand, which every pod of the cluster can have. */
const anybodysRole = `
  anybody:
    type: aws:iam:Role
    properties:
      assumeRolePolicy:
        fn::toJSON:
          Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Principal: { Federated: "${providerArn}" }
              Action: sts:AssumeRoleWithWebIdentity
              Condition: { StringEquals: { "${issuer}:aud": sts.amazonaws.com } }
`;

/** All that the desk's previews show, by the component that it is under. */
const made = [
  ...under("agentid:index:Tenant", "acme", [
    ["aws:iam/policy:Policy", "acme-boundary"],
    ["kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy", "acme-pods"],
    ["kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy", "acme-secrets"],
    ["kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding", "acme-pods"],
    ["kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding", "acme-secrets"],
    ["kubernetes:core/v1:Namespace", "acme"],
    ["kubernetes:core/v1:ResourceQuota", "acme-quota"],
    ["kubernetes:networking.k8s.io/v1:NetworkPolicy", "acme-egress"],
    ["kubernetes:networking.k8s.io/v1:NetworkPolicy", "acme-isolation"],
  ]),
  ...under("agentid:index:Tool", "refunds", [
    ["aws:iam/role:Role", "refunds"],
    ["aws:iam/rolePolicy:RolePolicy", "refunds"],
    ["kubernetes:core/v1:ServiceAccount", "refunds"],
  ]),
  ...under("agentid:index:Agent", "triage", [
    ["aws:iam/role:Role", "triage"],
    ["kubernetes:core/v1:ServiceAccount", "triage"],
  ]),
];

for (const { name, install, requested } of installations) {
  describe(`a program in YAML with the components of ${name}`, () => {
    let installation: Installation;

    before(async () => {
      installation = await install();
    });

    it("previews a tenant, a tool and an agent with a grant, in which the policy pack finds nothing", async () => {
      const project = await yamlProject(desk, installation);
      const result = await previewed(project, installation);
      assert.equal(result.exitCode, 0, stated(result));
      assert.doesNotMatch(result.stdout, /\[(mandatory|advisory)\]/);
      assert.deepEqual(
        plannedIn(result.stdout).filter((urn) => !/::pulumi:(?:pulumi|providers):/.test(urn)),
        made.map(([type, resource]) => project.urn(type, resource)).sort(),
      );
    });

    it("is blocked where a role made by hand beside the components is for any pod", async () => {
      const project = await yamlProject(desk + anybodysRole, installation);
      const result = await previewed(project, installation);
      assert.notEqual(result.exitCode, 0, stated(result));
      assert.match(result.stdout, /mandatory.*require-subject-condition/);
      assert.deepEqual(result.created, []);
    });

    if (requested !== "all") return;

    it("returns in the preview what components export: a tenant, a tool's name, a workload's account", async () => {
      const project = await yamlProject(
        `${desk}outputs:\n  account: \${triage.serviceAccountName}\n  boundary: \${acme.ref.boundaryArn}\n  tool: \${refunds.ref.name}\n`,
        installation,
      );
      const result = await previewed(project, installation, []);
      assert.equal(result.exitCode, 0, stated(result));
      assert.match(result.stdout, /account *: "triage"/);
      assert.match(
        result.stdout,
        /boundary *: "arn:aws:iam::111122223333:policy\/agentid\/acme\/acme\.boundary"/,
      );
      assert.match(result.stdout, /tool *: "refunds"/);
    });

    it("returns in the preview what a pod, a task, a function and a runtime receive, with the role's ARN", async () => {
      const arn = "arn:aws:iam::111122223333:role/agentid/acme/acme.triage";
      const outputs = {
        role: "triage.roleArn",
        env: "triage.pod.container.env[0].value",
        task: "triage.ecsTask.taskRoleArn",
        lambda: "triage.lambda.role",
        runtime: "triage.agentCoreRuntime.roleArn",
      };
      const declared = Object.entries(outputs).map(([name, from]) => `  ${name}: \${${from}}\n`);
      const project = await yamlProject(`${desk}outputs:\n${declared.join("")}`, installation);
      const result = await previewed(project, installation, []);
      assert.equal(result.exitCode, 0, stated(result));
      for (const name of Object.keys(outputs)) {
        assert.match(result.stdout, new RegExp(`${name} *: "${arn}"`));
      }
    });

    const refusals: Readonly<Record<string, readonly [string, string, RegExp]>> = {
      "a grant that lasts too long": [
        "maxSeconds: 300",
        "maxSeconds: 7200",
        /agent `triage`: grants\[0\] lasts `7200` s; give whole seconds, at most 3600, for one call/,
      ],
      "a tenant's provider that is none": [
        providerArn,
        "arn:aws:iam::111122223333:role/cluster",
        /tenant `acme`: providerArn `arn:aws:iam::111122223333:role\/cluster` is no IAM OIDC provider/,
      ],
      "an argument that there is not": ["maxSeconds: 300", "maxSecond: 300", /maxSecond/],
    };
    for (const [what, [right, wrong, message]] of Object.entries(refusals)) {
      it(`reports ${what} to the user, and ends the preview`, async () => {
        const project = await yamlProject(desk.replace(right, wrong), installation);
        const result = await previewed(project, installation);
        assert.notEqual(result.exitCode, 0, stated(result));
        assert.match(stated(result), message);
      });
    }
  });
}

function under(
  component: string,
  name: string,
  children: readonly (readonly [type: string, name: string])[],
): readonly (readonly [type: string, name: string])[] {
  return [
    [component, name],
    ...children.map(([type, child]) => [`${component}$${type}`, child] as const),
  ];
}

function yamlProject(resources: string, { provider, modules }: Installation): Promise<Project> {
  const text = [
    "name: demo",
    "runtime: yaml",
    `packages: { agentid: ${provider} }`,
    `plugins: { providers: [{ name: agentid, path: ${provider} }] }`,
    `resources:${resources}`,
  ];
  return newProject({ "Pulumi.yaml": text.join("\n") }, modules);
}

function previewed(
  project: Project,
  { pack }: Installation,
  args: readonly string[] = ["--diff"],
): Promise<RunResult> {
  return project.preview({ policyPack: pack, args });
}

/** URNs in a preview with differences. */
function plannedIn(text: string): readonly string[] {
  return [...text.matchAll(/\[urn=(urn:pulumi:[^\]]+)\]/g)].flatMap(([, urn]) => urn ?? []).sort();
}

function stated(result: RunResult): string {
  return result.stdout + result.stderr;
}
