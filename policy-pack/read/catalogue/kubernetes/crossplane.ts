import { product, type Kind } from "../product";

const secret = "spec.writeConnectionSecretToRef";

function keysOf(group: string, scope: Pick<Kind, "isClusterWide">) {
  const keyOf = (staticKey: string): Kind => ({
    is: "configuration",
    ...scope,
    makes: [{ secret: `${secret}.name`, namespace: `${secret}.namespace`, staticKey }],
  });
  return product(group, {
    AccessKey: keyOf("IAM access key"),
    ServiceSpecificCredential: keyOf("service-specific credential"),
  });
}

/** Source: marketplace.upbound.io, provider-aws-iam; docs.crossplane.io, managed resources. */
export default [
  keysOf("iam.aws.crossplane.io", { isClusterWide: true }),
  keysOf("iam.aws.upbound.io", { isClusterWide: true }),
  keysOf("iam.aws.m.upbound.io", {}),
];
