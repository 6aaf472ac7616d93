import type { Silenced } from "../../../policy-pack/findings/silenced";
import type { Report } from "../../../policy-pack/views/report";
import { settingsOf, silencedLine } from "../silenced";
import { proseHtml } from "./text";

/** The settings that were not so before, for above the findings; empty where there are none. */
export function changedSettingsHtml(report: Report): string {
  return sectionOf("unjudged", "Changed settings", settingsOf(report).fresh);
}

/** The other settings that silence. */
export function settingsHtml(report: Report): string {
  return sectionOf("settings", "Settings", settingsOf(report).others);
}

function sectionOf(name: string, title: string, silenced: readonly Silenced[]): string {
  if (silenced.length === 0) return "";
  const items = silenced.map((one) => `<li>${proseHtml(silencedLine(one))}</li>`);
  return `<section class="${name}"><h3>${title}</h3><ul>${items.join("")}</ul></section>`;
}
