import { withoutUnit } from "../../core/duration";
import { Approval, Autonomy, Effect, Sensitivity } from "../choices";
import type { Permission } from "../permissions";
import { namePattern, type Field, type RecordShape, type Shape } from "../../yaml/shape";
import { adopt } from "./adopt-shape";
import type { GrantCondition } from "../grant-conditions";
import {
  actionProblem,
  conditionProblem,
  grantProblem,
  intentProblem,
  permissionProblem,
  sessionProblem,
} from "./component-checks";
import { workloadSubject } from "./federation-shapes";
import { kubernetesPermission } from "./kubernetes-shapes";
import { legacyFields } from "./legacy-shape";
import { oauth2Providers } from "./oauth2-shape";
import { outbound } from "./outbound-shape";

/** The longest session of a role. */
export const session = {
  kind: "text",
  wanted: "a duration of `1h` to `12h`",
  ifNumber: withoutUnit,
  check: sessionProblem,
} as const satisfies Shape;

/** The name of something of the manifest. */
export const named = (what: string) =>
  ({ kind: "text", wanted: `the name of ${what}`, pattern: namePattern }) as const satisfies Shape;

/** A text in which `${name}` stands for a value that the program gives. */
export const openText = (wanted: string) =>
  ({ kind: "text", wanted, open: true }) as const satisfies Shape;

const listOf = <const S extends Shape>(of: S, wanted: string, least: 0 | 1 = 1) =>
  ({ kind: "list", of, wanted, least }) as const;

const condition = {
  kind: "record",
  fields: {
    test: {
      about: "Operator, such as `StringEquals`.",
      shape: { kind: "text", wanted: "an operator such as `StringEquals`" },
      required: true,
    },
    variable: {
      about: "Condition key, such as `aws:SourceVpce`.",
      shape: { kind: "text", wanted: "a condition key such as `aws:SourceVpce`" },
      required: true,
    },
    values: {
      about: "Values, one of which must match.",
      shape: listOf(openText("a value"), "a list of values"),
      required: true,
    },
  },
} as const satisfies RecordShape;

const permission = {
  kind: "record",
  fields: {
    actions: {
      about: "Actions, such as `s3:GetObject`.",
      shape: listOf(
        { kind: "text", wanted: "an action such as `s3:GetObject`", check: actionProblem },
        "a list of actions",
      ),
      required: true,
    },
    resources: {
      about: "ARNs of the resources; `${name}` stands for a value that the program gives.",
      shape: listOf(openText("an ARN"), "a list of ARNs"),
      required: true,
    },
    conditions: {
      about: "Conditions, all of which must hold. Default: none.",
      shape: listOf(condition, "a list of conditions", 0),
    },
  },
  check: (value: Permission) => permissionProblem(value),
} as const satisfies RecordShape;

const risk = {
  kind: "record",
  fields: {
    sensitivity: {
      about: "How much harm the data it reads can do in the wrong hands.",
      shape: { kind: "choice", values: Object.values(Sensitivity) },
      default: Sensitivity.Internal,
    },
    effects: {
      about: "What it can cause outside itself. Default: nothing.",
      shape: listOf({ kind: "choice", values: Object.values(Effect) }, "a list of effects", 0),
    },
  },
} as const satisfies RecordShape;

const grantCondition = {
  kind: "record",
  fields: {
    key: {
      about:
        "What it looks at: an entry of the call's context such as `amount`, or `target`, `environment`, `user`, `actors` or `until`.",
      shape: { kind: "text", wanted: "a name such as `amount`" },
      required: true,
    },
    atMost: {
      about: "The entry is a whole number up to this, such as an amount in cents.",
      shape: { kind: "whole", least: 0, most: Number.MAX_SAFE_INTEGER },
    },
    oneOf: {
      about: "The entry is one of these texts; of `actors` each is, and there is one.",
      shape: listOf({ kind: "text", wanted: "a text" }, "a list of texts"),
    },
    is: { about: "The entry is this truth value.", shape: { kind: "flag" } },
  },
  check: (value: GrantCondition) => conditionProblem(value),
} as const satisfies RecordShape;

const grant = {
  kind: "record",
  fields: {
    tool: {
      about: "Name of a tool of the same tenant.",
      shape: named("a tool of the same tenant"),
      required: true,
    },
    intents: {
      about: "Purposes for which it may be called, such as `refund`.",
      shape: listOf(
        { kind: "text", wanted: "a purpose such as `refund`", check: intentProblem },
        "a list of purposes",
      ),
      required: true,
    },
    conditions: {
      about:
        "What must hold of each call, all of it; exactly one of `atMost`, `oneOf` and `is` each. Default: nothing.",
      shape: listOf(grantCondition, "a list of conditions", 0),
    },
    approval: {
      about: "Who agrees to each call.",
      shape: { kind: "choice", values: Object.values(Approval) },
      default: Approval.None,
    },
    maxSeconds: {
      about: "Seconds that the authority for one call lasts at most.",
      shape: { kind: "whole", least: 1, most: 3600 },
      default: 300,
    },
    gateway: {
      about:
        "Name of a gateway of the same tenant, which decides each call and makes it; not with an approval or a time. Default: none.",
      shape: named("a gateway of the same tenant"),
    },
  },
  check: ({ tool, intents }: { readonly tool: string; readonly intents: string[] }) =>
    grantProblem({ tool: { tenant: "", name: tool }, intents }, { autonomy: Autonomy.Supervised }),
} as const satisfies RecordShape;

const workloadFields = {
  federation: {
    about:
      "Name of the tenant's federation by which it proves who it is. Default: the tenant's only one.",
    shape: named("one of the tenant's `federations`"),
  },
  subject: {
    about:
      "Who it is to its federation's issuer where it runs outside Kubernetes. Default: its ServiceAccount.",
    shape: workloadSubject,
  },
  autonomy: {
    about: "How it decides what to do next.",
    shape: { kind: "choice", values: Object.values(Autonomy) },
    default: Autonomy.Supervised,
  },
  risk: { about: "What it reads and what it can cause.", shape: risk },
  permissions: {
    about: "What its role may do in AWS. Default: nothing.",
    shape: listOf(permission, "a list of permissions", 0),
  },
  kubernetesPermissions: {
    about:
      "What its ServiceAccount may do in the tenant's namespace through the Kubernetes API. Default: nothing, and no token.",
    shape: listOf(kubernetesPermission, "a list of permissions", 0),
  },
  outbound: {
    about: "A service outside AWS that it calls without an API key. Default: none.",
    shape: outbound,
  },
  adopt: {
    about:
      "A role or a ServiceAccount that exists and becomes the workload's. Default: both are made.",
    shape: adopt,
  },
  session: {
    about: "Longest session of its role, up to the tenant's maximum.",
    shape: session,
    default: "1h",
  },
} as const satisfies Readonly<Record<string, Field>>;

const oauth2Fields = {
  oauth2Providers: {
    about:
      "Services that it calls with OAuth2 tokens, of a runtime of Bedrock AgentCore alone; at most 4. Default: none.",
    shape: oauth2Providers,
  },
} as const satisfies Readonly<Record<string, Field>>;

/** A workload that calls tools: an orchestrator or an agent. */
export const caller = {
  kind: "record",
  fields: {
    ...workloadFields,
    ...oauth2Fields,
    grants: {
      about: "Which tools it may call, and for which purposes. Default: none.",
      shape: listOf(grant, "a list of grants", 0),
    },
  },
} as const satisfies RecordShape;

/** A workload that agents call. */
export const tool = {
  kind: "record",
  fields: {
    ...workloadFields,
    ...oauth2Fields,
    directCallers: {
      about:
        "Agents and orchestrators that obtain the tool's role themselves, without a task broker; for tools of low risk alone. Default: none.",
      shape: listOf(
        named("an agent or orchestrator of the same tenant"),
        "a list of agents and orchestrators",
        0,
      ),
    },
  },
} as const satisfies RecordShape;

/** A tool that holds the key of a legacy platform. */
export const legacyTool = {
  kind: "record",
  fields: { ...workloadFields, ...legacyFields },
} as const satisfies RecordShape;
