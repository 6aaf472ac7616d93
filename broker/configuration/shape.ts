import { isLoopback } from "../../core/loopback";
import { sessionAction, templateProblem } from "../../core/session-rules";
import { sensitivities } from "../../core/grants/grant";
import { namePattern, nameWanted, type Shape, type ValueOf } from "../../yaml/shape";

const text = (wanted: string) => ({ kind: "text", wanted }) as const;
const name = { kind: "text", wanted: "a name", pattern: namePattern, form: nameWanted } as const;
const listOf = <const S extends Shape>(of: S, wanted: string, least = 0) =>
  ({ kind: "list", of, wanted, least }) as const;
const whole = (least: number, most: number) => ({ kind: "whole", least, most }) as const;

const url = {
  kind: "text",
  wanted: "a URL such as `https://broker.acme.example`",
  check: (value: string) => urlProblem(value),
} as const;

/** What is wrong with a URL that tokens name; undefined if nothing is. Plain HTTP is for loopback alone. */
function urlProblem(value: string): string | undefined {
  if (!URL.canParse(value)) return "is no URL; write one such as `https://broker.acme.example`";
  const { protocol, hostname, hash, username, password } = new URL(value);
  if (username !== "" || password !== "") return "has a user or password; leave both out";
  if (hash !== "" || value.endsWith("#")) return "has a fragment; leave it out";
  if (protocol === "https:") return undefined;
  if (protocol === "http:" && isLoopback(hostname)) return undefined;
  return "is not `https`; only loopback may be";
}

const address = {
  kind: "text",
  wanted: "an address such as `127.0.0.1:8443`",
  pattern: /^(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):\d{1,5}$/,
  noun: "address",
  form: "host and port, such as `127.0.0.1:8443`",
} as const;

const subjects = listOf(
  {
    kind: "record",
    fields: {
      issuer: { shape: name, about: "Name of one of `issuers`.", required: true },
      subject: {
        shape: text("the `sub` of the workload's tokens"),
        about: "The `sub` of the workload's tokens, letter by letter.",
        required: true,
      },
    },
  },
  "the subjects of the workload's tokens",
  1,
);

const requirement = {
  kind: "record",
  fields: {
    require: {
      shape: { kind: "map", of: text("a text"), wanted: "claims and their values", least: 1 },
      about: "Claims of the person's token: each equals this text, or is a list that has it.",
      required: true,
    },
  },
} as const;

const condition = {
  kind: "record",
  fields: {
    key: { shape: text("the name of a fact"), about: "What it looks at.", required: true },
    atMost: {
      shape: whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
      about: "It is a whole number up to this, and from 0 where `atLeast` is left out.",
    },
    atLeast: {
      shape: whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
      about: "It is a whole number from this on, such as -100.",
    },
    sumAtMost: {
      shape: whole(1, Number.MAX_SAFE_INTEGER),
      about:
        "It is a whole number from 0, and all calls of one task by the grant come to at most this.",
    },
    oneOf: {
      shape: listOf(text("a text"), "texts", 1),
      about: "It is one of these texts; of a list, each is.",
    },
    is: { shape: { kind: "flag" }, about: "It is this truth value." },
  },
  oneOrMore: ["atMost", "atLeast", "sumAtMost", "oneOf", "is"],
} as const;

const grant = {
  kind: "record",
  fields: {
    caller: { shape: name, about: "Name of the workload that may call.", required: true },
    tool: { shape: name, about: "Name of the tool.", required: true },
    intents: {
      shape: listOf(text("an intent"), "intents", 1),
      about: "Purposes for which it may call.",
      required: true,
    },
    sensitivity: {
      shape: { kind: "choice", values: sensitivities },
      about: "The most sensitive data that a call may touch.",
      required: true,
    },
    approval: {
      shape: { kind: "choice", values: ["none", "human"] },
      about: "Whether a person approves each call.",
      required: true,
    },
    maxSeconds: {
      shape: whole(1, 43_200),
      about: "Seconds that the authority for one call lasts at most; calls get 120 at most.",
      required: true,
    },
    maxCalls: {
      shape: whole(1, 1_000_000),
      about: "Calls that one task gets by the grant at most. Default: any number.",
    },
    conditions: { shape: listOf(condition, "conditions"), about: "The conditions on each call." },
    withoutDetails: {
      shape: { kind: "flag" },
      about:
        "Whether it allows calls whose request has no `authorization_details`; not with an approval. Default: no.",
    },
  },
} as const;

/** The intents that credentials are for. */
const ofIntents = {
  shape: listOf(text("an intent"), "intents", 1),
  about: "For calls with these intents.",
  required: true,
} as const;

const session = {
  kind: "record",
  fields: {
    intents: ofIntents,
    actions: {
      shape: listOf(
        {
          ...text("an action such as `s3:GetObject`"),
          pattern: sessionAction,
          noun: "action",
          form: "service and action, such as `s3:GetObject`",
        },
        "actions",
        1,
      ),
      about: "Actions of AWS.",
    },
    resources: {
      shape: listOf(
        {
          ...text("an ARN, in which `{target}` is the call's target"),
          check: (value: string) => templateProblem(value),
        },
        "ARNs",
        1,
      ),
      about: "ARNs, with `{target}` or `{target:path}` for the call's target.",
    },
    wholeRole: {
      shape: { kind: "flag" },
      about: "In place of both: all that the role may, for a tool with one intent and no approval.",
    },
  },
} as const;

const kubernetesRole = {
  kind: "record",
  fields: {
    intents: ofIntents,
    role: {
      shape: {
        ...text("the name of a Role"),
        pattern: /^(?!\.{1,2}$)[^\s/%*\p{C}]{1,253}$/u,
        noun: "Role",
        form: "the name of a Role in that namespace",
      },
      about: "Name of the Role.",
      required: true,
    },
  },
} as const;

/** The file that `agentid broker` reads. */
export const configurationShape = {
  kind: "record",
  fields: {
    tenant: { shape: name, about: "The one tenant that the broker serves.", required: true },
    issuer: { shape: url, about: "URL of the broker.", required: true },
    listen: { shape: address, about: "Where it listens.", default: "127.0.0.1:8443" },
    operations: { shape: address, about: "Where it answers for its operation." },
    tls: {
      about: "Files of the server's certificate.",
      shape: {
        kind: "record",
        fields: {
          certificate: { shape: text("a file"), about: "PEM, with its chain.", required: true },
          key: { shape: text("a file"), about: "PEM.", required: true },
        },
      },
    },
    mtls: {
      about: "Where workloads with X.509-SVIDs connect by mutual TLS.",
      shape: {
        kind: "record",
        fields: {
          listen: { shape: address, about: "Where it listens for them.", required: true },
          url: { shape: url, about: "URL by which they reach it, without a path.", required: true },
        },
      },
    },
    state: {
      about: "Where tasks are stored.",
      required: true,
      shape: {
        kind: "record",
        alternatives: true,
        fields: {
          sqlite: { shape: text("a file"), about: "File of SQLite, for one replica." },
          postgres: {
            shape: { ...text("a URL such as `postgres://broker@db.example/broker`"), hidden: true },
            about: "URL of PostgreSQL, for several replicas; without a password.",
          },
        },
      },
    },
    stateBytes: {
      shape: whole(1_000_000, Number.MAX_SAFE_INTEGER),
      about: "Bytes that the store may take, for the metrics of how full it is.",
    },
    taskSeconds: { shape: whole(60, 86_400), about: "How long a task lasts.", default: 3600 },
    depth: { shape: whole(1, 8), about: "Workloads in a chain at most.", default: 4 },
    approvalSeconds: {
      shape: whole(30, 86_400),
      about: "How long a request waits for approval.",
      default: 900,
    },
    perMinute: {
      shape: whole(1, 1_000_000),
      about: "Requests of one workload in a minute.",
      default: 600,
    },
    trailDays: {
      shape: whole(1, 36_500),
      about: "Days that lines of the trail stay at least.",
      default: 400,
    },
    drainSeconds: {
      shape: whole(0, 300),
      about: "Seconds that it still answers after SIGTERM.",
      default: 5,
    },
    issuers: {
      about: "Who signs tokens of workloads and users.",
      required: true,
      shape: listOf(
        {
          kind: "record",
          fields: {
            name: { shape: name, about: "How the file names it.", required: true },
            kind: {
              shape: { kind: "choice", values: ["kubernetes", "spiffe", "oidc"] },
              about: "What kind of tokens it signs.",
              required: true,
            },
            issuer: {
              shape: text("the `iss` of its tokens"),
              about: "The `iss` of its tokens; not for `spiffe`.",
            },
            trustDomain: {
              shape: {
                ...text("a trust domain"),
                pattern: /^[a-z0-9._-]{1,255}$/,
                noun: "trust domain",
                form: "lowercase letters, digits, `.`, `-` and `_`",
              },
              about: "The trust domain of its SPIFFE IDs; for `spiffe` alone.",
            },
            keys: {
              shape: text("a file or an `https` URL"),
              about: "Its public keys, as a JWK set: a file, or an https URL.",
              required: true,
            },
            algorithms: {
              shape: listOf(
                {
                  kind: "choice",
                  values: ["ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "EdDSA"],
                },
                "algorithms",
                1,
              ),
              about: "Algorithms that it signs with. Default: ES256, RS256, PS256 and EdDSA.",
            },
          },
        },
        "issuers",
        1,
      ),
    },
    workloads: {
      about: "Orchestrators and agents.",
      required: true,
      shape: listOf(
        {
          kind: "record",
          fields: {
            name: { shape: name, about: "Name of the workload.", required: true },
            subjects: { shape: subjects, about: "How it proves itself.", required: true },
            clients: {
              shape: listOf(text("a client id"), "client ids"),
              about: "Client ids at the users' issuer whose tokens it may present.",
            },
          },
        },
        "workloads",
        1,
      ),
    },
    tools: {
      about: "What may be called.",
      required: true,
      shape: listOf(
        {
          kind: "record",
          fields: {
            name: { shape: name, about: "Name of the tool.", required: true },
            resource: { shape: url, about: "Audience of its call tokens.", required: true },
            subjects: { shape: subjects, about: "As what it introspects." },
            calls: {
              shape: listOf(
                {
                  kind: "record",
                  fields: {
                    names: {
                      shape: listOf(text("the name of a tool of MCP"), "names", 1),
                      about: "Names of tools of MCP, or methods such as `resources/read`.",
                      required: true,
                    },
                    intent: {
                      shape: text("an intent"),
                      about: "The intent that calls of these need.",
                      required: true,
                    },
                  },
                },
                "calls",
                1,
              ),
              about:
                "What its MCP tools are called for, for reverse proxies that pass on the headers of MCP 2026-07-28. Default: they decide by `?intent=` alone.",
            },
            certificateHeader: {
              shape: {
                ...text("the name of a header"),
                pattern: /^[A-Za-z][A-Za-z0-9-]{0,63}$/,
                noun: "header",
                form: "the name of a header, such as `X-Forwarded-Client-Cert`",
              },
              about:
                "Header in which the reverse proxy states the caller's certificate; the proxy has to replace what the caller sends. Default: no token that is bound to a certificate passes.",
            },
            defaults: {
              about: "What a call has whose request has no `authorization_details`.",
              shape: {
                kind: "record",
                fields: {
                  intent: {
                    shape: text("an intent"),
                    about: "Its intent, where the request has no `scope` either.",
                  },
                  sensitivity: {
                    shape: { kind: "choice", values: sensitivities },
                    about: "The most sensitive data that it touches.",
                    required: true,
                  },
                },
              },
            },
            aws: {
              about: "Its IAM role, of which sessions for calls are made.",
              shape: {
                kind: "record",
                fields: {
                  roleArn: {
                    shape: {
                      ...text("the ARN of a role"),
                      pattern: /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/,
                      noun: "ARN",
                      form: "`arn:aws:iam::<account>:role/<name>`",
                    },
                    about: "ARN of the tool's role.",
                    required: true,
                  },
                  sessions: {
                    about: "What sessions for calls may do. Default: there are none.",
                    shape: listOf(session, "sessions", 1),
                  },
                },
              },
            },
            kubernetes: {
              about: "Its Roles, to which accounts for calls are bound.",
              shape: {
                kind: "record",
                fields: {
                  namespace: { shape: name, about: "Namespace of the Roles.", required: true },
                  roles: {
                    shape: listOf(kubernetesRole, "Roles", 1),
                    about: "A Role for each intent.",
                    required: true,
                  },
                },
              },
            },
          },
        },
        "tools",
        1,
      ),
    },
    users: {
      about: "The users that workloads act for.",
      shape: {
        kind: "record",
        fields: {
          issuer: { shape: name, about: "Name of one of `issuers`.", required: true },
          audiences: {
            shape: listOf(text("an audience"), "audiences", 1),
            about: "Audiences of users' tokens. Default: the broker's URL.",
          },
          name: { shape: text("a claim"), about: "The claim that names a user.", default: "sub" },
          require: {
            shape: { kind: "map", of: text("a text"), wanted: "claims and values", least: 1 },
            about: "Claims that each user of the tenant has, and no other user of the issuer.",
            required: true,
          },
        },
      },
    },
    approvers: { shape: requirement, about: "Who may approve." },
    operators: { shape: requirement, about: "Who may revoke, and read and prune the trail." },
    login: {
      about: "How approvers and operators log in.",
      shape: {
        kind: "record",
        fields: {
          client: {
            shape: text("a client id"),
            about: "A public client at the users' issuer.",
            required: true,
          },
        },
      },
    },
    kubernetes: {
      about: "Where accounts for calls are made.",
      shape: {
        kind: "record",
        fields: {
          tasksNamespace: { shape: name, about: "Namespace of their accounts.", required: true },
          server: { shape: url, about: "URL of the API server. Default: that of the pod." },
          ca: { shape: text("a file"), about: "Its certificate authority. Default: the pod's." },
          token: { shape: text("a file"), about: "The broker's token. Default: the pod's." },
        },
      },
    },
    grants: {
      shape: listOf(grant, "grants"),
      about: "What workloads may call, as `agentid policy` reads it from a program.",
      required: true,
    },
  },
} as const satisfies Shape;

/** What is written in the file, once it is as it should be. */
export type WrittenConfiguration = ValueOf<typeof configurationShape>;
