/**
 * A broker that kills itself before the statement of a number: `node … killed-broker.ts <json>`. It prints its port once it
 * listens, and counts from then on.
 */
import { Broker } from "../../../broker/broker";
import { routesOf } from "../../../broker/routes";
import { serve } from "../../../broker/http/serve";
import { postgresDriver } from "../../../broker/store/postgres";
import { sqliteDriver } from "../../../broker/store/sqlite";
import type { Driver } from "../../../broker/store/store";
import type { Configuration } from "../../../broker/configuration/configuration";

const { configuration, killAt } = JSON.parse(process.argv[2] ?? "{}") as {
  readonly configuration: Configuration;
  readonly killAt: number;
};

let left = Infinity;
function counted(driver: Driver): Driver {
  const step = (): void => {
    left -= 1;
    if (left === 0) process.kill(process.pid, "SIGKILL");
  };
  return {
    ...driver,
    run: (statement) => {
      step();
      return driver.run(statement);
    },
  };
}

async function main(): Promise<void> {
  const { state } = configuration;
  const driver = await (state.kind === "sqlite"
    ? sqliteDriver(state.file)
    : postgresDriver(state.url));
  const broker = new Broker(configuration, { driver: counted(driver) });
  await broker.begin();
  const { port } = await serve(
    { host: "127.0.0.1", port: 0 },
    undefined,
    routesOf(broker),
    () => undefined,
  );
  left = killAt;
  process.stdout.write(`${port}\n`);
}

void main();
