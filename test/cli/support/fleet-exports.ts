/** A resource as `pulumi stack export` has it, of the stack `dev` of a project. */
type State = Readonly<Record<string, unknown>>;

const urnOf = (project: string, type: string, name: string): string =>
  `urn:pulumi:dev::${project}::${type}::${name}`;

/** What `pulumi stack export` prints of a tenant's stack, with its own root resource. */
export function stackExport(
  tenant: string,
  resources: readonly State[],
  project = `${tenant}-desk`,
): string {
  const type = "pulumi:pulumi:Stack";
  const stack = { urn: urnOf(project, type, `${project}-dev`), type };
  const manifest = { time: "2026-11-30T10:00:00Z" };
  return JSON.stringify({ version: 3, deployment: { manifest, resources: [stack, ...resources] } });
}

/** What an ECS task has beside its role. */
interface More {
  readonly environment?: readonly { readonly name: string; readonly value: string }[];
  readonly secrets?: readonly { readonly name: string; readonly valueFrom: string }[];
  /** Tags beside that of the tenant. */
  readonly tags?: Readonly<Record<string, string>>;
  /** The project. Default: that of the tenant. */
  readonly project?: string;
}

/** An ECS task of a tenant that runs as a role. */
export function taskOf(tenant: string, role: string, more: More = {}): State {
  const { environment = [], secrets = [], tags = {}, project = `${tenant}-desk` } = more;
  const type = "aws:ecs/taskDefinition:TaskDefinition";
  const family = project.replace(/desk$/, "triage");
  const container = { name: "main", image: "registry.example/triage:1.4.0", environment, secrets };
  return {
    urn: urnOf(project, type, "triage"),
    custom: true,
    id: family,
    type,
    inputs: {
      family,
      taskRoleArn: `arn:aws:iam::111122223333:role/${role}`,
      tags: { "agentid.dev/tenant": tenant, ...tags },
      containerDefinitions: JSON.stringify([container]),
    },
    outputs: {},
  };
}

/** A rotation of a secret by a function of another stack. */
export function rotationOf(project: string, secretId: string): State {
  const type = "aws:secretsmanager/secretRotation:SecretRotation";
  return {
    urn: urnOf(project, type, "crm"),
    custom: true,
    id: secretId,
    type,
    inputs: {
      secretId,
      rotationLambdaArn: "arn:aws:lambda:eu-west-1:111122223333:function:rotate",
      rotationRules: { automaticallyAfterDays: 7 },
    },
    outputs: {},
  };
}
