import type { NotRead } from "../read/reading";
import type { Against } from "./against";
import type { Authority } from "./delta/authority";
import { isBlocking, type Finding } from "../findings/finding";
import type { Silenced } from "../findings/silenced";
import type { StackFacts } from "./fleet/schema";
import type { StackState } from "./fleet/updates";
import type { IdentityGraph } from "./identity-graph/identity-graph";
import {
  leavesUnjudged,
  type SnapshotNote,
  type SourcePosition,
} from "../../core/snapshot/resource";

/** The report on one workload, which shows that each has an identity. */
export interface WorkloadSummary {
  /** How people name it, such as `acme/triage`. Comes from the program: hostile wherever it is shown. */
  readonly label: string;
  /** What it is: `Agent`, `Deployment`, `Lambda function`. */
  readonly what: string;
  /** What it was declared to be. */
  readonly is: string;
  /** What it authenticates as: ServiceAccount, role. */
  readonly identities: readonly string[];
  /** How it assumes them: `IRSA`, `EKS Pod Identity`, `Lambda`. */
  readonly federation: readonly string[];
  readonly tenant?: string;
  readonly source?: SourcePosition;
}

/** The complete result for a snapshot. */
export interface Judgement {
  /** Sorted: worst first, then by rule and thing. Known ones included. */
  readonly findings: readonly Finding[];
  readonly workloads: readonly WorkloadSummary[];
  /** Who assumes, uses or calls what. Absent in what an earlier version wrote. */
  readonly identityGraph?: IdentityGraph;
  readonly notRead: readonly NotRead[];
  readonly notes: readonly SnapshotNote[];
  /** How many resources were judged. */
  readonly resources: number;
  /** How many rules ran. */
  readonly rules: number;
  /** Who may do what. Default: none, or an earlier version wrote the report. */
  readonly authority?: Authority;
  /** What other stacks can share or access. Absent without the option, and in reports of an earlier version. */
  readonly facts?: StackFacts;
}

/** The answer about a whole program. */
export type Verdict = "passed" | "violated" | "not proven";

/** What a run writes: the same from the command line and from the policy pack. */
export interface Report {
  readonly formatVersion: 1;
  readonly tool: { readonly name: "agentid"; readonly version: string };
  readonly project: string;
  readonly stack: string;
  readonly verdict: Verdict;
  /** Set where the run had not come to its end when this was written: what came later, if anything, was not judged. */
  readonly unfinished?: true;
  readonly judgement: Judgement;
  /** Set where nothing is proven with a resource that is not read. Default: it only is named. */
  readonly strict?: true;
  /** Settings by which something is not reported, or does not block. Default none. */
  readonly silenced?: readonly Silenced[];
  /** The stacks that were audited, with their latest updates. Absent in a report of one program. */
  readonly stacks?: readonly StackState[];
  /** What is new, known and gone against an earlier report, where it was compared with one. */
  readonly against?: Against;
}

/**
 * The verdict on findings: violated where one blocks, not proven where a blocking one is unknown.
 *
 * Advisory, known and waived findings decide nothing.
 */
export function verdictOn(findings: readonly Finding[]): Verdict {
  const blocking = findings.filter(isBlocking);
  if (blocking.some((f) => f.verdict === "violated")) return "violated";
  return blocking.length > 0 ? "not proven" : "passed";
}

/** The verdict of a report: where not all was judged nothing is proven, and what is refuted stays so. */
export function verdictOf({
  judgement,
  unfinished,
  strict,
}: Pick<Report, "judgement" | "unfinished" | "strict">): Verdict {
  const verdict = verdictOn(judgement.findings);
  const isPartial =
    unfinished === true ||
    judgement.notes.some(leavesUnjudged) ||
    (strict === true && judgement.notRead.length > 0);
  return isPartial && verdict === "passed" ? "not proven" : verdict;
}

/** What a report is about. */
export interface ReportSubject {
  readonly project: string;
  readonly stack: string;
  /** Version of this tool. */
  readonly version: string;
  /** Set where the run has not come to its end. */
  readonly unfinished?: true;
  /** Set where nothing is proven with a resource that is not read. */
  readonly strict?: true;
  /** Settings that silence. Default none. */
  readonly silenced?: readonly Silenced[];
}

/** A report of a judgement. */
export function reportOf(
  { project, stack, version, unfinished, strict, silenced = [] }: ReportSubject,
  judgement: Judgement,
): Report {
  const state = { ...(unfinished && { unfinished }), ...(strict && { strict }) };
  return {
    formatVersion: 1,
    tool: { name: "agentid", version },
    project,
    stack,
    verdict: verdictOf({ judgement, ...state }),
    ...state,
    judgement,
    ...(silenced.length > 0 && { silenced }),
  };
}
