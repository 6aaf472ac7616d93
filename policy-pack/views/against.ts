import type { Finding } from "../findings/finding";
import type { FleetDelta } from "./fleet/over-time";
import type { Authority } from "./delta/authority";
import type { DeltaRow } from "./delta/change";
import type { AuthorityDelta, HolderDelta } from "./delta/delta";
import { keyOf } from "./delta/permission";

/** A finding that is no longer there. */
export interface GoneFinding {
  readonly fingerprint: string;
  readonly rule: string;
  /** Label of what it was about. Comes from a program: hostile wherever it is shown, as the message is. */
  readonly about: string;
  readonly holder?: string;
  readonly message: string;
}

/** How a report differs from an earlier one. */
export interface Against {
  /** The earlier report, as configured: a file, or `git:main`. Hostile wherever it is shown. */
  readonly before: string;
  /** Whether the program was not there before, so that all of it is new. Default false. */
  readonly isNewProgram?: true;
  /** Fingerprints of findings that were not there before, or that are worse now. */
  readonly new: readonly string[];
  /** Fingerprints of findings that were there before. */
  readonly known: readonly string[];
  readonly gone: readonly GoneFinding[];
  /** How authority changed; absent where the earlier report has no authority. */
  readonly authority?: AuthorityDelta;
  /** What changed in audits of several stacks, with who introduced it. Absent for one program. */
  readonly fleet?: FleetDelta;
}

/** Rules whose findings are about crossing tenants. */
const crossing = /^no-cross-tenant-/;

/** A delta in which each row that a new finding reports as crossing tenants names its rule. */
export function withCrossings(
  delta: AuthorityDelta,
  after: Authority,
  fresh: readonly Finding[],
): AuthorityDelta {
  const found = fresh.filter(({ rule }) => crossing.test(rule));
  if (found.length === 0) return delta;
  const identities = new Map(after.workloads.map((one) => [one.key, one.identities]));
  const marked = (holder: HolderDelta): HolderDelta => {
    const keys = new Set(holder.keys.flatMap((key) => [key, ...(identities.get(key) ?? [])]));
    return { ...holder, rows: holder.rows.map((row) => crossedBy(row, keys, found)) };
  };
  return { ...delta, changed: delta.changed.map(marked) };
}

function crossedBy(
  row: DeltaRow,
  keys: ReadonlySet<string>,
  findings: readonly Finding[],
): DeltaRow {
  if (row.change !== "wider") return row;
  const { source } = row;
  const finding = findings.find(
    ({ about, holder, source: at }) =>
      [about, holder].some((one) => one !== undefined && keys.has(keyOf(one.name))) &&
      (at === undefined ||
        source === undefined ||
        (at.file === source.file && at.line === source.line)),
  );
  return finding === undefined ? row : { ...row, crosses: finding.rule };
}
