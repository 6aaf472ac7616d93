import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { request as send } from "node:https";
import { join } from "node:path";
import type { Browser, BrowserContext, Page, SerializedAXNode } from "puppeteer-core";
import { call, refundRequest, resource, spireKey, svid } from "../test/broker/support/desk";
import { startBrowser } from "./support/browser";
import { selfSigned, type Certificate } from "./support/certificate";
import { builtCheckout } from "./support/installation";
import { startOpenIdProvider, type OpenIdProvider } from "./support/servers/openid-provider";
import { freePorts, startServer, type Server } from "./support/servers/server";
import { startSite, type Site } from "./support/servers/site";
import { temporaryFolder } from "./support/temporary";

const client = "agentid-approvals";

/** What the broker answers a workload. */
interface Answered {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

describe("the page of approvals, in a real browser", () => {
  let certificate: Certificate;
  let provider: OpenIdProvider;
  let broker: string;
  let browser: Browser;
  let context: BrowserContext;
  let attacker: Site;
  const started: (() => unknown)[] = [];

  before(async () => {
    const folder = temporaryFolder();
    certificate = selfSigned(folder);
    const [port = 0, login = 0, evil = 0] = await freePorts(3);
    broker = `https://127.0.0.1:${port}`;
    provider = await startOpenIdProvider({
      ...{ port: login, certificate, client, redirectUri: `${broker}/approvals/callback` },
      accounts: {
        ann: { org: "acme", groups: ["users", "approvers"] },
        alice: { org: "acme", groups: ["approvers"] },
        mallory: { org: "acme", groups: ["users"] },
      },
    });
    started.push(provider.stop);
    const server = await startBroker(folder, port);
    started.push(() => server.stop());
    attacker = await startSite(evil, certificate);
    started.push(attacker.stop);
    browser = await startBrowser();
    started.push(() => browser.close());
  });
  after(async () => {
    for (const stop of started.reverse()) await stop();
  });
  beforeEach(async () => (context = await browser.createBrowserContext()));
  afterEach(() => context.close());

  it("an approver logs in and approves a pending request by keyboard, once", async () => {
    const { status, body } = await exchange("order/1");
    assert.deepEqual([status, body["error"]], [400, "authorization_pending"], JSON.stringify(body));
    const uri = String(body["approval_uri"]);
    const waiting = granted("order/1");
    const page = await loggedIn("ann", uri);
    assert.equal(page.url(), uri);
    const rows = await rowsOf(page);
    assert.deepEqual(
      Object.fromEntries(
        rows.filter(([label]) => /User|Workloads|Tool|Intent|Target|Context/.test(label)),
      ),
      {
        ...{ User: "alice", Workloads: "triage", Tool: "refunds", Intent: "refund" },
        ...{ Target: "order/1", Context: "cents: 4900" },
      },
    );
    await page.focus("section button[value=approved]");
    await page.keyboard.press("Tab");
    assert.equal(await focused(page), "Deny refund at refunds: order/1");
    await page.keyboard.down("Shift");
    await page.keyboard.press("Tab");
    await page.keyboard.up("Shift");
    assert.equal(await focused(page), "Approve refund at refunds: order/1");
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
    assert.equal(page.url(), uri);
    assert.match(await textOf(page, "[role=status]"), /^You have approved this request\./);
    assert.equal(await page.$("section button"), null);
    assert.equal((await waiting).body["token_type"], "Bearer");
    assert.equal((await exchange("order/1")).body["error"], "authorization_pending");
    await page.reload();
    assert.match(await textOf(page, "[role=status]"), /It was allowed\.$/);
  });

  it("an approver denies, and logs out", async () => {
    await exchange("order/2");
    const page = await loggedIn("ann", `${broker}/approvals`);
    await submit(page, `${sectionOf("order/2")}//button[@value='denied']`);
    assert.equal(await textOf(page, "[role=status]"), "You have denied this request.");
    assert.equal((await exchange("order/2")).body["error"], "access_denied");
    await submit(page, "//header//button");
    assert.match(await textOf(page, "[role=status]"), /^You have logged out here\./);
    assert.deepEqual(await context.cookies().then((all) => all.filter(isOurs)), []);
  });

  it("has a cookie that no script, no other host and no plain connection can read", async () => {
    await loggedIn("ann", `${broker}/approvals`);
    const [cookie, ...others] = (await context.cookies()).filter(isOurs);
    const { name, secure, httpOnly, sameSite, path, domain } = cookie ?? {};
    assert.deepEqual(others, []);
    assert.deepEqual(
      { name, secure, httpOnly, sameSite, path, domain },
      {
        ...{ name: "__Host-agentid-approvals", secure: true, httpOnly: true, sameSite: "Lax" },
        ...{ path: "/", domain: "127.0.0.1" },
      },
    );
  });

  it("the user of a call sees no button, and a person who is no approver sees nothing", async () => {
    await exchange("order/3");
    const page = await loggedIn("alice", `${broker}/approvals`);
    assert.equal(await page.$("section button"), null);
    assert.match(await textOf(page, "section .notice"), /^You take part in this call/);
    await context.close();
    context = await browser.createBrowserContext();
    const other = await loggedIn("mallory", `${broker}/approvals`);
    assert.match(await textOf(other, "[role=alert]"), /^The login was not accepted\./);
    assert.equal(await other.$("section"), null);
  });

  it("takes no form from a page of another site, nor from another origin of its own site", async () => {
    const { body } = await exchange("order/4");
    const page = await loggedIn("ann", `${broker}/approvals`);
    const token = await evaluated<string>(page, "document.forms[0].token.value");
    attacker.html = `<form method="post" action="${broker}/approvals/${String(body["approval"])}">
      <input name="token" value="${token}"><input name="decision" value="approved"></form>
      <script>document.forms[0].submit()</script>`;
    for (const [host, sentence] of [
      ["localhost", /^The session has ended/],
      ["127.0.0.1", /^The form is none of this session/],
    ] as const) {
      const evil = await context.newPage();
      await evil.goto(`https://${host}:${attacker.port}/`);
      await evil.waitForSelector("[role=alert]");
      assert.match(await textOf(evil, "[role=alert]"), sentence);
    }
    assert.equal((await exchange("order/4")).body["error"], "authorization_pending");
  });

  it("runs nothing of a request, loads nothing and cannot be framed", async () => {
    const hostile = `<img src=x onerror=alert(1)><script>alert(2)</script>`;
    await exchange(hostile);
    assert.equal((await exchange("order/\u202e5")).body["error"], "invalid_authorization_details");
    const page = await loggedIn("ann", `${broker}/approvals`);
    const [problems, requests]: [string[], string[]] = [[], []];
    page.on("dialog", (dialog) => void problems.push(dialog.message()));
    page.on("console", (message) => void problems.push(message.text()));
    page.on("pageerror", (error) => void problems.push(String(error)));
    page.on("request", (request) => void requests.push(request.url()));
    await page.reload();
    const targets = (await rowsOf(page)).filter(([label]) => label === "Target");
    assert.ok(
      targets.some(([, value]) => value === hostile),
      JSON.stringify(targets),
    );
    assert.deepEqual([problems, requests], [[], [`${broker}/approvals`]]);
    attacker.html = `<iframe src="${broker}/approvals"></iframe>`;
    const evil = await context.newPage();
    await evil.goto(`https://127.0.0.1:${attacker.port}/`);
    const frame = evil.frames().find((each) => each !== evil.mainFrame());
    assert.doesNotMatch((await frame?.content()) ?? "", /Requests that wait/);
  });

  it("reads well on a small screen and to a screen reader", async () => {
    await exchange("order/5");
    await exchange(`order/${"6".repeat(300)}`);
    const page = await loggedIn("ann", `${broker}/approvals`);
    for (const width of [1280, 390, 320]) {
      await page.setViewport({ width, height: 800 });
      const wide = await evaluated<number>(page, "document.documentElement.scrollWidth");
      assert.ok(wide <= width, `${wide} pixels of ${width}`);
      await keepPicture(page, width);
    }
    const sizes = await evaluated<readonly { name: string; size: number; height: number }[]>(
      page,
      `[...document.querySelectorAll("button, td, th, p")].map((each) => ({
        name: each.tagName, size: parseFloat(getComputedStyle(each).fontSize), height: each.clientHeight }))`,
    );
    assert.ok(sizes.every(({ size }) => size >= 16));
    assert.ok(sizes.every(({ name, height }) => name !== "BUTTON" || height >= 40));
    const read = partsOf(await page.accessibility.snapshot({ interestingOnly: false }));
    const sixes = "6".repeat(54);
    for (const part of [
      "heading 1: Requests that wait for approval",
      "heading 2: refund at refunds: order/5",
      `heading 2: refund at refunds: order/${sixes}…`,
      "rowheader: Target",
      "button: Approve refund at refunds: order/5",
      "button: Deny refund at refunds: order/5",
      "button: Log out",
    ]) {
      assert.ok(read.includes(part), `${part} is none of\n${read.join("\n")}`);
    }
  });

  /** For a human look. */
  async function keepPicture(page: Page, width: number): Promise<void> {
    const folder = process.env["AGENTID_PICTURES"];
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `approvals-${width}.png`), fullPage: true });
  }

  async function loggedIn(account: string, url: string): Promise<Page> {
    const page = await context.newPage();
    await page.goto(url);
    assert.ok(page.url().startsWith(provider.issuer), page.url());
    await page.type("input[name=login]", account);
    await page.type("input[name=password]", "of no account");
    await submit(page, "//form//button");
    // The provider asks for consent to the client.
    await submit(page, "//form//button");
    return page;
  }

  async function submit(page: Page, button: string): Promise<void> {
    await Promise.all([page.waitForNavigation(), page.locator(`xpath/${button}`).click()]);
  }

  async function exchange(target: string): Promise<Answered> {
    const user = { sub: "alice", aud: "agents", azp: "triage-web", org: "acme" };
    const form = await refundRequest({
      subject_token: await provider.sign(user),
      client_assertion: await svid("triage", { aud: broker }),
      authorization_details: call({ target, context: { cents: 4900 } }),
    });
    return post("/token", form as Readonly<Record<string, string>>);
  }

  /** The waiting workload: it repeats the request until it gets its token. */
  async function granted(target: string): Promise<Answered> {
    for (;;) {
      const answer = await exchange(target);
      if (answer.status === 200) return answer;
      assert.equal(answer.body["error"], "authorization_pending");
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  function post(path: string, form: Readonly<Record<string, string>>): Promise<Answered> {
    return new Promise((resolve, reject) => {
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      const options = { method: "POST", headers, ca: certificate.cert, agent: false } as const;
      send(broker + path, options, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => (text += part));
        response.on("end", () => {
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as Answered["body"] });
        });
      })
        .on("error", reject)
        .end(new URLSearchParams(form).toString());
    });
  }

  async function startBroker(folder: string, port: number): Promise<Server> {
    const subjects = (name: string): object[] => [
      { issuer: "spire", subject: `spiffe://acme.example/acme/${name}` },
    ];
    const configuration = {
      ...{ tenant: "acme", issuer: broker, listen: `127.0.0.1:${port}` },
      tls: { certificate: certificate.certFile, key: certificate.keyFile },
      state: { sqlite: "state/broker.db" },
      issuers: [
        { name: "spire", kind: "spiffe", trustDomain: "acme.example", keys: "spire.json" },
        { name: "people", kind: "oidc", issuer: provider.issuer, keys: `${provider.issuer}/jwks` },
      ],
      workloads: [{ name: "triage", subjects: subjects("triage"), clients: ["triage-web"] }],
      tools: [{ name: "refunds", resource, subjects: subjects("refunds") }],
      users: { issuer: "people", audiences: ["agents"], require: { org: "acme" } },
      approvers: { require: { groups: "approvers" } },
      login: { client },
      grants: [
        {
          ...{ caller: "triage", tool: "refunds", intents: ["refund"] },
          ...{ sensitivity: "confidential", approval: "human", maxSeconds: 60 },
        },
      ],
    };
    writeFileSync(join(folder, "spire.json"), JSON.stringify({ keys: [(await spireKey).jwk] }));
    writeFileSync(join(folder, "broker.yaml"), JSON.stringify(configuration));
    return startServer({
      name: "the broker",
      command: process.execPath,
      args: [builtCheckout.command, "broker", "--config", "broker.yaml"],
      cwd: folder,
      env: { NODE_EXTRA_CA_CERTS: certificate.certFile },
      isReady: async () => (await post("/token", {})).status > 0,
    });
  }
});

/** What a screen reader reads: roles, with level and name. */
function partsOf(node: SerializedAXNode | null): readonly string[] {
  if (node === null) return [];
  const { role, level, name = "", children = [] } = node;
  const own = `${role}${level === undefined ? "" : ` ${level}`}: ${name}`;
  return [own, ...children.flatMap(partsOf)];
}

function isOurs({ name }: { readonly name: string }): boolean {
  return name.includes("agentid");
}

function sectionOf(target: string): string {
  return `//section[.//td[.='${target}']]`;
}

/** The value of JavaScript in a page. */
async function evaluated<Value>(page: Page, script: string): Promise<Value> {
  return (await page.evaluate(script)) as Value;
}

function textOf(page: Page, selector: string): Promise<string> {
  return evaluated(page, `document.querySelector(${JSON.stringify(selector)}).textContent`);
}

function focused(page: Page): Promise<string> {
  return evaluated(page, "document.activeElement.getAttribute('aria-label')");
}

/** Labels and values of all tables. */
function rowsOf(page: Page): Promise<readonly (readonly [string, string])[]> {
  const row = "[...row.children].map((cell) => cell.textContent)";
  return evaluated(page, `[...document.querySelectorAll("tr")].map((row) => ${row})`);
}
