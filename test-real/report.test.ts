import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "puppeteer-core";
import { loadPage } from "../cli/draw";
import { reporters } from "../cli/report";
import type { Finding } from "../policy-pack/findings/finding";
import type { IdentityGraph, NodeKind } from "../policy-pack/views/identity-graph/identity-graph";
import { reportOf, type Report } from "../policy-pack/views/report";
import { fleetReport } from "../test/cli/report/fleet-report";
import { hostileName, sampleOptions, sampleReport } from "../test/cli/report/sample-report";
import { startBrowser } from "./support/browser";

/** Possible faults of a page: its console, errors, dialogs, and requests to others. */
interface Opened {
  readonly page: Page;
  readonly problems: readonly string[];
}

/** Tenants of ten workloads each, with an account, a role and a key of each; some share a key or a role with other tenants. */
function manyWorkloads(workloads: number): Report {
  const nodes: IdentityGraph["nodes"][number][] = [];
  const edges: IdentityGraph["edges"][number][] = [];
  const node = (label: string, kind: NodeKind, what: string, tenant?: string): number =>
    nodes.push({ name: label, label, kind, what, ...(tenant !== undefined && { tenant }) }) - 1;
  const role = node("shared-role", "identity", "IAM role");
  const key = node("shared-key", "secret", "AWS secret");
  const findings: Finding[] = [];
  const [first] = sampleReport.judgement.findings;
  const subjectOf = (place: number): Finding["about"] => {
    const { name = "", label = "" } = nodes[place] ?? {};
    return { name, label };
  };
  for (let place = 0; place < workloads; place++) {
    const tenant = `tenant-${place % (workloads / 10)}`;
    const [workload, account] = [
      node(`${tenant}/agent-${place}`, "workload", "Deployment", tenant),
      node(`${tenant}/account-${place}`, "identity", "ServiceAccount", tenant),
    ];
    const isShared = place % 25 === 0;
    const own = [
      node(`role-${place}`, "identity", "IAM role"),
      node(`key-${place}`, "secret", "AWS secret"),
    ];
    edges.push(
      { from: workload, to: account, by: "runs as" },
      { from: account, to: isShared ? role : own[0]!, by: "assumes" },
      { from: workload, to: isShared ? key : own[1]!, by: "uses" },
    );
    if (!isShared) continue;
    findings.push({
      ...first!,
      ...{ rule: "no-shared-secret", about: subjectOf(key), holder: subjectOf(workload) },
      ...{ message: `secret \`shared-key\` is shared by 20 workloads ${place % 100}`, related: [] },
      fingerprint: String(place).padStart(32, "0"),
    });
  }
  const { judgement } = sampleReport;
  return reportOf(
    { project: "desk", stack: "prod", version: "0.1.0" },
    { ...judgement, findings, identityGraph: { nodes, edges } },
  );
}

describe("the HTML report in a browser", () => {
  let browser: Browser;
  let folder: string;
  let large: { readonly file: string; readonly milliseconds: number; readonly size: number };
  let axe: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "agentid-page-"));
    browser = await startBrowser();
    axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
    const report = manyWorkloads(500);
    const started = performance.now();
    const file = await written("large", [report]);
    const milliseconds = Math.round(performance.now() - started);
    large = { file, milliseconds, size: readFileSync(file).length };
  });

  after(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  async function written(name: string, reports: readonly Report[]): Promise<string> {
    const file = join(folder, `${name}.html`);
    const page = await loadPage();
    writeFileSync(file, reporters.html(reports, { ...sampleOptions, page }));
    return file;
  }

  async function opened(file: string, width = 1440, scheme = "light"): Promise<Opened> {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on("console", (message) => void problems.push(message.text()));
    page.on("pageerror", (error) => void problems.push(String(error)));
    page.on("dialog", (dialog) => void problems.push(dialog.message()));
    const address = pathToFileURL(file).href;
    page.on("request", (request) => {
      if (request.url() !== address) problems.push(request.url());
    });
    await page.emulateMediaFeatures([
      { name: "prefers-color-scheme", value: scheme },
      { name: "prefers-reduced-motion", value: "reduce" },
    ]);
    await page.setViewport({ width, height: 900 });
    await page.goto(address);
    return { page, problems };
  }

  async function picture(page: Page, name: string): Promise<void> {
    const wanted = process.env["AGENTID_PICTURES"];
    if (wanted === undefined) return;
    mkdirSync(wanted, { recursive: true });
    await page.screenshot({ path: join(wanted, `${name}.png`), fullPage: true });
  }

  for (const width of [390, 1440]) {
    for (const scheme of ["light", "dark"]) {
      it(`is accessible by axe, and no wider than the screen: ${width} pixels, ${scheme}`, async () => {
        const sample = await written("sample", [sampleReport]);
        for (const [name, file] of [
          ["sample", sample],
          ["large", large.file],
          ["fleet", await written("fleet", [fleetReport])],
        ] as const) {
          const { page, problems } = await opened(file, width, scheme);
          const wide = await evaluated<number>(page, "document.documentElement.scrollWidth");
          assert.ok(wide <= width, `${name}: ${wide} pixels of ${width}`);
          await picture(page, `report-${name}-${width}-${scheme}`);
          assert.deepEqual(problems, []);
          // The page's policy would not let the checker itself run.
          const session = await page.createCDPSession();
          await session.send("Page.setBypassCSP", { enabled: true });
          await page.reload();
          await page.click("details.tenant summary, details summary");
          await page.evaluate(axe);
          const violations = await evaluated<readonly unknown[]>(
            page,
            "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.length, nodes[0].html]))",
          );
          assert.deepEqual(violations, [], name);
          await page.close();
        }
      });
    }
  }

  it("runs nothing that a program wrote, and loads nothing", async () => {
    const texts = [
      hostileName,
      `</script><script>alert(1)</script>`,
      `</style><style>*{background:url(http://evil.test/x)}</style>`,
      `"><img src=x onerror=alert(2)>`,
      `' onfocus=alert(3) autofocus tabindex=0 x='`,
      `<svg onload=alert(4)><a href="javascript:alert(5)">x</a>`,
      `]]><!-- <iframe srcdoc="<script>parent.alert(6)</script>">`,
      `\u2028\u2029\u202e${"x".repeat(100_000)}`,
    ];
    const written1 = JSON.stringify(sampleReport);
    for (const [place, text] of texts.entries()) {
      const names = [
        "acme/planner",
        "acme",
        "support-desk",
        "IAM role",
        "assumes",
        "desk/index.ts",
      ];
      const report = names.reduce(
        (all, name) => all.replaceAll(`"${name}"`, JSON.stringify(`${text} ${name}`)),
        written1,
      );
      const file = await written(`hostile-${place}`, [JSON.parse(report) as Report]);
      const { page, problems } = await opened(file);
      for (const button of await page.$$("[data-show]")) {
        await button.evaluate((element) => (element as unknown as { click: () => void }).click());
      }
      const found = await evaluated<readonly number[]>(
        page,
        `["script", "style", "img, iframe, object, embed, a:not(.skip), link, base, form", "[style], [onload], [onerror], [onfocus], [srcdoc]"]
          .map((selector) => document.querySelectorAll(selector).length)`,
      );
      assert.deepEqual(found, [2, 1, 0, 0], text.slice(0, 60));
      assert.deepEqual(problems, [], text.slice(0, 60));
      await page.close();
    }
  });

  it("runs nothing that is put into it later", async () => {
    const { page, problems } = await opened(await written("sample", [sampleReport]));
    await page.evaluate(`for (const html of ['<img src="https://evil.test/x">', '<button onclick="alert(1)">x</button>',
      '<p style="color:red">x</p>']) document.body.insertAdjacentHTML("beforeend", html);
      document.querySelector("button[onclick]").click();
      document.body.append(Object.assign(document.createElement("script"), { textContent: "alert(2)" }));`);
    assert.ok(problems.length >= 4, problems.join("\n"));
    for (const problem of problems) assert.match(problem, /Content Security Policy|evil\.test/);
    await page.close();
  });

  it("shows the path of a finding that is chosen, and nothing else in red", async () => {
    const { page } = await opened(await written("sample", [sampleReport]));
    const crossing = `[...document.querySelectorAll(".fault")].find((item) => item.textContent.includes("no-cross-tenant-trust"))`;
    await page.evaluate(`${crossing}.querySelector("[data-show]").click()`);
    assert.deepEqual(await labels(page, ".node.on"), [
      "acme/planner",
      "bridge",
      "globex-refunds",
      "globex/refunds",
    ]);
    assert.deepEqual(await labels(page, ".node.hot"), ["bridge", "globex-refunds"]);
    assert.equal(await evaluated(page, `document.querySelectorAll(".edge.on").length`), 3);
    assert.equal(
      await evaluated(page, `${crossing}.querySelector("[data-show]").ariaPressed`),
      "true",
    );
    assert.match(
      await evaluated(page, `document.querySelector(".info").innerText`),
      /crosses tenants/,
    );
    const dimmed = await evaluated<string>(
      page,
      `getComputedStyle(document.querySelector(".node.crosses:not(.on)")).opacity`,
    );
    assert.ok(Number(dimmed) < 0.3, dimmed);
    await page.keyboard.press("Escape");
    assert.deepEqual(await labels(page, ".dim .node"), []);
    await page.close();
  });

  it("is narrowed down by tenant, kind, severity, crossing and search", async () => {
    const { page } = await opened(await written("sample", [sampleReport]));
    const shown = async (): Promise<readonly string[]> =>
      evaluated(
        page,
        `[...document.querySelectorAll("tr[data-node]:not([hidden]) th")].map((cell) => cell.textContent).filter((text) => !text.startsWith("evil")).sort()`,
      );
    await page.select("#tenant", "globex");
    assert.deepEqual(await shown(), ["globex-refunds", "globex/refunds"]);
    assert.match(
      await evaluated(page, `document.querySelector("#status").textContent`),
      /^2 of 11 nodes/,
    );
    await page.select("#kind", "tool");
    assert.deepEqual(await shown(), ["globex/refunds"]);
    await page.click("#reset");
    await page.select("#severity", "medium");
    assert.deepEqual(await shown(), []);
    assert.equal(
      await evaluated(page, `document.querySelectorAll(".fault:not([hidden])").length`),
      1,
    );
    await page.click("#reset");
    await page.click("#crossing");
    assert.deepEqual(await shown(), ["bridge", "globex-refunds", "support-desk"]);
    await page.click("#reset");
    await page.keyboard.press("/");
    await page.keyboard.type("CRM-key");
    assert.deepEqual(await shown(), ["acme/crm-key"]);
    assert.deepEqual(await labels(page, ".node.on"), [
      "acme/crm-key",
      "acme/planner",
      "acme/triage",
    ]);
    await page.close();
  });

  it("narrows down who may call what by tenant, kind and search", async () => {
    const { page } = await opened(await written("sample", [sampleReport]));
    const shown = (): Promise<readonly string[]> =>
      evaluated(
        page,
        `[...document.querySelectorAll("details.table")].find((table) => /^Who may call what/.test(table.innerText))
          .querySelectorAll("tbody tr:not([hidden]) th").values().map((cell) => cell.textContent).toArray()`,
      );
    assert.deepEqual(await shown(), ["acme/planner", "globex/refunds"]);
    await page.select("#tenant", "globex");
    assert.deepEqual(await shown(), ["globex/refunds"]);
    await page.click("#reset");
    await page.select("#kind", "tool");
    assert.deepEqual(await shown(), ["acme/planner", "globex/refunds"]);
    await page.select("#kind", "secret");
    assert.deepEqual(await shown(), []);
    await page.click("#reset");
    await page.type("#search", "refund-order");
    assert.deepEqual(await shown(), ["acme/planner"]);
    await page.close();
  });

  it("narrows down what changed since an earlier audit by severity and search", async () => {
    const { page } = await opened(await written("fleet", [fleetReport]));
    const shown = (): Promise<readonly string[]> =>
      evaluated(
        page,
        `[...document.querySelectorAll(".changes tbody tr:not([hidden])")].map((row) => row.cells[0].textContent + " " + row.cells[1].textContent)`,
      );
    const all = [
      ...["New critical", "New high", "Gone critical"],
      ...["Still there critical", "Still there high known"],
    ];
    assert.deepEqual(await shown(), all);
    await page.select("#severity", "high");
    assert.deepEqual(await shown(), ["New high", "Still there high known"]);
    await page.click("#reset");
    await page.type("#search", "tools@ACME");
    assert.deepEqual(await shown(), ["New critical"]);
    await page.click("#reset");
    assert.deepEqual(await shown(), all);
    await page.close();
  });

  it("marks a box with more content beside it, and no other", async () => {
    const file = await written("sample", [sampleReport]);
    const boxes = async (
      width: number,
    ): Promise<readonly (readonly [string, boolean, boolean])[]> => {
      const { page } = await opened(file, width);
      const found = await evaluated<readonly (readonly [string, boolean, boolean])[]>(
        page,
        `[...document.querySelectorAll(".scroll")].filter((box) => box.clientWidth > 0)
          .map((box) => [box.getAttribute("aria-label"), !box.previousElementSibling.hidden, box.scrollWidth > box.clientWidth])`,
      );
      await page.close();
      return found;
    };
    const [wide, narrow] = [await boxes(1440), await boxes(390)];
    for (const [label, isStated, isWider] of [...wide, ...narrow])
      assert.equal(isStated, isWider, label);
    assert.deepEqual(wide[1], ["Identity graph, scrollable", false, false]);
    assert.deepEqual(narrow[1], ["Identity graph, scrollable", true, true]);
  });

  it("is walked through by keys alone, and read to a screen reader", async () => {
    const { page } = await opened(await written("sample", [sampleReport]));
    await page.focus(".stage .scroll");
    await page.keyboard.press("Tab");
    const focused = (): Promise<string> =>
      evaluated(page, `document.activeElement.getAttribute("aria-label")`);
    assert.match(
      await focused(),
      /^acme\/planner, Deployment of tenant acme; leads to 3, reached from 0/,
    );
    await page.keyboard.press("ArrowRight");
    assert.match(await focused(), /^support-desk, IAM role of tenant acme;/);
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Enter");
    assert.deepEqual(await labels(page, ".node.chosen"), ["acme/planner"]);
    assert.match(await evaluated(page, `document.querySelector(".info").innerText`), /runs as/);
    const stops = await evaluated<number>(
      page,
      `document.querySelectorAll('svg [tabindex="0"]').length`,
    );
    assert.equal(stops, 1);
    const headings = await evaluated<readonly string[]>(
      page,
      `[...document.querySelectorAll("h1, h2, h3")].map((each) => each.localName + " " + each.textContent)`,
    );
    assert.match(headings[0] ?? "", /^h1 BLOCKED: \d+ findings/);
    assert.ok(headings.includes("h3 Findings") && headings.includes("h3 Picture"));
    await page.close();
  });

  it("shows the 21 nodes of two desks whole and in their own size at 1,440 pixels", async () => {
    const many = manyWorkloads(10);
    const { nodes, edges } = many.judgement.identityGraph ?? { nodes: [], edges: [] };
    // The shared role and key, and what five workloads have: without the role of the first, which runs as the shared one.
    const kept = nodes.slice(0, 22).filter((_, place) => place !== 4);
    const place = new Map(kept.map((node, at) => [nodes.indexOf(node), at]));
    const among = edges.flatMap((edge) => {
      const [from, to] = [place.get(edge.from), place.get(edge.to)];
      return from === undefined || to === undefined ? [] : [{ ...edge, from, to }];
    });
    const report = {
      ...many,
      judgement: { ...many.judgement, identityGraph: { nodes: kept, edges: among } },
    };
    const { page } = await opened(await written("21-nodes", [report]));
    assert.equal(await evaluated(page, `document.querySelectorAll("svg .node").length`), 21);
    const [shown = 0, own = 0, stage = 0] = await evaluated<readonly number[]>(
      page,
      `(() => { const svg = document.querySelector("svg"); const { width } = svg.getBoundingClientRect();
        return [width, svg.viewBox.baseVal.width, svg.parentElement.getBoundingClientRect().width]; })()`,
    );
    assert.ok(shown <= stage, `${shown} of ${stage}`);
    assert.ok(shown / own > 0.95, `${shown} of ${own}`);
    await picture(page, "21-nodes");
    await page.close();
  });

  it("stays usable with 500 workloads: a matrix, a picture of each tenant and of each path, a table", async () => {
    const { page, problems } = await opened(large.file);
    const started = performance.now();
    await page.reload();
    const loaded = Math.round(performance.now() - started);
    console.log(
      `      500 workloads: written in ${large.milliseconds} ms, ${Math.round(large.size / 1000)} kB, loaded in ${loaded} ms`,
    );
    assert.ok(large.size < 3_000_000, String(large.size));
    assert.ok(large.milliseconds < 300_000 && loaded < 100_000);
    assert.equal(await evaluated(page, `document.querySelectorAll(".stage").length`), 0);
    assert.equal(await evaluated(page, `document.querySelectorAll("details.tenant").length`), 51);
    const most = await evaluated<number>(
      page,
      `Math.max(...[...document.querySelectorAll("svg")].map((svg) => svg.querySelectorAll(".node").length))`,
    );
    assert.ok(most <= 120, String(most));
    await page.click(".matrix button");
    assert.ok((await labels(page, "details.tenant[open] .node.on")).includes("shared-role"));
    await page.evaluate(`document.querySelector("[data-show]").click()`);
    assert.equal(
      await evaluated(page, `document.querySelectorAll("details.path[open]").length`),
      1,
    );
    const typing = performance.now();
    await page.type("#search", "agent-49");
    const perKey = (performance.now() - typing) / "agent-49".length;
    assert.ok(perKey < 15_000, `${perKey} ms a key`);
    assert.match(
      await evaluated(page, `document.querySelector("#status").textContent`),
      /^\d+ of \d+ nodes/,
    );
    assert.ok(
      await evaluated<boolean>(page, `document.querySelector("details.tenant[open]") !== null`),
    );
    assert.deepEqual(problems, []);
    await page.close();
  });

  it("opens what is folded when it is printed, and prints no buttons", async () => {
    const { page } = await opened(await written("sample", [sampleReport]));
    await page.evaluate(`window.dispatchEvent(new Event("beforeprint"))`);
    assert.equal(
      await evaluated(page, `document.querySelectorAll("details:not([open])").length`),
      0,
    );
    await page.emulateMediaType("print");
    const display = await evaluated(
      page,
      `getComputedStyle(document.querySelector(".bar")).display`,
    );
    assert.equal(display, "none");
    await page.evaluate(`window.dispatchEvent(new Event("afterprint"))`);
    assert.notEqual(
      await evaluated(page, `document.querySelectorAll("details:not([open])").length`),
      0,
    );
    await page.close();
  });
});

/** The value of JavaScript in a page. */
async function evaluated<Value>(page: Page, script: string): Promise<Value> {
  return (await page.evaluate(script)) as Value;
}

/** The labels of nodes in pictures, each once, sorted. */
function labels(page: Page, selector: string): Promise<readonly string[]> {
  return evaluated(
    page,
    `[...new Set([...document.querySelectorAll(${JSON.stringify(selector)})].map((node) => node.querySelector("text").textContent))].sort()`,
  );
}
