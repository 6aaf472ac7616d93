import type { Span, Tracer } from "@opentelemetry/api";
import type { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Noted } from "./exchange/context";
import type { Answer } from "./http/answer";
import { oauthErrors } from "./refused";
import type { Space } from "./store/space";
import type { Waiting } from "./store/waiting";

/** Paths at which workloads' requests are measured. */
const endpoints = ["/token", "/introspect", "/revoke"];

/** What is measured of the broker at one time. */
interface Watched extends Waiting, Required<Space> {
  /** Pods with credentials of which the API server does not say whether they exist. */
  readonly podsUnknown: number;
}

/** What is measured of requests, for Prometheus and OpenTelemetry; each only where its package is installed. */
export class Telemetry {
  readonly #registry: Registry | undefined;
  readonly #requests: Counter | undefined;
  readonly #seconds: Histogram | undefined;
  readonly #ignored: Counter | undefined;
  readonly #watched: Readonly<Record<keyof Watched, Gauge>> | undefined;
  readonly #tracer: Tracer | undefined;

  private constructor(prometheus: typeof import("prom-client") | undefined, tracer?: Tracer) {
    this.#tracer = tracer;
    if (prometheus === undefined) return;
    const registers = [(this.#registry = new prometheus.Registry())];
    this.#requests = new prometheus.Counter({
      ...{ name: "agentid_requests_total", registers, labelNames: ["endpoint", "outcome"] },
      help: "Requests of workloads, by endpoint and outcome: `ok` or an error code of OAuth.",
    });
    this.#seconds = new prometheus.Histogram({
      ...{ name: "agentid_request_seconds", registers, labelNames: ["endpoint"] },
      help: "Seconds that requests of workloads took.",
      buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2],
    });
    this.#ignored = new prometheus.Counter({
      ...{ name: "agentid_ignored_parameters_total", registers, labelNames: ["endpoint"] },
      help: "Parameters of workloads' requests that the broker does not know, and ignores.",
    });
    this.#watched = {
      approvals: new prometheus.Gauge({
        ...{ name: "agentid_approvals_waiting", registers },
        help: "Requests that wait for a person, at all replicas.",
      }),
      accounts: new prometheus.Gauge({
        ...{ name: "agentid_accounts_ended", registers },
        help: "Accounts of Kubernetes of calls that ended by time and are not removed yet, at all replicas.",
      }),
      podsUnknown: new prometheus.Gauge({
        ...{ name: "agentid_pods_unknown", registers },
        help: "Pods with credentials of which the API server does not say whether they exist.",
      }),
      used: new prometheus.Gauge({
        ...{ name: "agentid_store_bytes", registers },
        help: "Bytes that the store takes.",
      }),
      free: new prometheus.Gauge({
        ...{ name: "agentid_store_free_bytes", registers },
        help: "Bytes that the store may still take; NaN where no maximum is known.",
      }),
      capacity: new prometheus.Gauge({
        ...{ name: "agentid_store_capacity_bytes", registers },
        help: "Bytes of the file system of SQLite, or the configured maximum; NaN where neither is known.",
      }),
    };
    // Prometheus counts no increase from a series that is not there yet: an alert would miss the first refusal.
    for (const endpoint of endpoints) {
      this.#seconds.zero({ endpoint });
      this.#ignored.inc({ endpoint }, 0);
      for (const outcome of ["ok", ...oauthErrors]) this.#requests.inc({ endpoint, outcome }, 0);
    }
  }

  /** Counts parameters of a request that are ignored. */
  ignored(endpoint: string, count: number): void {
    this.#ignored?.inc({ endpoint }, count);
  }

  /** Loads what is installed. */
  static async load(): Promise<Telemetry> {
    const [prometheus, opentelemetry] = await Promise.all([
      import("prom-client").catch(() => undefined),
      import("@opentelemetry/api").catch(() => undefined),
    ]);
    return new Telemetry(prometheus, opentelemetry?.trace.getTracer("pulumi-agentid"));
  }

  /**
   * The metrics in Prometheus' text format; undefined where its package is not installed.
   *
   * @param now what is measured now, without what the store does not answer
   */
  async metrics(
    now: Partial<Watched>,
  ): Promise<{ readonly text: string; readonly type: string } | undefined> {
    for (const [what, gauge] of Object.entries(this.#watched ?? {})) {
      gauge.set(now[what as keyof Watched] ?? NaN);
    }
    const registry = this.#registry;
    return registry && { text: await registry.metrics(), type: registry.contentType };
  }

  /** Measures a request, with a span of its own. The span has the content of the trail, without tokens. */
  async measured(endpoint: string, noted: Noted, work: () => Promise<Answer>): Promise<Answer> {
    const started = performance.now();
    const span = this.#tracer?.startSpan(`agentid ${endpoint}`);
    const answer = await work();
    const outcome = outcomeOf(answer);
    this.#requests?.inc({ endpoint, outcome });
    this.#seconds?.observe({ endpoint }, (performance.now() - started) / 1000);
    if (span !== undefined) describe(span, noted, outcome);
    return answer;
  }
}

function describe(span: Span, { txn, chain, tool, call, grant }: Noted, outcome: string): void {
  const attributes = {
    "agentid.outcome": outcome,
    "agentid.task": txn,
    "agentid.caller": chain?.at(-1),
    "agentid.tool": tool,
    "agentid.intent": call?.intent,
    "agentid.grant": grant,
  };
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== "") span.setAttribute(name, value);
  }
  span.end();
}

function outcomeOf({ status, body }: Answer): string {
  if (status < 400) return "ok";
  const read = body !== undefined && "json" in body ? body.json : {};
  return "error" in read && typeof read.error === "string" ? read.error : "error";
}
