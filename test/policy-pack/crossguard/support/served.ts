import type { Policies } from "@pulumi/policy";
import * as server from "@pulumi/policy/server";
import type {
  AnalyzeRequest,
  AnalyzeResponse,
  AnalyzeStackRequest,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { analyzeRequest, analyzeStackRequest, statedIn, type Given, type Stated } from "./wire";

type Serve<Request> = (
  call: { readonly request: Request },
  answer: (error: Error | undefined, response?: AnalyzeResponse) => void,
) => unknown;

type MakeServe<Request> = (
  pack: string,
  version: string,
  level: string,
  policies: Policies,
) => Serve<Request>;

interface Internals {
  readonly makeAnalyzeRpcFun: MakeServe<AnalyzeRequest>;
  readonly makeAnalyzeStackRpcFun: MakeServe<AnalyzeStackRequest>;
}

/** Policies behind the SDK's own server code, without a process in between. */
export class Served {
  readonly #analyze: Serve<AnalyzeRequest>;
  readonly #analyzeStack: Serve<AnalyzeStackRequest>;

  constructor(policies: Policies) {
    const { makeAnalyzeRpcFun, makeAnalyzeStackRpcFun } = server as unknown as Internals;
    this.#analyze = makeAnalyzeRpcFun("pack", "1.0.0", "advisory", policies);
    this.#analyzeStack = makeAnalyzeStackRpcFun("pack", "1.0.0", "advisory", policies);
  }

  /** The report on a resource before it is created. */
  async analyze(given: Given): Promise<readonly Stated[]> {
    return statedBy(this.#analyze, analyzeRequest(given));
  }

  /** The reports on several resources, one after the other. */
  async analyzeAll(resources: readonly Given[]): Promise<readonly Stated[]> {
    const stated: Stated[] = [];
    for (const given of resources) stated.push(...(await this.analyze(given)));
    return stated;
  }

  /** The report at the end. */
  async analyzeStack(resources: readonly Given[]): Promise<readonly Stated[]> {
    return statedBy(this.#analyzeStack, analyzeStackRequest(resources));
  }
}

function statedBy<Request>(serve: Serve<Request>, request: Request): Promise<readonly Stated[]> {
  return new Promise((resolve, reject) => {
    serve({ request }, (error, response) => {
      if (response === undefined) reject(error ?? new Error("no answer"));
      else resolve(statedIn(response));
    });
  });
}
