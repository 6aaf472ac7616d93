import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { trace } from "@opentelemetry/api";
import { startBroker } from "../../broker/start";
import { deskConfiguration, refundRequest } from "./support/desk";

describe("a broker that is started", () => {
  const folder = mkdtempSync(join(tmpdir(), "agentid-start-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const file = (): string => join(folder, `${Math.random()}.db`);
  const post = async (port: number, form: object): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}/token`, {
      method: "POST",
      body: new URLSearchParams(
        Object.entries(form).filter(([, value]) => value !== undefined) as [string, string][],
      ),
    });

  it("answers callers and operation at addresses of their own", async () => {
    const running = await startBroker(
      await deskConfiguration({
        state: { kind: "sqlite", file: file() },
        operations: { host: "127.0.0.1", port: 0 },
      }),
      () => undefined,
    );
    try {
      const [callers, operations] = [running.port, running.operationsPort].map(
        (port) => `http://127.0.0.1:${port}`,
      );
      const statusOf = async (base: string | undefined, path: string): Promise<number> =>
        (await fetch(`${base}${path}`)).status;
      for (const path of ["/healthz", "/readyz", "/metrics"]) {
        assert.deepEqual(
          [await statusOf(operations, path), await statusOf(callers, path)],
          [200, 404],
        );
      }
      assert.deepEqual(
        [await statusOf(operations, "/jwks"), await statusOf(callers, "/jwks")],
        [404, 200],
      );
    } finally {
      await running.stop();
    }
  });

  it("counts requests by outcome, and gives each a span without a token", async () => {
    const spans: { name: string; attributes: Record<string, unknown>; ended: boolean }[] = [];
    trace.setGlobalTracerProvider({
      getTracer: () =>
        ({
          startSpan: (name: string) => {
            const span = { name, attributes: {} as Record<string, unknown>, ended: false };
            spans.push(span);
            return {
              setAttribute: (key: string, value: unknown) => (span.attributes[key] = value),
              end: () => (span.ended = true),
            };
          },
        }) as never,
    });
    const running = await startBroker(
      await deskConfiguration({ state: { kind: "sqlite", file: file() } }),
      () => undefined,
    );
    try {
      const answer = await post(running.port, await refundRequest());
      const { access_token: token } = (await answer.json()) as { access_token: string };
      await post(running.port, await refundRequest({ resource: "https://none.example" }));
      await post(running.port, {});
      const metrics = await (await fetch(`http://127.0.0.1:${running.port}/metrics`)).text();
      for (const [outcome, count] of [
        ["ok", 1],
        ["invalid_target", 1],
        ["invalid_client", 1],
      ] as const) {
        const line = `agentid_requests_total{endpoint="/token",outcome="${outcome}"} ${count}`;
        assert.ok(metrics.includes(line), metrics);
      }
      const {
        "agentid.task": task,
        "agentid.grant": grant,
        ...others
      } = spans[0]?.attributes ?? {};
      assert.deepEqual(others, {
        ...{ "agentid.outcome": "ok", "agentid.caller": "triage", "agentid.tool": "refunds" },
        "agentid.intent": "refund",
      });
      assert.ok(typeof task === "string" && typeof grant === "string");
      assert.ok(spans.every(({ name, ended }) => name === "agentid /token" && ended));
      assert.ok(!JSON.stringify([spans, metrics]).includes(token));
    } finally {
      trace.disable();
      await running.stop();
    }
  });

  it("finishes running requests when it is stopped, and accepts no more", async () => {
    const running = await startBroker(
      await deskConfiguration({ state: { kind: "sqlite", file: file() } }),
      () => undefined,
    );
    const asked = await refundRequest();
    const statuses: number[] = [];
    const answers = Array.from({ length: 10 }, () =>
      post(running.port, asked).then(
        ({ status }) => statuses.push(status),
        () => 0,
      ),
    );
    await Promise.race(answers);
    await running.stop();
    await Promise.all(answers);
    assert.ok(statuses.length > 0 && statuses.every((status) => status === 200), statuses.join());
    await assert.rejects(fetch(`http://127.0.0.1:${running.port}/jwks`));
  });

  it("reports why it cannot start, and leaves nothing behind", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as { port: number };
    const configuration = await deskConfiguration({
      state: { kind: "sqlite", file: file() },
      listen: { host: "127.0.0.1", port },
    });
    await assert.rejects(
      startBroker(configuration, () => undefined),
      { code: "EADDRINUSE" },
    );
    taken.close();
    const other = { ...configuration, state: { kind: "sqlite", file: "/dev/null/x.db" } } as const;
    await assert.rejects(
      startBroker(other, () => undefined),
      (error: Error) => /^(?:ENOTDIR|EEXIST)/.test(error.message),
    );
    const tls = { certificate: join(folder, "none"), key: join(folder, "none") };
    await assert.rejects(
      startBroker({ ...configuration, tls }, () => undefined),
      {
        code: "ENOENT",
      },
    );
    const running = await startBroker(configuration, () => undefined);
    await running.stop();
  });
});
