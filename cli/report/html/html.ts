import { createHash } from "node:crypto";
import type { Report } from "../../../policy-pack/views/report";
import { html } from "../escape";
import type { PageParts, Reporter } from "../reporter";
import { counted, disabledIn, programOf, rulesOf } from "../words";
import { programHtml, type ProgramHtml } from "./program";
import { dataElement } from "./text";
import { verdictText, worstOf } from "./verdict";

/**
 * One page that needs no network: what is wrong first, then the identity graph, then tables of everything.
 *
 * Nothing in it runs but the page's own script: all text of a program is escaped, and the content security policy allows one
 * style sheet and one script, each by its hash.
 */
export const htmlReporter: Reporter = (reports, { page, projectFile, lineOf }) => {
  if (page === undefined) throw new Error("an HTML report needs the parts of its page");
  const programs = reports.map((report, index) =>
    programHtml(report, {
      ...{ index, layout: page.layout, isOnly: reports.length === 1 },
      ...(projectFile !== undefined && { projectFile }),
      ...(lineOf && { lineOf }),
    }),
  );
  return document(reports, programs, page);
};

function document(
  reports: readonly Report[],
  programs: readonly ProgramHtml[],
  page: PageParts,
): string {
  const style = `${page.pictureStyle}${page.style}`;
  const policy = [
    "default-src 'none'",
    `style-src ${hashOf(style)}`,
    `script-src ${hashOf(page.script)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const title = `agentid: ${reports.map(programOf).join(", ")}`;
  return [
    `<!doctype html><html lang="en" data-by="agentid"><head><meta charset="utf-8">`,
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    `<meta name="viewport" content="width=device-width,initial-scale=1">`,
    `<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">`,
    `<title>${html(title)}</title><style>${style}</style></head><body>`,
    `<a class="skip" href="#programs">Skip to the findings</a>`,
    `<header class="${worstOf(reports)}"><p class="muted">agentid</p><h1>${html(verdictText(reports))}</h1>`,
    `<p>${html(judgedText(reports))}</p></header>`,
    filters(programs),
    `<main id="programs">`,
    ...programs.map(({ body }) => body),
    `</main><footer class="muted"><p>Keys: / goes to the search, Esc shows everything again. In a picture → and ← follow arrows, ↑ and ↓ go through a column, Enter chooses. This page loads nothing and sends nothing.</p></footer>`,
    dataElement(
      "data",
      programs.map(({ data }) => data),
    ),
    `<script>${page.script}</script></body></html>`,
    "",
  ].join("\n");
}

function judgedText(reports: readonly Report[]): string {
  const sum = (of: (report: Report) => number): number =>
    reports.reduce((all, report) => all + of(report), 0);
  const parts = [
    counted(
      sum(({ judgement }) => judgement.workloads.length),
      "workload",
    ),
    counted(
      sum(({ judgement }) => judgement.resources),
      "resource",
    ),
    rulesText(reports),
  ];
  return `${parts.join(", ")}.`;
}

/** How many rules ran on programs: `36 of 39 rules`, of several programs the fewest. */
function rulesText(reports: readonly Report[]): string {
  const [fewest] = [...reports].sort((a, b) => disabledIn(b) - disabledIn(a));
  return fewest === undefined ? counted(0, "rule") : rulesOf(fewest);
}

/** What narrows down everything on the page. */
function filters(programs: readonly ProgramHtml[]): string {
  const tenants = [...new Set(programs.flatMap((program) => program.tenants))].sort();
  const kinds = [...new Map(programs.flatMap((program) => [...program.kinds])).entries()];
  const choice = (
    id: string,
    label: string,
    options: readonly (readonly [string, string])[],
  ): string =>
    `<span class="field"><label for="${id}">${label}</label><select id="${id}"><option value="">all</option>${options
      .map(([value, text]) => `<option value="${html(value)}">${html(text)}</option>`)
      .join("")}</select></span>`;
  return [
    `<div class="bar" role="search">`,
    `<span class="field wide"><label for="search">Search</label><input id="search" type="search" autocomplete="off" spellcheck="false"></span>`,
    choice(
      "tenant",
      "Tenant",
      tenants.map((tenant) => [tenant, tenant]),
    ),
    choice("kind", "Kind", kinds),
    choice(
      "severity",
      "Severity",
      ["critical", "high", "medium", "low"].map((severity) => [severity, severity]),
    ),
    `<label class="check"><input type="checkbox" id="crossing"> only what crosses tenants</label>`,
    `<button type="button" id="reset">Show everything</button>`,
    `<p id="status" role="status" class="muted"></p></div>`,
  ].join("");
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
