import { readFederation } from "./federation";
import { agentRuntime, namedIn } from "./federations/agent-core";
import { functionArn } from "./federations/lambda";
import type { ToolRef } from "./grants";
import { derive, part } from "./known";
import type { Declaration } from "./workload";

/** Where a service of AWS has a tool, as its reference tells it; nothing of a tool that is no function and no runtime. */
export function serviceArnOf(
  subject: string,
  {
    name,
    tenant,
    provenBy: federation,
    subject: given,
  }: Pick<Declaration, "name" | "tenant" | "provenBy" | "subject">,
): Pick<ToolRef, "serviceArn"> {
  if (given?.lambda === undefined && given?.agentCore === undefined) return {};
  const resting = {
    tenant: part(tenant, (ref) => ref.name),
    federation,
    given,
  };
  const serviceArn = derive(resting, (known) => {
    const place = readFederation(subject, known.federation);
    if (place.kind === "lambda") {
      return functionArn(subject, place, known.given.lambda ?? {}, known.tenant, name);
    }
    if (place.kind !== "agentCore") return "";
    const runtime = agentRuntime(subject, known.given.agentCore ?? {}, known.tenant, name);
    return namedIn(place, "runtime", runtime);
  });
  return { serviceArn };
}
