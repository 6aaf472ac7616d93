import type { Against } from "../../../policy-pack/views/against";
import type { Finding, Subject } from "../../../policy-pack/findings/finding";
import type {
  IdentityGraph,
  NodeKind,
} from "../../../policy-pack/views/identity-graph/identity-graph";
import type { Silenced } from "../../../policy-pack/findings/silenced";
import { reportOf, type Judgement, type Report } from "../../../policy-pack/views/report";
import type { LaidOut, LayoutRequest, Point } from "../../../cli/report/picture/layout";
import type { ReportOptions } from "../../../cli/report/reporter";

/** What a hostile program may name things: each format has to make all of it harmless. */
export const hostileName =
  "evil\u001b[31m\r\n::error title=x::owned\n##[error]owned `](http://evil.test) <img src=x onerror=alert(1)> " +
  "@everyone #1 | **b** \u202egnp.exe\u200b ${{ secrets.X }} ![i](http://evil.test/i.png) %0A::stop-commands::t";

function subject(label: string, line?: number): Subject {
  const urn = `urn:pulumi:dev::desk::aws:iam/role:Role::${label}`;
  return {
    name: urn,
    label,
    urn,
    ...(line !== undefined && { source: { file: "desk/index.ts", line, column: 5 } }),
  };
}

function finding(changes: Partial<Finding>): Finding {
  const about = changes.about ?? subject("support-desk", 12);
  return {
    rule: "no-shared-identity",
    verdict: "violated",
    severity: "critical",
    level: "mandatory",
    about,
    at: { urn: about.urn ?? "", property: "spec.template.spec.serviceAccountName" },
    source: { file: "desk/index.ts", line: 42, column: 3 },
    message: "Role `support-desk` is shared by 2 workloads",
    fix: "give each workload an identity of its own",
    related: [],
    chain: [],
    dependsOn: [],
    fingerprint: "0123456789abcdef0123456789abcdef",
    standards: ["NHI9:2025", "ASI03:2026"],
    known: false,
    ...changes,
  };
}

const findings: readonly Finding[] = [
  finding({
    holder: subject("acme/planner", 42),
    related: [{ ...subject("acme/triage", 57), as: "runs as this role too" }],
  }),
  finding({
    holder: subject("acme/triage", 57),
    source: { file: "desk/index.ts", line: 57, column: 3 },
    fingerprint: "1123456789abcdef0123456789abcdef",
  }),
  finding({
    rule: "no-cross-tenant-trust",
    about: subject("globex-refunds", 80),
    source: { file: "desk/index.ts", line: 81, column: 3 },
    message: "Role `globex-refunds` can be assumed from two tenants: acme, globex",
    fix: "let only workloads of `globex` assume the role",
    chain: [
      { from: subject("acme/planner", 42), to: subject("bridge", 70), by: "runs as" },
      { from: subject("bridge", 70), to: subject("globex-refunds", 80), by: "assumes" },
      { from: subject("globex/refunds", 84), to: subject("globex-refunds", 80), by: "assumes" },
    ],
    reaches: [
      { label: "globex/refunds", harms: ["restricted data", "payment"] },
      { label: "globex/mailer", harms: ["external-message"] },
    ],
    fingerprint: "2123456789abcdef0123456789abcdef",
  }),
  finding({
    rule: "require-subject-condition",
    verdict: "undetermined",
    about: subject("deployer", 90),
    source: { file: "desk/index.ts", line: 91, column: 3 },
    message: "The trust policy of role `deployer` has no condition on `sub`",
    fix: "pin `sub` to one workload",
    replacement:
      '"Condition": {\n  "StringEquals": { "idp.example.com:sub": "system:serviceaccount:acme:planner" }\n}',
    dependsOn: [
      "urn:pulumi:dev::desk::aws:iam/openIdConnectProvider:OpenIdConnectProvider::cluster",
    ],
    open: [
      {
        urn: "urn:pulumi:dev::desk::aws:iam/openIdConnectProvider:OpenIdConnectProvider::cluster",
        property: "url",
      },
    ],
    fingerprint: "3123456789abcdef0123456789abcdef",
  }),
  finding({
    rule: "no-shared-secret",
    about: subject("acme/crm-key", 20),
    message: "Secret `acme/crm-key` is shared by 2 workloads",
    fix: "give each workload a credential of its own",
    known: true,
    fingerprint: "4123456789abcdef0123456789abcdef",
  }),
  finding({
    rule: "no-shared-secret",
    about: subject("acme/crm-key", 20),
    holder: subject("acme/report", 63),
    message: "Secret `acme/crm-key` is shared by 2 workloads",
    fix: "give each workload a credential of its own",
    fingerprint: "6123456789abcdef0123456789abcdef",
    waiver: {
      owner: "team-crm",
      reason: hostileName,
      ticket: "SEC-14",
      expires: "2027-01-15",
      controls: ["network-policy", "secret-rotation"],
    },
  }),
  finding({
    rule: "require-audience-condition",
    severity: "medium",
    level: "advisory",
    about: { name: hostileName, label: hostileName },
    source: { file: `desk/${hostileName}.ts`, line: 7 },
    message: `\`${hostileName}\` has no condition on \`aud\``,
    fix: `name an audience for \`${hostileName}\``,
    replacement: hostileName,
    related: [{ ...subject(hostileName), as: hostileName }],
    reaches: [{ label: hostileName, harms: [hostileName] }],
    chain: [{ from: subject(hostileName), to: subject(hostileName), by: hostileName }],
    dependsOn: [hostileName],
    open: [
      { urn: `urn:pulumi:dev::desk::aws:iam/role:Role::${hostileName}`, property: hostileName },
    ],
    fingerprint: "5123456789abcdef0123456789abcdef",
  }),
];

const noGraph: IdentityGraph = { nodes: [], edges: [] };

/** A node of a subject of that label. */
function node(
  label: string,
  kind: NodeKind,
  what: string,
  tenant?: string,
): IdentityGraph["nodes"][number] {
  const { name } = subject(label);
  return { name, label, kind, what, ...(tenant !== undefined && { tenant }) };
}

const identityGraph: IdentityGraph = {
  nodes: [
    { ...node("acme/planner", "workload", "Deployment", "acme"), also: ["acme/planner-pods"] },
    node("acme/triage", "workload", "Deployment", "acme"),
    { ...node("globex/refunds", "tool", "Agent", "globex"), source: { file: "a.ts", line: 84 } },
    node("support-desk", "identity", "IAM role", "acme"),
    node("bridge", "identity", "IAM role"),
    node("globex-refunds", "identity", "IAM role", "globex"),
    node("acme/crm-key", "secret", "Kubernetes Secret", "acme"),
    { ...node(hostileName, "outside", hostileName, hostileName), name: hostileName },
  ],
  edges: [
    { from: 0, to: 3, by: "runs as" },
    { from: 0, to: 4, by: "runs as" },
    { from: 0, to: 6, by: "uses" },
    { from: 1, to: 3, by: "runs as" },
    { from: 1, to: 6, by: "uses" },
    { from: 2, to: 5, by: "assumes", possible: true },
    { from: 4, to: 5, by: "assumes", only: ["acme"] },
    { from: 7, to: 3, by: hostileName },
  ],
};

const judgement: Judgement = {
  findings,
  workloads: [
    {
      label: "acme/planner",
      what: "Deployment",
      is: "undeclared",
      identities: ["acme/planner", "support-desk"],
      federation: ["IRSA"],
      tenant: "acme",
      source: { file: "desk/index.ts", line: 42 },
    },
    {
      label: "globex/refunds",
      what: "Agent",
      is: "tool",
      identities: ["globex/refunds"],
      federation: [],
      tenant: "globex",
    },
    { label: hostileName, what: "Job", is: "undeclared", identities: [], federation: [] },
  ],
  identityGraph,
  notRead: [
    { type: "aws-native:iam:Role", count: 2 },
    { type: `docker:index:${hostileName}`, count: 1 },
  ],
  notes: [
    {
      kind: "unanswered-function",
      message: "function `aws:index/getRegion:getRegion` has no recorded answer",
      source: { file: "desk/index.ts", line: 4 },
    },
  ],
  resources: 61,
  rules: 10,
};

const authority: NonNullable<Judgement["authority"]> = {
  identities: [],
  workloads: [],
  calls: [
    {
      ...{ caller: "planner", label: "acme/planner", tool: "refunds", intents: ["refund-order"] },
      ...{ sensitivity: "restricted", approval: "human", maxSeconds: 60, decidedBy: "broker" },
      conditions: [{ operator: "at-most", key: "amount", values: ["100"] }],
      source: { file: "desk/index.ts", line: 42, column: 3 },
    },
    {
      ...{ caller: "refunds", label: "globex/refunds", tool: hostileName, intents: [hostileName] },
      ...{ sensitivity: "public", approval: "none", decidedBy: "none" },
    },
  ],
};

const change = { aspect: "may" as const, actions: [], objects: [] };

const against: Against = {
  before: "git:main",
  new: ["0123456789abcdef0123456789abcdef"],
  known: ["1123456789abcdef0123456789abcdef"],
  gone: [
    {
      ...{ fingerprint: "f", rule: "no-shared-secret", about: "acme/mail-key" },
      message: "Secret `acme/mail-key` is shared by 2 workloads",
    },
  ],
  authority: {
    changed: [
      {
        ...{ holders: ["acme/planner"], keys: ["planner"], what: "workload", tenant: "acme" },
        state: "changed",
        rows: [
          {
            ...{ ...change, change: "wider", crosses: "no-cross-tenant-trust" },
            sentence: "`acme/planner` can now `sts:AssumeRole` on `globex-refunds`",
            source: { file: "desk/index.ts", line: 81, column: 3 },
          },
          {
            ...{ ...change, change: "narrower" },
            sentence: "`acme/planner` can no longer `sqs:*` on `acme-mail`",
            source: { file: "desk/mail.ts", line: 7 },
          },
        ],
      },
      {
        ...{ holders: [hostileName], keys: ["evil"], what: "IAM role", state: "new" },
        rows: [{ ...change, change: "unknown", sentence: hostileName }],
      },
    ],
    same: 11,
  },
};

/**
 * A report with every feature: several consumers, a chain, an undetermined, a known, a waived and a hostile finding, and
 * changes.
 */
export const sampleReport: Report = {
  ...reportOf({ project: "desk", stack: "dev", version: "0.1.0" }, { ...judgement, authority }),
  against,
};

/** A report of a program that passes. */
export const holdingReport: Report = reportOf(
  { project: "support-desk", stack: "dev", version: "0.1.0" },
  { ...judgement, findings: [], notRead: [], notes: [] },
);

/** A report by settings that silence, of which three are new. */
export const silencedReport: Report = {
  ...reportOf(
    {
      ...{ project: "support-desk", stack: "dev", version: "0.1.0" },
      silenced: [
        ...[silenced("disabled", "no-public-trust", 3), silenced("answers", "functions", 9, 2)],
        { kind: "baseline" as const, subject: hostileName, count: 1, by: hostileName },
      ]
        .map((one): Silenced => ({ ...one, isNew: true }))
        .concat([
          silenced("disabled", "no-access-key", 4),
          silenced("advisory", "no-shared-secret", 5),
          silenced("unknown", "undetermined", 6),
          silenced("scope", "scope", 7),
          silenced("limit", "maxToken", 8, 43_200),
          { kind: "stacks", subject: `prod, ${hostileName}`, count: 2, by: "--stack" },
        ]),
    },
    { ...judgement, notRead: [], notes: [] },
  ),
};

function silenced(kind: Silenced["kind"], subject: string, line: number, count?: number): Silenced {
  const source = { file: "desk/agentid.yaml", line, column: 20 };
  return { kind, subject, by: source.file, source, ...(count !== undefined && { count }) };
}

/** A report of a run that broke off before anything was found. */
export const unfinishedReport: Report = reportOf(
  { project: "support-desk", stack: "dev", version: "0.1.0", unfinished: true },
  {
    ...judgement,
    findings: [],
    workloads: [],
    identityGraph: noGraph,
    notRead: [],
    notes: [],
    resources: 2,
  },
);

/** A report of files of which not all were judged. */
export const partlyReport: Report = reportOf(
  { project: "k8s", stack: "manifests", version: "0.1.0" },
  {
    ...judgement,
    findings: [],
    workloads: [],
    identityGraph: noGraph,
    notRead: [],
    notes: [
      ...[hostileName, "map keys must be unique"].map((message, index) => ({
        kind: "unreadable" as const,
        message,
        source: { file: "k8s/agent.yaml", line: 2, column: index + 1 },
      })),
      {
        kind: "unrendered",
        message:
          "`k8s` is a kustomization, and neither `kustomize` nor `kubectl` is installed; judge its output: `kustomize build k8s | agentid check -`",
        source: { file: "k8s/kustomization.yaml", line: 1 },
      },
      { kind: "manifest", message: "`values.yaml` has no Kubernetes object: skipped" },
    ],
  },
);

/** Options with two rules listed, one of them found. */
export const sampleOptions: ReportOptions = {
  rules: [
    {
      id: "no-shared-identity",
      title: "Each workload has an identity of its own",
      severity: "critical",
      standards: ["NHI9:2025", "ASI03:2026"],
      remediation: "give each workload an identity of its own",
    },
    {
      id: "no-access-key",
      title: "No workload holds an access key",
      severity: "critical",
      standards: ["NHI7:2025"],
      remediation: "use a role",
    },
  ],
  page: { layout: inALine, pictureStyle: ".a{}", style: ".b{}", script: "void 0" },
};

/** A layout that needs no Graphviz: boxes one below the other. */
function inALine({ boxes, arrows, areas }: LayoutRequest): LaidOut {
  const points = boxes.map(({ id }, index) => [id, [100, 40 * index + 20]] as const);
  const places = new Map<string, Point>(points);
  const at = (id: string): Point => places.get(id) ?? [0, 0];
  return {
    ...{ width: 200, height: 40 * boxes.length, boxes: places },
    arrows: new Map(
      arrows.map(({ id, from, to }) => [
        id,
        { curve: [at(from), at(from), at(to), at(to)], tip: at(to) },
      ]),
    ),
    areas: new Map(areas.map((_, index) => [index, { at: [0, 0], size: [200, 40] } as const])),
  };
}
