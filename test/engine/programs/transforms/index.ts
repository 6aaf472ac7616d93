import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

interface RoleProps {
  readonly tags?: Readonly<Record<string, string>>;
}

pulumi.runtime.registerResourceTransform((args) => {
  if (args.type !== "aws:iam/role:Role") return undefined;
  const props = args.props as RoleProps;
  return { props: { ...props, tags: { ...props.tags, stack: "yes" } }, opts: args.opts };
});

const fromParent: pulumi.ResourceTransform = (args) => {
  if (!args.type.startsWith("aws:")) return undefined;
  const props = args.props as RoleProps;
  return { props: { ...props, path: `/${props.tags?.["own"] ?? "no"}/` }, opts: args.opts };
};

class Team extends pulumi.ComponentResource {
  constructor(name: string, opts: pulumi.ComponentResourceOptions) {
    super("example:index:Team", name, {}, opts);
    new aws.iam.Role(
      name,
      { assumeRolePolicy: "{}" },
      {
        parent: this,
        transforms: [
          (args) => ({
            props: { ...(args.props as RoleProps), tags: { own: "yes" } },
            opts: args.opts,
          }),
        ],
      },
    );
  }
}

new Team("desk", { transforms: [fromParent] });
