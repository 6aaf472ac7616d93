import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { startBroker } from "../../broker/start";
import { tracked } from "../support/tracked";
import { Accounts } from "../../broker/store/accounts";
import { waitingAt } from "../../broker/store/waiting";
import { deskConfiguration, grant, refundRequest, startDesk } from "./support/desk";

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}

const { groups } = parse(readFileSync("docs/broker/alerts.yaml", "utf8")) as {
  readonly groups: readonly { readonly rules: readonly Alert[] }[];
};
const alerts = groups.flatMap(({ rules }) => rules);

/** One series, or the series that a selector names: its values are alternatives. */
interface Selected {
  readonly metric: string;
  readonly labels: Readonly<Record<string, readonly string[]>>;
}

/** The selectors of an expression: of a metric without braces too. */
function selectorsIn(expression: string): readonly Selected[] {
  const metrics = [...expression.matchAll(/\b((?:up|agentid_\w+)\b)(?:\{([^}]*)\})?/g)];
  return metrics.map(([, metric = "", labels = ""]) => ({ metric, labels: labelsOf(labels) }));
}

function labelsOf(text: string): Selected["labels"] {
  const found = [...text.matchAll(/(\w+)=~?"([^"]*)"/g)];
  return Object.fromEntries(
    found.map(([, name = "", values = ""]) => [name, values.split("|")] as const),
  );
}

/** The series in Prometheus' text format. */
function seriesOf(metrics: string): readonly Selected[] {
  const lines = metrics.split("\n").filter((line) => /^\w/.test(line));
  return lines.map((line) => {
    const [, metric = "", labels = ""] = /^(\w+)(?:\{(.*)\})? \S+$/.exec(line) ?? [];
    return { metric, labels: labelsOf(labels) };
  });
}

/** Values of labels for which an expression selects nothing, each as `metric{label="value"}`. */
function missing(expression: string, series: readonly Selected[]): readonly string[] {
  return selectorsIn(expression)
    .filter(({ metric }) => metric !== "up") // made by Prometheus itself
    .flatMap(({ metric, labels }) => {
      const named = series.filter((each) => each.metric === metric);
      if (named.length === 0) return [metric];
      return Object.entries(labels).flatMap(([label, values]) =>
        values
          .filter((value) => !named.some((each) => each.labels[label]?.[0] === value))
          .map((value) => `${metric}{${label}="${value}"}`),
      );
    });
}

describe("the alerts for a broker", () => {
  const folder = mkdtempSync(join(tmpdir(), "agentid-alerts-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** The series of a broker when it has started, and after requests of each kind. */
  async function exported(): Promise<Readonly<Record<"first" | "later", readonly Selected[]>>> {
    const state = { kind: "sqlite", file: join(folder, "broker.db") } as const;
    const running = await startBroker(await deskConfiguration({ state }), () => undefined);
    try {
      const address = `http://127.0.0.1:${running.port}`;
      const read = async () => seriesOf(await (await fetch(`${address}/metrics`)).text());
      const first = await read();
      const request = Object.entries(await refundRequest()).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value] satisfies [string, string]],
      );
      for (const path of ["/token", "/introspect", "/revoke", "/other", "/jwks"]) {
        for (const body of [new URLSearchParams(request), new URLSearchParams()]) {
          await fetch(`${address}${path}`, { method: "POST", body });
        }
      }
      return { first, later: await read() };
    } finally {
      await running.stop();
    }
  }

  it("select only series that a started broker exports", async () => {
    const { first } = await exported();
    assert.deepEqual(
      alerts.flatMap(({ expr }) => missing(expr, first)),
      [],
    );
    for (const [expression, wanted] of [
      ["rate(agentid_other_total[5m])", "agentid_other_total"],
      ['agentid_requests_total{outcome="no_such"}', 'agentid_requests_total{outcome="no_such"}'],
      ['agentid_requests_total{way="/token"}', 'agentid_requests_total{way="/token"}'],
      ['agentid_requests_total{outcome=~"ok|x"}', 'agentid_requests_total{outcome="x"}'],
    ] as const) {
      assert.deepEqual(missing(expression, first), [wanted]);
    }
  });

  it("find each series from the start: no request adds one", async () => {
    const { first, later } = await exported();
    assert.ok(first.length > 40);
    assert.deepEqual(later, first);
  });

  it("have a dashboard that selects only such series", async () => {
    const { panels } = JSON.parse(readFileSync("docs/broker/dashboard.json", "utf8")) as {
      readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
    };
    const { first } = await exported();
    const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    assert.ok(expressions.length > 6);
    for (const expression of expressions) {
      // Labels of the target are Prometheus' own.
      const own = expression.replaceAll(/job="agentid-broker",namespace=~"\$namespace",?/g, "");
      const selected = own.replaceAll(/\w+!~"[^"]*"/g, "");
      assert.deepEqual(missing(selected, first), [], expression);
    }
  });

  it("count what waits", async () => {
    const desk = await startDesk();
    try {
      const now = desk.broker.now();
      assert.deepEqual(await waitingAt(desk.broker.store, now), { approvals: 0, accounts: 0 });
      const accounts = new Accounts(desk.broker.store);
      await accounts.plan("a", "t", { namespace: "n", name: "a" } as never, now + 10);
      assert.equal((await waitingAt(desk.broker.store, now)).accounts, 0);
      assert.equal((await waitingAt(desk.broker.store, now + 10)).accounts, 1);
    } finally {
      await desk.stop();
    }
    const human = await startDesk({ grants: [grant({ approval: "human" })] });
    try {
      await human.exchange(await refundRequest());
      const now = human.broker.now();
      assert.equal((await waitingAt(human.broker.store, now)).approvals, 1);
      assert.equal((await waitingAt(human.broker.store, now + 900)).approvals, 0);
    } finally {
      await human.stop();
    }
  });

  it("each have a time, a severity, what they mean and what to do", () => {
    assert.ok(alerts.length >= 6 && alerts.length <= 10);
    assert.equal(new Set(alerts.map(({ alert }) => alert)).size, alerts.length);
    for (const { alert, expr, for: time, labels, annotations } of alerts) {
      assert.match(alert, /^Agentid[A-Z][A-Za-z]+$/);
      assert.ok(selectorsIn(expr).length > 0, alert);
      assert.match(time, /^\d+m$/, alert);
      assert.match(labels.severity, /^(?:critical|warning|info)$/, alert);
      assert.match(annotations.summary, /^[^.]{10,80}$/, alert);
      assert.match(
        annotations.description,
        /\b(?:[Rr]ead|[Cc]heck|run|[Cc]ompare|[Rr]aise)\b/,
        alert,
      );
    }
  });

  it("have a page that quotes lines which the broker writes", () => {
    const page = readFileSync("docs/broker/metrics.md", "utf8");
    const messages = [...page.matchAll(/^\| `([a-z ]+)`/gm)];
    const code = tracked()
      .filter((file) => /^broker\/.*\.ts$/.test(file))
      .map((file) => readFileSync(file, "utf8"))
      .join("\n");
    assert.ok(messages.length > 3);
    for (const [, message = ""] of messages) assert.ok(code.includes(`"${message}"`), message);
  });
});
