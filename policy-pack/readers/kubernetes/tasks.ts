import type { Fact, FactOf } from "../../../core/graph/fact";
import type { Holding } from "../../../core/graph/fact-values";
import { entriesAt, listAt, read } from "../../../core/snapshot/read";
import { isRecord, type Value } from "../../../core/snapshot/value";
import type { Reader } from "../reader";
import { valueIn } from "../values";
import { serversOfTools } from "./agent-tools";
import { workloadFacts } from "./controllers";
import { mayBeCredential } from "./generated";
import { hiddenParts } from "./hidden-parts";
import { leavesOf } from "./helm-values";
import { literalFacts, unknownLiteral } from "./literals";
import { atOf, sibling, type KubeObject } from "./object";
import { taskKinds } from "./other-readers";
import { podHoldings, unknownHeld } from "./pod-uses";
import { tasksOf } from "./pipeline-tasks";
import { podLiterals } from "./pod-literals";
import { readerOf } from "./reader-of";
import { settingLiteral } from "./setting-literals";
import { taskAccounts } from "./task-accounts";
import { partsOf, podLike, type Part } from "./task-parts";
import { keyAt, nameTextAt, textAt, waitingAt, type TextRead } from "./text";
import { callsOf, secretNamed } from "./tool-calls";
import { asShown, templatesOf } from "./workflow-templates";

/**
 * Reads what tasks, agents and servers that an operator runs are given, and whom they run as: Workflows of Argo, Tasks and
 * Pipelines of Tekton, agents and tools of kagent, servers of tools of ToolHive, models of KServe, programs of Spark and Flink, and what collects metrics.
 *
 * Source: argo-workflows.readthedocs.io/fields; tekton.dev/docs/pipelines; kagent.dev/docs, API reference;
 * github.com/stacklok/toolhive, operator, MCPServer.
 */
export const taskReader: Reader = readerOf({
  name: "tasks of operators",
  kinds: taskKinds,
  readsLiterals: true,
  facts: (object) => asShown(object, factsOf(object)),
});

function* factsOf(object: KubeObject): Iterable<Fact> {
  const spec = valueIn(read(object.body, "spec"));
  if (spec === undefined) return;
  const parts = partsOf({ value: spec, path: "spec" });
  yield* workloadFacts(object, []);
  yield* templatesOf(object, parts);
  yield* tasksOf(object, parts);
  yield* taskAccounts(object);
  const own = containersThemselves.has(object.kind)
    ? [{ spec: object.body, path: "", labels: undefined }]
    : [];
  for (const pod of [...own, ...podLike(parts)]) {
    yield* podHoldings(object, pod);
    yield* podLiterals(object, pod);
  }
  for (const { path, dependsOn } of hiddenParts(object)) {
    yield unknownHeld(object, "env", path, dependsOn);
  }
  for (const part of parts) {
    yield* parameters(object, part);
    yield* references(object, part);
  }
  yield* pipelineOf(object);
  yield* modelOf(object);
  if (agentKinds.has(object.kind)) yield* serversOfTools(object);
  yield* callsOf(object, spec);
  for (const part of parts) yield* stepsOf(object, part);
}

/** Kinds whose spec has what a container is given. */
const containersThemselves = new Set(["MCPServer", "OpenTelemetryCollector"]);

/** Credentials in what a collector of OpenTelemetry is configured with, as settings or as a text of these. */
function* pipelineOf(object: KubeObject): Iterable<Fact> {
  const config = valueIn(read(object.body, "spec", "config"));
  if (object.kind !== "OpenTelemetryCollector" || config === undefined) return;
  for (const leaf of leavesOf(object.resource, { value: config, path: "spec.config" })) {
    yield* settingLiteral(object, leaf);
  }
}

/** Values of parameters and headers, each under its name. */
function* parameters(object: KubeObject, { value, path }: Part): Iterable<Fact> {
  for (const list of ["params", "parameters", "headers", "headersFrom"]) {
    for (const [index, item] of listAt(value, list).entries()) {
      const under = nameTextAt(item, "name");
      for (const part of ["value", "default"]) {
        yield* literal(object, `${path}.${list}[${index}].${part}`, under, textAt(item, part));
      }
    }
  }
  for (const step of ["deployment", "stdio"]) {
    const map = valueIn(read(value, step, "env"));
    if (!isRecord(map)) continue;
    for (const [under] of entriesAt(map)) {
      yield* literal(object, `${path}.${step}.env.${under}`, under, textAt(map, under));
    }
  }
}

function* literal(
  object: KubeObject,
  property: string,
  under: string | undefined,
  text: TextRead,
): Iterable<Fact> {
  const place = { holder: object.thing, property, under, place: "exposed" } as const;
  if (text.kind === "text") {
    yield* literalFacts(object, place, text.text, text.secret ? "around" : "none");
  } else if (text.kind === "unknown" && mayBeCredential(text, under)) {
    yield unknownLiteral(object, place, text.secret, text.dependsOn);
  }
}

/** Keys of Secrets beside those of containers: of headers, of artifacts, and Secrets that are mounted whole. */
function* references(object: KubeObject, { value, path }: Part): Iterable<Fact> {
  for (const [key, inner] of entriesAt(value)) {
    // `accessKeySecret`, `sshPrivateKeySecret` of an artifact's place; `password` and `credentials` with which Prometheus asks.
    const isNamed = /[a-z]Secret$|^(?:password|credentials|secretKey)$/.test(key);
    if (isNamed && read(inner, "key").kind !== "absent") {
      yield* held(object, `${path}.${key}`, inner, "args");
    }
  }
  // Of driver and executors of Spark. Source: github.com/kubeflow/spark-operator, SparkPodSpec.
  for (const [under, inner] of entriesAt(value, "envSecretKeyRefs")) {
    yield* held(object, `${path}.envSecretKeyRefs.${under}`, inner, "env", under);
  }
  for (const [index, item] of listAt(value, "secrets").entries()) {
    if (read(item, "secretType").kind === "absent") continue;
    yield* held(object, `${path}.secrets[${index}]`, item, "volume");
  }
  for (const list of ["headers", "headersFrom", "envFrom"]) {
    for (const [index, item] of listAt(value, list).entries()) {
      const at = `${path}.${list}[${index}].valueFrom`;
      const own = valueIn(read(item, "valueFrom", "secretKeyRef"));
      const typed = valueIn(read(item, "valueFrom"));
      const under = nameTextAt(item, "name");
      if (own !== undefined) yield* held(object, `${at}.secretKeyRef`, own, "args", under);
      else if (nameTextAt(typed, "type") === "Secret" && typed !== undefined) {
        yield* held(object, at, typed, "args", under);
      } else if (typed !== undefined) {
        const dependsOn = waitingAt(typed, "type");
        for (const fact of dependsOn ? held(object, at, typed, "args", under) : []) {
          yield { ...fact, kind: "may-use", dependsOn: dependsOn ?? [] };
        }
      }
    }
  }
  // Of an agent of kagent: what it fetches its skills with.
  const git = valueIn(read(value, "gitAuthSecretRef"));
  if (git !== undefined) yield* held(object, `${path}.gitAuthSecretRef`, git, "volume");
  // Of a server of tools of ToolHive: keys that become variables.
  for (const [index, item] of listAt(value, "secrets").entries()) {
    const under = nameTextAt(item, "targetEnvName");
    if (under === undefined && read(item, "key").kind === "absent") continue;
    yield* held(object, `${path}.secrets[${index}]`, item, "env", under);
  }
  for (const [index, item] of listAt(value, "secretRefs").entries()) {
    yield* held(object, `${path}.secretRefs[${index}]`, item, "volume");
  }
}

function* held(
  object: KubeObject,
  property: string,
  reference: Value,
  through: Holding,
  under?: string,
): Iterable<FactOf<"uses">> {
  const secret = secretNamed(object, reference);
  if (secret === undefined) return;
  yield {
    kind: "uses",
    at: atOf(object, property),
    workload: object.thing,
    secret,
    through,
    ...keyAt(reference, "key"),
    ...(under !== undefined && { under }),
  };
}

/** The StepActions that a task takes for its steps. */
function* stepsOf(object: KubeObject, { value, path }: Part): Iterable<Fact> {
  for (const [index, step] of listAt(value, "steps").entries()) {
    const name = textAt(step, "ref", "name");
    if (name.kind === "absent") continue;
    yield {
      kind: "uses",
      at: atOf(object, `${path}.steps[${index}].ref.name`),
      workload: object.thing,
      secret: sibling(object, "StepAction.tekton.dev", name),
      through: "configuration",
    };
  }
}

const agentKinds = new Set(["Agent", "SandboxAgent"]);

/** Where an agent names the models that it calls: to answer, to remember, and to sum up what was said. */
const modelPaths = [
  ["spec", "modelConfig"],
  ["spec", "declarative", "modelConfig"],
  ["spec", "declarative", "memory", "modelConfig"],
  ["spec", "declarative", "context", "compaction", "summarizer", "modelConfig"],
];

/** The configuration of the model that an agent of kagent calls, in which its key is named. */
function* modelOf(object: KubeObject): Iterable<Fact> {
  if (!agentKinds.has(object.kind)) return;
  for (const path of modelPaths) {
    const name = textAt(object.body, ...path);
    if (name.kind === "absent") continue;
    yield {
      kind: "uses",
      at: atOf(object, path.join(".")),
      workload: object.thing,
      secret: sibling(object, "ModelConfig.kagent.dev", name),
      through: "configuration",
    };
  }
}
