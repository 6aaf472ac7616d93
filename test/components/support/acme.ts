import type { TenantRef } from "../../../components";

/** The OIDC provider of the cluster in these tests. */
export const providerArn =
  "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/ABC";

/** The issuer of that cluster, without scheme. */
export const issuer = "oidc.eks.eu-central-1.amazonaws.com/id/ABC";

/** A federation with that cluster. */
export const federation = { eksIrsa: { providerArn, issuer: `https://${issuer}` } };

/** A tenant of another stack, as plain data. */
export const acme: TenantRef = {
  name: "acme",
  namespace: "acme",
  boundaryArn: "arn:aws:iam::111122223333:policy/agentid/acme/acme.boundary",
  federation,
};

/** The role of that tenant's task broker, where it has one. */
export const brokerArn = "arn:aws:iam::111122223333:role/platform/acme-broker";
