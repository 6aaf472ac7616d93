import { agentcoreRuntimeType, bedrockAgentType } from "../../../../core/aws/bedrock";
import { functionType } from "../../../../core/aws/lambda";
import { typesWith } from "../../../../core/aws/types";
import { entriesAt, read } from "../../../../core/snapshot/read";
import type { Reader } from "../../resource/reader";
import { FactList, valueIn } from "../../resource/values";
import { addEnvironment, addReceived, addUnknownWhole } from "../secrets/received";
import { addNames } from "../naming";
import { runtime } from "../agentcore/agentcore-refs";
import { bedrockAgent, lambda, type Referable } from "../refs";
import { addReference } from "../reference";
import { addRunsAs, addWorkload } from "./workload";

const services = typesWith("workload");

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
    const service = services.get(resource.type);
    if (service === undefined) return [];
    const referable = referables.get(resource.type);
    if (referable !== undefined) addNames(list, context, referable);
    const workload = addWorkload(list, context, service.what, service.name);
    const { path, how } = service.runsAs;
    addRunsAs(list, context, workload, { path: stepsOf(path), how });
    const through = service.through ?? "env";
    for (const way of service.environments ?? []) {
      addEnvironment(list, context, { workload, through }, ...stepsOf(way));
    }
    for (const property of service.commands ?? []) {
      const way = stepsOf(property);
      const value = valueIn(read(resource.inputs, ...way));
      const place = { workload, top: way[0], property, under: undefined, through: "args" } as const;
      if (value !== undefined) addReceived(list, context, place, value);
    }
    for (const map of service.secrets ?? []) {
      const way = stepsOf(map);
      const [top] = way;
      const whole = read(resource.inputs, ...way);
      if (whole.kind === "unknown") {
        const place = { workload, top, property: map, through } as const;
        addUnknownWhole(list, place, whole);
      }
      for (const [under, value] of entriesAt(resource.inputs, ...way)) {
        const property = `${map}.${under}`;
        addReference(list, context, { workload, top, property, through, under }, value);
      }
    }
    return list.all();
  },
};

/** The steps of a path in a row of `core/aws`. */
function stepsOf(path: string): readonly [string, ...string[]] {
  const [top = "", ...rest] = path.split(".");
  return [top, ...rest];
}
