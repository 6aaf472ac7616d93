import type { Name } from "../../../facts/name";
import { gatewayTargetType } from "../../../../core/aws/bedrock";
import { read } from "../../../../core/snapshot/read";
import type { Reader } from "../../resource/reader";
import { FactList, dependenciesAt } from "../../resource/values";
import { addUses } from "../compute/uses";
import { referred } from "../naming";
import { apiKeyProvider, gateway } from "./agentcore-refs";

const top = "credentialProviderConfiguration";
const path = ["apiKey", "providerArn"];

/** Reads by which API key a gateway of Bedrock AgentCore calls its target: the gateway uses it. */
export const targetCredentialReader: Reader = {
  name: "aws target credentials",
  types: [gatewayTargetType],
  read: (resource, context) => {
    const list = new FactList(resource);
    const from = referred(list, context, gateway, "gatewayIdentifier");
    // Of a gateway that is not known the target itself is what calls.
    const workload: Name = from?.kind === "named" ? from.name : resource.urn;
    const place = { workload, property: top, through: "gateway target" } as const;
    const whole = read(resource.inputs, top);
    if (whole.kind === "unknown") {
      const dependsOn = dependenciesAt(resource, top, whole);
      addUses(list, place, { kind: "unknown", dependsOn });
      return list.all();
    }
    const provider = referred(list, context, apiKeyProvider, top, ...path);
    if (provider !== undefined) {
      addUses(list, { ...place, property: [top, ...path].join(".") }, provider);
    }
    return list.all();
  },
};
