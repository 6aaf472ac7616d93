import type { Adopt } from "../adopt";
import type { Field, RecordShape, Shape } from "../../yaml/shape";

const text = (wanted: string) => ({ kind: "text", wanted }) as const satisfies Shape;

const formerly = {
  kind: "record",
  oneOrMore: ["name", "urn"],
  fields: {
    name: {
      about: "Name of the resource in the program; give this or `urn`.",
      shape: text("the name of the resource"),
    },
    parentUrn: {
      about: "With `name`: URN of its parent. Default: it has none.",
      shape: text("a whole URN"),
    },
    urn: {
      about: "Whole URN of the resource, as `pulumi stack --show-urns` shows it.",
      shape: text("a whole URN"),
    },
  },
} as const satisfies RecordShape;

/** Where what is adopted comes from. */
const origin = {
  import: {
    about: "Whether no Pulumi program has it yet, so that it is imported.",
    shape: { kind: "flag" },
    default: false,
  },
  formerly: {
    about: "Where the stack has it so far. Default: it is with the workload already.",
    shape: formerly,
  },
} as const satisfies Readonly<Record<string, Field>>;

/** What a workload takes over, as a manifest writes it. */
export const adopt = {
  kind: "record",
  oneOrMore: ["role", "serviceAccount"],
  fields: {
    role: {
      about: "A role of the account of the tenant's roles. Default: one is made.",
      shape: {
        kind: "record",
        fields: {
          name: {
            about: "Name of the role in IAM.",
            shape: text("the name of a role"),
            required: true,
          },
          path: {
            about: "Path of the role in IAM, with `/` at both ends.",
            shape: text("a path such as `/teams/`"),
            default: "/",
          },
          ...origin,
        },
      },
    },
    serviceAccount: {
      about: "A ServiceAccount of the tenant's namespace. Default: one is made.",
      shape: {
        kind: "record",
        fields: {
          name: {
            about: "Name of the ServiceAccount.",
            shape: text("the name of a ServiceAccount"),
            required: true,
          },
          ...origin,
        },
      },
    },
  },
} as const satisfies RecordShape & {
  readonly fields: Readonly<Record<keyof Adopt, Field>>;
};
