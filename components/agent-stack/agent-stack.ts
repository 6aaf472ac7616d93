import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { argumentError, fileError, subjectOf } from "../arguments/argument-error";
import { checkTypes } from "../arguments/argument-types";
import { declareStack, type StackGateway, type StackWorkload } from "./declare-stack";
import { type Manifest, manifestShape } from "./manifest-shape";
import { printProblems, Mistakes, type Problem } from "../../yaml/problems";
import { checkManifest } from "./check-manifest";
import { openTexts, type TextValues } from "./open-text";
import { readShape } from "../../yaml/read-shape";
import { readYaml } from "../../yaml/written";

/** What a stack of agents is made from. */
export interface AgentStackArgs {
  /** Path of the manifest, from the folder in which the program runs. Default: `agents.yaml`. */
  file?: string;
  /** The manifest itself, in place of a file. Default: the file is read. */
  text?: string;
  /** The values of `${name}` in the manifest, such as ARNs of resources of the program. Default: nothing. */
  values?: Record<string, pulumi.Input<string>>;
}

/**
 * Tenants, workloads and gateways as a YAML manifest declares them: a `Tenant`, `Orchestrator`, `Agent`, `Tool` or `Gateway` for each.
 *
 * All mistakes of the manifest are reported at once, with file, line and column, before anything is registered.
 */
export class AgentStack extends pulumi.ComponentResource {
  /** The workloads, by `<tenant>/<workload>`. */
  public readonly workloads: Record<string, StackWorkload>;
  /** The gateways, by `<tenant>/<gateway>`. */
  public readonly gateways: Record<string, StackGateway>;

  /**
   * Declares the stack of a manifest.
   *
   * @param name Name of the resource. Tenants and workloads have names of their own, `<tenant>` and `<tenant>-<workload>`.
   * @param args What it is made from.
   * @param opts Options; its providers are used for everything in it.
   */
  constructor(name: string, args: AgentStackArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    const subject = subjectOf("agent stack", name);
    checkTypes(subject, "AgentStack", args);
    const { file = "agents.yaml" } = args;
    const manifest = manifestOf(subject, args, file);
    super("agentid:index:AgentStack", name, args.text === undefined ? { file } : {}, opts);
    const { workloads, gateways } = declareStack(manifest, { parent: this });
    this.workloads = workloads;
    this.gateways = gateways;
    this.registerOutputs({ workloads, gateways });
  }
}

function manifestOf(subject: string, args: AgentStackArgs, file: string): Manifest {
  if (args.file !== undefined && args.text !== undefined) {
    throw argumentError(subject, "`file` and `text` are both set; give one of them");
  }
  const read = readManifest(args.text ?? textOf(subject, file), args.values ?? {});
  if (read.kind === "ok") return read.manifest;
  const shown = args.text === undefined ? file : "manifest";
  throw fileError(subject, printProblems(shown, read.problems));
}

function textOf(subject: string, file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code = "unknown" } = error as { readonly code?: string };
    throw argumentError(
      subject,
      `manifest \`${file}\` cannot be read (${code}); give the path from \`${process.cwd()}\` as \`file\``,
    );
  }
}

/** A manifest, or everything that is wrong with it. */
type ReadManifest =
  | { readonly kind: "ok"; readonly manifest: Manifest }
  | { readonly kind: "problems"; readonly problems: readonly Problem[] };

/**
 * Reads a manifest.
 *
 * @param text The YAML text.
 * @param values What the program gives for `${name}` in it.
 */
export function readManifest(text: string, values: TextValues): ReadManifest {
  const mistakes = new Mistakes({ repeats: true });
  const written = readYaml(text, mistakes, {
    ifEmpty: "declare `federations` and `tenants`",
    ifLong: "split it into several stacks",
  });
  const context = { mistakes, openTexts: openTexts(values) };
  const manifest =
    written === undefined
      ? undefined
      : (readShape(manifestShape, written, "", context) as Manifest | undefined);
  if (manifest !== undefined) checkManifest(manifest, mistakes);
  const { problems } = mistakes;
  if (manifest === undefined || problems.length > 0) return { kind: "problems", problems };
  return { kind: "ok", manifest };
}
