import type { ReportOptions } from "../reporter";
import type { Layout } from "../picture/layout";

/** How a program is to be shown. */
export interface ProgramOptions {
  /** Its place among the programs of the page. */
  readonly index: number;
  readonly layout: Layout;
  /** Whether no other program is shown, so that the page's verdict is its own. */
  readonly isOnly: boolean;
  readonly projectFile?: string;
  /** The whole line of a place in the program; undefined where it cannot be read. Default: no line is shown. */
  readonly lineOf?: ReportOptions["lineOf"];
}
