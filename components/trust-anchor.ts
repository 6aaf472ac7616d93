import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { tenantMark } from "../core/marks";
import type { TenantFederation } from "./federation";
import type { RolesAnywhereFederation } from "./federations/roles-anywhere";
import type { NamedFederation } from "./tenant-federations";

/** The trust anchors of a tenant, and its federations with the anchors named. */
interface TrustAnchors {
  readonly arns: readonly pulumi.Input<string>[];
  readonly federations:
    | { readonly federation: TenantFederation }
    | { readonly federations: Record<string, TenantFederation> };
}

/** What trust anchors are made of. */
interface Making {
  readonly parent: pulumi.ComponentResource;
  readonly resourceName: string;
  readonly tenant: string;
}

/** Makes the trust anchors of a tenant whose workloads certificates prove, but for those that exist. */
export function makeTrustAnchors(
  parent: pulumi.ComponentResource,
  resourceName: string,
  tenant: string,
  federations: readonly NamedFederation[],
): TrustAnchors {
  const toMake = federations.filter(({ federation: { rolesAnywhere } }) => isMade(rolesAnywhere));
  const making = { parent, resourceName, tenant };
  const named = federations.map(({ name, federation }): NamedFederation => {
    const given = federation.rolesAnywhere;
    if (given === undefined || !isMade(given)) return { name, federation };
    const rolesAnywhere = makeTrustAnchor(making, name, given, toMake.length > 1);
    return { name, federation: { rolesAnywhere } };
  });
  const arns = named.flatMap(
    ({ federation: { rolesAnywhere } }) => rolesAnywhere?.trustAnchorArn ?? [],
  );
  const [first] = named;
  return {
    arns,
    federations:
      first !== undefined && first.name === undefined
        ? { federation: first.federation }
        : {
            federations: Object.fromEntries(
              named.map(({ name = "", federation }) => [name, federation]),
            ),
          },
  };
}

function isMade(given: RolesAnywhereFederation | undefined): boolean {
  return given !== undefined && given.trustAnchorArn === undefined;
}

/** Makes a trust anchor, and answers the federation with its ARN. */
function makeTrustAnchor(
  { parent, resourceName, tenant }: Making,
  name: string | undefined,
  { caBundle, certificateAuthorityArn, ...others }: RolesAnywhereFederation,
  hasOthers: boolean,
): RolesAnywhereFederation {
  const usual = `${resourceName}-anchor`;
  // A tenant that gets further federations keeps the anchor that it has.
  const aliases = name === undefined || hasOthers ? [] : [{ name: usual }];
  const { arn } = new aws.rolesanywhere.TrustAnchor(
    name === undefined ? usual : `${usual}.${name}`,
    {
      name: name === undefined ? tenant : `${tenant}_${name}`,
      enabled: true,
      source:
        certificateAuthorityArn === undefined
          ? { sourceType: "CERTIFICATE_BUNDLE", sourceData: { x509CertificateData: caBundle } }
          : { sourceType: "AWS_ACM_PCA", sourceData: { acmPcaArn: certificateAuthorityArn } },
      tags: { [tenantMark]: tenant },
    },
    { parent, ...(aliases.length > 0 && { aliases }) },
  );
  return { ...others, trustAnchorArn: arn };
}
