import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import { AnalyzeStackRequest, type AnalyzeResponse } from "@pulumi/pulumi/proto/analyzer_pb";
import { processorOf as ownProcessorOf } from "./processor";
import { listOf, requestOf, stackOf, type Open } from "./stack";

/** What a pack took for a stack, in milliseconds, and the memory its process had at most, in bytes. */
export interface PackRun {
  /** Processor time of the pack for each thousand resources before they are made, in order. */
  readonly thousands: readonly number[];
  readonly said: number;
  readonly memory: number | undefined;
  /** The same before the list at the end. */
  readonly early: number | undefined;
  /** Processor time of the pack and of its caller, from the first resource to the answer to the list. */
  readonly processor: number;
}

const root = resolve(__dirname, "..");

/** The pack that users run, as built. */
export const ourPack = join(root, "policy-pack");

/** Makes a pack of the given policies (the text of a JavaScript list) in a folder. */
export function writePack(folder: string, policies: string): string {
  mkdirSync(folder);
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), '{"name": "bench", "version": "1.0.0"}');
  writeFileSync(join(folder, "PulumiPolicy.yaml"), "runtime: nodejs\nmain: index.js\n");
  writeFileSync(
    join(folder, "index.js"),
    `new (require("@pulumi/policy").PolicyPack)("bench", { policies: ${policies} });\n`,
  );
  return folder;
}

/** Runs a pack on a stack of a size, as the engine does: one resource after the other, then the list. */
export async function runPack(
  folder: string,
  size: number,
  open: Open = "nothing",
): Promise<PackRun> {
  const { child, port } = await startPack(folder);
  const client = new AnalyzerClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
    "grpc.max_send_message_length": -1,
  });
  try {
    const thousands: number[] = [];
    let said = 0;
    const before = processorOf(child);
    let packBefore = before.pack;
    let asked = 0;
    for (const made of stackOf(size, open)) {
      const request = requestOf(made);
      said += (await answer((done) => client.analyze(request, done))).getDiagnosticsList().length;
      if (++asked % 1_000 !== 0) continue;
      const { pack } = processorOf(child);
      thousands.push(pack - packBefore);
      packBefore = pack;
    }
    const early = peakOf(child);
    const list = new AnalyzeStackRequest();
    list.setResourcesList(listOf(size, open));
    const { length } = (
      await answer((done) => client.analyzeStack(list, done))
    ).getDiagnosticsList();
    const after = processorOf(child);
    return {
      thousands,
      said: said + length,
      early,
      memory: peakOf(child),
      processor: after.pack + after.asker - before.pack - before.asker,
    };
  } finally {
    client.close();
    child.kill();
  }
}

/** Starts a pack by the SDK's own command; it is up when it prints its port. */
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

/** Milliseconds of processor time of the pack and of this process, its caller; not a number on a system without `/proc`. */
function processorOf(child: ChildProcess): { readonly pack: number; readonly asker: number } {
  const own = process.cpuUsage();
  return { pack: ownProcessorOf(child.pid ?? 0), asker: (own.user + own.system) / 1000 };
}

/** Only Linux has it. */
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
