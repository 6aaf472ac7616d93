import { dirname, join, resolve } from "node:path";
import { stringify } from "yaml";
import type { Configuration } from "../../broker/configuration/configuration";
import { taskAdmissions } from "../../components/manifests/admission";
import { readIpBlock } from "../../components/manifests/ip-block";
import { irsaAnnotations, irsaProof } from "../../components/manifests/irsa";
import { imageNames, objectName, objectNames, sessionName } from "../../components/manifests/names";
import {
  accountOf,
  bindingOf,
  bindingRules,
  brokerLabels,
  budgetOf,
  claimOf,
  configMapOf,
  defaultSize,
  deploymentOf,
  digestOf,
  inNamespace,
  isolationOf,
  namespaceOf,
  noPods,
  replicasOf,
  roleOf,
  openPorts,
  serviceOf,
  servicePorts,
  taskRules,
  tenantLabels,
  toBroker,
  toDns,
} from "../../components/manifests/objects";
import { configurationFolder, keyOf } from "../../components/manifests/place";
import {
  brokerMounts,
  brokerPodSpec,
  brokerVolumes,
  containerPorts,
} from "../../components/manifests/pod";
import { listOf } from "../../core/listed";
import { namePattern, nameWanted } from "../../yaml/shape";
import { CouldNotRun } from "../failure";
import { filesInPod } from "./in-pod";
import { load } from "./load";

/** Options of `agentid broker --print-manifests`, as commander gives them. */
export interface ManifestFlags {
  readonly image?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly tlsSecret?: string;
  readonly databaseSecret?: string;
  readonly roleArn?: string;
  readonly egress?: readonly string[];
  /** Further namespaces whose pods reach the broker. */
  readonly ingress?: readonly string[];
  /** Namespaces whose pods reach health and metrics. */
  readonly monitoring?: readonly string[];
}

/** Audience of tokens for an API server. Source: https://docs.aws.amazon.com/eks/latest/userguide/service-accounts.html. */
const apiAudience = "https://kubernetes.default.svc";

/**
 * The objects that run a broker in Kubernetes, as `kubectl apply` takes them: those that the components make.
 *
 * Throws where a flag is missing or wrong, and where the configuration is not as it should be.
 */
export function printManifests(file: string, flags: ManifestFlags): string {
  const folder = dirname(resolve(file));
  // A configuration may name its files as a pod finds them.
  const fileOf = (name: string): string =>
    name.startsWith(`${configurationFolder}/`)
      ? join(folder, name.slice(configurationFolder.length))
      : resolve(folder, name);
  const inPod = { KUBERNETES_SERVICE_HOST: "kubernetes.default.svc" };
  const { configuration, text } = load(file, fileOf, inPod);
  const named = namesOf(configuration, flags);
  const files = filesInPod(configuration, text, fileOf, flags.databaseSecret);
  const objects = objectsOf(configuration, named, files, flags);
  return `${neededBy(configuration, named, flags)}${objects.map(print).join("---\n")}`;
}

function print(object: object): string {
  return stringify(object, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** What a broker's objects are named. */
interface Named {
  readonly image: string;
  readonly name: string;
  readonly namespace: string;
  readonly tasksNamespace: string;
  readonly tlsSecret: string;
}

function namesOf({ tenant, kubernetes }: Configuration, flags: ManifestFlags): Named {
  const { image, name = "task-broker", namespace = `${tenant}-broker` } = flags;
  const { tlsSecret = `${name}-tls`, databaseSecret, roleArn } = flags;
  if (image === undefined) throw new CouldNotRun("`--print-manifests` needs `--image <image>`");
  const wanted = "an image such as `registry.example.com/agentid@sha256:…`";
  fitting("image", image, imageNames, wanted);
  fitting("name", name, namePattern, nameWanted);
  fitting("namespace", namespace, namePattern, nameWanted);
  fitting("tls-secret", tlsSecret, objectNames, "the name of a Secret");
  for (const each of flags.ingress ?? []) fitting("ingress", each, namePattern, nameWanted);
  for (const each of flags.monitoring ?? []) fitting("monitoring", each, namePattern, nameWanted);
  if (databaseSecret !== undefined) {
    fitting("database-secret", databaseSecret, objectNames, "the name of a Secret");
  }
  if (roleArn !== undefined) {
    fitting("role-arn", roleArn, roleArns, "`arn:aws:iam::<account>:role/<name>`");
  }
  const tasksNamespace = kubernetes?.tasksNamespace ?? `${tenant}-tasks`;
  if (namespace === tasksNamespace) {
    throw new CouldNotRun(
      `\`--namespace ${namespace}\` is that of tasks; give the broker another one`,
    );
  }
  return { image, name, namespace, tasksNamespace, tlsSecret };
}

const roleArns = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/;

function fitting(flag: string, value: string, pattern: RegExp, wanted: string): void {
  if (!pattern.test(value)) throw new CouldNotRun(`\`--${flag} ${value}\`: write ${wanted}`);
}

function objectsOf(
  configuration: Configuration,
  { image, name, namespace, tasksNamespace, tlsSecret }: Named,
  files: Readonly<Record<string, string>>,
  { databaseSecret, roleArn, egress = [], ingress = [], monitoring = [] }: ManifestFlags,
): readonly object[] {
  const { tenant, state, drainSeconds, mtls } = configuration;
  const mtlsPort = mtls?.listen.port;
  const data = Object.fromEntries(Object.entries(files).map(([path, text]) => [keyOf(path), text]));
  const labels = brokerLabels(tenant, name);
  const metadata = { name, namespace, labels };
  const inTasks = { namespace: tasksNamespace, labels: tenantLabels(tenant) };
  const account = { namespace, name };
  const admissions = taskAdmissions({ tenant, namespace, name, tasksNamespace });
  const roles = rolesOf(configuration);
  const [caller = tenant, ...others] = callersOf(configuration);
  const usesApiServer = roles.size > 0;
  const claim = state.kind === "sqlite" ? name : undefined;
  const own =
    roleArn === undefined ? noProof : irsaProof({ roleArn, sessionName: sessionName(name) });
  const pod = brokerPodSpec({
    ...{ image, labels, serviceAccountName: name, drainSeconds, env: own.env },
    ports: containerPorts(mtlsPort),
    volumes: brokerVolumes({
      ...{ identity: own.volumes, configMap: name, files: Object.keys(files), tlsSecret },
      ...{ loginSecret: databaseSecret, claim, usesApiServer, apiAudience },
    }),
    volumeMounts: brokerMounts(own.volumeMounts, { hasClaim: claim !== undefined, usesApiServer }),
  });
  return [
    namespaceOf(tenant, namespace),
    namespaceOf(tenant, tasksNamespace),
    noPods(inTasks),
    accountOf(
      { name, namespace, labels: tenantLabels(tenant) },
      roleArn === undefined ? undefined : irsaAnnotations(roleArn),
    ),
    roleOf({ name, ...inTasks }, taskRules),
    bindingOf({ name, ...inTasks }, name, account),
    ...admissions.flatMap(({ policy, binding }) => [policy, binding]),
    ...[...roles].flatMap(([ofTools, names]) => {
      const inTools = { namespace: ofTools, labels: tenantLabels(tenant) };
      const binder = { name: objectName(tenant, name), ...inTools };
      return [roleOf(binder, bindingRules(names)), bindingOf(binder, binder.name, account)];
    }),
    configMapOf(metadata, data),
    ...(claim === undefined ? [] : [claimOf(metadata, defaultSize)]),
    isolationOf(
      metadata,
      toBroker(caller, peersOf([...others, ...ingress]), peersOf(monitoring), openPorts(mtlsPort)),
      [toDns(), ...egressOf(configuration, egress)],
    ),
    serviceOf(metadata, labels, servicePorts(mtlsPort)),
    deploymentOf(metadata, { replicas: replicasOf(state.kind), digest: digestOf(data), pod }),
    budgetOf(metadata),
  ];
}

const noProof = { volumes: [], env: [], volumeMounts: [] };

/** Names of the Roles that a broker binds, by their namespaces. */
function rolesOf({ workloads }: Configuration): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { tool } of workloads) {
    if (tool?.roles === undefined) continue;
    const { namespace, of } = tool.roles;
    const names = new Set([...(found.get(namespace) ?? []), ...of.map(({ role }) => role)]);
    found.set(namespace, [...names].sort());
  }
  return found;
}

/** Namespaces of the ServiceAccounts that call a broker. */
function callersOf({ workloads, issuers }: Configuration): readonly string[] {
  const clusters = issuers.filter(({ kind }) => kind === "kubernetes").map(({ name }) => name);
  const namespaces = workloads.flatMap(({ subjects }) =>
    subjects.flatMap(({ issuer, subject }) =>
      clusters.includes(issuer) ? [subject.split(":")[2] ?? ""] : [],
    ),
  );
  return [...new Set(namespaces)];
}

/** Peers of a NetworkPolicy: all pods of each namespace. */
function peersOf(namespaces: readonly string[]): readonly object[] {
  return namespaces.map((each) => ({ namespaceSelector: inNamespace(each) }));
}

/** Where a broker's pods may send to; refuses none, where the configuration needs some. */
function egressOf(configuration: Configuration, given: readonly string[]): readonly object[] {
  const needs = needsOf(configuration);
  if (given.length === 0 && needs.length > 0) {
    throw new CouldNotRun(
      `the broker sends to ${listOf(needs)}; give the addresses of each by \`--egress <cidr:port>\``,
    );
  }
  return given.map((text) => {
    const [, cidr = "", port = ""] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
    if (cidr === "" || Number(port) < 1 || Number(port) > 65_535) {
      throw new CouldNotRun(
        `\`--egress ${text}\`: write addresses and a port, such as \`10.0.0.0/16:443\``,
      );
    }
    const ipBlock = readIpBlock(cidr);
    if (typeof ipBlock === "string") throw new CouldNotRun(`\`--egress ${text}\` ${ipBlock}`);
    return { to: [{ ipBlock }], ports: [{ port: Number(port), protocol: "TCP" }] };
  });
}

/** Whether a broker has an IAM role: for tools that have one, or for its database. */
function usesAws({ state, workloads }: Configuration): boolean {
  if (workloads.some(({ tool }) => tool?.roleArn !== undefined)) return true;
  return state.kind === "postgres" && new URL(state.url).searchParams.get("login") === "iam";
}

function needsOf(configuration: Configuration): readonly string[] {
  const { state, issuers, workloads } = configuration;
  const tools = workloads.flatMap(({ tool }) => tool ?? []);
  return [
    ...(state.kind === "postgres" ? ["its database"] : []),
    ...(tools.some(({ roles }) => roles !== undefined) ? ["the Kubernetes API"] : []),
    ...(usesAws(configuration) ? ["AWS STS"] : []),
    ...issuers.flatMap(({ name, keys }) => (keys.kind === "url" ? [`issuer \`${name}\``] : [])),
  ];
}

/** Comments that name what has to exist beside the printed objects. */
function neededBy(
  configuration: Configuration,
  { name, namespace, tlsSecret }: Named,
  { databaseSecret, roleArn }: ManifestFlags,
): string {
  const secrets = [tlsSecret, ...(databaseSecret === undefined ? [] : [databaseSecret])];
  const roles = [...rolesOf(configuration)].flatMap(([of, names]) =>
    names.map((each) => `Role ${of}/${each}, with what calls of its intent may do`),
  );
  return [
    "Has to exist beside these objects:",
    ...secrets.map((each) => `- Secret ${namespace}/${each}, with tls.crt and tls.key`),
    ...roles.map((role) => `- ${role}`),
    ...(roleArn === undefined && usesAws(configuration)
      ? [
          `- EKS Pod Identity association of ServiceAccount ${namespace}/${name}, if \`--role-arn\` is not given`,
        ]
      : []),
  ]
    .map((line) => `# ${line}\n`)
    .join("");
}
