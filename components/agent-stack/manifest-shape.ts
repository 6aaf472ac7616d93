import type * as pulumi from "@pulumi/pulumi";
import { nameWanted, type RecordShape, type Shape } from "../../yaml/shape";
import type { AgentArgs } from "../workload/agent";
import type { TypeName } from "../arguments/argument-types";
import table from "../arguments/argument-types.json";
import type { TenantFederation } from "../federations/all-federations";
import type { GatewayArgs, GatewayTarget } from "../gateway";
import type { Grant } from "../grants/grants";
import type { KeyRotation } from "../stored-secret/rotation";
import type { LegacyToolArgs } from "../legacy-tool";
import type { Oauth2Provider } from "../oauth2/arguments";
import type { TenantArgs } from "../tenant/tenant";
import type { ToolArgs } from "../workload/tool";
import { shapeOfType, type ArgumentTypes } from "./argument-shape";
import { named, rules } from "./manifest-rules";
import { jsonSchemaOf, type JsonSchema } from "../../yaml/json-schema";

const mapOf = (of: Shape, wanted: string, least: 0 | 1 = 0) =>
  ({ kind: "map", of, wanted: `${wanted} by name (${nameWanted})`, least }) as const;

const tenantOf = (shapeIn: (type: TypeName) => RecordShape): RecordShape => ({
  kind: "record",
  oneOrMore: ["federation", "federations"],
  fields: {
    federation: {
      about: "How all the tenant's workloads prove who they are: the name of one of `federations`.",
      shape: named("one of `federations`"),
    },
    federations: {
      about:
        "How the tenant's workloads prove who they are: names of `federations`, of which each workload gives one as its `federation`.",
      shape: {
        kind: "list",
        of: named("one of `federations`"),
        wanted: "a list of names of `federations`",
        least: 1,
      },
    },
    ...shapeIn("Tenant").fields,
    orchestrators: {
      about: "Workloads that take tasks in and hand them to agents.",
      shape: mapOf(shapeIn("Orchestrator"), "orchestrators"),
    },
    agents: {
      about: "Workloads that reason about a task and call tools.",
      shape: mapOf(shapeIn("Agent"), "agents"),
    },
    tools: {
      about: "Workloads that do one thing for agents, such as a search or a refund.",
      shape: mapOf(shapeIn("Tool"), "tools"),
    },
    legacyTools: {
      about: "Tools with the one shared key of a legacy platform.",
      shape: mapOf(shapeIn("LegacyTool"), "tools"),
    },
    gateways: {
      about: "Gateways of Bedrock AgentCore, in front of tools of the tenant.",
      shape: mapOf(shapeIn("Gateway"), "gateways"),
    },
  },
});

/** The shape of a whole manifest, by the types of the components' arguments. */
function manifestShapeOf(types: ArgumentTypes): RecordShape {
  const shapeIn = (type: TypeName) => shapeOfType(type, { types, rules });
  return {
    kind: "record",
    fields: {
      federations: {
        about: "Ways in which workloads prove who they are, by a name that tenants refer to.",
        shape: mapOf(shapeIn("TenantFederation"), "federations", 1),
        required: true,
      },
      tenants: {
        about: "The boundaries that nothing crosses, with the workloads in each.",
        shape: mapOf(tenantOf(shapeIn), "tenants", 1),
        required: true,
      },
    },
  };
}

/** The shape of a whole manifest. */
export const manifestShape = manifestShapeOf(table as unknown as ArgumentTypes);

/** A manifest as it is read. */
export interface Manifest {
  federations: Record<string, TenantFederation>;
  tenants: Record<string, ManifestTenant>;
}

/** What a manifest has beside what it names otherwise than the arguments of components. */
type Without<Args, Key extends string = never> = Omit<Args, "tenant" | "name" | Key>;

/** Until when a secret may be used; the program may give the day of the run. */
interface ManifestRotation extends Omit<KeyRotation, "today"> {
  today?: pulumi.Input<string>;
}

/** A tenant of a manifest. */
export interface ManifestTenant extends Without<
  TenantArgs,
  "federation" | "federations" | "broker" | "existingNamespace"
> {
  federation?: string;
  federations?: string[];
  existingNamespace?: string;
  broker?: { roleArn: pulumi.Input<string>; podIdentity?: boolean };
  orchestrators?: Record<string, ManifestCaller>;
  agents?: Record<string, ManifestCaller>;
  tools?: Record<string, ManifestTool>;
  legacyTools?: Record<string, ManifestLegacyTool>;
  gateways?: Record<string, ManifestGateway>;
}

interface ManifestCaller extends Without<AgentArgs, "grants" | "oauth2Providers"> {
  grants?: (Omit<Grant, "tool" | "gateway"> & { tool: string; gateway?: string })[];
  oauth2Providers?: ManifestOauth2Provider[];
}

interface ManifestTool extends Without<ToolArgs, "oauth2Providers"> {
  oauth2Providers?: ManifestOauth2Provider[];
}

/** A tool of a manifest that uses the key of a legacy platform. */
export interface ManifestLegacyTool extends Without<LegacyToolArgs, "rotation"> {
  rotation: ManifestRotation;
}

/** A gateway of a manifest. */
export interface ManifestGateway extends Without<GatewayArgs, "targets"> {
  targets: (Omit<GatewayTarget, "tool"> & { tool: string })[];
}

/** A service that a workload of a manifest calls with OAuth2 tokens. */
export interface ManifestOauth2Provider extends Omit<Oauth2Provider, "rotation"> {
  rotation: ManifestRotation;
}

/** A workload of a manifest: a tool has no grants, an orchestrator or agent no direct callers. */
export interface ManifestWorkload extends ManifestCaller, Pick<ManifestTool, "directCallers"> {}

/**
 * The JSON Schema of manifests.
 *
 * @param types The types of the components' arguments. Default: those that were generated last.
 */
export function manifestSchema(types?: ArgumentTypes): JsonSchema {
  const shape = types === undefined ? manifestShape : manifestShapeOf(types);
  return jsonSchemaOf("Manifest of an AgentStack", shape);
}
