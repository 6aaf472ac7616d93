import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import { AnalyzeStackRequest, type AnalyzeResponse } from "@pulumi/pulumi/proto/analyzer_pb";
import { listOf, makeStack, requestsOf } from "./stack";

/** What a pack took for a stack, in milliseconds, and the memory its process had at most, in bytes. */
export interface PackRun {
  readonly start: number;
  /** For each resource before it is made, in order. */
  readonly each: readonly number[];
  /** For all of them, and for the list at the end. */
  readonly resources: number;
  readonly end: number;
  readonly said: number;
  readonly memory: number | undefined;
  /** Processor time of the pack and of who asks it; unlike the rest it does not grow on a busy machine. */
  readonly processor: number | undefined;
}

const root = resolve(__dirname, "..");

/** The pack that users run, as built. */
export const ourPack = join(root, "policy-pack");

/** Makes a pack of the given policies (the text of a JavaScript list) in a folder. */
export function writePack(folder: string, policies: string): string {
  mkdirSync(folder);
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), '{"name": "bench", "version": "1.0.0"}');
  writeFileSync(
    join(folder, "index.js"),
    `new (require("@pulumi/policy").PolicyPack)("bench", { policies: ${policies} });\n`,
  );
  return folder;
}

/** Runs a pack on a stack of a size, as the engine does: one resource after the other, then the list. */
export async function runPack(folder: string, size: number): Promise<PackRun> {
  const stack = makeStack(size);
  const requests = requestsOf(stack);
  const list = new AnalyzeStackRequest();
  list.setResourcesList(listOf(stack));
  const before = performance.now();
  const { child, port } = await startPack(folder);
  const start = performance.now() - before;
  const client = new AnalyzerClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
    "grpc.max_send_message_length": -1,
  });
  try {
    const each: number[] = [];
    let said = 0;
    const processorBefore = processorOf(child);
    const first = performance.now();
    let last = first;
    for (const request of requests) {
      said += (await answer((done) => client.analyze(request, done))).getDiagnosticsList().length;
      const now = performance.now();
      each.push(now - last);
      last = now;
    }
    const { length } = (
      await answer((done) => client.analyzeStack(list, done))
    ).getDiagnosticsList();
    const end = performance.now() - last;
    const processor = difference(processorOf(child), processorBefore);
    const memory = peakOf(child);
    return { start, each, resources: last - first, end, said: said + length, memory, processor };
  } finally {
    client.close();
    child.kill();
  }
}

/** Starts a pack by the SDK's own command; it is up when it tells its port. */
export async function startPack(
  folder: string,
): Promise<{ readonly child: ChildProcess; readonly port: string }> {
  const command = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
  const child = spawn(process.execPath, [command, "127.0.0.1:1", "."], {
    cwd: folder,
    env: { ...process.env, AGENTID_REPORT: "", PULUMI_DRY_RUN: "true" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.once("data", (data: Buffer) => resolve(data.toString().trim()));
    child.once("exit", () => reject(new Error(`the pack in ${folder} did not start`)));
  });
  return { child, port };
}

/** Milliseconds of the process and of this one; Linux alone tells it. */
function processorOf(child: ChildProcess): number | undefined {
  try {
    const text = readFileSync(`/proc/${child.pid ?? 0}/stat`, "utf8");
    const [user = "", system = ""] = text.slice(text.lastIndexOf(")")).split(" ").slice(12);
    const own = process.cpuUsage();
    const millisecondsPerTick = 10;
    return (Number(user) + Number(system)) * millisecondsPerTick + (own.user + own.system) / 1000;
  } catch {
    return undefined;
  }
}

function difference(after: number | undefined, before: number | undefined): number | undefined {
  return after === undefined || before === undefined ? undefined : after - before;
}

/** Linux alone tells it. */
function peakOf(child: ChildProcess): number | undefined {
  try {
    const status = readFileSync(`/proc/${child.pid ?? 0}/status`, "utf8");
    const kilobytes = /^VmHWM:\s+(\d+) kB$/mu.exec(status)?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}

function answer(
  call: (done: (error: grpc.ServiceError | null, response: AnalyzeResponse) => void) => unknown,
): Promise<AnalyzeResponse> {
  return new Promise((resolve, reject) => {
    call((error, response) => {
      if (error === null) resolve(response);
      else reject(error);
    });
  });
}
