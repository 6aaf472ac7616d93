import { listAt, read, type Step } from "../../../../core/snapshot/read";
import type { Value } from "../../../../core/snapshot/value";
import { valueIn } from "../../resource/values";
import { hiddenAt } from "../../catalogue/paths";
import { type KubeObject, sibling } from "../object";
import { nameTextAt, textAt, type TextRead } from "../text";
import { isShown } from "./workflow-templates";
import { notKnown } from "../../../../core/certainty";
import type { Fact, FactOf } from "../../../facts/fact";
import { named, type Ref } from "../../../facts/fact-values";
import { k8sName } from "../../../facts/name";

/**
 * How a text references a parameter of Tekton: `$(params.secret)`, `$(params["secret"])`. Source: tekton.dev/docs/pipelines,
 * variables.
 */
const parameters = /\$\((?:inputs\.)?params[.[]["']?([\w.-]{1,100})["']?\]?\)/g;

/** What a parameter of Tekton is called that is all of a text. */
export function parameterIn(text: string): string | undefined {
  const [first] = text.matchAll(parameters);
  return first?.[0] === text ? first[1] : undefined;
}

/** What a run is called, so that no two have the same. Source: tekton.dev/docs/pipelines, variables. */
const ownName = /\$\(context\.(?:pipelineRun|taskRun)\.(?:name|uid)\)/;

/**
 * The value of a text with parameters and results of tasks. It is known where a run sets all of them, and unknown where the
 * run's author or a task does. Undefined where nothing of Tekton is filled in, and for a name that each run has of its own.
 *
 * @param property the location of the text
 */
export function filledIn(object: KubeObject, text: string, property: string): TextRead | undefined {
  const isResult = /\$\((?:tasks|steps)\.[^()]{1,200}\.results\.[^()]{1,200}\)/.test(text);
  const requested = requestedIn(text);
  if (ownName.test(text) || (requested.length === 0 && !isResult)) return undefined;
  const values = new Map(
    requested.map((parameter) => [parameter, usualValue(object, parameter, property)]),
  );
  const filled = withValues(text, values);
  if (!isShown(object) && !filled.includes("$("))
    return { kind: "text", text: filled, secret: false };
  return unknownOf(values);
}

/**
 * A text of a task within a pipeline, with the pipeline's arguments for that task; all other parameters are those of the
 * pipeline itself.
 *
 * Source: tekton.dev/docs/pipelines, PipelineRun, propagated parameters: scope and precedence.
 */
function withArguments(object: KubeObject, text: string, property: string): TextRead {
  const path = taskAround(property);
  const task = path && valueIn(read(object.body, ...path));
  if (task === undefined) return { kind: "text", text, secret: false };
  const values = new Map(
    requestedIn(text).flatMap((parameter): readonly [string, TextRead][] => {
      const found = configuredOf([task], parameter, "value") ?? possiblyConfigured([task]);
      return found === undefined ? [] : [[parameter, found]];
    }),
  );
  if ([...values.values()].some(({ kind }) => kind === "unknown")) return unknownOf(values);
  return { kind: "text", text: withValues(text, values), secret: false };
}

function requestedIn(text: string): readonly string[] {
  return [...text.matchAll(parameters)].map(([, parameter = ""]) => parameter);
}

function withValues(text: string, values: ReadonlyMap<string, TextRead>): string {
  return text.replaceAll(parameters, (whole, parameter: string) => {
    const value = values.get(parameter);
    return value?.kind === "text" ? value.text : whole;
  });
}

function unknownOf(values: ReadonlyMap<string, TextRead>): TextRead {
  const dependsOn = [...values.values()].flatMap((value) =>
    value.kind === "unknown" ? value.dependsOn : [],
  );
  return { kind: "unknown", dependsOn, secret: false };
}

type Path = readonly [string, ...Step[]];

const ofRuns: readonly Path[] = [["spec"], ["spec", "taskSpec"], ["spec", "pipelineSpec"]];

/**
 * The value of a parameter of an object without another argument: a run's own value, else the default, of a pipeline before
 * that of a task within it; absent where it has none.
 *
 * @param property the location of the reference
 */
export function usualValue(object: KubeObject, parameter: string, property: string): TextRead {
  const { body } = object;
  const task = taskAround(property);
  const within: readonly Path[] = task === undefined ? [] : [[...task, "taskSpec"]];
  const saying = [...ofRuns, ...within].flatMap((path) => valueIn(read(body, ...path)) ?? []);
  // A run's value precedes any default, so an unknown parameter of it may be this one.
  const own = isShown(object) ? [] : saying.slice(0, 1);
  return (
    configuredOf(saying, parameter, "value") ??
    possiblyConfigured(own) ??
    configuredOf(saying, parameter, "default") ??
    possiblyConfigured(saying) ?? { kind: "absent" }
  );
}

/** The entry of lists of parameters for one. */
function configuredOf(
  saying: readonly Value[],
  parameter: string,
  part: "value" | "default",
): TextRead | undefined {
  return saying
    .flatMap((each) => listAt(each, "params"))
    .filter((item) => nameTextAt(item, "name") === parameter)
    .map((item) => textAt(item, part))
    .find(({ kind }) => kind !== "absent");
}

/** A parameter of which the name is not known may be any. */
function possiblyConfigured(saying: readonly Value[]): TextRead | undefined {
  const open = saying.flatMap((each) => hiddenAt(each, "params[].name"));
  if (open.length === 0) return undefined;
  return { kind: "unknown", dependsOn: open.flatMap(({ dependsOn }) => dependsOn), secret: false };
}

/** The task within a pipeline whose own specification a property is of. */
function taskAround(property: string): Path | undefined {
  const found = /^spec\.(pipelineSpec\.)?(tasks|finally)\[(\d+)\]\.taskSpec\./.exec(property);
  if (found === null) return undefined;
  const [, ofRun, list = "", index] = found;
  return ["spec", ...(ofRun === undefined ? [] : ["pipelineSpec"]), list, Number(index)];
}

const marksOfTemplates = ["{{", "$("];

/**
 * A use whose Secret, or its key, is named by a template or by parameters of Tekton, which each pod or run fills in: none where
 * each has a name of its own.
 */
export function filledUses(object: KubeObject, fact: Fact): readonly Fact[] {
  if (fact.kind !== "uses" || fact.secret.kind !== "named") return [fact];
  if (!isTemplate(fact.secret.name) && !isFilledKey(fact.key)) return [fact];
  return fact.dependsOn === undefined ? usuallyNamed(object, fact) : [];
}

function isTemplate(name: string): boolean {
  return marksOfTemplates.some((mark) => name.includes(mark));
}

function isFilledKey(key: string | undefined): key is string {
  return key?.includes("$(") === true;
}

/** The default of a parameter, which a run of the task may override; without one, that the run sets it. */
function usuallyNamed(object: KubeObject, fact: FactOf<"uses">): readonly Fact[] {
  if (fact.secret.kind !== "named") return [fact];
  const [kind, cluster = "", namespace = "", of = "", name = ""] = fact.secret.name.split("|");
  if (kind !== "k8s") return [];
  const hold = withFilledKey(object, fact);
  const property = fact.at.property.slice(object.path.length);
  const handed = withArguments(object, name, property);
  if (handed.kind !== "text") return [{ ...hold, secret: sibling(object, of, handed) }];
  const text = handed.text;
  const called = (stated: string): Ref => named(k8sName(cluster, namespace, of, stated));
  if (!isTemplate(text)) return [{ ...hold, secret: called(text) }];
  const parameter = parameterIn(text);
  if (parameter === undefined) {
    const filled = filledIn(object, text, property);
    return filled === undefined ? [] : [{ ...hold, secret: sibling(object, of, filled) }];
  }
  const usual = usualValue(object, parameter, property);
  switch (usual.kind) {
    case "unknown":
      return [{ ...hold, secret: sibling(object, of, usual), byParameter: parameter }];
    case "absent":
      if (hold.exempt !== undefined) return [];
      return [{ ...hold, secret: notKnown(), byParameter: parameter, exempt: "parameter" }];
    case "text":
      if (usual.text.includes("$(")) return [];
      return [{ ...hold, secret: called(usual.text), byParameter: parameter }];
  }
}

/** A use of a key that is named by parameters: known where a run sets them. */
function withFilledKey(object: KubeObject, fact: FactOf<"uses">): FactOf<"uses"> {
  const { key, ...hold } = fact;
  if (!isFilledKey(key)) return fact;
  const property = fact.at.property.slice(object.path.length);
  const handed = withArguments(object, key, property);
  const filled =
    handed.kind === "text" && isFilledKey(handed.text)
      ? filledIn(object, handed.text, property)
      : handed;
  if (filled?.kind === "text") return { ...hold, key: filled.text };
  return { ...hold, keyDependsOn: filled?.kind === "unknown" ? filled.dependsOn : [] };
}
