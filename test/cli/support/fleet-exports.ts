/** A resource as `pulumi stack export` has it, of the stack `dev` of a project. */
type State = Readonly<Record<string, unknown>>;

const urnOf = (project: string, type: string, name: string): string =>
  `urn:pulumi:dev::${project}::${type}::${name}`;

/** What `pulumi stack export` prints of a tenant's stack, with its own root resource. */
export function stackExport(tenant: string, resources: readonly State[]): string {
  const project = `${tenant}-desk`;
  const type = "pulumi:pulumi:Stack";
  const stack = { urn: urnOf(project, type, `${project}-dev`), type };
  const manifest = { time: "2026-11-30T10:00:00Z" };
  return JSON.stringify({ version: 3, deployment: { manifest, resources: [stack, ...resources] } });
}

/** An ECS task of a tenant that runs as a role, with variables in its environment. */
export function taskOf(
  tenant: string,
  role: string,
  environment: readonly { readonly name: string; readonly value: string }[] = [],
): State {
  const type = "aws:ecs/taskDefinition:TaskDefinition";
  const container = { name: "main", image: "registry.example/triage:1.4.0", environment };
  return {
    urn: urnOf(`${tenant}-desk`, type, "triage"),
    custom: true,
    id: `${tenant}-triage`,
    type,
    inputs: {
      family: `${tenant}-triage`,
      taskRoleArn: `arn:aws:iam::111122223333:role/${role}`,
      tags: { "agentid.dev/tenant": tenant },
      containerDefinitions: JSON.stringify([container]),
    },
    outputs: {},
  };
}
