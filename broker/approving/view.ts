import { createHash } from "node:crypto";
import type { Answer } from "../http/answer";
import type { Approval } from "../store/approvals";
import { isPartOf } from "./decide";
import { Html, markup, type Part } from "./html";

/** Who looks at a page, and what its forms prove that they are of. */
export interface Viewer {
  readonly name: string;
  /** Bound to the session; each form has it. */
  readonly token: string;
}

/** Most characters of a target in a heading. */
const longestName = 60;

const style = `
body{margin:0 auto;max-width:46rem;padding:1rem;font:1rem/1.5 system-ui,sans-serif;color:#1b1b1b;background:#fff}
header{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center;justify-content:space-between;
border-bottom:1px solid #767676;padding-bottom:.5rem}
header p{margin:0;overflow-wrap:anywhere;overflow:hidden}
h1{font-size:1.5rem;line-height:1.25}
h2{font-size:1.2rem;line-height:1.25;margin:0 0 .5rem;overflow-wrap:anywhere;overflow:hidden}
section{border:1px solid #767676;border-radius:.4rem;padding:1rem;margin:1rem 0}
table{border-collapse:collapse;width:100%;table-layout:fixed}
th,td{text-align:left;vertical-align:top;padding:.3rem 0;border-top:1px solid #d0d0d0;font-weight:400}
th{width:8rem;padding-right:.75rem;color:#4a4a4a}
td{overflow-wrap:anywhere;overflow:hidden;white-space:pre-wrap}
bdi{direction:ltr;unicode-bidi:isolate}
ul{margin:0;padding-left:1.2rem}
form{display:flex;flex-wrap:wrap;gap:.75rem;margin:0}
section form{margin-top:1rem}
button{font:inherit;min-height:2.75rem;padding:.4rem 1.2rem;border:2px solid #1b1b1b;border-radius:.4rem;
background:#fff;color:#1b1b1b;cursor:pointer}
button[value=approved]{background:#14532d;border-color:#14532d;color:#fff}
button[value=denied]{border-color:#8f1d1d;color:#8f1d1d}
a{color:#0b4a8f}
a:focus-visible,button:focus-visible{outline:3px solid #0b4a8f;outline-offset:2px}
.notice{border-left:.3rem solid #0b4a8f;padding-left:.75rem}
`;

const styleHash = createHash("sha256").update(style).digest("base64");

/**
 * What pages have beside the headers of every answer: no script runs, and nothing is loaded.
 *
 * With `no-referrer`, browsers send `Origin: null` with a form (source: Fetch, "append a request Origin header").
 */
const pageHeaders: Readonly<Record<string, string>> = {
  "content-security-policy": [
    ...["default-src 'none'", `style-src 'sha256-${styleHash}'`, "form-action 'self'"],
    ...["frame-ancestors 'none'", "base-uri 'none'"],
  ].join("; "),
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "same-origin",
};

const none = markup``;
const list = markup`<p><a href="/approvals">All requests that wait</a></p>`;
const again = markup`<p><a href="/approvals">Log in again</a></p>`;

/** The page of requests that are open. */
export function listPage(viewer: Viewer, open: readonly Approval[], now: number): Answer {
  const text =
    open.length === 0
      ? markup`<p>No request waits.</p>`
      : markup`<p>An approval allows exactly the request shown here, once.</p>`;
  const sections = open.map((each) => section(each, viewer, now));
  return page(200, "Requests that wait for approval", viewer, markup`${text}${sections}`);
}

/** The page of one request, whatever became of it. */
export function requestPage(viewer: Viewer, approval: Approval, now: number): Answer {
  const main = markup`${status(approval, viewer)}${section(approval, viewer, now)}
${list}`;
  return page(200, "Request for approval", viewer, main);
}

/** A page that states in one sentence what went wrong. */
export function problemPage(statusCode: number, sentence: string, viewer?: Viewer): Answer {
  const main = markup`<p role="alert" class="notice">${sentence}</p>
${viewer === undefined ? again : list}`;
  return page(statusCode, "This did not work", viewer, main);
}

/** The page after a logout. */
export function loggedOutPage(): Answer {
  const sentence =
    "You have logged out here. You may still be logged in at your identity provider.";
  const main = markup`<p role="status" class="notice">${sentence}</p>
${again}`;
  return page(200, "Logged out", undefined, main);
}

function page(statusCode: number, heading: string, viewer: Viewer | undefined, main: Html): Answer {
  const { text } = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${heading}</title>
<style>${new Html(style)}</style>
</head>
<body>
${viewer === undefined ? none : headerOf(viewer)}<main>
<h1>${heading}</h1>
${main}
</main>
</body>
</html>
`;
  const body = { text, type: "text/html; charset=utf-8" };
  return { status: statusCode, headers: pageHeaders, body };
}

function headerOf({ name, token }: Viewer): Html {
  return markup`<header>
<p>Logged in as <strong>${isolated(name)}</strong></p>
<form method="post" action="/approvals/logout">
<input type="hidden" name="token" value="${token}">
<button>Log out</button>
</form>
</header>
`;
}

function section(approval: Approval, viewer: Viewer, now: number): Html {
  const { id, summary, state } = approval;
  const name = nameOf(summary);
  const rows = rowsOf(approval, now).map(
    ([label, value]) => markup`<tr><th scope="row">${label}</th><td>${value}</td></tr>
`,
  );
  return markup`
<section aria-labelledby="request-${id}">
<h2 id="request-${id}">${isolated(name)}</h2>
<table aria-labelledby="request-${id}">
${rows}</table>
${state === "open" ? choice(approval, viewer, name) : none}</section>`;
}

/** What identifies a request, for headings and buttons; its table has all of it. */
function nameOf({ intent, tool, target }: Approval["summary"]): string {
  const of = textOf(target);
  const short = of.length > longestName ? `${of.slice(0, longestName)}…` : of;
  return `${textOf(intent)} at ${textOf(tool)}${short === "" ? "" : `: ${short}`}`;
}

function choice(approval: Approval, { name: person, token }: Viewer, name: string): Html {
  if (isPartOf(approval, person)) {
    return markup`<p class="notice">You take part in this call, so another person has to decide.</p>
`;
  }
  return markup`<form method="post" action="/approvals/${approval.id}">
<input type="hidden" name="token" value="${token}">
<button name="decision" value="approved" aria-label="Approve ${name}">Approve</button>
<button name="decision" value="denied" aria-label="Deny ${name}">Deny</button>
</form>
`;
}

function rowsOf(
  { id, user, chain, summary, askedAt, until, state }: Approval,
  now: number,
): readonly (readonly [label: string, value: Part])[] {
  const minutes = Math.ceil((until - now) / 60);
  const left = state === "open" ? ` (${minutes} ${minutes === 1 ? "minute" : "minutes"} left)` : "";
  return [
    ["User", user === "" ? "none; the workload acts for itself" : isolated(user)],
    ["Workloads", isolated(chain.join(", then "))],
    ["Tool", stated(summary["tool"])],
    ["Intent", stated(summary["intent"])],
    ["Target", stated(summary["target"])],
    ["Environment", stated(summary["environment"])],
    ["Sensitivity", stated(summary["sensitivity"])],
    ["Context", facts(summary["context"])],
    ["Authority lasts", markup`${textOf(summary["seconds"])} seconds`],
    ["Grant", stated(summary["grant"])],
    ["Asked", time(askedAt)],
    ["Open until", markup`${time(until)}${left}`],
    ["Request", isolated(id)],
  ];
}

function status({ state, decidedBy }: Approval, { name }: Viewer): Html {
  if (state === "open") return none;
  const who = decidedBy === name ? markup`You have` : markup`${isolated(decidedBy)} has`;
  const sentences: Readonly<Record<typeof state, Html>> = {
    approved: markup`${who} approved this request. It is allowed once.`,
    used: markup`${who} approved this request. It was allowed.`,
    denied: markup`${who} denied this request.`,
    expired: markup`This request has expired. It is not allowed.`,
  };
  return markup`<p role="status" class="notice">${sentences[state]}</p>`;
}

/** Text whose direction changes nothing around it. */
function isolated(text: string): Html {
  return markup`<bdi>${text}</bdi>`;
}

function stated(value: unknown): Part {
  return value === undefined ? "not stated" : isolated(textOf(value));
}

/** Texts are quoted, so that `"1"` and `1` differ. */
function facts(context: unknown): Html {
  const entries = Object.entries((context ?? {}) as Readonly<Record<string, unknown>>);
  if (entries.length === 0) return markup`none`;
  const items = entries.map(
    ([key, value]) => markup`<li>${isolated(key)}: ${isolated(JSON.stringify(value))}</li>`,
  );
  return markup`<ul>${items}</ul>`;
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function time(seconds: number): Html {
  const iso = new Date(seconds * 1000).toISOString().slice(0, 19);
  return markup`<time datetime="${iso}Z">${iso.replace("T", " ")} UTC</time>`;
}
