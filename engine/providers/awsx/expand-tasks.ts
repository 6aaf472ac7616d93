import { ecsServiceType, taskDefinitionType } from "../../../core/aws/ecs";
import { rolePolicyAttachmentType, roleType } from "../../../core/aws/iam";
import { opened } from "../../../core/snapshot/read";
import type { Resource, SnapshotNote } from "../../../core/snapshot/resource";
import {
  Unknown,
  isList,
  isRecord,
  type Urn,
  type Value,
  type ValueRecord,
} from "../../../core/snapshot/value";
import { nameHash, opaque, type Place } from "../children";

const services = new Map([
  ["awsx:ecs:FargateService", "awsx:ecs:FargateTaskDefinition"],
  ["awsx:ecs:EC2Service", "awsx:ecs:EC2TaskDefinition"],
]);
const tasks = new Set(services.values());

/** Whether a component of Crosswalk for AWS makes tasks of ECS, so that what it makes follows from its inputs. */
export function isTaskComponent(type: string): boolean {
  return services.has(type) || tasks.has(type);
}

/** What a component makes, and its unknown parts. */
export interface ExpandedTasks {
  readonly children: readonly Resource[];
  readonly notes: readonly SnapshotNote[];
}

/**
 * Makes the task definition, its roles and the service of a component, as its plugin does, in as far as these carry an identity or a credential.
 *
 * Source: https://github.com/pulumi/pulumi-awsx, `awsx/ecs` and `awsx/role.ts` of version 3.
 */
export function expandTasks(component: Resource, place: Place): ExpandedTasks {
  const inputs = component.inputs;
  const taskType = services.get(component.type);
  if (taskType === undefined) return expandTask(component, inputs, Object.keys(inputs), place);
  const args = opened(inputs["taskDefinitionArgs"]);
  const service = made(component, place, ecsServiceType, component.name);
  if (args === undefined || args === null) {
    return { children: [serviceOf(service, component, inputs["taskDefinition"])], notes: [] };
  }
  if (!isRecord(args))
    return { children: [], notes: opaque(component, "taskDefinitionArgs").notes };
  const task = made(component, place, taskType, component.name);
  const parent: Resource = { ...without(task, "provider"), custom: false, inputs: args };
  const { children, notes } = expandTask(
    { ...parent, propertyDependencies: component.propertyDependencies },
    args,
    ["taskDefinitionArgs"],
    place,
  );
  const definition = children.find(({ type }) => type === taskDefinitionType);
  if (definition === undefined) return { children: [], notes };
  const arn = new Unknown([definition.urn], false, "arn");
  const balanced = balancersOf(args);
  const listed = balanced.length === 0 ? {} : { loadBalancers: balanced };
  const own = serviceOf(service, component, arn, listed);
  return { children: [{ ...parent, propertyDependencies: {} }, ...children, own], notes };
}

const startsTasks = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";

const trust = {
  Version: "2012-10-17",
  Statement: [
    {
      Action: "sts:AssumeRole",
      Principal: { Service: "ecs-tasks.amazonaws.com" },
      Effect: "Allow",
    },
  ],
} as const;

/** @param from the properties of the program's component with the arguments */
function expandTask(
  component: Resource,
  args: ValueRecord,
  from: readonly string[],
  place: Place,
): ExpandedTasks {
  const containers = containersOf(args);
  if (containers === undefined)
    return { children: [], notes: opaque(component, "containers").notes };
  const { name } = component;
  const taskRole = roleOf(component, `${name}-task`, args["taskRole"], [], place);
  const starter = roleOf(
    component,
    `${name}-execution`,
    args["executionRole"],
    [startsTasks],
    place,
  );
  const allDependsOn = [
    ...new Set(from.flatMap((property) => component.propertyDependencies[property] ?? [])),
  ];
  const rest = without(args, "container", "containers", "taskRole", "executionRole", "logGroup");
  const own: Readonly<Record<string, Value | undefined>> = {
    taskRoleArn: taskRole.arn,
    executionRoleArn: starter.arn,
    containerDefinitions: containers,
  };
  const inputs = { ...rest, ...present(own) };
  const dependsOnOf = (property: string): readonly Urn[] => {
    const role = { taskRoleArn: taskRole.urn, executionRoleArn: starter.urn }[property];
    return role === undefined ? allDependsOn : [role];
  };
  const propertyDependencies = Object.fromEntries(
    Object.keys(inputs)
      .map((property) => [property, dependsOnOf(property)] as const)
      .filter(([, urns]) => urns.length > 0),
  );
  const dependencies = [...new Set(Object.values(propertyDependencies).flat())];
  const definition: Resource = {
    ...made(component, place, taskDefinitionType, name),
    inputs,
    dependencies,
    propertyDependencies,
  };
  return { children: [...taskRole.made, ...starter.made, definition], notes: [] };
}

/** The containers as ECS takes them: a list by their names; undefined where their number is unknown. */
function containersOf(args: ValueRecord): Value | undefined {
  const one = opened(args["container"]);
  if (isRecord(one)) return [{ ...one, name: one["name"] ?? "container" }];
  if (one instanceof Unknown) return one;
  const all = opened(args["containers"]);
  if (all instanceof Unknown) return all;
  if (!isRecord(all)) return undefined;
  return Object.entries(all)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, container]) => {
      const plain = opened(container);
      return isRecord(plain) ? { ...plain, name } : (plain ?? null);
    });
}

/** A role of a task; by default a new one. */
interface TaskRole {
  readonly arn: Value | undefined;
  /** The role that is made. */
  readonly urn: Urn | undefined;
  readonly made: readonly Resource[];
}

function roleOf(
  component: Resource,
  name: string,
  given: Value | undefined,
  policies: readonly string[],
  place: Place,
): TaskRole {
  const settings = opened(given);
  if (settings instanceof Unknown) return { arn: settings, urn: undefined, made: [] };
  const said = isRecord(settings) ? settings : {};
  if (opened(said["skip"]) === true) return { arn: undefined, urn: undefined, made: [] };
  if (said["roleArn"] !== undefined && said["roleArn"] !== null) {
    return { arn: said["roleArn"], urn: undefined, made: [] };
  }
  const args = opened(said["args"]);
  const { policyArns, ...inputs } = argumentsOf(args);
  const role = made(component, place, roleType, name);
  const attached = opened(policyArns) ?? policies;
  const attachments = (isList(attached) ? attached : [attached]).map((policyArn): Resource => {
    const hash = typeof policyArn === "string" ? nameHash(policyArn) : "unknown";
    return {
      ...made(component, place, rolePolicyAttachmentType, `${name}-${hash}`),
      inputs: { role: new Unknown([role.urn], false, "name"), policyArn },
      dependencies: [role.urn],
      propertyDependencies: { role: [role.urn] },
    };
  });
  return {
    arn: new Unknown([role.urn], false, "arn"),
    urn: role.urn,
    made: [{ ...role, inputs: { assumeRolePolicy: trust, ...inputs } }, ...attachments],
  };
}

/** The arguments of a role; of unknown ones, all that decides who assumes it and what it may do. */
function argumentsOf(args: Value | undefined): ValueRecord {
  if (isRecord(args)) return args;
  if (!(args instanceof Unknown)) return {};
  return Object.fromEntries(readProperties.map((property) => [property, args]));
}

const readProperties = [
  ...["assumeRolePolicy", "inlinePolicies", "managedPolicyArns", "name", "permissionsBoundary"],
  ...["policyArns", "tags"],
];

/** What of a task's containers load balancers are sent to by the ports that name a target group. */
function balancersOf(args: ValueRecord): readonly Value[] {
  const containers = containersOf(args);
  if (!isList(containers)) return [];
  return containers.flatMap((container) => {
    if (!isRecord(container)) return [];
    const mappings = opened(container["portMappings"]);
    if (!isList(mappings)) return [];
    return mappings.flatMap((mapping) => {
      const plain = opened(mapping);
      const group = isRecord(plain) ? opened(plain["targetGroup"]) : undefined;
      if (group === undefined || group === null) return [];
      const arn = isRecord(group) ? (group["arn"] ?? null) : group;
      return [{ containerName: container["name"] ?? null, targetGroupArn: arn }];
    });
  });
}

function serviceOf(
  service: Resource,
  component: Resource,
  taskDefinition: Value | undefined,
  balanced: ValueRecord = {},
): Resource {
  const given = without(component.inputs, "taskDefinitionArgs");
  const of = taskDefinition instanceof Unknown ? taskDefinition.dependsOn : [];
  const { taskDefinitionArgs, ...waits } = component.propertyDependencies;
  const propertyDependencies = {
    ...waits,
    ...(of.length > 0 && { taskDefinition: of }),
    ...(balanced["loadBalancers"] !== undefined &&
      taskDefinitionArgs !== undefined && { loadBalancers: taskDefinitionArgs }),
  };
  return {
    ...service,
    inputs: { ...balanced, ...given, ...present({ taskDefinition }) },
    dependencies: [...new Set(Object.values(propertyDependencies).flat())],
    propertyDependencies,
  };
}

function made({ urn, source }: Resource, place: Place, type: string, name: string): Resource {
  return {
    urn: place.urnOf(urn, type, name),
    type,
    name,
    custom: true,
    parent: urn,
    provider: place.provider,
    inputs: {},
    dependencies: [],
    propertyDependencies: {},
    ...(source === undefined ? {} : { source }),
  };
}

function without<T extends object, K extends keyof T>(
  values: T,
  ...keys: readonly K[]
): Omit<T, K> {
  const left = Object.entries(values).filter(([key]) => !(keys as readonly string[]).includes(key));
  return Object.fromEntries(left) as Omit<T, K>;
}

function present(values: Readonly<Record<string, Value | undefined>>): ValueRecord {
  const entries = Object.entries(values).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
  return Object.fromEntries(entries);
}
