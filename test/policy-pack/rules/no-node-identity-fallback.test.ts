import rule from "../../../policy-pack/rules/no-node-identity-fallback";
import type { Value } from "../../../core/snapshot/value";
import { manifest, outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";

const groupType = "aws:eks/nodeGroup:NodeGroup";
const templateType = "aws:ec2/launchTemplate:LaunchTemplate";
const scalingType = "aws:autoscaling/group:Group";
const instanceType = "aws:ec2/instance:Instance";
const templateUrn = urnOf(templateType, "workers");
const clusterUrn = urnOf("aws:eks/cluster:Cluster", "prod");

const kept = { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 };

function group(inputs: Readonly<Record<string, Value>>, name = "nodes") {
  return resource(groupType, name, { clusterName: "prod", nodeRoleArn: roleArn, ...inputs });
}
const roleArn = "arn:aws:iam::111122223333:role/node";

function template(metadataOptions: Value, more: Readonly<Record<string, Value>> = {}) {
  return resource(templateType, "workers", { name: "workers", metadataOptions, ...more });
}
const byTemplate = { launchTemplate: { id: outputOf(templateUrn), version: "1" } };

function nodeClass(spec: string, version = "v1", kind = "EC2NodeClass"): string {
  return `
apiVersion: karpenter.k8s.aws/${version}
kind: ${kind}
metadata: { name: nodes }
spec: { ${spec} }
`;
}

const prefix = (role: string, nodes = "nodes"): string =>
  `Pods on \`${nodes}\` can use the node role${role}: `;
const noToken = "`httpTokens` is `optional`";
const far = (hops: number): string => `\`httpPutResponseHopLimit\` is ${hops}, not 1`;

const ofTemplate = {
  severity: "medium",
  about: "workers",
  at: "workers: metadataOptions",
  related: ["nodes: runs pods"],
};
const ofGroup = { severity: "medium", about: "nodes", at: "nodes: launchTemplate" };

ruleTester(rule, {
  accepts: [
    {
      name: "a node group whose launch template asks for a token and lets answers travel one hop",
      resources: [template(kept), group(byTemplate)],
    },
    {
      name: "a node group whose launch template turns the metadata service off",
      resources: [
        template({ httpEndpoint: "disabled", httpTokens: "optional", httpPutResponseHopLimit: 2 }),
        group(byTemplate),
      ],
    },
    {
      name: "a node group of Amazon Linux 2023 without a launch template, chosen or by default",
      resources: [group({ amiType: "AL2023_ARM_64_STANDARD" }), group({ version: "1.33" }, "more")],
    },
    {
      name: "a launch template of Amazon Linux 2023 that says the hop limit alone, and joins by itself",
      resources: [
        template(
          { httpPutResponseHopLimit: 1 },
          { userData: Buffer.from("apiVersion: node.eks.aws/v1alpha1").toString("base64") },
        ),
        group({ ...byTemplate, amiType: "AL2023_x86_64_STANDARD" }),
      ],
    },
    {
      name: "a launch template, an instance and an Auto Scaling group that run no pods",
      resources: [
        template({ httpTokens: "optional", httpPutResponseHopLimit: 2 }),
        resource(scalingType, "web", { launchTemplate: { id: outputOf(templateUrn) } }),
        resource(instanceType, "bastion", { userData: "#!/bin/sh\nyum update -y" }),
      ],
    },
    {
      name: "Fargate, which has no nodes",
      resources: [
        resource("aws:eks/fargateProfile:FargateProfile", "pods", {
          clusterName: "prod",
          podExecutionRoleArn: roleArn,
        }),
      ],
    },
    {
      name: "what Karpenter does where nothing is said",
      resources: manifest(nodeClass("role: node")),
    },
    {
      name: "an instance of a cluster by a launch template that keeps pods out",
      resources: [
        template(kept),
        resource(instanceType, "node", {
          launchTemplate: { id: outputOf(templateUrn) },
          tags: { "kubernetes.io/cluster/prod": "owned" },
        }),
      ],
    },
  ],
  rejects: [
    {
      name: "a launch template whose answers travel two hops",
      resources: [template({ ...kept, httpPutResponseHopLimit: 2 }), group(byTemplate)],
      findings: [{ ...ofTemplate, message: prefix(" `node`") + far(2) }],
    },
    {
      name: "a launch template that asks for no token, by name",
      resources: [
        template({ ...kept, httpTokens: "optional" }),
        group({ launchTemplate: { name: "workers", version: "1" } }),
      ],
      findings: [{ ...ofTemplate, message: prefix(" `node`") + noToken }],
    },
    {
      name: "a launch template that two node groups use, once",
      resources: [
        template({ ...kept, httpPutResponseHopLimit: 2 }),
        group(byTemplate),
        group(byTemplate, "other"),
      ],
      findings: [{ ...ofTemplate, message: prefix(" `node`") + far(2) }],
    },
    {
      name: "Amazon Linux 2 without a launch template, and of an old version by default",
      resources: [group({ amiType: "AL2_x86_64" }), group({ version: "1.29" }, "old")],
      findings: ["nodes", "old"].map((name) => ({
        severity: "medium",
        about: name,
        at: `${name}: launchTemplate`,
        message: `${prefix(" `node`", name)}${noToken}, and \`httpPutResponseHopLimit\` is 2`,
      })),
    },
    {
      name: "Amazon Linux 2 with a launch template that says nothing of tokens",
      resources: [
        template({ httpPutResponseHopLimit: 1 }),
        group({ ...byTemplate, amiType: "AL2_x86_64" }),
      ],
      findings: [{ ...ofTemplate, message: prefix(" `node`") + noToken }],
    },
    {
      name: "an Auto Scaling group with the tag of a cluster",
      resources: [
        template({ ...kept, httpPutResponseHopLimit: 3 }),
        resource(scalingType, "nodes", {
          mixedInstancesPolicy: {
            launchTemplate: {
              launchTemplateSpecification: { launchTemplateId: outputOf(templateUrn) },
            },
          },
          tags: [{ key: "kubernetes.io/cluster/prod", value: "owned", propagateAtLaunch: true }],
        }),
      ],
      findings: [{ ...ofTemplate, message: prefix("") + far(3) }],
    },
    {
      name: "a launch configuration of an Auto Scaling group",
      resources: [
        resource("aws:ec2/launchConfiguration:LaunchConfiguration", "workers", {
          name: "workers",
          metadataOptions: { ...kept, httpTokens: "optional" },
        }),
        resource(scalingType, "nodes", {
          launchConfiguration: "workers",
          tags: [
            { key: "k8s.io/cluster-autoscaler/prod", value: "owned", propagateAtLaunch: true },
          ],
        }),
      ],
      findings: [{ ...ofTemplate, message: prefix("") + noToken }],
    },
    {
      name: "an instance that joins a cluster as it starts",
      resources: [
        resource(instanceType, "nodes", {
          userData: "#!/bin/bash\n/etc/eks/bootstrap.sh prod",
          metadataOptions: { ...kept, httpPutResponseHopLimit: 2 },
        }),
      ],
      findings: [
        {
          ...ofGroup,
          at: "nodes: metadataOptions",
          message: prefix("") + far(2),
        },
      ],
    },
    {
      name: "an instance whose script waits for a cluster",
      resources: [
        resource(instanceType, "nodes", {
          userData: outputOf(clusterUrn),
          metadataOptions: { ...kept, httpPutResponseHopLimit: 2 },
        }),
      ],
      findings: [{ ...ofGroup, at: "nodes: metadataOptions", message: prefix("") + far(2) }],
    },
    {
      name: "what Karpenter is told",
      resources: manifest(nodeClass("metadataOptions: { httpPutResponseHopLimit: 2 }")),
      findings: [{ ...ofGroup, at: "nodes: spec.metadataOptions", message: prefix("") + far(2) }],
    },
    {
      name: "what Karpenter did before its first stable API",
      resources: manifest(nodeClass("role: node", "v1beta1")),
      findings: [{ ...ofGroup, at: "nodes: spec.metadataOptions", message: prefix("") + far(2) }],
    },
    {
      name: "as undetermined a launch template that says no hop limit",
      resources: [template({ httpTokens: "required" }), group(byTemplate)],
      findings: [
        {
          ...ofTemplate,
          verdict: "undetermined",
          message: "Pods on `nodes` can use the node role `node`",
        },
      ],
    },
    {
      name: "as undetermined Bottlerocket without a launch template",
      resources: [group({ amiType: "BOTTLEROCKET_x86_64" })],
      findings: [
        {
          ...ofGroup,
          verdict: "undetermined",
          message: "Pods on `nodes` can use the node role `node`",
        },
      ],
    },
    {
      name: "as undetermined a launch template that is not in the stack",
      resources: [group({ launchTemplate: { id: "lt-0123456789abcdef0", version: "1" } })],
      findings: [
        {
          ...ofGroup,
          verdict: "undetermined",
          message: "Pods on `nodes` can use the node role `node`",
        },
      ],
    },
    {
      name: "a launch template of a state, by its id",
      resources: [
        {
          ...template({ ...kept, httpPutResponseHopLimit: 2 }),
          outputs: { id: "lt-0123456789abcdef0" },
        },
        group({ launchTemplate: { id: "lt-0123456789abcdef0", version: "1" } }),
      ],
      findings: [{ ...ofTemplate, message: prefix(" `node`") + far(2) }],
    },
    {
      name: "as undetermined which launch template it is, which image, and what it says",
      resources: [
        group({ launchTemplate: { id: outputOf(clusterUrn) } }, "a"),
        group({ amiType: outputOf(clusterUrn) }, "b"),
        template({ ...kept, httpEndpoint: outputOf(clusterUrn), httpTokens: "optional" }),
        group(byTemplate),
      ],
      findings: [
        {
          verdict: "undetermined",
          severity: "medium",
          about: "workers",
          at: "workers: metadataOptions",
          message: "Pods on `nodes` can use the node role `node`",
          related: ["nodes: runs pods"],
          dependsOn: ["prod"],
        },
        {
          verdict: "undetermined",
          severity: "medium",
          about: "a",
          at: "a: launchTemplate",
          message: "Pods on `a` can use the node role `node`",
          dependsOn: ["prod"],
        },
        {
          verdict: "undetermined",
          severity: "medium",
          about: "b",
          at: "b: launchTemplate",
          message: "Pods on `b` can use the node role `node`",
          dependsOn: ["prod"],
        },
      ],
    },
  ],
});
