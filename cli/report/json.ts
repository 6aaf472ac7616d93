import { json } from "./escape";
import type { Reporter } from "./reporter";

/** Everything, for programs: one report as it is, several as `{ "formatVersion": 1, "reports": [] }`. */
export const jsonReporter: Reporter = (reports) =>
  `${json(reports.length === 1 ? reports[0] : { formatVersion: 1, reports })}\n`;
