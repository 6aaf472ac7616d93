import type * as pulumi from "@pulumi/pulumi";
import { nameWanted, type RecordShape, type Shape, type ValueOf } from "../../yaml/shape";
import { fenceFields } from "./fence-shapes";
import { federation } from "./federation-shapes";
import { gateway } from "./gateway-shape";
import type { oauth2Providers } from "./oauth2-shape";
import { caller, legacyTool, named, openText, session, tool } from "./workload-shapes";

/** Source: kubernetes.io, object names, RFC 1123 labels. */
const existingName = {
  kind: "text",
  wanted: "the name of a namespace",
  pattern: /^(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  form: "lowercase letters, digits and `-` inside, at most 63",
} as const satisfies Shape;

const mapOf = <const S extends Shape>(of: S, wanted: string, least: 0 | 1 = 0) =>
  ({ kind: "map", of, wanted: `${wanted} by name (${nameWanted})`, least }) as const;

const broker = {
  kind: "record",
  fields: {
    roleArn: {
      about: "ARN of the IAM role that the broker runs as; it serves this tenant alone.",
      shape: openText("an ARN of an IAM role"),
      required: true,
    },
    podIdentity: {
      about:
        "Whether the broker's pods obtain its role by EKS Pod Identity, whose session tags tools' roles then accept. Default: `false`.",
      shape: { kind: "flag" },
    },
  },
} as const satisfies RecordShape;

const tenant = {
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
    namespace: {
      about: "Name of the namespace to make. Default: the tenant's name.",
      shape: named("a namespace"),
    },
    existingNamespace: {
      about: "Name of a namespace that exists and is the tenant's alone. Default: one is made.",
      shape: existingName,
    },
    broker: {
      about: "The task broker that calls the tenant's tools as grants allow. Default: none.",
      shape: broker,
    },
    maxSession: {
      about: "Longest session of any workload's role, `1h` to `12h`.",
      shape: session,
      default: "1h",
    },
    ...fenceFields,
    orchestrators: {
      about: "Workloads that take tasks in and hand them to agents.",
      shape: mapOf(caller, "orchestrators"),
    },
    agents: {
      about: "Workloads that reason about a task and call tools.",
      shape: mapOf(caller, "agents"),
    },
    tools: {
      about: "Workloads that do one thing for agents, such as a search or a refund.",
      shape: mapOf(tool, "tools"),
    },
    legacyTools: {
      about: "Tools that hold the one shared key of a platform that knows nothing better.",
      shape: mapOf(legacyTool, "tools"),
    },
    gateways: {
      about: "Gateways of Bedrock AgentCore, in front of tools of the tenant.",
      shape: mapOf(gateway, "gateways"),
    },
  },
} as const satisfies RecordShape;

/** The shape of a whole manifest. */
export const manifestShape = {
  kind: "record",
  fields: {
    federations: {
      about: "Ways in which workloads prove who they are, by a name that tenants refer to.",
      shape: mapOf(federation, "federations", 1),
      required: true,
    },
    tenants: {
      about: "The boundaries that nothing crosses, with the workloads in each.",
      shape: mapOf(tenant, "tenants", 1),
      required: true,
    },
  },
} as const satisfies RecordShape;

/** A manifest as it is read. */
export type Manifest = ValueOf<typeof manifestShape, pulumi.Input<string>>;

/** A tenant of a manifest. */
export type ManifestTenant = ValueOf<typeof tenant, pulumi.Input<string>>;

/** A tool of a manifest that holds the key of a legacy platform. */
export type ManifestLegacyTool = ValueOf<typeof legacyTool, pulumi.Input<string>>;

/** A gateway of a manifest. */
export type ManifestGateway = ValueOf<typeof gateway, pulumi.Input<string>>;

/** A service that a workload of a manifest calls with OAuth2 tokens. */
export type ManifestOauth2Provider = ValueOf<(typeof oauth2Providers)["of"], pulumi.Input<string>>;

/** A workload of a manifest: a tool has no grants, an orchestrator or agent no direct callers. */
export type ManifestWorkload = ValueOf<typeof caller, pulumi.Input<string>> &
  Pick<ValueOf<typeof tool>, "directCallers">;
