const { ask, askWhetherThere } = require("./clients.cjs");
const { retag, tagList, tagRecord } = require("./tags.cjs");

const HALVES = { key: "key", value: "value" };

const ecs = (command, input) => ask("ecs", command, input);

/** A task definition: one revision of its family, of which nothing but the tags can change. */
const taskDefinition = {
  takes: [
    "containerDefinitions",
    "cpu",
    "executionRoleArn",
    "family",
    "memory",
    "networkMode",
    "requiresCompatibilities",
    "tags",
    "taskRoleArn",
  ],
  create: async (inputs) => {
    const answer = await ecs("RegisterTaskDefinition", {
      family: inputs.family,
      containerDefinitions: JSON.parse(inputs.containerDefinitions),
      cpu: inputs.cpu,
      memory: inputs.memory,
      networkMode: inputs.networkMode,
      requiresCompatibilities: inputs.requiresCompatibilities,
      executionRoleArn: inputs.executionRoleArn,
      taskRoleArn: inputs.taskRoleArn,
      tags: tagList(inputs.tags, HALVES),
    });
    const { family, revision, taskDefinitionArn } = answer.taskDefinition;
    return { id: family, outputs: { arn: taskDefinitionArn, revision } };
  },
  // Containers come back with every default filled in, so the sent ones count.
  read: async (id) => {
    const found = await askWhetherThere("ecs", "DescribeTaskDefinition", {
      taskDefinition: id,
      include: ["TAGS"],
    });
    if (found === null || found.taskDefinition.status !== "ACTIVE") return null;
    const { family, cpu, memory, networkMode, requiresCompatibilities } = found.taskDefinition;
    const { executionRoleArn, taskRoleArn } = found.taskDefinition;
    return {
      ...{ family, cpu, memory, networkMode, requiresCompatibilities },
      ...{ executionRoleArn, taskRoleArn },
      tags: tagRecord(found.tags, HALVES),
    };
  },
  update: (_id, inputs, olds) =>
    retag(
      olds.tags,
      inputs.tags,
      (tags) => ecs("TagResource", { resourceArn: olds.arn, tags: tagList(tags, HALVES) }),
      (tagKeys) => ecs("UntagResource", { resourceArn: olds.arn, tagKeys }),
    ),
  remove: (_id, olds) => ecs("DeregisterTaskDefinition", { taskDefinition: olds.arn }),
};

module.exports = { taskDefinition };
