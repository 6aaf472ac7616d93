import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { RolesAnywhereFederation } from "./federations/roles-anywhere";
import { tenantMark } from "../core/marks";

/** The trust anchor of a tenant, and its federation with the anchor named. */
interface TrustAnchor {
  readonly arn: pulumi.Input<string>;
  readonly federation: RolesAnywhereFederation;
}

/** Makes a tenant's trust anchor, unless one exists; undefined for other federations. */
export function makeTrustAnchor(
  parent: pulumi.ComponentResource,
  name: string,
  tenant: string,
  given: RolesAnywhereFederation | undefined,
): TrustAnchor | undefined {
  if (given === undefined) return undefined;
  if (given.trustAnchorArn !== undefined) return { arn: given.trustAnchorArn, federation: given };
  const { caBundle, certificateAuthorityArn, ...others } = given;
  const { arn } = new aws.rolesanywhere.TrustAnchor(
    `${name}-anchor`,
    {
      name: tenant,
      enabled: true,
      source:
        certificateAuthorityArn === undefined
          ? { sourceType: "CERTIFICATE_BUNDLE", sourceData: { x509CertificateData: caBundle } }
          : { sourceType: "AWS_ACM_PCA", sourceData: { acmPcaArn: certificateAuthorityArn } },
      tags: { [tenantMark]: tenant },
    },
    { parent },
  );
  return { arn, federation: { ...others, trustAnchorArn: arn } };
}
