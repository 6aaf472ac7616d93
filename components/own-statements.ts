import type * as pulumi from "@pulumi/pulumi";
import { otherFunctionsDenied, ownIdentityAllowed } from "./documents/permissions";
import { readFederation } from "./federation";
import { directoryArn, workloadIdentityArn } from "./federations/agent-core";
import { functionArn } from "./federations/lambda";
import { derive, part } from "./known";
import type { Declaration } from "./workload";

/** What a federation adds to the policies of its workloads' roles; for most nothing. */
export function ownStatements(
  subject: string,
  { name, tenant, provenBy: federation, subject: given }: Declaration,
): pulumi.Output<readonly object[]> | readonly object[] {
  // Where nothing is added the policy rests on no federation, which may be known later.
  if (given?.lambda === undefined && given?.agentCore === undefined) return [];
  const resting = {
    tenant: part(tenant, (ref) => ref.name),
    federation,
    given,
  };
  return derive(resting, (known): readonly object[] => {
    const place = readFederation(subject, known.federation);
    if (place.kind === "lambda") {
      const own = functionArn(subject, place, known.given.lambda ?? {}, known.tenant, name);
      return [otherFunctionsDenied(own)];
    }
    if (place.kind === "agentCore") {
      const own = workloadIdentityArn(place, known.tenant, name);
      return [ownIdentityAllowed(directoryArn(place), own)];
    }
    return [];
  });
}
