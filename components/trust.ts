import { podIdentityTrust, stsAudience, tokenTrust } from "./documents/trust";
import type { KnownFederation } from "./federation";

/** A workload as trust documents name it. */
export interface TrustedWorkload {
  readonly namespace: string;
  readonly name: string;
}

/** Trust policy by which one workload, and nothing else, obtains its role. */
export function trustDocument(federation: KnownFederation, workload: TrustedWorkload): string {
  const { namespace, name } = workload;
  switch (federation.kind) {
    case "eksIrsa":
      return tokenTrust({
        providerArn: federation.providerArn,
        issuer: federation.issuer,
        subject: `system:serviceaccount:${namespace}:${name}`,
        audience: stsAudience,
      });
    case "eksPodIdentity":
      return podIdentityTrust({ ...federation, namespace, serviceAccount: name });
  }
}
