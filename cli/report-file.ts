import type { Against, GoneFinding } from "../policy-pack/views/against";
import type {
  Authority,
  CallGrant,
  IdentityAuthority,
  WorkloadIdentity,
} from "../policy-pack/views/delta/authority";
import type { DeltaRow } from "../policy-pack/views/delta/change";
import type { AuthorityDelta, HolderDelta } from "../policy-pack/views/delta/delta";
import type { LinkedPattern, Permission, Test } from "../policy-pack/views/delta/permission";
import type {
  ChainLink,
  Finding,
  FindingWaiver,
  Reached,
  RelatedSubject,
  Subject,
} from "../policy-pack/findings/finding";
import {
  nodeKinds,
  type IdentityEdge,
  type IdentityGraph,
  type IdentityNode,
} from "../policy-pack/views/identity-graph/identity-graph";
import {
  factTableNames,
  factTables,
  wholeStackTables,
  type FactTable,
  type FactTableName,
  type StackFacts,
  type WholeStackTable,
} from "../policy-pack/views/fleet/schema";
import type { FleetChange, FleetDelta, StackChange } from "../policy-pack/views/fleet/over-time";
import { updateColumns, type StackState, type Update } from "../policy-pack/views/fleet/updates";
import {
  verdictOf,
  type Judgement,
  type Report,
  type WorkloadSummary,
} from "../policy-pack/views/report";
import { silencedKinds, type Silenced } from "../policy-pack/findings/silenced";
import { severities } from "../core/severity";
import type { SnapshotNote, SourcePosition } from "../core/snapshot/resource";

/** Reports in a file, or what is wrong with it (lowercase, no final period). */
export type ParsedReports =
  | { readonly kind: "ok"; readonly reports: readonly Report[] }
  | { readonly kind: "problem"; readonly problem: string };

/** What a part of a report has to be, for this reader and for others. */
interface Check {
  readonly holds: (value: unknown) => boolean;
  /** The same as a JSON schema. */
  readonly schema: JsonSchema;
  readonly optional?: true;
}

/** A part of a JSON schema. */
export interface JsonSchema {
  readonly [key: string]: unknown;
}

type Checks<T> = { readonly [K in keyof Required<T>]: Check };

/** Reads what `--report json` or the policy pack (`AGENTID_REPORT`) wrote; the verdict is taken from the findings. */
export function parseReports(text: string): ParsedReports {
  if (text.trim() === "") {
    return { kind: "problem", problem: "is empty; the run that was to write it broke off" };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: "problem", problem: "is not JSON, or only a part of it" };
  }
  const several = (value as { readonly reports?: unknown } | null)?.reports;
  const reports = Array.isArray(several) ? several : [value];
  if (!reports.every(isReport)) {
    return {
      kind: "problem",
      problem: "is no report of this version; give what `--report json` or `AGENTID_REPORT` wrote",
    };
  }
  return {
    kind: "ok",
    reports: reports.map((r) => ({ ...r, verdict: verdictOf(r) })),
  };
}

const text: Check = { holds: (value) => typeof value === "string", schema: { type: "string" } };
const number: Check = { holds: Number.isSafeInteger, schema: { type: "integer" } };
const never: Check = { holds: () => false, schema: { not: {} } };
const boolean: Check = {
  holds: (value) => typeof value === "boolean",
  schema: { type: "boolean" },
};
const oneOf = (words: readonly unknown[]): Check => ({
  holds: (value) => words.includes(value),
  schema: { enum: words },
});
const optional = ({ holds, schema }: Check): Check => ({
  holds: (value) => value === undefined || holds(value),
  schema,
  optional: true,
});
const list = ({ holds, schema }: Check): Check => ({
  holds: (value) => Array.isArray(value) && value.every(holds),
  schema: { type: "array", items: schema },
});
/** A record with these fields. Others are let through: a later version may write more. */
const shape = <T>(checks: Checks<T>): Check => {
  const fields = Object.entries<Check>(checks);
  return {
    holds: (value) =>
      typeof value === "object" &&
      value !== null &&
      fields.every(([key, { holds }]) =>
        holds(Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined),
      ),
    schema: {
      type: "object",
      properties: Object.fromEntries(fields.map(([key, { schema }]) => [key, schema])),
      required: fields.filter(([, each]) => each.optional !== true).map(([key]) => key),
    },
  };
};

const source = optional(
  shape<SourcePosition>({
    file: text,
    line: number,
    column: optional(number),
    through: optional(
      list(
        shape<SourcePosition>({
          file: text,
          line: number,
          column: optional(number),
          through: optional(list(never)),
        }),
      ),
    ),
  }),
);
const at = shape<Finding["at"]>({ urn: text, property: text });
const subjectChecks: Checks<Subject> = { name: text, label: text, urn: optional(text), source };
const subject = shape<Subject>(subjectChecks);

const finding = shape<Finding>({
  rule: text,
  verdict: oneOf(["violated", "undetermined"]),
  severity: oneOf(severities),
  level: oneOf(["mandatory", "advisory", "disabled"]),
  about: subject,
  origin: optional(subject),
  configuration: optional(text),
  holder: optional(subject),
  at,
  source,
  message: text,
  reason: optional(text),
  fix: text,
  replacement: optional(text),
  related: list(
    shape<RelatedSubject>({ ...subjectChecks, as: text, isAffected: optional(oneOf([true])) }),
  ),
  affectedCount: optional(number),
  reaches: optional(list(shape<Reached>({ label: text, harms: list(text) }))),
  chain: list(shape<ChainLink>({ from: subject, to: subject, by: text, at: optional(at) })),
  dependsOn: list(text),
  open: optional(list(at)),
  fingerprint: text,
  aliases: optional(list(text)),
  evidenceParts: optional(list(list(text))),
  standards: list(text),
  stacks: optional(list(text)),
  thing: optional(text),
  known: boolean,
  waiver: optional(
    shape<FindingWaiver>({
      owner: text,
      reason: text,
      ticket: text,
      expires: text,
      controls: list(text),
    }),
  ),
});

const linked = shape<LinkedPattern>({
  text: optional(text),
  label: text,
  of: list(text),
  behind: optional(text),
});
const pattern: Check = {
  holds: (value) => text.holds(value) || linked.holds(value),
  schema: { anyOf: [text.schema, linked.schema] },
};
const patterns = list(pattern);
const conditions = optional(list(shape<Test>({ operator: text, key: text, values: patterns })));
const permissions = list(
  shape<Permission>({
    actions: patterns,
    objects: patterns,
    exceptActions: optional(patterns),
    exceptObjects: optional(patterns),
    conditions,
    of: optional(list(text)),
    source,
  }),
);

const authority = shape<Authority>({
  identities: list(
    shape<IdentityAuthority>({
      key: text,
      label: text,
      what: text,
      isOpen: optional(oneOf([true])),
      may: permissions,
      denied: permissions,
      usedBy: permissions,
      denies: optional(permissions),
      leftOut: optional(
        shape<NonNullable<IdentityAuthority["leftOut"]>>({ permissions: number, digest: text }),
      ),
      source,
    }),
  ),
  workloads: list(
    shape<WorkloadIdentity>({
      key: text,
      label: text,
      tenant: optional(text),
      identities: list(text),
      of: optional(list(text)),
      source,
    }),
  ),
  calls: list(
    shape<CallGrant>({
      caller: text,
      label: text,
      tool: pattern,
      intents: patterns,
      sensitivity: pattern,
      approval: pattern,
      maxSeconds: optional(number),
      conditions,
      decidedBy: oneOf(["broker", "gateway", "policy store", "none", "unknown"]),
      of: optional(list(text)),
      source,
    }),
  ),
});
const graphShape = shape<IdentityGraph>({
  nodes: list(
    shape<IdentityNode>({
      name: text,
      also: optional(list(text)),
      label: text,
      kind: oneOf(nodeKinds),
      what: text,
      tenant: optional(text),
      source,
      harms: optional(list(text)),
    }),
  ),
  edges: list(
    shape<IdentityEdge>({
      from: number,
      to: number,
      by: text,
      possible: optional(oneOf([true])),
      only: optional(list(text)),
    }),
  ),
});
const identityGraph: Check = {
  ...graphShape,
  holds: (value) => graphShape.holds(value) && joinsNodes(value as IdentityGraph),
};

function joinsNodes({ nodes, edges }: IdentityGraph): boolean {
  const isNode = (place: number): boolean => place >= 0 && place < nodes.length;
  return edges.every(({ from, to }) => isNode(from) && isNode(to));
}

function rowOf(columns: FactTable["columns"]): Readonly<Record<string, Check>> {
  return Object.fromEntries(
    columns.map(({ name, type }) => [name, type === "integer" ? number : text]),
  );
}

/** Rows of the tables of facts, as the schema has their columns. */
const facts = shape<StackFacts>({
  ...(Object.fromEntries(
    factTableNames.flatMap((name) => {
      const isOfStack = wholeStackTables.some((table) => table === name);
      return isOfStack ? [] : [[name, list(shape(rowOf(factTables[name].columns)))]];
    }),
  ) as Record<Exclude<FactTableName, WholeStackTable>, Check>),
  concerns: list(
    shape<StackFacts["concerns"][number]>({ fingerprint: text, thing: text, restrictions: text }),
  ),
});

const judgement = shape<Judgement>({
  findings: list(finding),
  workloads: list(
    shape<WorkloadSummary>({
      label: text,
      what: text,
      is: text,
      identities: list(text),
      federation: list(text),
      tenant: optional(text),
      source,
    }),
  ),
  identityGraph: optional(identityGraph),
  notRead: list(shape<Judgement["notRead"][number]>({ type: text, count: number })),
  notes: list(shape<SnapshotNote>({ kind: text, message: text, urn: optional(text), source })),
  resources: number,
  rules: number,
  authority: optional(authority),
  facts: optional(facts),
});

const update = shape<Update>(rowOf(updateColumns) as Checks<Update>);
const stacks = list(
  shape<StackState>({ stack: text, digest: text, updated: text, updates: list(update) }),
);

const fleet = shape<FleetDelta>({
  changes: list(
    shape<FleetChange>({
      change: oneOf(["new", "gone"]),
      rule: text,
      severity: oneOf(severities),
      sentence: text,
      stacks: list(text),
      others: list(text),
      by: list(
        shape<StackChange>({
          stack: text,
          how: oneOf(["updated", "edited", "added", "left", "unread"]),
          updated: text,
          updates: list(update),
          isCut: optional(oneOf([true])),
        }),
      ),
      cause: optional(oneOf(["exception", "no list", "other stack", "no stack"])),
      fingerprints: list(text),
    }),
  ),
  same: number,
});

const against = shape<Against>({
  before: text,
  isNewProgram: optional(oneOf([true])),
  new: list(text),
  known: list(text),
  gone: list(
    shape<GoneFinding>({
      fingerprint: text,
      rule: text,
      about: text,
      holder: optional(text),
      message: text,
    }),
  ),
  authority: optional(
    shape<AuthorityDelta>({
      changed: list(
        shape<HolderDelta>({
          holders: list(text),
          keys: list(text),
          what: text,
          tenant: optional(text),
          state: oneOf(["new", "gone", "changed"]),
          rows: list(
            shape<DeltaRow>({
              change: oneOf(["wider", "narrower", "unknown"]),
              aspect: oneOf(["may", "denied", "usedBy", "denies", "calls"]),
              sentence: text,
              actions: list(text),
              objects: list(text),
              source,
              crosses: optional(text),
            }),
          ),
        }),
      ),
      same: number,
    }),
  ),
  fleet: optional(fleet),
});

const report = shape<Report>({
  formatVersion: oneOf([1]),
  tool: shape<Report["tool"]>({ name: oneOf(["agentid"]), version: text }),
  project: text,
  stack: text,
  verdict: oneOf(["passed", "violated", "not proven"]),
  unfinished: optional(oneOf([true])),
  judgement,
  strict: optional(oneOf([true])),
  silenced: optional(
    list(
      shape<Silenced>({
        kind: oneOf(silencedKinds),
        subject: text,
        count: optional(number),
        by: text,
        source,
        isNew: optional(oneOf([true])),
      }),
    ),
  ),
  stacks: optional(stacks),
  against: optional(against),
});

function isReport(value: unknown): value is Report {
  return report.holds(value);
}

/** What `--report json` writes of one program, as a JSON schema. */
export const reportSchema: JsonSchema = report.schema;
