import type { Configuration } from "../../broker/configuration/configuration";
import { startBroker } from "../../broker/start";
import { reasonOf } from "../../policy-pack/files/system-reason";
import { write } from "../console";
import { stopSignal } from "../end-clearly";
import { exitCodes } from "../exit-code";
import { CouldNotRun } from "../failure";
import { openDev } from "./dev";
import { load } from "./load";
import { printManifests, type ManifestFlags } from "./manifests";

/** Options of `agentid broker`, as commander gives them. */
export interface BrokerFlags extends ManifestFlags {
  readonly config?: string;
  /** Folder of a broker on a laptop; true for the usual one. */
  readonly dev?: string | true;
  readonly check?: boolean;
  readonly printManifests?: boolean;
}

/**
 * `agentid broker`: runs the task broker of a tenant until it is stopped.
 *
 * @param command the name that this program has, for what is printed
 */
export async function broker(
  { config, dev, check = false, printManifests: prints = false, ...flags }: BrokerFlags,
  command: string,
): Promise<number> {
  if ((config === undefined) === (dev === undefined)) {
    throw new CouldNotRun("give either `--config <file>`, or `--dev` on a laptop");
  }
  if (prints) {
    if (config === undefined) throw new CouldNotRun("`--print-manifests` needs `--config <file>`");
    await write(process.stdout, printManifests(config, flags));
    return exitCodes.passed;
  }
  const [other] = Object.keys(flags);
  if (other !== undefined) {
    const flag = other.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new CouldNotRun(`\`--${flag}\` is for \`--print-manifests\`; leave it out`);
  }
  // The store has who did what: no other user of the host reads it.
  process.umask(0o077);
  const local = dev === undefined ? undefined : await openDev(dev);
  const { configuration } = load(local?.file ?? config ?? "");
  local?.check(configuration);
  if (check) {
    await write(process.stdout, `${summaryOf(configuration)}\n`);
    return exitCodes.passed;
  }
  const log = (record: Readonly<Record<string, unknown>>): void => {
    process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), ...record })}\n`);
  };
  const hasPages = local === undefined ? undefined : false;
  const running = await startBroker(configuration, log, hasPages).catch((error: unknown) => {
    throw new CouldNotRun(`cannot start the broker: ${startProblem(error)}`);
  });
  const end = await local?.begin(configuration);
  const { host } = configuration.listen;
  const scheme = configuration.tls === undefined ? "http" : "https";
  const where = `${scheme}://${host.includes(":") ? `[${host}]` : host}:${running.port}`;
  // Before the line, at which others may stop this process.
  const stopped = stopSignal();
  await write(
    process.stdout,
    `${summaryOf(configuration)}; policy ${running.broker.policy}; listens on ${where}\n${local?.next(command, where) ?? ""}`,
  );
  const signal = await stopped;
  log({ level: "info", message: "stops", signal });
  if (signal === "SIGTERM") await running.drain();
  end?.();
  await running.stop();
  return exitCodes.passed;
}

function summaryOf({ tenant, workloads, grants }: Configuration): string {
  const tools = workloads.filter(({ tool }) => tool !== undefined).length;
  const agents = workloads.length - tools;
  return `task broker of tenant ${tenant}: ${agents} agents and orchestrators, ${tools} tools, ${grants.length} grants`;
}

/** What keeps a broker from starting, with what to install where a package is missing. */
function startProblem(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const [, missing = ""] = /Cannot find (?:module|package) '([^']+)'/.exec(message) ?? [];
  if ((code === "MODULE_NOT_FOUND" || code === "ERR_MODULE_NOT_FOUND") && missing !== "") {
    return `the package \`${missing}\` is not installed; run \`npm install ${missing}\``;
  }
  return code === undefined ? message : reasonOf(error);
}
