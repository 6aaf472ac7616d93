import {
  between,
  defaultsProblems,
  type Grant,
  type GrantCondition,
} from "../../core/grants/grant";
import { isLoopback } from "../../core/loopback";
import { conditionKey, intentText, isText, provenKeys } from "../../core/grants/request";
import { didYouMean, listed, Mistakes, type Problem } from "../../yaml/problems";
import { readShape } from "../../yaml/read-shape";
import { readYaml } from "../../yaml/written";
import { readKeySet } from "./key-set";
import {
  usualAlgorithms,
  type Address,
  type Configuration,
  type Issuer,
  type JwkSet,
  type Subject,
  type Workload,
} from "./configuration";
import { checkSessions, sessionRule } from "./sessions";
import { configurationShape, type WrittenConfiguration } from "./shape";

/** The configuration of a file, or everything that is wrong with it. */
export type ReadConfiguration =
  | { readonly kind: "ok"; readonly configuration: Configuration }
  | { readonly kind: "problems"; readonly problems: readonly Problem[] };

/** What Kubernetes sets in each pod: where the API server is. */
type PodVariables = Readonly<Partial<Record<string, string>>>;

/**
 * Reads the configuration of a broker.
 *
 * @param fileOf the path of a file that the configuration names
 * @param readFile the text of such a file; throws an error with a readable reason
 * @param variables those of the place where it runs
 */
export function readConfiguration(
  text: string,
  fileOf: (name: string) => string,
  readFile: (path: string) => string,
  variables: PodVariables = process.env,
): ReadConfiguration {
  const mistakes = new Mistakes({ repeats: true });
  const written = readYaml(text, mistakes, {
    ifEmpty: "see docs/broker/configuration.md for what it has",
    ifLong: "state fewer grants",
  });
  const read =
    written === undefined ? undefined : readShape(configurationShape, written, "", { mistakes });
  if (read === undefined || mistakes.problems.length > 0) {
    return { kind: "problems", problems: mistakes.problems };
  }
  const configuration = configurationOf(read, mistakes, fileOf, readFile, variables);
  const { problems } = mistakes;
  return problems.length > 0 ? { kind: "problems", problems } : { kind: "ok", configuration };
}

function configurationOf(
  read: WrittenConfiguration,
  mistakes: Mistakes,
  fileOf: (name: string) => string,
  readFile: (path: string) => string,
  variables: PodVariables,
): Configuration {
  const issuer = read.issuer.replace(/\/$/, "");
  checkNames(read, mistakes);
  checkPersons(read, mistakes);
  checkSessions(read, mistakes);
  checkDefaults(read, mistakes);
  if (new URL(issuer).pathname !== "/") {
    mistakes.addAt("issuer", "has a path; give the broker a host name of its own");
  }
  const listen = addressOf(read.listen ?? "127.0.0.1:8443", "listen", mistakes);
  if (read.tls === undefined && !isLoopback(listen.host)) {
    mistakes.addAt("listen", "is not loopback; state `tls`, or listen on `127.0.0.1`");
  }
  const issuers = read.issuers.map((one, at) => issuerOf(one, at, mistakes, fileOf, readFile));
  checkMtls(read, issuers, mistakes);
  const callers = new Set(read.workloads.map(({ name }) => name));
  const tools = new Set(read.tools.map(({ name }) => name));
  return {
    tenant: read.tenant,
    issuer,
    listen,
    ...(read.operations !== undefined && {
      operations: addressOf(read.operations, "operations", mistakes),
    }),
    ...(read.tls !== undefined && {
      tls: { certificate: fileOf(read.tls.certificate), key: fileOf(read.tls.key) },
    }),
    ...(read.mtls !== undefined && { mtls: mtlsOf(read.mtls, mistakes) }),
    state: stateOf(read, mistakes, fileOf),
    ...(read.stateBytes !== undefined && { stateBytes: read.stateBytes }),
    taskSeconds: read.taskSeconds ?? 3600,
    depth: read.depth ?? 4,
    approvalSeconds: read.approvalSeconds ?? 900,
    perMinute: read.perMinute ?? 600,
    trailDays: read.trailDays ?? 400,
    drainSeconds: read.drainSeconds ?? 5,
    issuers,
    workloads: workloadsOf(read, mistakes),
    ...(read.users !== undefined && {
      users: {
        issuer: read.users.issuer,
        audiences: read.users.audiences ?? [issuer],
        name: read.users.name ?? "sub",
        require: read.users.require,
      },
    }),
    ...(read.approvers !== undefined && { approvers: read.approvers.require }),
    ...(read.operators !== undefined && { operators: read.operators.require }),
    ...(read.login !== undefined && { loginClient: read.login.client }),
    ...(read.kubernetes !== undefined && {
      kubernetes: kubernetesOf(read.kubernetes, mistakes, fileOf, variables),
    }),
    grants: read.grants.map((one, at) =>
      grantOf({ tenant: read.tenant, callers, tools }, one, at, mistakes),
    ),
  };
}

function addressOf(text: string, path: string, mistakes: Mistakes): Address {
  const at = text.lastIndexOf(":");
  const port = Number(text.slice(at + 1));
  if (port > 65_535) mistakes.addAt(path, "has no such port; the highest is 65535");
  return { host: text.slice(0, at).replace(/^\[|\]$/g, ""), port };
}

function mtlsOf(
  { listen, url }: NonNullable<WrittenConfiguration["mtls"]>,
  mistakes: Mistakes,
): NonNullable<Configuration["mtls"]> {
  const { origin, pathname, search } = new URL(url);
  if (pathname !== "/" || search !== "") mistakes.addAt("mtls.url", "has a path; leave it out");
  return { listen: addressOf(listen, "mtls.listen", mistakes), url: origin };
}

/** Mutual TLS needs the certificate of the server, and authorities of those that connect. */
function checkMtls(
  { mtls, tls, issuers }: WrittenConfiguration,
  read: readonly Issuer[],
  mistakes: Mistakes,
): void {
  if (mtls === undefined) return;
  if (tls === undefined) mistakes.addAt("mtls", "needs `tls`, the server's own certificate");
  if (!issuers.some(({ kind }) => kind === "spiffe")) {
    mistakes.addAt("mtls", "needs an issuer of kind `spiffe`, whose authorities sign X.509-SVIDs");
  }
  read.forEach(({ kind, keys }, at) => {
    if (kind !== "spiffe" || keys.kind === "url" || keys.set.authorities !== undefined) return;
    const problem = "has no authority for certificates; give the bundle in the format `spiffe`";
    mistakes.addAt(`issuers[${at}].keys`, problem);
  });
}

function stateOf(
  { state }: WrittenConfiguration,
  mistakes: Mistakes,
  fileOf: (name: string) => string,
): Configuration["state"] {
  if (state.sqlite !== undefined) return { kind: "sqlite", file: fileOf(state.sqlite) };
  const url = state.postgres ?? "";
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^postgres(?:ql)?:$/.test(parsed.protocol)) {
    mistakes.addAt(
      "state.postgres",
      "is no URL of PostgreSQL; write `postgres://user@host/database`",
    );
  } else if (parsed.password !== "" || parsed.searchParams.has("password")) {
    mistakes.addAt(
      "state.postgres",
      "has a password; log in by IAM or by a client certificate (`sslcert`, `sslkey`)",
    );
  }
  return { kind: "postgres", url };
}

function checkNames(read: WrittenConfiguration, mistakes: Mistakes): void {
  checkTwice(read.issuers, "issuers", mistakes);
  checkTwice([...read.workloads, ...read.tools], "workloads", mistakes, read.workloads.length);
  const bySubject = new Map<string, string>();
  for (const [path, { name, subjects = [] }] of workloadsIn(read)) {
    subjects.forEach((subject, at) => {
      const place = `${path}.subjects[${at}]`;
      checkSubject(read, subject, place, mistakes);
      const key = JSON.stringify([subject.issuer, subject.subject]);
      const other = bySubject.get(key);
      if (other === undefined) bySubject.set(key, name);
      else
        mistakes.addAt(place, `is the subject of \`${other}\` too; an identity has one workload`);
    });
  }
  const byResource = new Set<string>();
  read.tools.forEach(({ resource }, at) => {
    if (byResource.has(resource)) mistakes.addAt(`tools[${at}].resource`, "is another tool's too");
    byResource.add(resource);
  });
  const byClient = new Set<string>();
  read.workloads.forEach(({ clients = [] }, at) => {
    clients.forEach((client, index) => {
      if (byClient.has(client)) {
        mistakes.addAt(`workloads[${at}].clients[${index}]`, "is another workload's too");
      }
      byClient.add(client);
    });
  });
}

type WrittenWorkload = readonly [
  path: string,
  { readonly name: string; readonly subjects?: readonly Subject[] },
];

function workloadsIn({ workloads, tools }: WrittenConfiguration): readonly WrittenWorkload[] {
  return [
    ...workloads.map((each, at): WrittenWorkload => [`workloads[${at}]`, each]),
    ...tools.map((each, at): WrittenWorkload => [`tools[${at}]`, each]),
  ];
}

/** @param first how many of them are in the list named; the others are tools */
function checkTwice(
  all: readonly { readonly name: string }[],
  list: string,
  mistakes: Mistakes,
  first = all.length,
): void {
  const seen = new Set<string>();
  all.forEach(({ name }, at) => {
    const path = at < first ? `${list}[${at}].name` : `tools[${at - first}].name`;
    if (seen.has(name)) mistakes.addAt(path, `\`${name}\` is there twice; give each its own name`);
    seen.add(name);
  });
}

function checkSubject(
  { issuers }: WrittenConfiguration,
  { issuer, subject }: Subject,
  path: string,
  mistakes: Mistakes,
): void {
  const found = checkIssuer(issuers, issuer, `${path}.issuer`, mistakes);
  if (found === undefined) return;
  const form = {
    kubernetes: /^system:serviceaccount:[a-z0-9-]{1,63}:[a-z0-9.-]{1,253}$/,
    spiffe: new RegExp(`^spiffe://${(found.trustDomain ?? "").replaceAll(".", "\\.")}/[\\w./-]+$`),
    oidc: /^./,
  }[found.kind];
  if (form.test(subject)) return;
  const example = {
    kubernetes: "system:serviceaccount:acme:triage",
    spiffe: `spiffe://${found.trustDomain ?? "acme.example"}/acme/triage`,
    oidc: "repo:acme/desk:ref:refs/heads/main",
  }[found.kind];
  mistakes.addAt(`${path}.subject`, `\`${issuer}\` signs no such subject; write \`${example}\``);
}

function checkIssuer<T extends { readonly name: string }>(
  issuers: readonly T[],
  name: string,
  path: string,
  mistakes: Mistakes,
): T | undefined {
  const found = issuers.find((one) => one.name === name);
  if (found === undefined) {
    const names = issuers.map((one) => one.name);
    const hint = didYouMean(name, names) || `; write ${listed(names)}`;
    mistakes.addAt(path, `\`${name}\` is none of \`issuers\`${hint}`);
  }
  return found;
}

function checkPersons(read: WrittenConfiguration, mistakes: Mistakes): void {
  const { users, approvers, operators, login, grants, issuers, workloads } = read;
  if (users !== undefined) {
    const found = checkIssuer(issuers, users.issuer, "users.issuer", mistakes);
    if (found !== undefined && found.kind !== "oidc") {
      mistakes.addAt(
        "users.issuer",
        `is of kind \`${found.kind}\`; users have one of kind \`oidc\``,
      );
    } else if (login !== undefined && found?.issuer !== undefined && !isSafe(found.issuer)) {
      const url = `an \`https\` URL as \`issuer\` of \`${found.name}\``;
      mistakes.addAt("login", `needs ${url}, where people log in`);
    }
  } else {
    for (const [path, given] of Object.entries({ approvers, operators, login })) {
      if (given !== undefined)
        mistakes.addAt(path, "needs `users`, which names the issuer of their tokens");
    }
  }
  for (const [path, given] of Object.entries({ approvers, operators })) {
    if (given !== undefined && login === undefined)
      mistakes.addAt(path, "needs `login`, the client at which these people log in themselves");
  }
  if (workloads.some(({ clients = [] }) => clients.includes(login?.client ?? ""))) {
    mistakes.addAt("login.client", "is a workload's client too, which could act as its users");
  }
  const at = grants.findIndex(({ approval }) => approval === "human");
  if (at >= 0 && approvers === undefined) {
    mistakes.addAt(`grants[${at}].approval`, "needs `approvers`");
  }
}

function issuerOf(
  written: WrittenConfiguration["issuers"][number],
  at: number,
  mistakes: Mistakes,
  fileOf: (name: string) => string,
  readFile: (path: string) => string,
): Issuer {
  const { name, kind, issuer, trustDomain, keys } = written;
  const path = `issuers[${at}]`;
  const [wanted, other] =
    kind === "spiffe" ? (["trustDomain", "issuer"] as const) : (["issuer", "trustDomain"] as const);
  if (written[wanted] === undefined)
    mistakes.addAt(path, `is of kind \`${kind}\`; state \`${wanted}\``);
  if (written[other] !== undefined) {
    mistakes.addAt(`${path}.${other}`, `is for another kind than \`${kind}\`; leave it out`);
  }
  return {
    name,
    kind,
    id: (kind === "spiffe" ? trustDomain : issuer) ?? "",
    keys: /^[a-z]+:\/\//i.test(keys)
      ? { kind: "url", url: keysUrl(keys, `${path}.keys`, mistakes) }
      : {
          kind: "set",
          set: keySetOf(fileOf(keys), keys, `${path}.keys`, mistakes, readFile),
          file: fileOf(keys),
        },
    algorithms: written.algorithms ?? usualAlgorithms,
  };
}

/** Whether a URL's answer cannot be changed in transit: `https`, or only this host. */
function isSafe(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return (
    protocol === "https:" || (protocol === "http:" && isLoopback(hostname.replace(/^\[|\]$/g, "")))
  );
}

function keysUrl(url: string, path: string, mistakes: Mistakes): string {
  if (!isSafe(url)) {
    mistakes.addAt(path, "is not an `https` URL, so the keys can be replaced in transit");
  }
  return url;
}

function keySetOf(
  file: string,
  named: string,
  path: string,
  mistakes: Mistakes,
  readFile: (path: string) => string,
): JwkSet {
  try {
    return readKeySet(readFile(file));
  } catch (error) {
    mistakes.addAt(path, `cannot read \`${named}\`: ${(error as Error).message}`);
    return { keys: [] };
  }
}

/** Where the kubelet puts what a pod needs to reach the API server. */
const podFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

function kubernetesOf(
  { tasksNamespace, server, ca, token }: NonNullable<WrittenConfiguration["kubernetes"]>,
  mistakes: Mistakes,
  fileOf: (name: string) => string,
  variables: PodVariables,
): NonNullable<Configuration["kubernetes"]> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = "443" } = variables;
  if (server === undefined && host === undefined) {
    mistakes.addAt("kubernetes", "needs `server`: the broker does not run in a pod");
  }
  const shown = host?.includes(":") === true ? `[${host}]` : host;
  const caFile =
    ca === undefined ? (server === undefined ? `${podFolder}/ca.crt` : undefined) : fileOf(ca);
  return {
    tasksNamespace,
    api: {
      url: server?.replace(/\/$/, "") ?? `https://${shown}:${port}`,
      ...(caFile !== undefined && { caFile }),
      tokenFile: token === undefined ? `${podFolder}/token` : fileOf(token),
    },
  };
}

function workloadsOf(read: WrittenConfiguration, mistakes: Mistakes): readonly Workload[] {
  const withRole = read.tools.findIndex(({ kubernetes }) => kubernetes !== undefined);
  if (withRole >= 0 && read.kubernetes === undefined) {
    mistakes.addAt(
      `tools[${withRole}].kubernetes`,
      "needs `kubernetes`, which names where accounts are created",
    );
  }
  if (read.users === undefined) {
    const at = read.workloads.findIndex(({ clients = [] }) => clients.length > 0);
    if (at >= 0) mistakes.addAt(`workloads[${at}].clients`, "needs `users`");
  }
  return [
    ...read.workloads.map(({ name, subjects, clients = [] }) => ({ name, subjects, clients })),
    ...read.tools.map(({ name, subjects = [], resource, calls, certificateHeader, ...of }) => ({
      name,
      subjects,
      clients: [],
      tool: {
        resource,
        ...(calls !== undefined && {
          calls: Object.fromEntries(
            calls.flatMap(({ names, intent }) => names.map((each) => [each, intent])),
          ),
        }),
        ...(certificateHeader !== undefined && { certificateHeader }),
        ...(of.defaults !== undefined && { defaults: of.defaults }),
        ...(of.aws !== undefined && { roleArn: of.aws.roleArn }),
        ...(of.aws?.sessions !== undefined && { sessions: of.aws.sessions.map(sessionRule) }),
        ...(of.kubernetes !== undefined && {
          roles: { namespace: of.kubernetes.namespace, of: of.kubernetes.roles },
        }),
      },
    })),
  ];
}

/**
 * Refuses requests without details where none could be decided, or a person would approve what is not described; and calls of
 * one name with two intents.
 */
function checkDefaults({ tools, grants }: WrittenConfiguration, mistakes: Mistakes): void {
  tools.forEach(({ calls = [] }, at) => {
    const names = calls.flatMap((each) => each.names);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice === undefined) return;
    mistakes.addAt(`tools[${at}].calls`, `have \`${twice}\` twice; give each name one intent`);
  });
  const places = {
    withoutDetails: (at: number) => `grants[${at}].withoutDetails`,
    defaults: (at: number) => `tools[${at}].defaults`,
    intent: (at: number) => `tools[${at}].defaults.intent`,
  };
  for (const { part, index, problem } of defaultsProblems(tools, grants)) {
    mistakes.addAt(places[part](index), problem);
  }
}

function grantOf(
  {
    tenant,
    callers,
    tools,
  }: Record<"callers" | "tools", ReadonlySet<string>> & { readonly tenant: string },
  written: WrittenConfiguration["grants"][number],
  at: number,
  mistakes: Mistakes,
): Grant {
  const { caller, tool, conditions = [], withoutDetails = false, ...rest } = written;
  const path = `grants[${at}]`;
  for (const [field, value, known] of [
    ["caller", caller, callers],
    ["tool", tool, tools],
  ] as const) {
    if (known.has(value)) continue;
    const names = [...known];
    const list = field === "caller" ? "workloads" : "tools";
    mistakes.addAt(
      `${path}.${field}`,
      `\`${value}\` is none of \`${list}\`${didYouMean(value, names) || `; write ${listed(names)}`}`,
    );
  }
  written.intents.forEach((intent, index) => {
    if (intentText.test(intent)) return;
    mistakes.addAt(`${path}.intents[${index}]`, "has a blank, a quote or a letter beyond ASCII");
  });
  return {
    ...rest,
    ...(withoutDetails && { withoutDetails }),
    tenant,
    caller,
    tool,
    conditions: conditions.map((one, index) =>
      conditionOf(one, `${path}.conditions[${index}]`, mistakes),
    ),
  };
}

type WrittenCondition = NonNullable<WrittenConfiguration["grants"][number]["conditions"]>[number];

function conditionOf(
  { key, atMost, atLeast, sumAtMost, oneOf, is }: WrittenCondition,
  path: string,
  mistakes: Mistakes,
): GrantCondition {
  if (!conditionKey.test(key)) {
    mistakes.addAt(`${path}.key`, "has other characters than letters, digits, `_` and `-`");
  }
  if ([atMost ?? atLeast, sumAtMost, oneOf, is].filter((bound) => bound !== undefined).length > 1) {
    mistakes.addAt(path, "has several bounds; write a condition for each");
  }
  if (oneOf?.every(isText) === false)
    mistakes.addAt(`${path}.oneOf`, "has a text that is not Unicode");
  if ((atLeast ?? 0) > (atMost ?? Number.MAX_SAFE_INTEGER)) {
    mistakes.addAt(path, "has an `atLeast` above its `atMost`, which no call fulfils");
  }
  if (atLeast !== undefined && key === "until") {
    mistakes.addAt(`${path}.atLeast`, "is of `until`, which takes `atMost` alone");
  }
  if (sumAtMost !== undefined && provenKeys.some((proven) => proven === key)) {
    mistakes.addAt(`${path}.sumAtMost`, `is of \`${key}\`, which is no entry of the context`);
  }
  if (sumAtMost !== undefined) return { kind: "sum", key, most: sumAtMost };
  if (atMost !== undefined || atLeast !== undefined) return between(key, { atLeast, atMost });
  if (oneOf !== undefined) return { kind: "one-of", key, values: oneOf };
  return { kind: "is", key, value: is ?? false };
}
