const place = require("../account.cjs");
const { ask, askWhetherThere } = require("./clients.cjs");
const { tagList, tagRecord } = require("./tags.cjs");

const s3 = (command, input) => ask("s3", command, input);

const bucket = {
  takes: ["bucket", "tags"],
  create: async (inputs) => {
    await s3("CreateBucket", {
      Bucket: inputs.bucket,
      // The one region that must not be named is the one that a bucket is made in when none is.
      ...(place.region === "us-east-1"
        ? {}
        : { CreateBucketConfiguration: { LocationConstraint: place.region } }),
    });
    await tag(inputs.bucket, inputs.tags);
    return { id: inputs.bucket, outputs: {} };
  },
  read: async (id) => {
    if ((await askWhetherThere("s3", "HeadBucket", { Bucket: id })) === null) return null;
    const tagging = await askWhetherThere("s3", "GetBucketTagging", { Bucket: id });
    return { bucket: id, tags: tagRecord(tagging?.TagSet) };
  },
  update: (id, inputs) => tag(id, inputs.tags),
  remove: (id) => s3("DeleteBucket", { Bucket: id }),
};

async function tag(Bucket, tags) {
  const TagSet = tagList(tags);
  if (TagSet.length === 0) await s3("DeleteBucketTagging", { Bucket });
  else await s3("PutBucketTagging", { Bucket, Tagging: { TagSet } });
}

module.exports = { bucket };
