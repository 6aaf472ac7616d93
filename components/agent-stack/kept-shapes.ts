import type { Field, RecordShape, Shape } from "../../yaml/shape";

/** A text of the manifest. */
export const text = (wanted: string) => ({ kind: "text", wanted }) as const satisfies Shape;

/** A text that may be `${name}`, which the program gives. */
export const openText = (wanted: string) =>
  ({ kind: "text", wanted, open: true }) as const satisfies Shape;

/** A field that a record needs. */
export const required = <const S extends Shape>(about: string, shape: S) =>
  ({ about, shape, required: true }) as const;

/** A field that a record may have. */
export const optional = <const S extends Shape>(about: string, shape: S) =>
  ({ about, shape }) as const;

const writerArn = optional(
  "ARN of a role that may read the secret too, to write it. Default: none.",
  openText("an ARN of an IAM role"),
);

/** Where a secret of one workload is kept in AWS. */
export const keptFields = {
  secretsManager: optional("A secret made in AWS Secrets Manager, under a KMS key of its own.", {
    kind: "record",
    fields: {
      value: optional(
        "The value, as `${name}` of a secret that the program gives; never in clear. Default: the secret is made empty.",
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
} as const satisfies Readonly<Record<string, Field>>;

/** Until when a secret may be used. */
export const rotation = {
  kind: "record",
  fields: {
    issued: required("Day on which it was issued.", text("a day such as `2026-11-01`")),
    rotateBefore: required(
      "Day before which a new one is to be issued, at most 90 days later.",
      text("a day such as `2027-01-30`"),
    ),
    today: optional(
      "Day of the run, as `${name}` that the program gives. Default: not checked.",
      openText("`${name}` of the day of the run"),
    ),
  },
} as const satisfies RecordShape;
