import type { Deployer } from "../deployers";
import type { Egress } from "../egress";
import { deployerProblem, egressProblem, quotaProblem } from "./component-checks";
import { accountNames } from "../naming";
import { apiServer } from "./kubernetes-shapes";
import type { Field, RecordShape, Shape } from "../../yaml/shape";

const text = (wanted: string) => ({ kind: "text", wanted }) as const satisfies Shape;

/** A place that pods may send to. */
export const egress = {
  kind: "record",
  fields: {
    cidr: {
      about: "Addresses, such as `10.0.0.0/16`; give these or `namespace`.",
      shape: text("a range of addresses such as `10.0.0.0/16`"),
    },
    namespace: {
      about: "Namespace of the same cluster; give this or `cidr`.",
      shape: text("the name of a namespace"),
    },
    ports: {
      about: "Ports, 1 to 65535.",
      shape: {
        kind: "list",
        of: { kind: "whole", least: 1, most: 65_535 },
        wanted: "a list of ports",
        least: 1,
      },
      required: true,
    },
    protocol: {
      about: "What is sent.",
      shape: { kind: "choice", values: ["TCP", "UDP"] },
      default: "TCP",
    },
  },
  check: (value: Egress) => egressProblem(value),
} as const satisfies RecordShape;

const quota = {
  kind: "record",
  fields: {
    pods: {
      about: "Most pods at a time.",
      shape: { kind: "whole", least: 1, most: 1_000_000 },
      default: 50,
    },
    cpu: {
      about: "Most processors of all pods together, in quotes. Default: no limit.",
      shape: text("a quantity such as `8`"),
    },
    memory: {
      about: "Most memory of all pods together, such as `16Gi`. Default: no limit.",
      shape: text("a quantity such as `16Gi`"),
    },
  },
  check: (value: never) => quotaProblem(value),
} as const satisfies RecordShape;

const deployer = {
  kind: "record",
  fields: {
    user: {
      about: "Name of a user as the API server knows it.",
      shape: text("the name of a user"),
    },
    group: {
      about: "Name of a group as the API server knows it.",
      shape: text("the name of a group"),
    },
    serviceAccount: {
      about: "A ServiceAccount, of this namespace or another.",
      shape: {
        kind: "record",
        fields: {
          namespace: {
            about: "Its namespace.",
            shape: text("the name of a namespace"),
            required: true,
          },
          name: {
            about: "Its name.",
            shape: text("the name of a ServiceAccount"),
            required: true,
          },
        },
      },
    },
  },
  alternatives: true,
  check: (value: Deployer) => deployerProblem(value),
} as const satisfies RecordShape;

/** The fields of a tenant that fence its namespace. */
export const fenceFields = {
  egress: {
    about:
      "Where the tenant's pods may send to, besides each other and the cluster's DNS. Default: nowhere.",
    shape: { kind: "list", of: egress, wanted: "a list of addresses or namespaces", least: 0 },
  },
  apiServer: {
    about: "The Kubernetes API server, for workloads with `kubernetesPermissions`.",
    shape: apiServer,
  },
  quota: { about: "How much the namespace may hold.", shape: quota },
  deployers: {
    about: "Who may deploy workloads into the namespace. Default: none.",
    shape: { kind: "list", of: deployer, wanted: "a list of deployers", least: 0 },
  },
  serviceAccounts: {
    about: "Names of the ServiceAccounts that pods may run as. Default: any but `default`.",
    shape: {
      kind: "list",
      of: {
        kind: "text",
        wanted: "the name of a ServiceAccount other than `default`",
        pattern: accountNames,
        form: "lowercase letters, digits, `-` and `.` inside",
      },
      wanted: "a list of ServiceAccounts",
      least: 0,
    },
  },
} as const satisfies Readonly<Record<string, Field>>;
