import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
  ConfigureAnalyzerRequest,
  EnforcementLevel,
  PolicyConfig,
  type AnalyzeResponse,
  type AnalyzerInfo,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { analyzeRequest, analyzeStackRequest, statedIn, type Given, type Stated } from "./wire";

/** Configuration as the engine sends it, by policy. */
export type SentConfiguration = Readonly<
  Record<
    string,
    {
      readonly level: "mandatory" | "advisory" | "disabled" | "remediate";
      readonly properties?: Properties;
    }
  >
>;

type Properties = Readonly<Record<string, JavaScriptValue>>;

const levels = {
  mandatory: EnforcementLevel.MANDATORY,
  advisory: EnforcementLevel.ADVISORY,
  disabled: EnforcementLevel.DISABLED,
  remediate: EnforcementLevel.REMEDIATE,
} as const;

const fromSource = resolve("test/support/from-source.cjs");

/** A pack in a process of its own, spoken to as the engine does. */
export class PackProcess {
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #client: AnalyzerClient;

  private constructor(process: ChildProcess, folder: string, port: string) {
    this.#process = process;
    this.#folder = folder;
    this.#client = new AnalyzerClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  }

  /** Starts a TypeScript file of this folder's `packs/`, in a folder with only a package.json. */
  static start(pack: string, environment: NodeJS.ProcessEnv = {}): Promise<PackProcess> {
    const file = join(__dirname, "..", "packs", `${pack}.ts`);
    return PackProcess.run(["--require", fromSource, file], environment);
  }

  /** Starts a pack by the arguments of Node, in a folder with only a package.json. */
  static async run(
    args: readonly string[],
    environment: NodeJS.ProcessEnv = {},
  ): Promise<PackProcess> {
    const folder = mkdtempSync(join(tmpdir(), "agentid-pack-"));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "p", version: "1.0.0" }));
    const child = spawn(process.execPath, args, {
      cwd: folder,
      env: { ...process.env, AGENTID_REPORT: "", PULUMI_DRY_RUN: "", ...environment },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const port = await new Promise<string>((resolve, reject) => {
      child.stdout.once("data", (data: Buffer) => resolve(data.toString().trim()));
      child.once("exit", (code) => reject(new Error(`the pack ended with ${code ?? "a signal"}`)));
    });
    return new PackProcess(child, folder, port);
  }

  /** The folder in which the pack runs. */
  get folder(): string {
    return this.#folder;
  }

  /** Sends a signal to the process. */
  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }

  /** Name, version and policies. */
  async info(): Promise<AnalyzerInfo> {
    return answer((done) => this.#client.getAnalyzerInfo(new Empty(), done));
  }

  /** Sends the configuration, as the engine does once before the first resource. */
  async configure(configuration: SentConfiguration): Promise<void> {
    const request = new ConfigureAnalyzerRequest();
    for (const [policy, { level, properties }] of Object.entries(configuration)) {
      const config = new PolicyConfig();
      config.setEnforcementlevel(levels[level]);
      config.setProperties(Struct.fromJavaScript({ ...properties }));
      request.getPolicyconfigMap().set(policy, config);
    }
    await answer<Empty>((done) => this.#client.configure(request, done));
  }

  /** The report on a resource before it is created. */
  async analyze(given: Given): Promise<readonly Stated[]> {
    const request = analyzeRequest(given);
    return statedIn(await answer<AnalyzeResponse>((done) => this.#client.analyze(request, done)));
  }

  /** The report at the end. */
  async analyzeStack(resources: readonly Given[]): Promise<readonly Stated[]> {
    const request = analyzeStackRequest(resources);
    return statedIn(
      await answer<AnalyzeResponse>((done) => this.#client.analyzeStack(request, done)),
    );
  }

  /** Ends the process and removes its folder. */
  stop(): void {
    this.#client.close();
    this.#process.removeAllListeners("exit");
    this.#process.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function answer<T>(
  call: (done: (error: grpc.ServiceError | null, response: T) => void) => unknown,
): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, response) => {
      if (error === null) resolve(response);
      else reject(error);
    });
  });
}
