import { isDeepStrictEqual } from "node:util";
import { CallResponse, CheckFailure, InvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import type { ResourceCallRequest, ResourceInvokeRequest } from "@pulumi/pulumi/proto/resource_pb";
import { nameInUrn } from "../../core/snapshot/resource";
import { Unknown, type Urn, type Value, type ValueRecord } from "../../core/snapshot/value";
import { withoutPlaceholders, type MissingAnswer } from "../providers/functions/missing-answers";
import { policyDocument } from "../providers/functions/policy-document";
import { resultProperties } from "../providers/functions/result-shape";
import { renderDirectory } from "../kubernetes/kustomize";
import { readStruct } from "../wire/read-struct";
import { writeStruct } from "../wire/write-struct";
import type { RecordedFunction } from "./options";
import type { Recorder } from "./recorder";
import { urnOfReference } from "./urn";
import type { Parsed } from "../yaml-text";
import { readDocuments } from "../kubernetes/documents";

/** What a function gives: its results, or why it cannot be answered. */
type Answer =
  | { readonly kind: "result"; readonly result: ValueRecord }
  | { readonly kind: "refused"; readonly reason: string };

/** The same where nothing may be known of it, to who can carry that. */
export type Asked = Answer | { readonly kind: "unanswered" };

/** Functions that read no cloud: the result follows from the arguments. */
const PURE: Readonly<Record<string, (args: ValueRecord) => Answer>> = {
  "aws:iam/getPolicyDocument:getPolicyDocument": policyDocument,
  "kubernetes:yaml:decode": (args) => {
    const decoded = decodeYaml(typeof args["text"] === "string" ? args["text"] : "", "manifest");
    return decoded.kind === "problem"
      ? { kind: "refused", reason: decoded.problem }
      : { kind: "result", result: { result: decoded.value } };
  },
};

/** The function that renders templates with a tool of its own; the objects it would give are not read. */
const HELM = "kubernetes:helm:template";

/** The function that gives the objects of a kustomization. */
const KUSTOMIZE = "kubernetes:kustomize:directory";

/** The argument by which a method of a component receives its resource. */
const SELF = "__self__";

/** Answers provider functions: from recordings, by computing them, or with unknowns, which are reported once. */
export class FunctionAnswers {
  readonly #unanswered = new Set<string>();
  readonly #missing: MissingAnswer[] = [];

  constructor(
    readonly recorder: Recorder,
    readonly recorded: readonly RecordedFunction[],
    readonly programDirectory: string,
  ) {}

  /** Tokens of the functions that had no answer. */
  get unanswered(): readonly string[] {
    return [...this.#unanswered];
  }

  /** The calls that had no answer. */
  get missing(): readonly MissingAnswer[] {
    return this.#missing;
  }

  /**
   * The recorded properties of a resource that is read: it is answered as a function that is called by the resource's type, with
   * the id among its arguments.
   */
  recordedRead(type: string, id: string, provider: Urn | undefined): ValueRecord | undefined {
    const recorded = this.#recordedFor(type, { id }, provider);
    if (recorded === undefined) this.#miss(type, { id }, provider);
    return recorded;
  }

  /** @param hasSecrets whether some of the arguments are secret, which a request does not contain */
  answer(request: ResourceInvokeRequest, hasSecrets: boolean): InvokeResponse {
    const args = readStruct(request.getArgs());
    const provider = urnOfReference(request.getProvider());
    const asked = this.ask(request.getTok(), args, provider, hasSecrets);
    const answer = asked.kind === "unanswered" ? this.#unknownResult(request.getTok()) : asked;
    const response = new InvokeResponse();
    if (answer.kind === "result") return response.setReturn(writeStruct(answer.result));
    return response.setFailuresList([new CheckFailure().setReason(answer.reason)]);
  }

  /**
   * A method of a remote component: its results are unknown.
   *
   * Its answer is not requested from the user, since it is mostly made of what the component creates, which a real preview does not
   * know either. A recorded one counts.
   */
  answerCall(request: ResourceCallRequest, hasSecrets: boolean): CallResponse {
    const token = request.getTok();
    const provider = urnOfReference(request.getProvider());
    const recorded = this.#recordedFor(token, readStruct(request.getArgs()), provider);
    if (recorded !== undefined) return new CallResponse().setReturn(writeStruct(recorded));
    const args = readStruct(request.getArgs());
    const self = args[SELF];
    if (typeof self === "string") this.#noteMethod(token, self);
    else this.#noteUnanswered(token, hasSecrets ? {} : args, provider);
    // The SDK takes a single result from the first property, and an object with an unknown in it as unknown.
    return new CallResponse().setReturn(writeStruct({ result: new Unknown() }));
  }

  /**
   * The result of a function, as far as that is recorded or follows from its arguments.
   *
   * @param provider the one that is called. Default: the default provider
   * @param hasSecrets whether some of the arguments are secret without a mark. Default false
   */
  ask(token: string, args: ValueRecord, provider?: Urn, hasSecrets = false): Asked {
    const recorded = this.#recordedFor(token, args, provider);
    if (recorded !== undefined) return { kind: "result", result: recorded };
    if (token === "pulumi:pulumi:getResource") return this.#registered(args["urn"]);
    const compute = Object.hasOwn(PURE, token) ? PURE[token] : undefined;
    if (compute !== undefined) return compute(args);
    if (token === KUSTOMIZE && typeof args["directory"] === "string") {
      const built = renderDirectory(args["directory"], this.programDirectory);
      if (built.kind === "problem") {
        this.recorder.note({ kind: "unrendered", message: built.problem });
      }
      return { kind: "result", result: { result: built.kind === "ok" ? built.value : [] } };
    }
    if (token === HELM) {
      this.recorder.note({
        kind: "opaque-component",
        message: `a Helm chart is rendered by \`${token}\`, which an offline preview does not run`,
      });
      return { kind: "result", result: { result: [] } };
    }
    this.#noteUnanswered(token, hasSecrets ? {} : args, provider);
    return { kind: "unanswered" };
  }

  /** Each result property unknown, so that both `call.then(r => r.arn)` and `output.arn` carry an unknown. */
  #unknownResult(token: string): Answer {
    const names = resultProperties(token, this.programDirectory);
    if (names === undefined) {
      return {
        kind: "refused",
        reason:
          `\`${token}\` has no recorded answer and the form of its result is not declared; ` +
          "record an answer under `functions` in agentid.yaml",
      };
    }
    const unknown = new Unknown();
    return { kind: "result", result: Object.fromEntries(names.map((name) => [name, unknown])) };
  }

  #registered(urn: Value | undefined): Answer {
    const resource = typeof urn === "string" ? this.recorder.resource(urn) : undefined;
    if (resource === undefined) return { kind: "refused", reason: "no such resource" };
    const id = resource.outputs?.["id"];
    return {
      kind: "result",
      result: {
        urn: resource.urn,
        id: typeof id === "string" ? id : "",
        state: resource.outputs ?? resource.inputs,
      },
    };
  }

  #recordedFor(token: string, args: ValueRecord, provider?: Urn): ValueRecord | undefined {
    const name = provider === undefined ? "default" : nameInUrn(provider);
    const found = this.recorded.find(
      (entry) =>
        entry.token === token &&
        (entry.provider ?? name) === name &&
        Object.entries(entry.args ?? {}).every(([key, value]) =>
          isDeepStrictEqual(Object.hasOwn(args, key) ? args[key] : undefined, value),
        ),
    );
    return found === undefined ? undefined : (withoutPlaceholders(found.result) as ValueRecord);
  }

  #miss(token: string, args: ValueRecord, provider: Urn | undefined): void {
    const name = provider === undefined ? undefined : nameInUrn(provider);
    const isDefault = name === undefined || /^default(?:_|$)/.test(name);
    this.#missing.push({ token, args, provider: isDefault ? undefined : name });
  }

  #noteMethod(token: string, self: Urn): void {
    this.#unanswered.add(token);
    this.recorder.note({
      kind: "unanswered-function",
      message: `\`${token}\` is a method of \`${nameInUrn(self)}\`, which an offline preview does not call: what it returns is unknown`,
    });
  }

  #noteUnanswered(token: string, args: ValueRecord, provider: Urn | undefined): void {
    this.#unanswered.add(token);
    this.#miss(token, args, provider);
    this.recorder.note({
      kind: "unanswered-function",
      message: `\`${token}\` has no recorded answer: what it returns is unknown; record it under \`functions\` in agentid.yaml`,
    });
  }
}

/** Decodes a manifest as the Kubernetes provider's `kubernetes:yaml:decode` does: documents that are no objects are left out. */
export function decodeYaml(text: string, file: string): Parsed<readonly ValueRecord[]> {
  const documents = readDocuments(text, file, "kept");
  if (documents.kind === "problem") return documents;
  return { kind: "ok", value: documents.value.objects.map(({ object }) => object) };
}
