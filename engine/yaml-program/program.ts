import { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { isScalar, LineCounter } from "yaml";
import { isRecord, type Urn, type Value, type ValueRecord } from "../../core/snapshot/value";
import { stackFileName, type Configuration } from "../program/configuration";
import { missingConfiguration, type MissingValue } from "../program/missing-configuration";
import type { FunctionAnswers } from "../program/function-answers";
import type { Project } from "../program/project";
import type { Registrations } from "../program/registrations";
import { ORGANIZATION_STAND_IN } from "../program/stand-in-texts";
import { ROOT_STACK_TYPE, urnOfReference } from "../program/urn";
import { readStruct } from "../wire/read-struct";
import { setOwn, type OpenRecord } from "../../core/snapshot/record";
import { writeInputs } from "../wire/write-struct";
import { configuredValue, unconfigured } from "./configured";
import { Declarations, typeOf } from "./declarations";
import type { Declared } from "./declared";
import { unclearTypeNote } from "./unclear-types";
import { Evaluator, type Call, type Named } from "./evaluator";
import { invoke } from "./invoke";
import { dependingOn } from "../partial/lift";
import { ProgramProblem } from "./problem";
import { PROVIDERS, referenceTo } from "./providers";
import { reading, registration, type Declaration } from "./requests";
import { entriesOf, entryOf, type Entry, type Template, readTemplate } from "./template";
import { existsSync, readFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { messageOf } from "../yaml-text";

/** What a program in YAML runs in. */
export interface Host {
  readonly project: Project;
  readonly configuration: Configuration;
  readonly registrations: Registrations;
  readonly functions: FunctionAnswers;
  /** The program's file. */
  readonly path: string;
  /** Whether a setting is a credential by its name. */
  readonly isCredentialName: (name: string) => boolean;
}

/** Declares what a program in YAML declares, each resource after those that it refers to. Throws a {@link ProgramProblem}. */
class YamlProgram {
  readonly #named = new Map<string, Named>();
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #kinds: Readonly<Record<"configuration" | "resources", ReadonlySet<Entry>>>;
  readonly #underWay = new Set<string>();
  readonly #evaluator: Evaluator;
  readonly #declarations: Declarations;
  readonly #packages: ReadonlySet<string>;
  /** By package: the default provider of its resources. */
  readonly #defaults = new Map<string, string>();
  /** By type: finding it in the SDK takes reading a folder of files. */
  readonly #unclearTypes = new Map<string, ReturnType<typeof unclearTypeNote>>();
  #stack: Urn = "";

  constructor(
    readonly host: Host,
    readonly template: Template,
  ) {
    const { configuration, variables, resources } = template;
    // Of two with one name, the first counts.
    this.#entries = new Map(
      [...resources, ...variables, ...[...configuration].reverse()].map((one) => [one.name, one]),
    );
    this.#kinds = { configuration: new Set(configuration), resources: new Set(resources) };
    this.#packages = new Set(template.packages.map(({ name }) => name));
    this.#evaluator = new Evaluator({
      document: template.document,
      folders: { directory: host.project.programDirectory, root: host.project.root },
      lookUp: (name) => this.#lookUp(name),
      unread: host.configuration.unread,
      invoke: (call) => invoke(call, this.#providerOf(call), host.functions),
    });
    this.#declarations = new Declarations({
      template,
      path: host.path,
      packages: this.#packages,
      evaluator: this.#evaluator,
      defaults: this.#defaults,
    });
  }

  /** Runs the program to its end. */
  run(): void {
    const { registrations, project, configuration } = this.host;
    const { template } = this;
    const name = `${project.name}-${shortStack(configuration.stack)}`;
    this.#stack = registrations
      .register(new RegisterResourceRequest().setType(ROOT_STACK_TYPE).setName(name))
      .getUrn();
    for (const entry of template.resources) this.#findDefault(entry);
    for (const { name: one } of [
      ...template.configuration,
      ...template.resources,
      ...template.variables,
    ]) {
      this.#lookUp(one);
    }
    const outputs: OpenRecord = {};
    for (const { name: one, value } of template.outputs) {
      setOwn(outputs, one, this.#evaluator.evaluate(value).value);
    }
    registrations.setOutputs(this.#stack, readStruct(writeInputs(outputs)));
  }

  #lookUp(name: string): Named | undefined {
    const known = this.#named.get(name);
    if (known !== undefined) return known;
    if (name === "pulumi") return { kind: "value", value: this.#builtIn(), from: new Set() };
    const entry = this.#entries.get(name);
    if (entry === undefined) return this.#undeclared(name);
    if (this.#underWay.has(name)) {
      throw new ProgramProblem(`\`${name}\` refers to itself`, entry.offset);
    }
    this.#underWay.add(name);
    const named = this.#evaluated(entry);
    this.#named.set(name, named);
    return named;
  }

  #evaluated(entry: Entry): Named {
    const { configuration, resources } = this.#kinds;
    if (configuration.has(entry)) {
      return { kind: "value", value: this.#configured(entry), from: new Set() };
    }
    if (resources.has(entry)) return { kind: "resource", resource: this.#declare(entry) };
    // A variable may be a resource too, for options to name.
    const resource = this.#evaluator.resourceOf(entry.value);
    if (resource !== undefined) return { kind: "resource", resource };
    return { kind: "value", ...this.#evaluator.evaluate(entry.value) };
  }

  #configured(entry: Entry): Value {
    const { project, configuration } = this.host;
    return configuredValue(entry, project.name, configuration, this.#evaluator);
  }

  /** What is named with the project in front, or configuration that the stack has though the program does not declare it. */
  #undeclared(name: string): Named | undefined {
    const { project, configuration } = this.host;
    const own = `${project.name}:`;
    if (name.startsWith(own)) return this.#lookUp(name.slice(own.length));
    const key = name.includes(":") ? name : `${own}${name}`;
    if (!Object.hasOwn(configuration.values, key)) return undefined;
    const entry = { name, offset: 0, value: null };
    return { kind: "value", value: this.#configured(entry), from: new Set() };
  }

  #builtIn(): ValueRecord {
    const { project, configuration } = this.host;
    const { stack } = configuration;
    const slash = stack.indexOf("/");
    return {
      cwd: project.programDirectory,
      rootDirectory: project.root,
      project: project.name,
      stack: shortStack(stack),
      organization: slash > 0 ? stack.slice(0, slash) : ORGANIZATION_STAND_IN,
    };
  }

  /** A default provider serves all resources of its package, also those declared before it. */
  #findDefault(entry: Entry): void {
    const fields = entriesOf(entry.value, entry.name);
    const isDefault = entryOf(fields, "defaultProvider");
    if (!isScalar(isDefault) || isDefault.value !== true) return;
    const type = typeOf(entry, fields);
    const named = this.#lookUp(entry.name);
    if (named?.kind !== "resource" || !type.startsWith(PROVIDERS)) return;
    this.#defaults.set(type.slice(PROVIDERS.length), referenceTo(named.resource));
  }

  #unclearTypeNote(type: string, directory: string): ReturnType<typeof unclearTypeNote> {
    if (!this.#unclearTypes.has(type)) {
      this.#unclearTypes.set(type, unclearTypeNote(type, this.#packages, directory));
    }
    return this.#unclearTypes.get(type);
  }

  #declare(entry: Entry): Declared {
    const fields = entriesOf(entry.value, entry.name);
    const declaration = this.#declarations.of(entry, fields, this.#stack);
    const got = entriesOf(entryOf(fields, "get"), "get");
    const isReference = declaration.type === "pulumi:pulumi:StackReference";
    if (got.length > 0 || isReference) return this.#read(declaration, got);
    const { registrations, project } = this.host;
    const response = registrations.register(registration(declaration));
    const urn = response.getUrn();
    const type = typeOf(entry, fields);
    const uncertainty = this.#unclearTypeNote(type, project.programDirectory);
    if (uncertainty !== undefined) registrations.recorder.noteOf(urn, uncertainty);
    return {
      urn,
      type: declaration.type,
      id: response.getId(),
      custom: !declaration.component,
      providers: declaration.providers,
      outputs: declaration.component
        ? readStruct(response.getObject(), () => [urn])
        : (dependingOn(readStruct(response.getObject()), urn) as ValueRecord),
    };
  }

  #read(declaration: Declaration, got: readonly Entry[]): Declared {
    const named = declaration.properties["name"];
    const id = got.length === 0 ? named : this.#evaluator.evaluate(entryOf(got, "id")).value;
    const state = this.#evaluator.evaluate(entryOf(got, "state")).value;
    const text = typeof id === "string" ? id : "";
    const properties = isRecord(state) ? state : declaration.properties;
    const response = this.host.registrations.read(reading({ ...declaration, properties }, text));
    const urn = response.getUrn();
    return {
      urn,
      type: declaration.type,
      id: text,
      custom: true,
      providers: declaration.providers,
      outputs: dependingOn(readStruct(response.getProperties()), urn) as ValueRecord,
    };
  }

  /** The provider that a function is called by: its own, its parent's, or the program's default. */
  #providerOf({ token, provider, parent }: Call): Urn | undefined {
    if (provider !== undefined) return provider.urn;
    const pkg = token.split(":")[0] ?? "";
    return urnOfReference(parent?.providers.get(pkg) ?? this.#defaults.get(pkg) ?? "");
  }
}

function shortStack(stack: string): string {
  return stack.slice(stack.lastIndexOf("/") + 1);
}

/** The possible files of a program in YAML, the first existing one; a project's file of another name is its program. */
const PROGRAMS = ["Main.json", "Main.yaml", "Pulumi.yaml", "Pulumi.yml", "Pulumi.json"];

/**
 * Declares what a program in YAML declares, without any language host. Answers why it cannot, in one sentence with
 * the place of the mistake, else undefined.
 */
export function previewYaml(host: Omit<Host, "path">): string | undefined {
  const { programDirectory, root, file } = host.project;
  const path = PROGRAMS.includes(basename(file))
    ? PROGRAMS.map((name) => join(programDirectory, name)).find((one) => existsSync(one))
    : file;
  if (path === undefined) return `no program in \`${programDirectory}\`; it needs a Main.yaml`;
  const shown = relative(root, resolve(path));
  const lines = new LineCounter();
  try {
    const template = readTemplate(readFileSync(path, "utf8"), shown, lines);
    if (template.kind === "problem") return template.problem;
    const lacking = allMissing(template.value, shown, host);
    if (lacking === undefined) new YamlProgram({ ...host, path }, template.value).run();
    return lacking;
  } catch (error) {
    if (!(error instanceof ProgramProblem)) return `${shown}: ${messageOf(error)}`;
    const { line, col } = lines.linePos(error.offset);
    return `${shown}:${line}:${col}: ${error.message}`;
  }
}

/** All configuration that a program declares without a value; undefined where none is missing. */
function allMissing(
  { configuration: entries, lines }: Template,
  file: string,
  { project, configuration, isCredentialName }: Omit<Host, "path">,
): string | undefined {
  const missing = entries.flatMap((entry): readonly MissingValue[] => {
    const found = unconfigured(entry, project.name, configuration);
    if (found === undefined) return [];
    const { line, col } = lines.linePos(found.offset);
    const { key, form } = found;
    const isSecret = found.isSecret || isCredentialName(key.slice(key.indexOf(":") + 1));
    return [{ key, form, isSecret, place: `${file}:${line}:${col}` }];
  });
  if (missing.length === 0) return undefined;
  const { stack, unread } = configuration;
  return missingConfiguration(missing, {
    file: stackFileName(project.stacksDirectory, stack),
    unread,
  });
}
