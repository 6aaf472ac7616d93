import { spawnSync } from "node:child_process";
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join, resolve } from "node:path";
import { stackOf, urnOf, type Made } from "./stack";

/** What an audit of one stack export took: processor time in milliseconds, and memory at most, in bytes. */
export interface AuditRun {
  readonly processor: number;
  readonly memory: number;
}

const cli = join(resolve(__dirname, ".."), "dist/cli/main.js");

/** Audits a stack of a size, as `pulumi stack export` prints it: all rules, and nothing of Pulumi's own in the process. */
export function runAudit(folder: string, size: number): AuditRun {
  const stack = join(folder, `stack-${size}.json`);
  writeExport(stack, size);
  const told = join(folder, `told-${size}.json`);
  const tell = join(folder, "tell.js");
  writeFileSync(tell, tellsAtExit(told));
  const args = ["--require", tell, cli, "audit", stack];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    // A line for each workload is long for a large stack.
    maxBuffer: Infinity,
  });
  if (status !== 0) {
    const last = `${stdout}${stderr}`.trimEnd().split("\n").at(-1) ?? "";
    throw new Error(`the audit of ${size} resources failed: ${last}`);
  }
  return JSON.parse(readFileSync(told, "utf8")) as AuditRun;
}

/** The text of a script that writes at a process's end what it took. */
function tellsAtExit(file: string): string {
  return `process.on("exit", () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const took = { processor: (userCPUTime + systemCPUTime) / 1000, memory: maxRSS * 1024 };
  require("node:fs").writeFileSync(${JSON.stringify(file)}, JSON.stringify(took));
});
`;
}

/** Writes an export resource by resource: that of a large stack is longer than a string may be. */
function writeExport(file: string, size: number): void {
  const to = openSync(file, "w");
  try {
    writeSync(to, '{"version": 3, "deployment": {"resources": [');
    let separator = "";
    for (const made of stackOf(size)) {
      writeSync(to, separator + JSON.stringify(stateOf(made)));
      separator = ",\n";
    }
    writeSync(to, "]}}");
  } finally {
    closeSync(to);
  }
}

/** The export of a stack of a size, of a project of its own. */
export function exportOf(size: number, project: string): string {
  const resources = [...stackOf(size)].map((made) => stateOf(made));
  const text = JSON.stringify({ version: 3, deployment: { resources } });
  return text.replaceAll("::shop::", `::${project}::`);
}

function stateOf({ type, name, properties, dependsOn = {} }: Made): object {
  const provider = `pulumi:providers:${type.slice(0, type.indexOf(":"))}`;
  const on = Object.entries(dependsOn);
  const kept =
    "data" in properties ? { ...properties, data: secret(properties["data"]) } : properties;
  return {
    urn: urnOf(type, name),
    custom: true,
    id: name,
    type,
    inputs: kept,
    outputs: kept,
    parent: urnOf("pulumi:pulumi:Stack", "shop-dev"),
    provider: `${urnOf(provider, "default")}::0123`,
    dependencies: on.map(([, urn]) => urn),
    propertyDependencies: Object.fromEntries(on.map(([property, urn]) => [property, [urn]])),
  };
}

/** A value marked as secret, as an export with `--show-secrets` has it. */
function secret(value: unknown): object {
  return {
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    plaintext: JSON.stringify(value),
  };
}
