import { sourceOf, type Fault } from "../../../policy-pack/findings/grouped-finding";
import { sentenceOf } from "../../../policy-pack/findings/finding-text";
import {
  isBlocking,
  waiverText,
  type ChainLink,
  type Subject,
} from "../../../policy-pack/findings/finding";
import { html, plain } from "../escape";
import type { FaultPath, Picture } from "../picture/picture";
import { detailsOfOne, marksOf, positionOf, reachLine } from "../words";
import { codeFrameOf } from "../code-frame";
import type { ProgramOptions } from "./options";
import { capital, proseHtml } from "./text";

/** How many are shown before the rest is folded. */
const mostOpen = 25;
/** How many names are shown in a line. */
const mostNames = 12;

/** The findings of a program: what blocks first, the rest folded. */
export function findingsHtml(
  { paths }: Picture,
  options: ProgramOptions,
  pictureOfFault: (place: number) => string,
): string {
  const items = paths.map((path, place) => ({
    blocks: isBlocking(path.fault.first),
    item: itemHtml(path, place, options, pictureOfFault(place)),
  }));
  const blocking = items.filter(({ blocks }) => blocks).map(({ item }) => item);
  const others = items.filter(({ blocks }) => !blocks).map(({ item }) => item);
  return [
    `<section class="findings"><h3>Findings</h3>`,
    blocking.length === 0 ? `<p>No finding blocks.</p>` : list(blocking.slice(0, mostOpen)),
    folded(blocking.slice(mostOpen), "more"),
    folded(others, `that ${others.length === 1 ? "does" : "do"} not block`),
    "</section>",
  ].join("\n");
}

function list(items: readonly string[]): string {
  return `<ul class="faults">${items.join("\n")}</ul>`;
}

function folded(items: readonly string[], what: string): string {
  if (items.length === 0) return "";
  return `<details><summary>${items.length} ${what}</summary>${list(items)}</details>`;
}

function itemHtml(
  { fault, nodes }: FaultPath,
  place: number,
  options: ProgramOptions,
  picture: string,
): string {
  const { first, affected, unnamed, fixes, replacements } = fault;
  const source = sourceOf(fault);
  const reached = reachLine(fault);
  const frame = codeFrameOf(fault, options.lineOf);
  const where = source === undefined ? options.projectFile : positionOf(source);
  const marks = marksOf(first).map((mark) => `<span class="tag mark">${html(mark)}</span> `);
  const show =
    nodes.length === 0
      ? ""
      : `<button type="button" data-show="${place}" aria-pressed="false">Show in the picture</button>`;
  return [
    `<li class="fault" data-fault="${place}" data-severity="${first.severity}">`,
    `<h4><span class="tag ${first.severity}">${first.severity}</span> ${marks.join("")}<span class="sentence">${proseHtml(capital(sentenceOf(first)))}</span></h4>`,
    affected.length === 0 ? "" : `<p>Affected: ${namesHtml(affected, unnamed)}</p>`,
    reached === undefined ? "" : `<p>${proseHtml(capital(reached))}</p>`,
    ...detailsOfOne(fault).map((line) => `<p>${proseHtml(capital(line))}</p>`),
    ...fixes.map((fix) => `<p><b>Fix:</b> ${proseHtml(fix)}</p>`),
    ...replacements.map((text) => `<pre tabindex="0">${linesHtml(text)}</pre>`),
    first.waiver === undefined ? "" : `<p>${proseHtml(capital(waiverText(first.waiver)))}</p>`,
    `<p class="places">${where === undefined ? "" : `<code>${html(where)}</code> `}<code>npx --no-install agentid explain ${html(first.rule)}</code>${show}</p>`,
    frame === undefined
      ? ""
      : `<pre class="frame" tabindex="0">${html(frame.code)}\n${frame.caret}</pre>`,
    evidenceHtml(fault),
    picture,
    `</li>`,
  ]
    .filter((line) => line !== "")
    .join("\n");
}

function namesHtml(subjects: readonly Subject[], unnamed = 0): string {
  const shown = subjects.slice(0, mostNames).map(({ label }) => `<code>${html(label)}</code>`);
  const rest = subjects.length - shown.length + unnamed;
  return `${shown.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

function evidenceHtml({ first, findings, chains, related }: Fault): string {
  const items = [
    ...chains.map((chain) => `<li>${chainHtml(chain)}</li>`),
    ...related.map(({ label, as, source }) => {
      const at = source === undefined ? "" : ` at <code>${html(positionOf(source))}</code>`;
      return `<li><code>${html(label)}</code>${at}: ${proseHtml(as)}</li>`;
    }),
    ...(first.standards.length === 0
      ? []
      : [`<li>Standards: ${html(first.standards.join(", "))}</li>`]),
    `<li>${findings.length === 1 ? "Fingerprint" : "Fingerprints"}: ${findings
      .map(({ fingerprint }) => `<code>${html(fingerprint)}</code>`)
      .join(", ")}</li>`,
  ];
  return `<details><summary>Evidence</summary><ul>${items.join("")}</ul></details>`;
}

function chainHtml(chain: readonly ChainLink[]): string {
  const start = chain[0] === undefined ? "" : `<code>${html(chain[0].from.label)}</code>`;
  const steps = chain.map(({ by, to }) => ` → ${proseHtml(by)} → <code>${html(to.label)}</code>`);
  return `${start}${steps.join("")}`;
}

function linesHtml(text: string): string {
  return text
    .split("\n")
    .map((line) => html(plain(line)))
    .join("\n");
}
