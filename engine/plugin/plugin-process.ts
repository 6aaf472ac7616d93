import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { credentials } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { ConstructRequest, ConstructResponse } from "@pulumi/pulumi/proto/provider_pb";

/** How Node runs a plugin. */
export interface Plugin {
  /** The module that it is. */
  readonly module: string;
  /** Arguments for Node itself. Default: none. */
  readonly nodeArgs?: readonly string[];
}

/** Longest start, in milliseconds. */
const LONGEST = 120_000;

/** A plugin that runs, as the engine has one. */
export class PluginProcess {
  private constructor(
    readonly child: ChildProcess,
    readonly client: ResourceProviderClient,
  ) {}

  /**
   * Starts a plugin and waits until it answers. It ends with this process, however that ends, since it watches its input.
   *
   * @param engine where the engine's service listens
   * @param directory where it runs: paths that the program gives start there
   */
  static async start(plugin: Plugin, engine: string, directory: string): Promise<PluginProcess> {
    const code = [
      'process.stdin.on("end", () => process.exit()).resume();',
      `process.chdir(${JSON.stringify(directory)});`,
      `require(${JSON.stringify(plugin.module)});`,
    ].join("\n");
    const args = [...(plugin.nodeArgs ?? []), "-e", code, "plugin", engine];
    const child = spawn(process.execPath, args, {
      stdio: ["pipe", "pipe", "ignore"],
    });
    try {
      const port = await portOf(child);
      const options = {
        "grpc.max_receive_message_length": -1,
        "grpc.max_send_message_length": -1,
      };
      const client = new ResourceProviderClient(
        `127.0.0.1:${port}`,
        credentials.createInsecure(),
        options,
      );
      return new PluginProcess(child, client);
    } catch (error) {
      child.kill();
      throw error;
    }
  }

  /** Has a component made; rejects with what its constructor throws. */
  construct(request: ConstructRequest): Promise<ConstructResponse> {
    return new Promise((resolve, reject) => {
      const deadline = new Date(Date.now() + LONGEST);
      this.client.waitForReady(deadline, (unready) => {
        if (unready) reject(unready);
        else {
          this.client.construct(request, (error, response) => {
            if (error) reject(new Error(error.details));
            else resolve(response);
          });
        }
      });
    });
  }

  close(): void {
    this.client.close();
    this.child.kill();
  }
}

/** A plugin prints its port first. */
function portOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the plugin did not start")), LONGEST);
    const settle = (use: () => void): void => {
      clearTimeout(timer);
      use();
    };
    child.once("error", (error) => settle(() => reject(error)));
    child.once("exit", (code) =>
      settle(() => reject(new Error(`the plugin ended with ${code ?? "a signal"}`))),
    );
    if (child.stdout === null) return;
    createInterface(child.stdout).once("line", (line) => settle(() => resolve(Number(line))));
  });
}
