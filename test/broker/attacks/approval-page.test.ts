import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JWTPayload } from "jose";
import type { Configuration } from "../../../broker/configuration/configuration";
import { sqliteDriver } from "../../../broker/store/sqlite";
import {
  call,
  deskConfiguration,
  grant,
  issuer,
  refundRequest,
  startDesk,
  svid,
  testKey,
  userToken,
  type Desk,
} from "../support/desk";
import { startProvider, TestBrowser, type Provider } from "../support/provider";

const cookieName = "__Host-agentid-approvals";
const client = "agentid-approvals";

describe("the page of approvals", () => {
  let provider: Provider;
  let desk: Desk;
  let folder: string;
  let running: Desk[];
  beforeEach(async () => {
    provider = await startProvider();
    running = [];
    folder = mkdtempSync(join(tmpdir(), "agentid-approvals-"));
    const { issuers } = await deskConfiguration();
    desk = await replica({
      grants: [grant({ approval: "human" })],
      issuers: issuers.map((each) =>
        each.name === "people" ? { ...each, id: provider.url } : each,
      ),
      loginClient: client,
    });
  });
  afterEach(async () => {
    for (const each of running) await each.stop();
    await provider.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A broker on the store that the others of the test have. */
  const replica = async (parts: Partial<Configuration>, isWhole = false): Promise<Desk> => {
    const driver = await sqliteDriver(join(folder, "broker.db"));
    const one = await startDesk(parts, driver, isWhole);
    running.push(one);
    return one;
  };

  const browser = (): TestBrowser => new TestBrowser({ [issuer]: desk.url });
  const exchange = async (parts: object = {}, user = "alice"): ReturnType<Desk["exchange"]> => {
    const iat = desk.broker.now();
    const claims = { iat, exp: iat + 300 };
    return desk.exchange(
      await refundRequest({
        subject_token: await userToken(user, "triage-web", { iss: provider.url, ...claims }),
        client_assertion: await svid("triage", claims),
        authorization_details: call({ target: "order/1", context: { cents: 100 }, ...parts }),
      }),
    );
  };
  const ask = async (parts: object = {}, user?: string): Promise<string> => {
    const { body } = await exchange(parts, user);
    assert.equal(body["error"], "authorization_pending", JSON.stringify(body));
    return String(body["approval"]);
  };
  const loggedIn = async (user: JWTPayload = {}): Promise<TestBrowser> => {
    provider.user = { sub: "ann", org: "acme", groups: ["approvers"], ...user };
    const one = browser();
    const { page } = await one.open(`${issuer}/approvals`);
    assert.equal(page.status, 200, await page.text());
    return one;
  };
  const formToken = async (one: TestBrowser): Promise<string> => {
    const text = await (await one.send(`${issuer}/approvals`)).text();
    const [, token = ""] = /name="token" value="([\w-]{43})"/.exec(text) ?? [];
    assert.notEqual(token, "", text);
    return token;
  };
  const post = (
    one: TestBrowser,
    path: string,
    form: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = { origin: issuer },
  ): Promise<Response> =>
    one.send(issuer + path, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
      body: new URLSearchParams(form).toString(),
    });
  const stateOf = async (id: string): Promise<string | undefined> =>
    (await desk.broker.approvals.find(id, desk.broker.now()))?.state;
  const sessionOf = (one: TestBrowser): string | undefined =>
    one.cookies.get(issuer)?.get(cookieName);
  const reasons = async (): Promise<readonly unknown[]> =>
    (await desk.trail()).filter(({ event }) => event === "refused").map(({ reason }) => reason);

  it("an approver who logs in sees and approves exactly the request, once", async () => {
    const id = await ask();
    const one = browser();
    const { url, page } = await one.open(`${issuer}/approvals/${id}`);
    assert.deepEqual([url, page.status], [`${issuer}/approvals/${id}`, 200]);
    const token = await formToken(one);
    const answer = await post(one, `/approvals/${id}`, { token, decision: "approved" });
    assert.deepEqual([answer.status, answer.headers.get("location")], [303, `/approvals/${id}`]);
    const text = async (): Promise<string> => (await one.send(`${issuer}/approvals/${id}`)).text();
    assert.match(
      await text(),
      /role="status".*You have approved this request\. It is allowed once\./,
    );
    assert.equal((await exchange()).status, 200);
    assert.match(await text(), /role="status".*You have approved this request\. It was allowed\./);
    assert.doesNotMatch(await text(), /name="decision"/);
    const again = await post(one, `/approvals/${id}`, { token, decision: "approved" });
    assert.equal(again.status, 404);
    const events = (await desk.trail()).filter(({ event }) => event === "approved");
    assert.deepEqual(
      events.map(({ by, approval, user, chain, target }) => [by, approval, user, chain, target]),
      [["ann", id, "alice", ["triage"], "order/1"]],
    );
  });

  it("an approver can deny", async () => {
    const id = await ask();
    const one = await loggedIn();
    const form = { token: await formToken(one), decision: "denied" };
    assert.equal((await post(one, `/approvals/${id}`, form)).status, 303);
    assert.equal((await exchange()).body["error_description"], "a person has denied the call");
    const other = await loggedIn({ sub: "ben" });
    const text = await (await other.send(`${issuer}/approvals/${id}`)).text();
    assert.match(text, /<bdi>ann<\/bdi> has denied this request\./);
  });

  it("is one document, with nothing that runs", async () => {
    const id = await ask({ environment: "production" });
    const one = await loggedIn();
    const token = await formToken(one);
    const page = await one.send(`${issuer}/approvals`);
    const text = await page.text();
    const [, style = ""] = /<style>([^<]*)<\/style>/.exec(text) ?? [];
    const { askedAt, until } = (await desk.broker.approvals.find(id, 0)) ?? {
      askedAt: 0,
      until: 0,
    };
    const time = (at: number): string => {
      const iso = new Date(at * 1000).toISOString().slice(0, 19);
      return `<time datetime="${iso}Z">${iso.replace("T", " ")} UTC</time>`;
    };
    const { grant: by } = (await desk.broker.approvals.find(id, 0))?.summary ?? {};
    assert.equal(
      text.replace(style, ""),
      `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Requests that wait for approval</title>
<style></style>
</head>
<body>
<header>
<p>Logged in as <strong><bdi>ann</bdi></strong></p>
<form method="post" action="/approvals/logout">
<input type="hidden" name="token" value="${token}">
<button>Log out</button>
</form>
</header>
<main>
<h1>Requests that wait for approval</h1>
<p>An approval allows exactly the request shown here, once.</p>
<section aria-labelledby="request-${id}">
<h2 id="request-${id}"><bdi>refund at refunds: order/1</bdi></h2>
<table aria-labelledby="request-${id}">
<tr><th scope="row">User</th><td><bdi>alice</bdi></td></tr>
<tr><th scope="row">Workloads</th><td><bdi>triage</bdi></td></tr>
<tr><th scope="row">Tool</th><td><bdi>refunds</bdi></td></tr>
<tr><th scope="row">Intent</th><td><bdi>refund</bdi></td></tr>
<tr><th scope="row">Target</th><td><bdi>order/1</bdi></td></tr>
<tr><th scope="row">Environment</th><td><bdi>production</bdi></td></tr>
<tr><th scope="row">Sensitivity</th><td><bdi>internal</bdi></td></tr>
<tr><th scope="row">Context</th><td><ul><li><bdi>cents</bdi>: <bdi>100</bdi></li></ul></td></tr>
<tr><th scope="row">Authority lasts</th><td>60 seconds</td></tr>
<tr><th scope="row">Grant</th><td><bdi>${String(by)}</bdi></td></tr>
<tr><th scope="row">Asked</th><td>${time(askedAt)}</td></tr>
<tr><th scope="row">Open until</th><td>${time(until)} (5 minutes left)</td></tr>
<tr><th scope="row">Request</th><td><bdi>${id}</bdi></td></tr>
</table>
<form method="post" action="/approvals/${id}">
<input type="hidden" name="token" value="${token}">
<button name="decision" value="approved" aria-label="Approve refund at refunds: order/1">Approve</button>
<button name="decision" value="denied" aria-label="Deny refund at refunds: order/1">Deny</button>
</form>
</section>
</main>
</body>
</html>
`,
    );
    const hash = createHash("sha256").update(style).digest("base64");
    const { "content-security-policy": policy, ...headers } = Object.fromEntries(page.headers);
    assert.equal(
      policy,
      `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
    );
    for (const [name, value] of Object.entries({
      "cache-control": "no-store",
      "content-type": "text/html; charset=utf-8",
      "x-content-type-options": "nosniff",
      "referrer-policy": "same-origin",
      "cross-origin-opener-policy": "same-origin",
    })) {
      assert.equal(headers[name], value, name);
    }
  });

  it("shows those who take part why they cannot decide, and refuses their forms", async () => {
    const id = await ask();
    for (const sub of ["alice", "triage"]) {
      const one = await loggedIn({ sub });
      const text = await (await one.send(`${issuer}/approvals`)).text();
      assert.match(text, /You take part in this call, so another person has to decide\./);
      assert.doesNotMatch(text, /name="decision"/);
      const form = { token: await formToken(one), decision: "approved" };
      const answer = await post(one, `/approvals/${id}`, form);
      assert.equal(answer.status, 403);
      assert.match(await answer.text(), /A participant of a call cannot decide on it\./);
    }
    assert.equal(await stateOf(id), "open");
  });

  it("takes no form that another page sent", async () => {
    const id = await ask();
    const [one, other] = [await loggedIn(), await loggedIn({ sub: "ben" })];
    const token = await formToken(one);
    const own = { token, decision: "approved" };
    const foreign: readonly (readonly [object, object])[] = [
      [own, { origin: "https://evil.example" }],
      [own, { origin: "https://broker.acme.example.evil.example" }],
      [own, { origin: "http://broker.acme.example" }],
      [own, { origin: "null" }],
      [own, {}],
      [own, { "sec-fetch-site": "cross-site" }],
      [own, { "sec-fetch-site": "same-site" }],
      [own, { "sec-fetch-site": "none" }],
      [own, { origin: issuer, "sec-fetch-site": "cross-site" }],
      [{ decision: "approved" }, { origin: issuer }],
      [{ ...own, token: await formToken(other) }, { origin: issuer }],
      [{ ...own, token: `${token}A` }, { origin: issuer }],
      [{ ...own, token: sessionOf(one) ?? "" }, { origin: issuer }],
    ];
    for (const [form, headers] of foreign) {
      for (const path of [`/approvals/${id}`, "/approvals/logout"]) {
        const answer = await post(
          one,
          path,
          form as Record<string, string>,
          headers as Record<string, string>,
        );
        assert.equal(answer.status, 403, JSON.stringify([path, form, headers]));
        assert.match(
          await answer.text(),
          /The form is none of this session; nothing was decided\./,
        );
      }
    }
    assert.equal(await stateOf(id), "open");
    const bySite = await post(one, `/approvals/${id}`, own, { "sec-fetch-site": "same-origin" });
    assert.deepEqual([bySite.status, await stateOf(id)], [303, "approved"]);
  });

  it("takes no form without a session, with several cookies, or of another form", async () => {
    const id = await ask();
    const one = await loggedIn();
    const form = { token: await formToken(one), decision: "approved" };
    assert.equal((await post(browser(), `/approvals/${id}`, form)).status, 401);
    const session = sessionOf(one) ?? "";
    const twice = browser();
    const cookie = `${cookieName}=${session}; ${cookieName}=${"A".repeat(43)}`;
    const headers = { origin: issuer, cookie };
    assert.equal((await post(twice, `/approvals/${id}`, form, headers)).status, 401);
    const odd = `${cookieName}=${session}x`;
    assert.equal(
      (await post(twice, `/approvals/${id}`, form, { ...headers, cookie: odd })).status,
      401,
    );
    for (const decision of ["", "open", "used", "approved "]) {
      assert.equal((await post(one, `/approvals/${id}`, { ...form, decision })).status, 400);
    }
    assert.equal((await post(one, `/approvals/${id}`, { ...form, by: "ben" })).status, 400);
    const json = { origin: issuer, "content-type": "application/json" };
    assert.equal((await post(one, `/approvals/${id}`, form, json)).status, 400);
    assert.equal(await stateOf(id), "open");
  });

  it("names the earlier decision", async () => {
    const id = await ask();
    const one = await loggedIn();
    const form = { token: await formToken(one), decision: "approved" };
    const answers = await Promise.all([1, 2, 3].map(() => post(one, `/approvals/${id}`, form)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [303, 409, 409]);
    assert.equal((await desk.trail()).filter(({ event }) => event === "approved").length, 1);
  });

  it("changes the cookie at the login, so that none who planted one has the session", async () => {
    const one = browser();
    const planted = "A".repeat(43);
    one.cookies.set(issuer, new Map([[cookieName, planted]]));
    const begun = await one.send(`${issuer}/approvals`);
    const login = sessionOf(one) ?? "";
    assert.equal(
      begun.headers.get("set-cookie"),
      `${cookieName}=${login}; Path=/; Max-Age=600; HttpOnly; SameSite=Lax; Secure`,
    );
    const authorized = await one.send(begun.headers.get("location") ?? "");
    const back = await one.send(authorized.headers.get("location") ?? "");
    const session = sessionOf(one) ?? "";
    // A second may begin between the request and the login.
    assert.match(
      back.headers.get("set-cookie") ?? "",
      new RegExp(
        `^${cookieName}=${session}; Path=/; Max-Age=(?:899|90[01]); HttpOnly; SameSite=Lax; Secure$`,
      ),
    );
    assert.equal(new Set([planted, login, session]).size, 3);
    for (const old of [planted, login]) {
      const other = browser();
      other.cookies.set(issuer, new Map([[cookieName, old]]));
      const { status, headers } = await other.send(`${issuer}/approvals`);
      assert.deepEqual([status, headers.get("location")?.startsWith(provider.url)], [303, true]);
    }
  });

  it("over plain HTTP has a cookie that plain HTTP can have", async () => {
    const plain = await replica({
      ...desk.broker.configuration,
      issuer: "http://127.0.0.1:8443",
    });
    const { headers } = await fetch(`${plain.url}/approvals`, { redirect: "manual" });
    assert.match(
      headers.get("set-cookie") ?? "",
      /^agentid-approvals=[\w-]{43}; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/,
    );
  });

  it("requests a code from the users' issuer, bound to the browser and to this login", async () => {
    const { url } = await browser().open(`${issuer}/approvals`);
    assert.equal(url, `${issuer}/approvals`);
    await browser().open(`${issuer}/approvals`);
    const [first, second] = provider.asked.map((each) => Object.fromEntries(each));
    const { state, nonce, code_challenge: challenge, ...others } = first ?? {};
    assert.deepEqual(others, {
      ...{ client_id: client, response_type: "code", code_challenge_method: "S256" },
      max_age: "900",
      ...{ redirect_uri: `${issuer}/approvals/callback`, scope: "openid groups" },
    });
    const texts = [state, nonce, challenge, second?.["state"], second?.["nonce"]];
    assert.equal(new Set(texts).size, 5);
    assert.ok(texts.every((text) => /^(?:[\w-]+\.)?[\w-]{43}$/.test(text ?? "")));
  });

  it("completes a login once, in the browser that began it alone", async () => {
    const one = browser();
    const begun = await one.send(`${issuer}/approvals`);
    const login = sessionOf(one) ?? "";
    const authorized = await one.send(begun.headers.get("location") ?? "");
    const back = authorized.headers.get("location") ?? "";
    const refused = async (who: TestBrowser, url: string): Promise<void> => {
      const answer = await who.send(url);
      assert.equal(answer.status, 400, url);
      assert.equal(answer.headers.get("set-cookie"), null);
      assert.match(await answer.text(), /The login was not accepted\./);
    };
    await refused(browser(), back);
    const other = browser();
    await other.send(`${issuer}/approvals`);
    await refused(other, back);
    const wrong = new URL(back);
    wrong.searchParams.set("state", "A".repeat(43));
    await refused(one, wrong.href);
    wrong.searchParams.delete("state");
    await refused(one, wrong.href);
    assert.equal((await one.send(back)).status, 303);
    await refused(one, back);
    one.cookies.set(issuer, new Map([[cookieName, login]]));
    await refused(one, back);
    assert.ok(
      (await reasons()).every(
        (reason) => reason === "the login was not begun in this browser, or has ended",
      ),
    );
  });

  it("accepts no code of another login, none twice, and no end of the login by an error", async () => {
    const [one, other] = [browser(), browser()];
    const backOf = async (who: TestBrowser): Promise<URL> => {
      const begun = await who.send(`${issuer}/approvals`);
      const authorized = await who.send(begun.headers.get("location") ?? "");
      return new URL(authorized.headers.get("location") ?? "");
    };
    const [mine, theirs] = [await backOf(one), await backOf(other)];
    mine.searchParams.set("code", theirs.searchParams.get("code") ?? "");
    const injected = await one.send(mine.href);
    assert.deepEqual([injected.status, injected.headers.get("set-cookie")], [400, null]);
    const twice = await backOf(one);
    twice.searchParams.append("code", "x");
    assert.equal((await one.send(twice.href)).status, 400);
    provider.error = "access_denied";
    assert.equal((await one.send((await backOf(one)).href)).status, 400);
    assert.deepEqual((await reasons()).slice(0, 3), [
      "the users' issuer did not complete the login (invalid_grant)",
      "the users' issuer did not complete the login (OAUTH_INVALID_RESPONSE)",
      "the users' issuer did not complete the login (access_denied)",
    ]);
  });

  it("accepts no answer but that of the users' issuer", async () => {
    // RFC 9207: a login that another server answers is mixed up.
    for (const responder of ["https://login.evil.example", `${provider.url}/`, undefined]) {
      provider.responder = responder;
      const { page } = await browser().open(`${issuer}/approvals`);
      assert.equal(page.status, 400, String(responder));
    }
    provider.responder = provider.url;
    assert.equal((await browser().open(`${issuer}/approvals`)).page.status, 200);
  });

  it("ends a login that takes longer than ten minutes", async () => {
    const one = browser();
    const begun = await one.send(`${issuer}/approvals`);
    const authorized = await one.send(begun.headers.get("location") ?? "");
    desk.ahead = 601;
    assert.equal((await one.send(authorized.headers.get("location") ?? "")).status, 400);
  });

  it("accepts no ID token but one of the issuer, for this client, of this login, for an approver", async () => {
    const now = Math.floor(Date.now() / 1000);
    const lies: readonly (readonly [JWTPayload, number])[] = [
      [{ nonce: "A".repeat(43) }, 400],
      [{ nonce: undefined }, 400],
      [{ aud: "triage-web" }, 400],
      [{ aud: [client, "triage-web"], azp: client }, 401],
      [{ iss: "https://login.evil.example" }, 400],
      [{ exp: now - 60 }, 400],
      [{ org: "globex" }, 401],
      [{ sub: "acme.triage" }, 401],
      [{ groups: ["users"] }, 403],
      [{ groups: undefined }, 403],
    ];
    for (const [claims, status] of lies) {
      provider.claims = claims;
      const one = browser();
      const { page } = await one.open(`${issuer}/approvals`);
      assert.equal(page.status, status, JSON.stringify(claims));
      const text = await page.text();
      assert.match(text, /The login was not accepted\. Log in again, as an approver\./);
      assert.doesNotMatch(text, /Logged in as/);
      const next = await one.send(`${issuer}/approvals`);
      assert.equal(next.status, 303, JSON.stringify(claims));
    }
    provider.claims = {};
    provider.key = testKey("people-1");
    assert.equal((await browser().open(`${issuer}/approvals`)).page.status, 401);
  });

  it("stores nothing that allows a login", async () => {
    const one = browser();
    const begun = await one.send(`${issuer}/approvals`);
    const rows = async (): Promise<string> =>
      JSON.stringify(await desk.broker.store.all("select * from session", []));
    const login = sessionOf(one) ?? "";
    const asked = new URL(begun.headers.get("location") ?? "").searchParams;
    for (const secret of [login, asked.get("state"), asked.get("nonce")]) {
      assert.ok(!(await rows()).includes(secret ?? "?"));
    }
    const session = sessionOf(await loggedIn()) ?? "";
    assert.ok(session !== "" && !(await rows()).includes(session));
  });

  it("ends the session after fifteen minutes, and at the logout", async () => {
    const id = await ask();
    const one = await loggedIn();
    const form = { token: await formToken(one), decision: "approved" };
    const out = await loggedIn({ sub: "ben" });
    const session = sessionOf(out) ?? "";
    const answer = await post(out, "/approvals/logout", { token: await formToken(out) });
    assert.equal(answer.status, 200);
    assert.match(
      answer.headers.get("set-cookie") ?? "",
      new RegExp(`^${cookieName}=; Path=/; Max-Age=0;`),
    );
    assert.match(await answer.text(), /You have logged out here\./);
    out.cookies.set(issuer, new Map([[cookieName, session]]));
    assert.equal((await out.send(`${issuer}/approvals`)).status, 303);
    desk.ahead = 880;
    const fresh = await ask({ target: "order/2" });
    assert.equal((await one.send(`${issuer}/approvals`)).status, 200);
    desk.ahead = 901;
    const late = await post(one, `/approvals/${fresh}`, form);
    assert.equal(late.status, 401);
    assert.match(await late.text(), /The session has ended; log in again\./);
    assert.deepEqual([await stateOf(fresh), await stateOf(id)], ["open", "expired"]);
  });

  it("forgets what is over", async () => {
    await browser().send(`${issuer}/approvals`);
    await loggedIn();
    const count = async (): Promise<number> =>
      (await desk.broker.store.all("select 1 from session", [])).length;
    assert.equal(await count(), 1);
    await desk.broker.tasks.sweep(desk.broker.now() + 901);
    assert.equal(await count(), 0);
  });

  it("demands a login a short time ago, and ends the session with it", async () => {
    const now = Math.floor(Date.now() / 1000);
    provider.claims = { auth_time: now - 1000 };
    const late = await browser().open(`${issuer}/approvals`);
    assert.equal(late.page.status, 403);
    provider.claims = { auth_time: now - 600 };
    const one = browser();
    const { page } = await one.open(`${issuer}/approvals`);
    assert.equal(page.status, 200);
    desk.ahead = 310;
    assert.equal((await one.send(`${issuer}/approvals`)).status, 303);
  });

  it("ends sessions when it changes who may approve", async () => {
    const one = await loggedIn();
    const other = await replica({ ...desk.broker.configuration, approvers: { groups: "board" } });
    const there = new TestBrowser({ [issuer]: other.url });
    there.cookies.set(issuer, new Map([[cookieName, sessionOf(one) ?? ""]]));
    const { status } = await there.send(`${issuer}/approvals`);
    assert.equal(status, 303);
  });

  it("answers at every replica of one store", async () => {
    const id = await ask();
    const one = browser();
    const begun = await one.send(`${issuer}/approvals`);
    const authorized = await one.send(begun.headers.get("location") ?? "");
    const other = await replica(desk.broker.configuration);
    const there = new TestBrowser({ [issuer]: other.url });
    there.cookies.set(issuer, one.cookies.get(issuer) ?? new Map<string, string>());
    const { page } = await there.open(authorized.headers.get("location") ?? "");
    assert.match(await page.text(), /refund at refunds/);
    one.cookies.set(issuer, there.cookies.get(issuer) ?? new Map<string, string>());
    const form = { token: await formToken(one), decision: "approved" };
    assert.equal((await post(one, `/approvals/${id}`, form)).status, 303);
  });

  it("shows hostile text as text, and nothing of it unseen", async () => {
    const hostile = `<script>alert(1)</script>"'&\``;
    const shown = "&#60;script&#62;alert(1)&#60;/script&#62;&#34;&#39;&#38;&#96;";
    const id = await ask(
      {
        target: hostile,
        environment: hostile,
        context: { [hostile]: hostile, text: "1", number: 1, yes: true },
      },
      hostile,
    );
    const one = await loggedIn({ sub: `ann${hostile}` });
    const text = await (await one.send(`${issuer}/approvals/${id}`)).text();
    const body = text.slice(text.indexOf("<body>"));
    assert.doesNotMatch(body, /<script|[\p{Cf}\u0000-\u0009\u000b-\u001f\u007f-\u009f]/u);
    for (const row of [
      `<tr><th scope="row">User</th><td><bdi>${shown}</bdi></td></tr>`,
      `<tr><th scope="row">Target</th><td><bdi>${shown}</bdi></td></tr>`,
      `<tr><th scope="row">Environment</th><td><bdi>${shown}</bdi></td></tr>`,
      `<li><bdi>text</bdi>: <bdi>&#34;1&#34;</bdi></li><li><bdi>number</bdi>: <bdi>1</bdi></li><li><bdi>yes</bdi>: <bdi>true</bdi></li>`,
      `<p>Logged in as <strong><bdi>ann${shown}</bdi></strong></p>`,
    ]) {
      assert.ok(body.includes(row), `${row}\n${body}`);
    }
    // What no request can have is shown as well, should it ever be in the store.
    const [unseen, written] = [
      "\u202e\u2066\u200b\u{e0041}",
      "\\u{202e}\\u{2066}\\u{200b}\\u{e0041}",
    ];
    const now = desk.broker.now();
    const of = { at: now, txn: "", chain: [], user: "", tool: "", record: {} };
    const stored = { txn: "", chain: ["triage"], user: unseen, askedAt: now, until: now + 60 };
    const summary = { tool: "refunds", intent: "refund", target: unseen, context: {} };
    await desk.broker.approvals.ask("unseen", { id: "unseen", summary, ...stored }, of);
    const hidden = await (await one.send(`${issuer}/approvals/unseen`)).text();
    for (const what of ["User", "Target"]) {
      const row = `<tr><th scope="row">${what}</th><td><bdi>${written}</bdi></td></tr>`;
      assert.ok(hidden.includes(row), hidden);
    }
    assert.doesNotMatch(hidden.slice(hidden.indexOf("<body>")), /\p{Cf}/u);
    const form = { token: await formToken(one), decision: "approved" };
    assert.equal((await post(one, `/approvals/${id}`, form)).status, 303);
    const other = await loggedIn({ sub: "ben" });
    const after = await (await other.send(`${issuer}/approvals/${id}`)).text();
    assert.ok(after.includes(`<bdi>ann${shown}</bdi> has approved this request.`), after);
  });

  it("leads nowhere but to its own paths", async () => {
    for (const path of [
      "/approvals/..%2f..%2fevil",
      "/approvals/a:b",
      "/approvals/%0d%0aset-cookie:x=1",
    ]) {
      const { url } = await browser().open(issuer + path);
      assert.equal(url, `${issuer}/approvals`, path);
    }
    const one = await loggedIn();
    const unknown = await one.send(`${issuer}/approvals/0a77`);
    assert.equal(unknown.status, 404);
    assert.match(await unknown.text(), /There is no such request\./);
    assert.equal((await one.send(`${issuer}/approvals/logout`)).status, 405);
    assert.equal((await post(one, "/approvals/callback", {})).status, 405);
  });

  it("is never cached, whatever it answers", async () => {
    const one = browser();
    for (const path of ["/approvals", "/approvals/x", "/approvals/callback"]) {
      const { headers } = await one.send(issuer + path);
      assert.equal(headers.get("cache-control"), "no-store", path);
    }
    await loggedIn();
    assert.equal((await post(one, "/approvals/x", {})).headers.get("cache-control"), "no-store");
  });

  it("reports plainly that the issuer does not answer", async () => {
    provider.isUp = false;
    const { page } = await browser().open(`${issuer}/approvals`);
    assert.equal(page.status, 503);
    assert.match(await page.text(), /The broker cannot answer at the moment\. Try again later\./);
    await provider.stop();
    desk.ahead = 601;
    const unreachable = await browser().open(`${issuer}/approvals`);
    assert.equal(unreachable.page.status, 503);
    const text = await unreachable.page.text();
    assert.doesNotMatch(text, /fetch|ECONN|127\.0\.0\.1/);
    assert.equal(desk.logged.length, 2);
  });

  it("stores nothing of a login that begins, so that strangers keep no approver out", async () => {
    const count = async (): Promise<number> =>
      (
        await Promise.all(
          ["session", "seen"].map((table) =>
            desk.broker.store.all(`select 1 as found from ${table}`, []),
          ),
        )
      ).flat().length;
    const before = await count();
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, () => browser().send(`${issuer}/approvals`)),
    );
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [303]);
    assert.equal(await count(), before);
    const { page } = await browser().open(`${issuer}/approvals`);
    assert.equal(page.status, 200);
  });

  it("leaves the API by tokens as it is", async () => {
    const id = await ask();
    const authorization = `Bearer ${await userToken("ann", client, { iss: provider.url, groups: ["approvers"] })}`;
    const listed = await fetch(`${desk.url}/approvals`, { headers: { authorization } });
    const { approvals } = (await listed.json()) as {
      readonly approvals: readonly { readonly id: string }[];
    };
    assert.deepEqual(
      approvals.map((each) => each.id),
      [id],
    );
    const { status } = await desk.post(`/approvals/${id}`, '{"decision":"approved"}', {
      authorization,
    });
    assert.deepEqual([status, await stateOf(id)], [200, "approved"]);
    const strange = await fetch(`${desk.url}/approvals`, {
      headers: { authorization: "Basic eDp5" },
    });
    assert.equal(strange.status, 401);
    // The ID token of a login is for the page alone.
    const idToken = await userToken("ann", client, {
      iss: provider.url,
      aud: client,
      groups: ["approvers"],
    });
    const by = await fetch(`${desk.url}/approvals`, {
      headers: { authorization: `Bearer ${idToken}` },
    });
    assert.equal(by.status, 401);
  });

  it("states why there is no page where the configuration has no login", async () => {
    const { loginClient: _, ...rest } = await deskConfiguration();
    const without = await replica(rest, true);
    const answers = await Promise.all(
      ["/approvals", "/approvals/x", "/approvals/callback?code=x&state=y"].map((path) =>
        fetch(without.url + path, { redirect: "manual" }),
      ),
    );
    const texts = await Promise.all(answers.map((each) => each.text()));
    const post = await without.post("/approvals/x", { decision: "approved" });
    assert.deepEqual(
      answers.map(({ status, headers }) => [status, headers.get("content-type")]),
      answers.map(() => [401, "text/plain; charset=utf-8"]),
    );
    const sentence = `${issuer} has no page of approvals: its configuration has no \`login\`, and so no approver.\n`;
    assert.deepEqual(texts, [sentence, sentence, sentence]);
    assert.deepEqual([post.status, post.body["error"]], [401, "invalid_token"]);
  });
});
