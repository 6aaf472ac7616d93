import { named } from "../../../facts/fact-values";
import { scopedName, type Name } from "../../../facts/name";
import { entriesAt, knownString, listAt, read } from "../../../../core/snapshot/read";
import { Secret, Unknown, isList, type Value } from "../../../../core/snapshot/value";
import { embeddedYaml } from "../../resource/embedded-yaml";
import type { ReadContext } from "../../resource/reader";
import { valueIn, type FactList } from "../../resource/values";
import { addReceived } from "../secrets/received";
import { addUses } from "./uses";
import { addReference, type ReferencePlace } from "../reference";
import { scopeFor, secret } from "../refs";

/** A path in the inputs of a resource; the first step is a top-level property. */
export type Path = readonly [string, ...string[]];

/**
 * States what a specification of builds, in YAML or JSON, gives them: variables, parameters, secrets, commands. A path to
 * a file in the source is left alone.
 *
 * Sources: AWS CodeBuild user guide, build specification reference and batch build buildspec reference.
 */
export function addBuild(list: FactList, context: ReadContext, workload: Name, path: Path): void {
  const [top] = path;
  const at = path.join(".");
  const value = valueIn(read(list.resource.inputs, ...path));
  const plain = value instanceof Secret ? value.revealForComparison() : value;
  if (plain instanceof Unknown) {
    const place = { workload, top, property: at, under: undefined, through: "env" } as const;
    addReceived(list, context, place, plain);
  }
  if (typeof plain !== "string" || !/\n|^\s*\{/.test(plain)) return;
  for (const { part, inner, property, under } of variablesIn(embeddedYaml(plain))) {
    const place = { workload, top, property: `${at}.${property}`, under, through: "env" } as const;
    if (part === "parameter-store") addReference(list, context, place, inner);
    else if (part === "secrets-manager") addSecretOfBuild(list, context, place, inner);
    else addReceived(list, context, place, inner);
  }
  for (const { command, property } of commandsIn(embeddedYaml(plain))) {
    const place = { workload, top, property: `${at}.${property}`, under: undefined } as const;
    addReceived(list, context, { ...place, through: "args" }, command);
  }
}

interface Variable {
  readonly part: "variables" | "parameter-store" | "secrets-manager";
  readonly inner: Value;
  readonly property: string;
  readonly under: string;
}

/** The variables of all builds, and those of each build of a batch: in a list, a graph or a matrix of them. */
function* variablesIn(specification: Value | undefined): Iterable<Variable> {
  for (const part of ["variables", "parameter-store", "secrets-manager"] as const) {
    for (const [under, inner] of entriesAt(specification, "env", part)) {
      yield { part, inner, property: `env.${part}.${under}`, under };
    }
  }
  const part = "variables";
  for (const builds of ["build-list", "build-graph"]) {
    for (const [index, build] of listAt(specification, "batch", builds).entries()) {
      for (const [under, inner] of entriesAt(build, "env", part)) {
        yield { part, inner, property: `batch.${builds}[${index}].env.${part}.${under}`, under };
      }
    }
  }
  for (const kind of ["static", "dynamic"]) {
    const path = ["batch", "build-matrix", kind, "env", part];
    for (const [under, inner] of entriesAt(specification, ...path)) {
      const property = `${path.join(".")}.${under}`;
      for (const each of isList(inner) ? inner : [inner]) {
        yield { part, inner: each, property, under };
      }
    }
  }
}

/** The commands of each phase, and those that follow whether or not it failed. */
function* commandsIn(
  specification: Value | undefined,
): Iterable<{ readonly command: Value; readonly property: string }> {
  for (const [phase] of entriesAt(specification, "phases")) {
    for (const part of ["commands", "finally"]) {
      for (const [index, command] of listAt(specification, "phases", phase, part).entries()) {
        yield { command, property: `phases.${phase}.${part}[${index}]` };
      }
    }
  }
}

/**
 * States the secret of a build: by its ARN or its name, with its key after a colon.
 *
 * Source: AWS CodeBuild user guide, build specification reference, `env/secrets-manager`.
 */
export function addSecretOfBuild(
  list: FactList,
  context: ReadContext,
  place: ReferencePlace,
  value: Value | undefined,
): void {
  const text = knownString(value);
  if (text === undefined || text.startsWith("arn:")) {
    addReference(list, context, place, value);
    return;
  }
  const [name = "", key] = text.split(":");
  const scope = scopeFor(secret, list.resource, context);
  const held = named(scopedName(secret.kind, scope, secret.tidy(name)));
  addUses(list, place, held, key === "" ? undefined : key);
}
