import { setTimeout as sleep } from "node:timers/promises";
import { Broker } from "./broker";
import type { Configuration } from "./configuration/configuration";
import { operationsOf, routesOf } from "./routes";
import { serve, type Handler, type Listening } from "./http/serve";
import { postgresDriver } from "./store/postgres";
import { threadedSqlite } from "./store/sqlite";
import type { Driver, ThreadedDriver } from "./store/store";
import { Telemetry } from "./telemetry";

/** Milliseconds between sweeps of what no answer needs, removals of accounts, looks at pods and at the store's clock, and signed heads in the log. */
const sweepInterval = 30_000;
const reapInterval = 1_000;
const podInterval = 10_000;
const clockInterval = 10_000;
const headsInterval = 60_000;
const forgottenInterval = 60_000;

/** Milliseconds between reads of the keys of issuers by URL: who rotates keys publishes new ones longer before their use. */
const keysInterval = 15_000;

/** A broker that runs. */
export interface Running {
  readonly broker: Broker;
  /** Port of callers. */
  readonly port: number;
  /** Port of callers with X.509-SVIDs; 0 where there is none. */
  readonly mtlsPort: number;
  /** Port of health and metrics. */
  readonly operationsPort: number;
  /** Is no longer ready, and answers for a while: who sends requests by readiness then sends no more. */
  readonly drain: () => Promise<void>;
  /** Lets requests that run end. */
  readonly stop: () => Promise<void>;
}

/** Takes one record of what happens to the broker itself. */
export type Log = (record: Readonly<Record<string, unknown>>) => void;

/**
 * Starts a broker; throws where its store, its policy or its certificate is not available, or it cannot listen.
 *
 * @param hasPages whether approvers decide on the page, which needs `openid-client`
 */
export async function startBroker(
  configuration: Configuration,
  log: Log,
  hasPages = configuration.approvers !== undefined,
): Promise<Running> {
  const driver = await driverOf(configuration);
  const listening: Listening[] = [];
  const problem = (message: string, reason: string): void =>
    log({ level: "error", message, reason });
  try {
    // Where the package is missing, the operator learns it, and no approver.
    if (hasPages) await import("openid-client");
    const telemetry = await Telemetry.load();
    const broker = new Broker(configuration, { driver, log, telemetry });
    await broker.begin();
    const { listen, operations, tls, mtls } = configuration;
    const [routes, health] = [routesOf(broker), operationsOf(broker)];
    const both: Handler = (request, path) =>
      (operationsPaths.includes(path) ? health : routes)(request, path);
    listening.push(await serve(listen, tls, operations === undefined ? both : routes, problem));
    if (operations !== undefined) {
      listening.push(await serve(operations, undefined, health, problem));
    }
    const ports = listening.map((each) => each.port);
    let mtlsPort = 0;
    if (mtls !== undefined) {
      const authorities = (): readonly string[] => broker.identities.authorities();
      const serving = await serve(mtls.listen, tls, routes, problem, authorities);
      mtlsPort = serving.port;
      listening.push(serving);
    }
    const repeated = [
      repeat(() => broker.readKeys(), keysInterval),
      repeat(() => broker.tasks.sweep(broker.now()), sweepInterval),
      repeat(() => broker.reap(), reapInterval),
      repeat(() => broker.endOfPods(), podInterval),
      repeat(() => broker.readClock(), clockInterval),
      repeat(() => broker.reapForgotten(), forgottenInterval),
      // What collects the log becomes a witness of the trail.
      repeat(async () => {
        const { heads } = await broker.signedHeads();
        log({ level: "info", message: "heads of the trail", heads });
      }, headsInterval),
    ];
    const [port = 0, operationsPort = port] = ports;
    return {
      ...{ broker, port, operationsPort, mtlsPort },
      drain: async () => {
        broker.isStopping = true;
        for (const each of listening) each.drain();
        await sleep(configuration.drainSeconds * 1000);
      },
      stop: async () => {
        for (const each of repeated) clearInterval(each);
        await Promise.all(listening.map(({ stop }) => stop()));
        await broker.store.close();
      },
    };
    function repeat(work: () => Promise<void>, interval: number): NodeJS.Timeout {
      let isBusy = false;
      return setInterval(() => {
        if (isBusy) return;
        isBusy = true;
        work()
          .catch((error: unknown) => {
            problem("what has ended cannot be cleared", (error as Error).message);
          })
          .finally(() => (isBusy = false));
      }, interval).unref();
    }
  } catch (error) {
    await Promise.all(listening.map(({ stop }) => stop()));
    await driver.close();
    throw error;
  }
}

const operationsPaths = ["/healthz", "/readyz", "/metrics"];

async function driverOf({ state }: Configuration): Promise<Driver | ThreadedDriver> {
  return state.kind === "sqlite" ? threadedSqlite(state.file) : postgresDriver(state.url);
}
