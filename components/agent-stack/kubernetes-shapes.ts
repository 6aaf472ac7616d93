import type { ApiServer } from "../api-server";
import type { KubernetesPermission } from "../kubernetes-permissions";
import { apiServerProblem, kubernetesPermissionProblem } from "./component-checks";
import type { RecordShape, Shape } from "../../yaml/shape";

const listOf = <const S extends Shape>(of: S, wanted: string) =>
  ({ kind: "list", of, wanted, least: 1 }) as const;

/** A right in the tenant's namespace, as a manifest writes it. */
export const kubernetesPermission = {
  kind: "record",
  fields: {
    apiGroups: {
      about: 'API groups of the objects, such as `apps`; the core group is `""`.',
      shape: listOf(
        { kind: "text", wanted: "an API group such as `apps`", mayBeEmpty: true },
        'a list of API groups such as `[""]`',
      ),
      required: true,
    },
    resources: {
      about: "What the objects are, in the plural, such as `configmaps`.",
      shape: listOf(
        { kind: "text", wanted: "a kind of objects such as `configmaps`" },
        "a list of kinds of objects",
      ),
      required: true,
    },
    verbs: {
      about:
        "What may be done: `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`.",
      shape: listOf({ kind: "text", wanted: "a verb such as `get`" }, "a list of verbs"),
      required: true,
    },
    resourceNames: {
      about: "Names of the only objects. Default: all of the namespace.",
      shape: listOf(
        { kind: "text", wanted: "the name of an object", open: true },
        "a list of names",
      ),
    },
  },
  check: (value: KubernetesPermission) => kubernetesPermissionProblem(value),
} as const satisfies RecordShape;

/** The API server, as a manifest writes it. */
export const apiServer = {
  kind: "record",
  fields: {
    audience: {
      about: "Audience of the tokens that it takes.",
      shape: { kind: "text", wanted: "the audience of its tokens" },
      default: "https://kubernetes.default.svc",
    },
    cidrs: {
      about: "Addresses behind the Service `kubernetes`, such as `10.0.0.0/16`. Default: none.",
      shape: listOf(
        { kind: "text", wanted: "a range of addresses such as `10.0.0.0/16`" },
        "a list of ranges of addresses",
      ),
    },
    port: {
      about: "Port behind the Service `kubernetes`.",
      shape: { kind: "whole", least: 1, most: 65_535 },
      default: 443,
    },
  },
  check: (value: ApiServer) => apiServerProblem(value),
} as const satisfies RecordShape;
