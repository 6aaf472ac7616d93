import {
  AnalyzerStackConfigureResponse,
  RemediateResponse,
  type AnalyzeResponse,
  type AnalyzerInfo,
  type ConfigureAnalyzerRequest,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Configured } from "../collector";
import { failurePolicy } from "../failure-policy";
import type { PackParts } from "../pack-parts";
import type { Violation } from "../violation";
import { configuredBy, levelSent } from "./configured";
import { infoOf, responseOf, type PackIdentity } from "./messages";
import { Texts, allListedIn, handedIn } from "./requests";

/**
 * What the engine asks of a pack, and what it answers.
 *
 * The SDK's server holds the whole list at the end as messages, of which those of 100,000 resources take two gigabytes. Here what
 * is judged stays bytes till it is read.
 */
export class PackServer {
  readonly #pack: PackIdentity;
  readonly #parts: PackParts;
  #texts = new Texts();
  #sent: ConfigureAnalyzerRequest | undefined;

  constructor(pack: PackIdentity, parts: PackParts) {
    this.#pack = pack;
    this.#parts = parts;
  }

  /** Name, version and policies of the pack. */
  info(): AnalyzerInfo {
    return infoOf(this.#pack, [failurePolicy, ...this.#parts.rulePolicies]);
  }

  /** The version of what serves the pack, which is the pack's own. */
  plugin(): PluginInfo {
    return new PluginInfo().setVersion(this.#pack.version);
  }

  /** Remembers what the engine configures, once, before the first resource. */
  configure(request: ConfigureAnalyzerRequest): Empty {
    this.#sent = request;
    return new Empty();
  }

  /** The stack is known by the URNs of what it has. */
  configureStack(): AnalyzerStackConfigureResponse {
    return new AnalyzerStackConfigureResponse();
  }

  /**
   * Judges a resource before it is made.
   *
   * @param request the bytes of an `AnalyzeRequest`
   */
  async analyze(request: Uint8Array): Promise<AnalyzeResponse> {
    return this.#judging((add) =>
      this.#parts.collector.validate(() => handedIn(request, this.#texts), this.#configured, add),
    );
  }

  /**
   * Judges all there is at the end.
   *
   * @param request the bytes of an `AnalyzeStackRequest`
   */
  async analyzeStack(request: Uint8Array): Promise<AnalyzeResponse> {
    const texts = this.#texts;
    this.#texts = new Texts();
    return this.#judging((add) =>
      this.#parts.collector.validateAll(() => allListedIn(request, texts), this.#configured, add),
    );
  }

  /** Nothing is ever changed. */
  remediate(): RemediateResponse {
    return new RemediateResponse();
  }

  readonly #configured = (): Configured => configuredBy(this.#sent, this.#parts.rulePolicies);

  async #judging(
    judge: (add: (violation: Violation) => void) => Promise<void>,
  ): Promise<AnalyzeResponse> {
    const stated: Violation[] = [];
    if (levelSent(this.#sent, failurePolicy.name) !== "disabled") {
      await judge((violation) => stated.push(violation));
    }
    return responseOf(this.#pack, failurePolicy, stated);
  }
}
