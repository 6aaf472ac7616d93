import * as pulumi from "@pulumi/pulumi";

/** A resource that a program registered. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  /** Type of the parent, which is a part of the URN. */
  readonly under: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** The mocks' answers for values that AWS generates; empty where there are none. */
export function toldOf({
  type,
  name,
  inputs,
}: Pick<Registered, "type" | "name" | "inputs">): Readonly<Record<string, string>> {
  const given = inputs["name"] ?? inputs["agentRuntimeName"];
  return reported[type]?.(typeof given === "string" ? given : name) ?? {};
}

/** Account and region in which the mocks make AWS resources. */
const account = "111122223333";

/** ARNs of what the mocks make, from the service to the name. */
const arns: Readonly<Record<string, string>> = {
  "aws:iam/role:Role": `iam::${account}:role`,
  "aws:iam/policy:Policy": `iam::${account}:policy`,
  "aws:rolesanywhere/trustAnchor:TrustAnchor": `rolesanywhere:eu-central-1:${account}:trust-anchor`,
  "aws:rolesanywhere/profile:Profile": `rolesanywhere:eu-central-1:${account}:profile`,
};

/** Further values of AWS in the mocks, by the resource's name. */
const reported: Readonly<Record<string, (name: string) => Record<string, string>>> = {
  "aws:kms/key:Key": (name) => ({ arn: `arn:aws:kms:eu-central-1:${account}:key/${name}` }),
  "aws:secretsmanager/secret:Secret": (name) => ({
    arn: `arn:aws:secretsmanager:eu-central-1:${account}:secret:${name}-AbCd12`,
  }),
  "aws:bedrock/agentcoreApiKeyCredentialProvider:AgentcoreApiKeyCredentialProvider": (name) => ({
    credentialProviderArn: `arn:aws:bedrock-agentcore:eu-central-1:${account}:token-vault/default/apikeycredentialprovider/${name}`,
  }),
  "aws:bedrock/agentcoreOauth2CredentialProvider:AgentcoreOauth2CredentialProvider": (name) => ({
    credentialProviderArn: `arn:aws:bedrock-agentcore:eu-central-1:${account}:token-vault/default/oauth2credentialprovider/${name}`,
  }),
  "aws:bedrock/agentcoreWorkloadIdentity:AgentcoreWorkloadIdentity": (name) => ({
    workloadIdentityArn: `arn:aws:bedrock-agentcore:eu-central-1:${account}:workload-identity-directory/default/workload-identity/${name}`,
  }),
  "aws:bedrock/agentcorePolicyEngine:AgentcorePolicyEngine": (name) => ({
    policyEngineId: `${name}-a1b2c3d4e5`,
    policyEngineArn: `arn:aws:bedrock-agentcore:eu-central-1:${account}:policy-engine/${name}-a1b2c3d4e5`,
  }),
  "aws:bedrock/agentcoreGateway:AgentcoreGateway": (name) => ({
    gatewayId: `${name}-a1b2c3d4e5`,
    gatewayArn: `arn:aws:bedrock-agentcore:eu-central-1:${account}:gateway/${name}-a1b2c3d4e5`,
    gatewayUrl: `https://${name}-a1b2c3d4e5.gateway.bedrock-agentcore.eu-central-1.amazonaws.com/mcp`,
  }),
  "aws:bedrock/agentcoreAgentRuntime:AgentcoreAgentRuntime": (name) => ({
    agentRuntimeId: `${name}-a1B2c3D4e5`,
    agentRuntimeArn: `arn:aws:bedrock-agentcore:eu-central-1:${account}:runtime/${name}-a1B2c3D4e5`,
  }),
  "aws:verifiedpermissions/policyStore:PolicyStore": (name) => ({
    policyStoreId: `id of ${name}`,
    arn: `arn:aws:verifiedpermissions::${account}:policy-store/${name}`,
  }),
  "aws:verifiedpermissions/policy:Policy": (name) => ({ policyId: `id of ${name}` }),
  "aws:bedrock/agentcoreGatewayTarget:AgentcoreGatewayTarget": (name) => ({
    targetId: `id of ${name}`,
  }),
};

/** What the mocks answer. */
interface MockOptions {
  /** Leaves values of AWS and of other stacks unknown, as in the preview of a new stack. */
  readonly preview?: boolean;
  /** Outputs of each other stack that the program refers to. */
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/**
 * Runs a program against mocks and returns its registrations, in the order of the types and names.
 *
 * With `preview`, values of AWS stay unknown, as in the preview of a new stack.
 */
export async function registered(
  program: () => void | Promise<void>,
  options: MockOptions = {},
): Promise<readonly Registered[]> {
  const seen = mocked(options);
  await pulumi.runtime.runInPulumiStack(async () => {
    await program();
    return {};
  });
  await pulumi.runtime.disconnect();
  return seen()
    .filter((resource) => resource.type !== "pulumi:pulumi:Stack")
    .map((resource) => ({ ...resource, under: parentTypeOf(resource) }))
    .sort((a, b) => compare(`${a.type} ${a.name}`, `${b.type} ${b.name}`));
}

/** Starts mocks, and returns the registrations so far on each call. */
export function mocked(options: MockOptions = {}): () => Omit<Registered, "under">[] {
  const seen: Omit<Registered, "under">[] = [];
  void pulumi.runtime.setMocks(
    {
      newResource: (args) => {
        const { type, name } = args;
        const inputs = args.inputs as Record<string, unknown>;
        if (type === "pulumi:pulumi:StackReference") {
          return {
            id: name,
            state: options.preview ? {} : { ...inputs, outputs: options.outputs },
          };
        }
        seen.push({ type, name, inputs });
        return {
          id: options.preview ? undefined : `${name}-id`,
          state: stateOf({ type, name, inputs }, options.preview ?? false),
        };
      },
      call: ({ inputs }) => inputs as Record<string, unknown>,
    },
    "project",
    "stack",
    options.preview ?? false,
  );
  return () => seen;
}

function parentTypeOf({ type, name }: Omit<Registered, "under">): string {
  const monitor = pulumi.runtime.getMonitor() as unknown as {
    readonly getRegisteredResources?: () => ReadonlyMap<string, unknown>;
    /** In older versions of the SDK. */
    readonly resources: ReadonlyMap<string, unknown>;
  };
  const made = monitor.getRegisteredResources?.() ?? monitor.resources;
  const own = `$${type}::${name}`;
  for (const urn of made.keys()) {
    if (urn.endsWith(own))
      return urn.slice(urn.lastIndexOf("::", urn.length - own.length) + 2, -own.length);
  }
  throw new Error(`no parent of ${type} ${name}`);
}

function stateOf(
  made: Pick<Registered, "type" | "name" | "inputs">,
  preview: boolean,
): Record<string, unknown> {
  const { type, inputs } = made;
  const { path, name } = inputs as { path?: string; name?: string };
  const kind = arns[type];
  if (reported[type] !== undefined && !preview) return { ...inputs, ...toldOf(made) };
  if (kind === undefined || preview) return inputs;
  return { ...inputs, arn: `arn:aws:${kind}${path ?? "/"}${name ?? ""}` };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
