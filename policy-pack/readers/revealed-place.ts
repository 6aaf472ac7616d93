import { arnAsGiven } from "../../core/access/known-arn";
import { kindOfType } from "../../core/access/kinds";
import { isAccountId, parseArn } from "../../core/arn";
import { knownString, listAt } from "../../core/snapshot/read";
import type { Resource } from "../../core/snapshot/resource";

/** What one resource reveals of the place where its provider works. */
interface Revealed {
  readonly account?: string;
  readonly region?: string;
}

/**
 * Inputs that take an ARN of the resource's own account alone, by type and path; a list is taken item by item.
 *
 * Source: IAM API reference, CreateRole (`PermissionsBoundary`), AttachRolePolicy; IAM user guide, "Grant a user permissions to pass a role to an
 * AWS service": a role cannot be passed across accounts.
 */
const ownAccountInputs: Readonly<Record<string, readonly string[]>> = {
  "aws:iam/role:Role": ["permissionsBoundary", "managedPolicyArns"],
  "aws:iam/user:User": ["permissionsBoundary"],
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": ["policyArn"],
  "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": ["policyArns"],
  "aws:iam/userPolicyAttachment:UserPolicyAttachment": ["policyArn"],
  "aws:iam/policyAttachment:PolicyAttachment": ["policyArn"],
  "aws:lambda/function:Function": ["role"],
  "aws:ecs/taskDefinition:TaskDefinition": ["taskRoleArn", "executionRoleArn"],
  "aws:sfn/stateMachine:StateMachine": ["roleArn"],
  "aws:bedrock/agentAgent:AgentAgent": ["agentResourceRoleArn"],
  "aws:bedrock/agentcoreAgentRuntime:AgentcoreAgentRuntime": ["roleArn"],
  "aws:bedrock/agentAgentCollaborator:AgentAgentCollaborator": ["agentDescriptor.aliasArn"],
  "aws:bedrock/agentcoreGateway:AgentcoreGateway": ["roleArn"],
  "aws:bedrock/agentcoreGatewayTarget:AgentcoreGatewayTarget": [
    "credentialProviderConfiguration.apiKey.providerArn",
    "credentialProviderConfiguration.oauth.providerArn",
  ],
  "aws:rolesanywhere/profile:Profile": ["roleArns"],
};

/** Keeps where providers work, as far as their own resources reveal it. */
export class RevealedPlaces {
  readonly #byProvider = new Map<string, { accounts: Set<string>; regions: Set<string> }>();
  /** What readers are shown of a provider's place; another object once it is another place. */
  readonly #shown = new Map<string, Resource>();

  /** Takes in what a resource reveals of the place of its provider. */
  remember(provider: string, resource: Resource): void {
    const { account, region } = revealedBy(resource);
    if (account === undefined && region === undefined) return;
    let place = this.#byProvider.get(provider);
    if (place === undefined) {
      place = { accounts: new Set(), regions: new Set() };
      this.#byProvider.set(provider, place);
    }
    const before = place.accounts.size + place.regions.size;
    if (account !== undefined) place.accounts.add(account);
    if (region !== undefined) place.regions.add(region);
    if (place.accounts.size + place.regions.size !== before) this.#shown.delete(provider);
  }

  /** The place of a provider, as a resource whose inputs say it; no account or region where resources contradict each other. */
  of(provider: string): Resource {
    let shown = this.#shown.get(provider);
    if (shown === undefined) {
      const { accounts, regions } = this.#byProvider.get(provider) ?? {};
      const [account, region] = [onlyIn(accounts), onlyIn(regions)];
      shown = {
        ...nowhere,
        urn: placeUrn(provider),
        inputs: {
          ...(account !== undefined && { account }),
          ...(region !== undefined && { region }),
        },
      };
      this.#shown.set(provider, shown);
    }
    return shown;
  }

  /** Those of which resources reveal something. */
  providers(): readonly string[] {
    return [...this.#byProvider.keys()];
  }

  /** The place that a name of {@link RevealedPlaces.of} stands for; undefined for other URNs. */
  at(urn: string): Resource | undefined {
    return urn.startsWith(prefix) ? this.of(urn.slice(prefix.length)) : undefined;
  }
}

const prefix = "place:";

/** What stands for the place of a provider among URNs. */
function placeUrn(provider: string): string {
  return prefix + provider;
}

const nowhere: Resource = {
  urn: "",
  type: "place",
  name: "",
  custom: false,
  inputs: {},
  dependencies: [],
  propertyDependencies: {},
};

function onlyIn(values: ReadonlySet<string> | undefined): string | undefined {
  const [only] = values ?? [];
  return values?.size === 1 ? only : undefined;
}

/** What a resource reveals: by the ARN that AWS gave it, else by ARNs that can only be of its own account. */
function revealedBy(resource: Resource): Revealed {
  const given = placeOfArn(resource);
  if (given !== undefined) return given;
  for (const input of ownAccountInputs[resource.type] ?? []) {
    for (const text of textsAt(resource, input)) {
      const parsed = parseArn(text);
      if (parsed.ok && isAccountId(parsed.arn.account)) return { account: parsed.arn.account };
    }
  }
  return {};
}

function placeOfArn({ type, inputs, outputs }: Resource): Revealed | undefined {
  const kind = outputs === undefined ? undefined : kindOfType(type);
  if (kind === undefined) return undefined;
  const text = knownString(outputs, kind.arnOutput ?? "arn");
  const arn = text === undefined ? undefined : arnAsGiven(kind, text);
  if (arn === undefined) return undefined;
  const { account = "", region = "" } = arn;
  return {
    ...(isAccountId(account) && { account }),
    // What names a region of its own says nothing of the provider's.
    ...(region !== "" && inputs["region"] === undefined && { region }),
  };
}

function textsAt({ inputs }: Resource, path: string): readonly string[] {
  const steps = path.split(".");
  const text = knownString(inputs, ...steps);
  return text === undefined
    ? listAt(inputs, ...steps).flatMap((each) => knownString(each) ?? [])
    : [text];
}
