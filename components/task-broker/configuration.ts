import type * as pulumi from "@pulumi/pulumi";
import { stringify } from "yaml";
import { nearest } from "../../core/nearest";
import { argumentError, fitting, oneOf } from "../arguments/argument-error";
import { Approval, Sensitivity } from "../arguments/choices";
import { exactText } from "../arguments/exact-text";
import { checkConditions } from "../grants/conditions";
import { defaultsProblems } from "../../core/grants/grant";
import { checkDefaults } from "../workload/tool-defaults";
import { checkIntents, readMaxCalls, readSeconds } from "../grants/grants";
import { knownRole } from "../arguments/known-arn";
import { safeName } from "../arguments/naming";
import type { BrokerMtls } from "../tenant/broker";
import type { BrokeredGrant, BrokeredWorkload } from "../workload/brokered";
import type {
  BrokerCaller,
  BrokerIssuer,
  BrokerTool,
  TaskBrokerDeploymentArgs,
} from "./deployment-arguments";
import { keysFile, ports, tlsFiles } from "../manifests/place";
import { issuerOf, subjectsOf } from "./issuers";
import { mtlsOf } from "./mtls";
import { checkPeople } from "./people";
import { credentialsOf } from "./sessions";
import { stateOf } from "./state";

/** What a broker's configuration is made from. */
export interface Configured extends Pick<
  TaskBrokerDeploymentArgs,
  | "state"
  | "issuers"
  | "workloads"
  | "tools"
  | "users"
  | "approvers"
  | "operators"
  | "loginClient"
  | "limits"
> {
  readonly serving: pulumi.Input<Serving>;
  /** Where it answers by mutual TLS; undefined where it does not. */
  readonly mtls: pulumi.Input<BrokerMtls | undefined>;
  /** The tenant's namespace, in which the tools' Roles are. */
  readonly namespace: pulumi.Input<string>;
}

/** The callers of a broker, its address, and the namespace of the accounts of tasks. */
interface Serving {
  readonly tenant: string;
  readonly issuer: string;
  readonly tasksNamespace: string;
}

type Known = pulumi.Unwrap<Configured>;
type KnownWorkload = pulumi.Unwrap<BrokeredWorkload>;

const limits = {
  taskSeconds: [60, 86_400],
  depth: [1, 8],
  approvalSeconds: [60, 86_400],
  perMinute: [1, 100_000],
  trailDays: [1, 36_500],
  drainSeconds: [0, 300],
} as const;

/** Files of a broker's configuration by their paths: `broker.yaml`, and the keys of issuers. */
export function configurationFiles(
  subject: string,
  known: Known,
): Readonly<Record<string, string>> {
  const keySets = known.issuers.flatMap(({ name, keySet }) =>
    keySet === undefined ? [] : [[keysFile(name), keySet] as const],
  );
  return {
    "broker.yaml": stringify(configurationOf(subject, known), { lineWidth: 0 }),
    ...Object.fromEntries(keySets),
  };
}

/** The content of `broker.yaml`; throws an error that names `subject` where a part of it would be refused or never apply. */
function configurationOf(subject: string, known: Known): object {
  const { serving, mtls, state, users, approvers, operators, loginClient } = known;
  const issuers = known.issuers.map((issuer, index) =>
    issuerOf(subject, `issuers[${index}]`, issuer, known.issuers.slice(0, index)),
  );
  const tools = known.tools.map((tool, index) => toolOf(subject, known, tool, index));
  const workloads = known.workloads.map((caller, index) => callerOf(subject, known, caller, index));
  const given = known.workloads.flatMap(({ workload }, index) =>
    (workload.grants ?? []).map((grant, at) => {
      const argument = `workloads[${index}].workload.grants[${at}]`;
      return { argument, caller: workload.name, grant };
    }),
  );
  const grants = given.map((each) => grantOf(subject, each, known));
  checkDefaulted(subject, known, given);
  checkPeople(subject, known);
  return {
    tenant: serving.tenant,
    issuer: serving.issuer,
    listen: `0.0.0.0:${ports.https}`,
    operations: `0.0.0.0:${ports.operations}`,
    tls: tlsFiles,
    ...(mtls !== undefined && { mtls: mtlsOf(subject, mtls, serving.issuer, known.issuers) }),
    state: stateOf(subject, state),
    ...limitsOf(subject, known),
    issuers,
    workloads,
    tools,
    ...(users !== undefined && { users }),
    ...(approvers !== undefined && { approvers }),
    ...(operators !== undefined && { operators }),
    ...(loginClient !== undefined && { login: { client: loginClient } }),
    ...(tools.some((tool) => "kubernetes" in tool) && {
      kubernetes: { tasksNamespace: serving.tasksNamespace },
    }),
    grants,
  };
}

/** Paths of the files of a broker's configuration, which are known before what is in them. */
export function configurationPaths(issuers: readonly BrokerIssuer[]): readonly string[] {
  const keySets = issuers.flatMap(({ name, keySet }) =>
    keySet === undefined ? [] : [keysFile(name)],
  );
  return ["broker.yaml", ...keySets];
}

/** Addresses without user, query and fragment. Source: RFC 3986, section 3. */
const httpsAddress = /^https:\/\/[A-Za-z0-9._~:/%+=,;-]{1,2000}$/;

const headerNames = /^[A-Za-z][A-Za-z0-9-]{0,63}$/;

function callerOf(
  subject: string,
  known: Known,
  { workload, clients }: pulumi.Unwrap<BrokerCaller>,
  index: number,
): object {
  const argument = `workloads[${index}]`;
  const before = known.workloads.slice(0, index).map((other) => other.workload.name);
  checkName(subject, `${argument}.workload`, workload, known.serving.tenant, before);
  for (const client of clients ?? []) {
    fitting(subject, `${argument}.clients`, client, exactText, "the ids of clients");
  }
  return {
    name: workload.name,
    subjects: subjectsOf(subject, `${argument}.workload`, workload, known.issuers),
    ...(clients !== undefined && { clients }),
  };
}

function toolOf(
  subject: string,
  known: Known,
  { tool, resource, certificateHeader }: pulumi.Unwrap<BrokerTool>,
  index: number,
): object {
  const argument = `tools[${index}]`;
  const others = known.tools.slice(0, index);
  const names = others.map((other) => other.tool.name);
  checkName(subject, `${argument}.tool`, tool, known.serving.tenant, names);
  fitting(subject, `${argument}.resource`, resource, httpsAddress, "the tool's `https` address");
  if (others.some((other) => other.resource === resource)) {
    throw argumentError(
      subject,
      `${argument}.resource \`${resource}\` is that of another tool, which would take its tokens; give each tool an address of its own`,
    );
  }
  if (certificateHeader !== undefined) {
    const wanted = "the name of a header, such as `X-Forwarded-Client-Cert`";
    fitting(subject, `${argument}.certificateHeader`, certificateHeader, headerNames, wanted);
  }
  const grants = known.workloads.flatMap(({ workload }) =>
    (workload.grants ?? [])
      .filter((grant) => grant.tool === tool.name)
      .map((grant) => ({ ...grant, caller: workload.name })),
  );
  if (tool.defaults !== undefined) {
    checkDefaults(subject, `${argument}.tool.defaults`, tool.defaults);
  }
  return {
    name: tool.name,
    resource,
    ...(certificateHeader !== undefined && { certificateHeader }),
    ...(tool.defaults !== undefined && { defaults: tool.defaults }),
    subjects: subjectsOf(subject, `${argument}.tool`, tool, known.issuers),
    ...credentialsOf(subject, `${argument}.tool`, tool, grants, known.namespace),
  };
}

function checkName(
  subject: string,
  argument: string,
  { tenant, name, roleArn }: KnownWorkload,
  own: string,
  before: readonly string[],
): void {
  if (safeName(name) !== name) {
    throw argumentError(
      subject,
      `${argument} is no reference to a workload; give its \`brokerRef\``,
    );
  }
  if (tenant !== own) {
    throw argumentError(
      subject,
      `${argument} is \`${name}\` of tenant \`${tenant}\`, and the broker serves \`${own}\`; give workloads of that tenant`,
    );
  }
  if (roleArn === undefined || knownRole(roleArn) === undefined) {
    throw argumentError(
      subject,
      `${argument}.roleArn \`${String(roleArn)}\` is no IAM role; give the workload's \`brokerRef\``,
    );
  }
  if (!before.includes(name)) return;
  throw argumentError(subject, `${argument} is \`${name}\`, which is listed twice; list each once`);
}

/** A grant of the broker, and where it is given. */
interface GivenGrant {
  readonly argument: string;
  readonly caller: string;
  readonly grant: BrokeredGrant;
}

/** Refuses defaults and grants without details that do not fit. */
function checkDefaulted(subject: string, { tools }: Known, given: readonly GivenGrant[]): void {
  const called = tools.map(({ tool }) => tool);
  const [found] = defaultsProblems(
    called,
    given.map(({ grant }) => grant),
  );
  if (found === undefined) return;
  const { part, index, problem } = found;
  const of = part === "withoutDetails" ? given[index]?.argument : `tools[${index}].tool`;
  const path = part === "intent" ? "defaults.intent" : part;
  throw argumentError(subject, `${of}.${path} ${problem}`);
}

function grantOf(
  subject: string,
  { argument, caller, grant }: GivenGrant,
  { tools, approvers }: Known,
): object {
  const { tool, intents, sensitivity, approval, maxSeconds, conditions } = grant;
  const { withoutDetails = false } = grant;
  const counted = readMaxCalls(subject, argument, grant);
  const names = tools.map((each) => each.tool.name);
  if (!names.includes(tool)) {
    const meant = nearest(tool, names);
    const hint = meant === undefined ? "" : `; did you mean \`${meant}\`?`;
    throw argumentError(
      subject,
      `${argument} allows \`${caller}\` to call tool \`${tool}\`, which none of tools is; add it to \`tools\`${hint}`,
    );
  }
  checkIntents(subject, argument, intents);
  oneOf(subject, `${argument}.sensitivity`, sensitivity, Sensitivity);
  oneOf(subject, `${argument}.approval`, approval, Approval);
  readSeconds(subject, argument, { maxSeconds });
  checkConditions(subject, `${argument}.conditions`, conditions ?? []);
  if (approval !== Approval.None && approvers === undefined) {
    throw argumentError(
      subject,
      `${argument} allows \`${caller}\` to call tool \`${tool}\` once a person has approved, and no user may approve; give \`approvers\``,
    );
  }
  return {
    caller,
    tool,
    intents,
    sensitivity,
    approval,
    maxSeconds,
    ...counted,
    ...(withoutDetails && { withoutDetails }),
    ...(conditions !== undefined && conditions.length > 0 && { conditions }),
  };
}

function limitsOf(
  subject: string,
  { limits: given = {} }: Known,
): Readonly<Record<string, number>> {
  for (const [limit, [least, most]] of Object.entries(limits)) {
    const value = given[limit as keyof typeof limits];
    if (value === undefined) continue;
    if (Number.isInteger(value) && value >= least && value <= most) continue;
    throw argumentError(
      subject,
      `limits.${limit} is \`${value}\`; give a whole number from ${least} to ${most}`,
    );
  }
  return { ...given };
}
