import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

pulumi.runtime.registerResourceTransform((args) =>
  args.type === "aws:iam/role:Role"
    ? { props: { ...args.props, tags: { ...args.props.tags, stack: "yes" } }, opts: args.opts }
    : undefined,
);

class Team extends pulumi.ComponentResource {
  constructor(name: string, opts: pulumi.ComponentResourceOptions) {
    super("example:index:Team", name, {}, opts);
    new aws.iam.Role(
      name,
      { assumeRolePolicy: "{}" },
      {
        parent: this,
        transforms: [
          (args) => ({ props: { ...args.props, tags: { own: "yes" } }, opts: args.opts }),
        ],
      },
    );
  }
}

new Team("desk", {
  transforms: [
    (args) =>
      args.type.startsWith("aws:")
        ? { props: { ...args.props, path: `/${args.props.tags.own}/` }, opts: args.opts }
        : undefined,
  ],
});
