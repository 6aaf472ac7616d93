const { ask } = require("./clients.cjs");

const logs = (command, input) => ask("cloudwatch-logs", command, input);

/** A group of logs. */
const logGroup = {
  takes: ["name", "retentionInDays"],
  create: async (inputs) => {
    await logs("CreateLogGroup", { logGroupName: inputs.name });
    await retain(inputs);
    const { logGroupArn } = await find(inputs.name);
    return { id: inputs.name, outputs: { arn: logGroupArn } };
  },
  read: async (id) => {
    const found = await find(id);
    if (found === undefined) return null;
    return { name: found.logGroupName, retentionInDays: found.retentionInDays };
  },
  update: (_id, inputs) => retain(inputs),
  remove: (id) => logs("DeleteLogGroup", { logGroupName: id }),
};

/** Logs without a retention are stored for good. */
async function retain({ name, retentionInDays }) {
  const logGroupName = name;
  if (retentionInDays === undefined) await logs("DeleteRetentionPolicy", { logGroupName });
  else await logs("PutRetentionPolicy", { logGroupName, retentionInDays });
}

async function find(name) {
  const { logGroups } = await logs("DescribeLogGroups", { logGroupNamePrefix: name });
  return logGroups.find(({ logGroupName }) => logGroupName === name);
}

module.exports = { logGroup };
