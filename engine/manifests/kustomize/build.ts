import { resolve, sep } from "node:path";
import { isRecord, type Value } from "../../../core/snapshot/value";
import { objectName } from "../../kubernetes/kinds";
import { Accumulation, type Accumulated } from "./accumulation";
import { fieldsIn } from "./configurations";
import { absorb, generated, generators, hashedOver, optionsOf } from "./generated";
import { entriesOf, mapIn, misshapen, textIn, type KustomizationFile } from "./kustomization-file";
import { withReferences } from "./name-references";
import { plainText } from "./plain-value";
import { pieceOf, type Complaint, type Piece, type Place } from "./piece";
import { contentsOf, valuesIn, fileNamed } from "./sources";
import { transform } from "./transform";
import { runTransformers } from "./transformers";
import { markVariable, withVariables } from "./variables";
import type { Workspace } from "./workspace";

/** Deepest that kustomizations list each other. */
const MAX_DEPTH = 100;

/** Most kustomizations and components that are carried out: components that list components may multiply without end. */
const MAX_STEPS = 2000;

/** Fields by which other programs make or change objects. */
const BY_OTHERS = [
  ["helmCharts", "is rendered by Helm"],
  ["helmChartInflationGenerator", "is rendered by Helm"],
  ["generators", "makes objects by a plugin"],
] as const;

/** What a kustomization makes, and what of it is not as kustomize makes it. */
export interface Built {
  readonly pieces: readonly Piece[];
  readonly complaints: readonly Complaint[];
  /** The files, by path, whose objects it makes something of. */
  readonly files: ReadonlySet<string>;
}

/** Carries out kustomizations without network and without other programs: each folder once, however many list it. */
export class Builder {
  readonly #made = new Map<string, Accumulated>();
  #steps = 0;

  constructor(private readonly workspace: Workspace) {}

  /**
   * What a kustomization makes: names that others go by follow, and variables have their values.
   *
   * The hash that kustomize adds to the names of what it generates is left out: it changes with each secret, and tells of it.
   *
   * Source: kubernetes-sigs/kustomize v5.8.1, api/internal/target/kusttarget.go.
   */
  build(kustomization: KustomizationFile): Built {
    const { pieces, fields, variables, complaints, files, isPartial } = this.#accumulated(
      kustomization,
      [],
    );
    const referring = withReferences(pieces.map(hashedOver), fields.nameReference);
    const done = withVariables(referring, variables, fields.varReference);
    const place = kustomization.placeOf("vars");
    const without = isPartial
      ? []
      : done.without.map((name): Complaint => {
          const message = `the variable \`${name}\` reads what is not there`;
          return { kind: "refused", message, place };
        });
    return {
      pieces: done.pieces.filter((piece) => !isLocal(piece)),
      complaints: [...complaints, ...without],
      files,
    };
  }

  #accumulated(kustomization: KustomizationFile, above: readonly string[]): Accumulated {
    const known = this.#made.get(kustomization.folder);
    if (known !== undefined) return known;
    const made = new Accumulation();
    this.#accumulate(kustomization, made, above);
    const result = made.result();
    this.#made.set(kustomization.folder, result);
    return result;
  }

  #accumulate(
    kustomization: KustomizationFile,
    made: Accumulation,
    above: readonly string[],
  ): void {
    if (++this.#steps > MAX_STEPS) {
      made.beyond(`more than ${MAX_STEPS} kustomizations`, kustomization.placeOf(""));
      return;
    }
    for (const complaint of misshapen(kustomization)) made.complain(complaint);
    const within = [...above, this.workspace.real(kustomization.folder)];
    for (const field of ["resources", "bases"]) {
      for (const { entry, place } of entriesOf(kustomization, field)) {
        this.#resource(kustomization, entry, place, made, within);
      }
    }
    this.#configure(kustomization, made);
    this.#generate(kustomization, made);
    for (const [field, how] of BY_OTHERS) {
      const [first] = entriesOf(kustomization, field);
      if (first !== undefined) made.beyond(`\`${field}\` ${how}`, first.place);
    }
    for (const { entry, place } of entriesOf(kustomization, "components")) {
      this.#component(kustomization, entry, place, made, within);
    }
    transform(made, kustomization, this.workspace);
    runTransformers(made, kustomization, this.workspace);
    for (const { entry, place } of entriesOf(kustomization, "vars")) {
      const variable = isRecord(entry) ? markVariable(made.pieces, entry) : "`vars` holds maps";
      if (typeof variable === "string") made.refuse(variable, place);
      else made.addVariable(variable, place);
    }
  }

  #resource(
    kustomization: KustomizationFile,
    entry: Value,
    place: Place,
    made: Accumulation,
    within: readonly string[],
  ): void {
    if (typeof entry !== "string" || !isReadHere(entry, place, made)) return;
    const path = resolve(kustomization.folder, entry);
    if (this.workspace.kindOf(path) === "folder") {
      const inner = this.#listed(path, place, made, within);
      if (inner === undefined) return;
      if (inner.isComponent) made.refuse(`\`${entry}\` is a component`, place);
      else made.merge(this.#accumulated(inner, within), place);
      return;
    }
    const file = fileNamed(this.workspace, kustomization, entry, place);
    if (file.kind !== "ok") made.complain(file);
    else this.#file(file.value, made, place);
  }

  #file(path: string, made: Accumulation, place: Place): void {
    const read = this.workspace.documents(path);
    const file = this.workspace.fileAt(path);
    if (read.kind === "problem") {
      const { message, source } = read.at ?? { message: read.problem, source: undefined };
      made.refuse(message, { file, line: source?.line ?? 1, column: source?.column ?? 1 });
      return;
    }
    made.files.add(path);
    if (read.value.others > 0) {
      made.refuse(`\`${file.shown}\` holds a document that is no Kubernetes object`, place);
    }
    for (const { object, line, column } of read.value.objects) {
      const own = { file, line, column };
      const { metadata, kind } = object;
      const isNamed = isRecord(metadata) && metadata["name"] !== undefined;
      if (!isNamed && !plainText(kind).endsWith("List")) {
        made.refuse(`\`${plainText(kind)}\` has no \`metadata.name\``, own);
      }
      made.add(pieceOf(object, own), place);
    }
  }

  /** The kustomization of a folder that is listed. */
  #listed(
    folder: string,
    place: Place,
    made: Accumulation,
    within: readonly string[],
  ): KustomizationFile | undefined {
    const real = this.workspace.real(folder);
    if (within.some((one) => one === real || one.startsWith(real + sep))) {
      made.refuse("this kustomization is made of itself", place);
      return undefined;
    }
    if (within.length > MAX_DEPTH) {
      made.beyond(`kustomizations list each other more than ${MAX_DEPTH} deep`, place);
      return undefined;
    }
    const inner = this.workspace.kustomization(folder);
    if (inner.kind === "ok") return inner.value;
    const at = inner.at?.source;
    const file = at === undefined ? place.file : { path: folder, shown: at.file };
    made.refuse(
      inner.at?.message ?? inner.problem,
      at === undefined ? place : { file, line: at.line, column: at.column ?? 1 },
    );
    return undefined;
  }

  #component(
    kustomization: KustomizationFile,
    entry: Value,
    place: Place,
    made: Accumulation,
    within: readonly string[],
  ): void {
    if (typeof entry !== "string" || !isReadHere(entry, place, made)) return;
    const path = resolve(kustomization.folder, entry);
    if (this.workspace.kindOf(path) !== "folder") {
      made.refuse(`there is no folder \`${entry}\``, place);
      return;
    }
    const inner = this.#listed(path, place, made, within);
    if (inner === undefined) return;
    if (inner.isComponent) this.#accumulate(inner, made, within);
    else made.refuse(`\`${entry}\` is no component`, place);
  }

  #configure(kustomization: KustomizationFile, made: Accumulation): void {
    const more = entriesOf(kustomization, "configurations").flatMap(({ entry, place }) => {
      if (typeof entry !== "string") return [];
      const values = valuesIn(this.workspace, kustomization, entry, place);
      if (values.kind === "ok") return values.value.map(fieldsIn);
      made.complain(values);
      return [];
    });
    made.configure(more);
  }

  #generate(kustomization: KustomizationFile, made: Accumulation): void {
    const all = mapIn(kustomization.value, "generatorOptions");
    for (const generator of generators) {
      for (const { entry, place } of entriesOf(kustomization, generator)) {
        if (!isRecord(entry)) continue;
        const name = textIn(entry, "name");
        if (name === "") {
          made.refuse(`\`${generator}\` gives a \`name\``, place);
          continue;
        }
        const { contents, complaints } = contentsOf(this.workspace, kustomization, entry, place);
        for (const complaint of complaints) made.complain(complaint);
        const options = optionsOf(entry, all);
        const object = generated(generator, entry, options, contents);
        const hashed = options["disableNameSuffixHash"] !== true;
        const piece = { ...pieceOf(object, place), hashed };
        const refused = absorb(made.pieces, piece, textIn(entry, "behavior"));
        if (refused !== undefined && !made.isPartial) made.refuse(refused, place);
      }
    }
  }
}

/** As kustomize takes what lives elsewhere: `https://…`, `git@…`, `github.com/…?ref=…`. */
export function isAddress(path: string): boolean {
  return /^(\w+:\/\/|git@|git::|github\.com\/)|\?ref=/.test(path);
}

/** What is marked as no object of a cluster. */
function isLocal({ object }: Piece): boolean {
  if (objectName(object).kind === "") return true;
  const { metadata } = object;
  const annotations = isRecord(metadata) ? metadata["annotations"] : undefined;
  if (!isRecord(annotations)) return false;
  const local = annotations["config.kubernetes.io/local-config"];
  return local !== undefined && local !== "false" && local !== false;
}

/** Whether an entry names something on this machine; what lives elsewhere is told. */
function isReadHere(entry: string, place: Place, made: Accumulation): boolean {
  if (!isAddress(entry)) return entry !== "";
  made.beyond(`\`${entry}\` is not read here`, place);
  return false;
}
