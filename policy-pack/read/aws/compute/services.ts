import type { WorkloadType } from "../../../../core/aws/aws-type";
import { agentcoreRuntimeType, bedrockAgentType } from "../../../../core/aws/bedrock";
import { functionType } from "../../../../core/aws/lambda";
import { typesWith } from "../../../../core/aws/types";
import { credentialsIn } from "../../../domain/secrets/hits";
import type { Name } from "../../../facts/name";
import { entriesAt, knownString, listAt, read } from "../../../../core/snapshot/read";
import { isSecret } from "../../../../core/snapshot/value";
import { addUnknownLiteral } from "../../resource/literals";
import type { ReadContext, Reader } from "../../resource/reader";
import { FactList, valueIn, dependenciesAt } from "../../resource/values";
import { addBuild, addSecretOfBuild, type Path } from "./build-specifications";
import { addEnvironment, addReceived, addUnknownWhole } from "../secrets/received";
import { addNames } from "../naming";
import { runtime } from "../agentcore/agentcore-refs";
import { bedrockAgent, lambda, type Referable } from "../refs";
import { addReference } from "../reference";
import { addRunsAs, addWorkload } from "./workload";

const services = typesWith("workload");
const jobs = typesWith("job");

/** What others call it, where they refer to it. */
const referables: ReadonlyMap<string, Referable> = new Map([
  [functionType, lambda],
  [agentcoreRuntimeType, runtime],
  [bedrockAgentType, bedrockAgent],
]);

/** Reads services that run one workload in one resource: Lambda, App Runner, Bedrock agents, AgentCore. */
export const serviceReader: Reader = {
  name: "aws services",
  types: [...services.keys()],
  readsLiterals: true,
  read: (resource, context) => {
    const list = new FactList(resource);
    const referable = referables.get(resource.type);
    if (referable !== undefined) addNames(list, context, referable);
    addService(list, context, services.get(resource.type));
    return list.all();
  },
};

/** Reads what builds, jobs, models, state machines and apps of AWS receive, and what state machines run as. */
export const jobReader: Reader = {
  name: "aws jobs",
  types: [...jobs.keys()],
  partial: true,
  readsLiterals: true,
  read: (resource, context) => {
    const list = new FactList(resource);
    addService(list, context, jobs.get(resource.type));
    return list.all();
  },
};

function addService(list: FactList, context: ReadContext, service: WorkloadType | undefined): void {
  if (service === undefined) return;
  const { what, name, runsAs, through = "env" } = service;
  const workload = addWorkload(list, context, what, name);
  if (runsAs !== undefined) {
    addRunsAs(list, context, workload, { path: stepsOf(runsAs.path), how: runsAs.how });
  }
  for (const path of service.environments ?? []) {
    const [items = "", map] = path.split("[].");
    if (map === undefined) addEnvironment(list, context, { workload, through }, ...stepsOf(path));
    else addMaps(list, context, workload, stepsOf(items), map);
  }
  for (const path of service.pairs ?? []) addPairs(list, context, workload, stepsOf(path));
  for (const property of service.commands ?? []) {
    const path = stepsOf(property);
    const value = valueIn(read(list.resource.inputs, ...path));
    const place = { workload, top: path[0], property, under: undefined, through: "args" } as const;
    if (value !== undefined) addReceived(list, context, place, value);
  }
  for (const path of service.texts ?? []) addText(list, context, workload, stepsOf(path));
  for (const path of service.environmentSecrets ?? []) {
    addSecretsIn(list, context, workload, stepsOf(path));
  }
  for (const property of service.secrets ?? []) {
    const path = stepsOf(property);
    const place = { workload, top: path[0], property, under: undefined, through: "env" } as const;
    addReference(list, context, place, valueIn(read(list.resource.inputs, ...path)));
  }
  for (const path of service.builds ?? []) addBuild(list, context, workload, stepsOf(path));
}

/** The steps of a path in a row of `core/aws`. */
function stepsOf(path: string): Path {
  const [top = "", ...rest] = path.split(".");
  return [top, ...rest];
}

/** States which secrets and parameters a map of environment variables names. */
function addSecretsIn(list: FactList, context: ReadContext, workload: Name, path: Path): void {
  const place = { workload, top: path[0], through: "env" } as const;
  const property = path.join(".");
  const whole = read(list.resource.inputs, ...path);
  if (whole.kind === "unknown") addUnknownWhole(list, { ...place, property }, whole);
  for (const [under, value] of entriesAt(list.resource.inputs, ...path)) {
    addReference(list, context, { ...place, property: `${property}.${under}`, under }, value);
  }
}

function addMaps(
  list: FactList,
  context: ReadContext,
  workload: Name,
  path: Path,
  map: string,
): void {
  const [top] = path;
  for (const [index, item] of listAt(list.resource.inputs, ...path).entries()) {
    for (const [under, value] of entriesAt(item, map)) {
      const property = `${path.join(".")}[${index}].${map}.${under}`;
      addReceived(list, context, { workload, through: "env", top, property, under }, value);
    }
  }
}

function addPairs(list: FactList, context: ReadContext, workload: Name, path: Path): void {
  const [top] = path;
  for (const [index, pair] of listAt(list.resource.inputs, ...path).entries()) {
    const under = knownString(pair, "name");
    const value = valueIn(read(pair, "value"));
    const property = `${path.join(".")}[${index}].value`;
    const place = { workload, through: "env", top, property, under } as const;
    const type = read(pair, "type");
    if (type.kind === "unknown") {
      // A text, or the name of a secret.
      const text = knownString(value) ?? "";
      if (credentialsIn(text, under, context.credentialIn).length > 0) {
        addUnknownLiteral(list, place, false, dependenciesAt(list.resource, top, type));
      }
      continue;
    }
    switch (knownString(pair, "type")) {
      case "PARAMETER_STORE":
        addReference(list, context, place, value);
        break;
      case "SECRETS_MANAGER":
        addSecretOfBuild(list, context, place, value);
        break;
      case undefined:
      default:
        if (value !== undefined) addReceived(list, context, place, value);
    }
  }
}

function addText(list: FactList, context: ReadContext, workload: Name, path: Path): void {
  const [top] = path;
  const value = valueIn(read(list.resource.inputs, ...path));
  if (value === undefined) return;
  const property = path.join(".");
  const place = { workload, top, property, under: undefined, through: "env" } as const;
  addReceived(list, context, { ...place, markedAround: isSecret(value) }, value);
}
