import type { Field, RecordShape, Shape } from "../../yaml/shape";
import { egress } from "./fence-shapes";

const text = (wanted: string) => ({ kind: "text", wanted }) as const satisfies Shape;

const openText = (wanted: string) =>
  ({ kind: "text", wanted, open: true }) as const satisfies Shape;

const required = <const S extends Shape>(about: string, shape: S) =>
  ({ about, shape, required: true }) as const;

const optional = <const S extends Shape>(about: string, shape: S) => ({ about, shape }) as const;

const writerArn = optional(
  "ARN of a role that may read the key too, to write it. Default: none.",
  openText("an ARN of an IAM role"),
);

const key = {
  kind: "record",
  alternatives: true,
  fields: {
    secretsManager: optional("A secret made in AWS Secrets Manager, under a KMS key of its own.", {
      kind: "record",
      fields: {
        value: optional(
          "The key, as `${name}` of a secret that the program gives; never in clear. Default: the secret is made empty.",
          {
            ...openText("`${name}` of a secret that the program gives"),
            hidden: true,
          },
        ),
        writerArn,
      },
    }),
    existingSecret: optional(
      "A secret that exists in AWS Secrets Manager; its resource policy is replaced.",
      {
        kind: "record",
        fields: {
          arn: required(
            "ARN of the secret, whole, in the account of the tenant's roles.",
            openText("an ARN of a secret"),
          ),
          kmsKeyArn: optional(
            "ARN of the customer managed key that encrypts it. Default: none.",
            openText("an ARN of a KMS key"),
          ),
          writerArn,
        },
      },
    ),
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
  rotation: required("Until when the key may be used.", {
    kind: "record",
    fields: {
      issued: required(
        "Day on which the platform issued the key.",
        text("a day such as `2026-11-01`"),
      ),
      rotateBefore: required(
        "Day before which a new key is to be issued, at most 90 days later.",
        text("a day such as `2027-01-30`"),
      ),
      today: optional(
        "Day of the run, as `${name}` that the program gives. Default: not checked.",
        openText("`${name}` of the day of the run"),
      ),
    },
  }),
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
