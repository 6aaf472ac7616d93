import type { Field, RecordShape } from "../../yaml/shape";
import { egress } from "./fence-shapes";
import { keptFields, optional, required, rotation, text } from "./kept-shapes";

const key = {
  kind: "record",
  alternatives: true,
  fields: {
    ...keptFields,
    externalSecret: optional("A secret that the External Secrets Operator brings in.", {
      kind: "record",
      fields: {
        store: required("Name of the operator's store.", text("the name of a store")),
        storeKind: {
          about: "Kind of the store.",
          shape: { kind: "choice", values: ["SecretStore", "ClusterSecretStore"] },
          default: "SecretStore",
        },
        remoteKey: required(
          "Name of the secret within the store.",
          text("the name of a secret within the store"),
        ),
        property: optional(
          "Property of that secret which is the key. Default: the whole secret is.",
          text("the name of a property"),
        ),
      },
    }),
  },
} as const satisfies RecordShape;

/** The fields that a tool with the key of a legacy platform has beside other tools. */
export const legacyFields = {
  host: required(
    "Host of the platform, such as `crm.example.com`.",
    text("the name of a host such as `crm.example.com`"),
  ),
  key: required("Where the platform's key is kept; exactly one.", key),
  rotation: required("Until when the key may be used.", rotation),
  egress: optional(
    "All that its pods may send to besides the cluster's DNS. Required in Kubernetes.",
    { kind: "list", of: egress, wanted: "a list of addresses or namespaces", least: 1 },
  ),
  apiKeyProvider: optional("Has Bedrock AgentCore hand out the key. Default: it does not.", {
    kind: "record",
    fields: {
      jsonKey: {
        about: "Field of the secret, which is a JSON object, that has the key.",
        shape: text("the name of a field"),
        default: "apiKey",
      },
    },
  }),
} as const satisfies Readonly<Record<string, Field>>;
