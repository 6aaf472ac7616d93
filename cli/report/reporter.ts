import type { Report } from "../../policy-pack/views/report";
import type { Severity } from "../../core/severity";
import type { SourcePosition } from "../../core/snapshot/resource";
import type { Layout } from "./picture/layout";

/** What reporters need of a rule besides its findings. */
export interface RuleInfo {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly standards: readonly string[];
  readonly remediation: string;
}

/** What an HTML report has beside its text: how pictures are laid out, style sheets and script. */
export interface PageParts {
  readonly layout: Layout;
  readonly pictureStyle: string;
  readonly style: string;
  readonly script: string;
}

/** How a report is to be shown. */
export interface ReportOptions {
  /** All rules, in the order in which they are listed. */
  readonly rules: readonly RuleInfo[];
  /** A rule's page in Markdown, without links to files; undefined where there is none. Default: there is none. */
  readonly pageOf?: (rule: string) => string | undefined;
  /** The address of a rule's page; undefined where there is none. Default: there is none. */
  readonly urlOf?: (rule: string) => string | undefined;
  /** The file that a finding without a position points at, where a format demands one. Default `Pulumi.yaml`. */
  readonly projectFile?: string;
  /** Whether text may be coloured. Default false. */
  readonly colour?: boolean;
  /** Whether nothing is left out for length. Default false. */
  readonly verbose?: boolean;
  /** Whether only the verdict and what blocks is shown. Default false. */
  readonly quiet?: boolean;
  /** Columns of the terminal, at which text is wrapped. Default: it is not. */
  readonly width?: number | undefined;
  /** A line of a file of the program, without its end; undefined where it cannot be read. Default: none can. */
  readonly lineOf?: (source: SourcePosition) => string | undefined;
  /** The parts of an HTML page; needed for that format alone. */
  readonly page?: PageParts;
}

/** Turns reports, one for each program, into text. Pure: no files, no console, no clock. */
export type Reporter = (reports: readonly Report[], options: ReportOptions) => string;
