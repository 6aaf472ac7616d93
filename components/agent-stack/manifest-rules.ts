import { withoutUnit } from "../../core/duration";
import { Approval, Autonomy, Effect } from "../arguments/choices";
import { accountNames } from "../arguments/naming";
import { vendors } from "../oauth2/arguments";
import { namePattern } from "../../yaml/shape";
import type { Rule, Rules } from "./argument-shape";
import {
  actionProblem,
  apiServerProblem,
  conditionProblem,
  deployerProblem,
  egressProblem,
  federationProblem,
  grantProblem,
  intentProblem,
  kubernetesPermissionProblem,
  outboundProblem,
  permissionProblem,
  quotaProblem,
  sessionProblem,
} from "./component-checks";

/** The name of something of the manifest. */
export const named = (what: string) =>
  ({ kind: "text", wanted: `the name of ${what}`, pattern: namePattern }) as const;

const nameOf = (what: string) => ({ wanted: `the name of ${what}`, pattern: namePattern }) as const;

const session = {
  wanted: "a duration of `1h` to `12h`",
  ifNumber: withoutUnit,
  check: sessionProblem,
};

const port = { least: 1, most: 65_535 };
const egress = { items: 1 };

/** The manifest writes a tool's name in place of its reference. */
const tool = {
  about: "Name of a tool of the same tenant.",
  shape: named("a tool of the same tenant"),
  required: true,
} as const;

const workload: Rule = {
  without: ["tenant", "name"],
  asked: {
    federation: nameOf("one of the tenant's `federations`"),
    session,
    egress,
    oauth2Providers: { items: 1 },
    directCallers: nameOf("an agent or orchestrator of the same tenant"),
  },
};

/** What a manifest requires of arguments beyond their types: the components' own checks, and names in place of references. */
export const rules: Rules = {
  Tenant: {
    without: ["name", "federation", "federations"],
    instead: {
      existingNamespace: {
        about: "Name of a namespace that exists and is the tenant's alone. Default: one is made.",
        shape: {
          kind: "text",
          wanted: "the name of a namespace",
          // Source: kubernetes.io, object names, RFC 1123 labels.
          pattern: /^(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
          form: "lowercase letters, digits and `-` inside, at most 63",
        },
      },
    },
    asked: {
      namespace: nameOf("a namespace"),
      broker: {
        about: "The task broker that calls the tenant's tools as grants allow. Default: none.",
      },
      maxSession: session,
      serviceAccounts: {
        wanted: "the name of a ServiceAccount other than `default`",
        pattern: accountNames,
        form: "lowercase letters, digits, `-` and `.` inside",
      },
    },
  },
  TenantBroker: {
    without: ["issuer", "place"],
    asked: {
      roleArn: {
        about:
          "ARN of the IAM role that the broker runs as, in the account of the tenant's roles; it serves this tenant alone.",
      },
    },
  },
  TenantFederation: { alternatives: true, check: federationProblem },
  WorkloadSubject: { alternatives: true },
  SpiffeSubject: { asked: { selectors: { wanted: "a selector such as `unix:uid:1001`" } } },
  AgentCoreSubject: { asked: { returnUrls: { items: 1 } } },
  Egress: {
    asked: { ports: port, protocol: { values: ["TCP", "UDP"] } },
    check: egressProblem,
  },
  ApiServer: { asked: { port, cidrs: { items: 1 } }, check: apiServerProblem },
  Quota: { asked: { pods: { least: 1, most: 1_000_000 } }, check: quotaProblem },
  Deployer: { alternatives: true, check: deployerProblem },
  Orchestrator: workload,
  Agent: workload,
  Tool: workload,
  LegacyTool: workload,
  Risk: { asked: { effects: { values: Object.values(Effect) } } },
  Permission: { asked: { actions: { check: actionProblem } }, check: permissionProblem },
  KubernetesPermission: {
    asked: { apiGroups: { mayBeEmpty: true }, resourceNames: { items: 1 } },
    check: kubernetesPermissionProblem,
  },
  Outbound: {
    asked: {
      maxSeconds: { least: 60, most: 3600 },
      signingAlgorithm: { values: ["RS256", "ES384"] },
      egress,
    },
    check: outboundProblem,
  },
  Adopt: { oneOrMore: ["role", "serviceAccount"] },
  FormerPlace: { oneOrMore: ["name", "urn"] },
  Grant: {
    instead: {
      tool,
      gateway: {
        about:
          "Name of a gateway of the same tenant, which decides each call and makes it; not with an approval or a time. Default: none.",
        shape: named("a gateway of the same tenant"),
      },
    },
    asked: {
      intents: { check: intentProblem },
      approval: { values: Object.values(Approval) },
      maxSeconds: { least: 1, most: 3600 },
      maxCalls: { least: 1, most: 1_000_000 },
    },
    check: ({ tool: name, intents }: { readonly tool: string; readonly intents: string[] }) =>
      grantProblem({ tool: { tenant: "", name }, intents }, { autonomy: Autonomy.Supervised }),
  },
  GrantCondition: { asked: { oneOf: { items: 1, wanted: "a text" } }, check: conditionProblem },
  Oauth2Provider: { asked: { vendor: { values: Object.values(vendors) } } },
  ClientSecret: { alternatives: true },
  LegacyKey: { alternatives: true },
  ExternalSecret: { asked: { storeKind: { values: ["SecretStore", "ClusterSecretStore"] } } },
  MadeSecret: {
    asked: {
      value: {
        about:
          "The value, as `${name}` of a secret that the program gives; never in plain text. Default: the secret is made empty.",
        wanted: "`${name}` of a secret that the program gives",
        hidden: true,
      },
    },
  },
  KeyRotation: {
    asked: {
      today: {
        about: "Day of the run, as `${name}` that the program gives. Default: not checked.",
        wanted: "`${name}` of the day of the run",
        open: true,
      },
    },
  },
  Gateway: {
    without: ["tenant", "name"],
    asked: { federation: nameOf("one of the tenant's `federations`") },
  },
  GatewayTarget: {
    instead: { tool },
    asked: {
      arn: {
        about:
          "ARN of the tool's function or runtime. Default: the tool's function; required of a runtime.",
      },
    },
  },
  GatewayOperation: { asked: { intents: { items: 1 } } },
};
