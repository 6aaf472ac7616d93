import type { Reader } from "../reader";
import { FactList } from "../values";
import { addNames, addTenants } from "./naming";
import { workloadIdentity } from "./agentcore-refs";

/**
 * Reads identities of Bedrock AgentCore, by which a workload gets the tokens of others.
 *
 * Who may act as one is in the policies of roles; what runs as one is not told by any resource.
 */
export const workloadIdentityReader: Reader = {
  name: "aws workload identities",
  types: [...workloadIdentity.types],
  read: (resource, context) => {
    const list = new FactList(resource);
    addNames(list, context, workloadIdentity);
    addTenants(list, context, resource.urn);
    return list.all();
  },
};
