import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { checkout } from "./support/checkout";
import { runCommand, type CommandResult } from "./support/command";
import { temporaryFolder } from "./support/temporary";
import { builtPrograms } from "./support/tools";

const rules = join(checkout, "docs/broker/alerts.yaml");

/** Samples, one a minute, in promtool's notation: `0+2x30` begins with 0 and adds 2 thirty times. */
type Samples = string;

/** What an alert is tested with. */
interface Row {
  readonly alert: string;
  readonly severity: string;
  /** A series without its labels `job` and `namespace`. */
  readonly series: string;
  /** Samples that fire it, and the minute at which they do. */
  readonly fires: readonly [Samples, minute: number];
  /** Samples that never fire it. */
  readonly quiet: Readonly<Record<string, Samples>>;
}

const requests = (outcome: string, endpoint = "/token"): string =>
  `agentid_requests_total{endpoint="${endpoint}",outcome="${outcome}"}`;

const rows: readonly Row[] = [
  {
    ...{ alert: "AgentidBrokerDown", severity: "critical", series: "up{}" },
    fires: ["1x10 0x10", 14],
    quiet: { "gone for one minute": "1x10 0 1x1600" },
  },
  {
    ...{ alert: "AgentidBrokerUnavailable", severity: "critical" },
    series: requests("temporarily_unavailable", "/introspect"),
    fires: ["0+1x20", 15],
    quiet: { "one request": "0x5 1x30", none: "0x30" },
  },
  {
    ...{ alert: "AgentidRefusalsRise", severity: "warning", series: requests("access_denied") },
    fires: ["0+0.1x1500 150+3x30", 1525],
    quiet: {
      "as many since the first day": "0+3x1600",
      "fewer than 20": "0x1500 0+1x15 15x15",
    },
  },
  {
    ...{ alert: "AgentidCallersNotAuthenticated", severity: "warning" },
    series: requests("invalid_client", "/revoke"),
    fires: ["0x10 0+2x30", 35],
    quiet: { "one a minute": "0+1x60" },
  },
  {
    ...{ alert: "AgentidProofsRefused", severity: "warning" },
    series: requests("invalid_dpop_proof"),
    fires: ["0x10 1x10", 12],
    quiet: { "none since a restart": "5x10 0x30" },
  },
  {
    ...{ alert: "AgentidCallersSlowedDown", severity: "warning", series: requests("slow_down") },
    fires: ["0+1x30", 25],
    quiet: { "for five minutes": "0x5 0+5x5 25x60" },
  },
  {
    ...{ alert: "AgentidApprovalsWait", severity: "info" },
    series: requests("authorization_pending"),
    fires: ["0+1x30", 25],
    quiet: { "approved after five minutes": "0x5 0+5x5 25x60" },
  },
  {
    ...{ alert: "AgentidBrokerSlow", severity: "warning" },
    series: `agentid_request_seconds_bucket{endpoint="/token",le="2"}`,
    fires: ["0+10x30", 25],
    quiet: { "for five minutes": "0x5 0+5x5 25x60", none: "0x30" },
  },
  {
    ...{ alert: "AgentidAccountsRemain", severity: "warning" },
    series: "agentid_accounts_ended{}",
    fires: ["3x30", 25],
    quiet: { "removed after five minutes": "3x5 0x60", none: "0x30" },
  },
  {
    ...{ alert: "AgentidStoreNearlyFull", severity: "warning" },
    series: "agentid_store_free_bytes{}",
    fires: ["300x10 99x30", 20],
    quiet: {
      "full for three minutes": "300x5 99x3 300x60",
      "a tenth is free": "100x60",
    },
  },
];

/** A series with the labels that a scrape adds. */
function scraped(series: string): string {
  return series.replace("{", '{job="agentid-broker",namespace="acme",');
}

const firing = (alert: string): string => `ALERTS{alertname="${alert}",alertstate="firing"}`;

function tests({ alert, severity, series, fires: [samples, minute], quiet }: Row): object[] {
  const one = (name: string, values: Samples, at: number, expr: string, found: object[]) => ({
    ...{ name: `${alert}: ${name}`, interval: "1m" },
    input_series: [{ series: scraped(series), values }, ...besides(series, values)],
    promql_expr_test: [{ expr, eval_time: `${at}m`, exp_samples: found }],
  });
  const labels = `{alertname="${alert}",alertstate="firing",severity="${severity}",job="agentid-broker",namespace="acme"}`;
  const fired = [{ labels: `ALERTS${labels}`, value: 1 }];
  const ever = `count_over_time(${firing(alert)}[30h])`;
  return [
    one("fires", samples, minute, firing(alert), fired),
    ...Object.entries(quiet).map(([name, values]) => one(name, values, 1600, ever, [])),
  ];
}

/** Other series of the rule: of a histogram no request below half a second, and all requests; of a store of 1000 bytes these. */
function besides(series: string, values: Samples): object[] {
  if (series.includes("_free_bytes")) {
    return [{ series: scraped("agentid_store_capacity_bytes{}"), values: "1000x1600" }];
  }
  if (!series.includes("_bucket")) return [];
  return [
    { series: scraped(series.replace('le="2"', 'le="0.5"')), values: "0x60" },
    { series: scraped(series.replace('le="2"', 'le="+Inf"')), values },
  ];
}

/** Evaluates tests of the rules, as an operator would. */
function evaluate(all: readonly object[]): Promise<CommandResult> {
  const folder = temporaryFolder();
  const file = join(folder, "tests.json");
  writeFileSync(
    file,
    JSON.stringify({ rule_files: [rules], evaluation_interval: "1m", tests: all }),
  );
  return promtool("test", "rules", file);
}

function promtool(...args: readonly string[]): Promise<CommandResult> {
  const [program] = builtPrograms(["promtool"]);
  return runCommand(program, args, { cwd: checkout, env: process.env });
}

describe("the alerts for a broker, by Prometheus", () => {
  it("are rules without a finding of its linter", async () => {
    const checked = await promtool("check", "rules", "--lint=all", "--lint-fatal", rules);
    assert.equal(checked.exitCode, 0, checked.stdout + checked.stderr);
    assert.match(checked.stdout, new RegExp(`${rows.length} rules found`));
  });

  it("fire for what they are about, and not for what is near", async () => {
    const { groups } = parse(readFileSync(rules, "utf8")) as {
      readonly groups: readonly { readonly rules: readonly { readonly alert: string }[] }[];
    };
    const names = groups.flatMap((group) => group.rules.map(({ alert }) => alert));
    assert.deepEqual(names.sort(), rows.map(({ alert }) => alert).sort());
    const tested = await evaluate(rows.flatMap(tests));
    assert.equal(tested.exitCode, 0, tested.stdout + tested.stderr);
  });

  it("fire where no broker is scraped at all", async () => {
    const labels =
      '{alertname="AgentidBrokerDown",alertstate="firing",severity="critical",job="agentid-broker"}';
    const absent = {
      ...{ name: "absent", interval: "1m" },
      input_series: [{ series: 'up{job="other"}', values: "1x10" }],
      promql_expr_test: [
        {
          ...{ expr: firing("AgentidBrokerDown"), eval_time: "5m" },
          exp_samples: [{ labels: `ALERTS${labels}`, value: 1 }],
        },
      ],
    };
    const tested = await evaluate([absent]);
    assert.equal(tested.exitCode, 0, tested.stdout + tested.stderr);
  });

  it("would be seen to miss", async () => {
    const [{ fires, quiet, ...row }] = rows as [Row];
    const [never = ""] = Object.values(quiet);
    const missed = await evaluate(tests({ ...row, fires: [never, fires[1]], quiet: {} }));
    const early = await evaluate(tests({ ...row, fires, quiet: { gone: fires[0] } }));
    assert.deepEqual([missed.exitCode, early.exitCode], [1, 1]);
  });
});
