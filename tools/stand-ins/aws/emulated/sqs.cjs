const { ask, askWhetherThere } = require("./clients.cjs");
const { retag } = require("./tags.cjs");

const sqs = (command, input) => ask("sqs", command, input);

/** A queue, which is known by its URL. */
const queue = {
  takes: ["name", "tags"],
  create: async (inputs) => {
    const { QueueUrl } = await sqs("CreateQueue", { QueueName: inputs.name, tags: inputs.tags });
    return { id: QueueUrl, outputs: { arn: await arnOf(QueueUrl), url: QueueUrl } };
  },
  read: async (id) => {
    const found = await askWhetherThere("sqs", "GetQueueAttributes", {
      QueueUrl: id,
      AttributeNames: ["QueueArn"],
    });
    if (found === null) return null;
    const { Tags } = await sqs("ListQueueTags", { QueueUrl: id });
    const tagged = Object.keys(Tags ?? {}).length > 0;
    return { name: id.split("/").pop(), tags: tagged ? Tags : undefined };
  },
  update: (id, inputs, olds) =>
    retag(
      olds.tags,
      inputs.tags,
      (Tags) => sqs("TagQueue", { QueueUrl: id, Tags }),
      (TagKeys) => sqs("UntagQueue", { QueueUrl: id, TagKeys }),
    ),
  remove: (id) => sqs("DeleteQueue", { QueueUrl: id }),
};

async function arnOf(QueueUrl) {
  const { Attributes } = await sqs("GetQueueAttributes", {
    QueueUrl,
    AttributeNames: ["QueueArn"],
  });
  return Attributes.QueueArn;
}

module.exports = { queue };
