import { entriesAt, knownString } from "../../../../core/snapshot/read";
import { addStored } from "../../resource/literals";
import type { ReadContext, Reader } from "../../resource/reader";
import { FactList } from "../../resource/values";
import { referred, addNames, addTenants } from "../naming";
import { oauth2Provider, workloadIdentity, apiKeyProvider } from "./agentcore-refs";
import { secret } from "../refs";

const top = "oauth2ProviderConfig";

/** What a client's secret is called. */
const secretName = "clientSecret";

/** The inputs of a provider that are its client's secret; the second is written and never read back. */
const secretInputs = [secretName, "clientSecretWo"];

/**
 * Reads the source of OAuth2 tokens of Bedrock AgentCore: the secret of a client, whose owner can act as the client.
 *
 * The policies of roles decide who receives the tokens.
 */
export const oauth2ProviderReader: Reader = {
  name: "aws oauth2 providers",
  types: [...oauth2Provider.types],
  readsLiterals: true,
  read: (resource, context) => {
    const list = new FactList(resource);
    addNames(list, context, oauth2Provider);
    addTenants(list, context, resource.urn);
    // Each vendor has a block of its own, all with the same inputs.
    for (const [vendor] of entriesAt(resource.inputs, top)) {
      for (const input of secretInputs) addStored(list, context, secretName, top, vendor, input);
      addVendorProviders(list, context, vendor);
    }
    return list.all();
  },
};

/** A client's secret that is stored in Secrets Manager, where AgentCore reads it. */
function addVendorProviders(list: FactList, context: ReadContext, vendor: string): void {
  const path = [vendor, "clientSecretConfig", "secretId"];
  const content = referred(list, context, secret, top, ...path);
  if (content === undefined) return;
  const property = [top, ...path].join(".");
  list.add("contains", property, { container: list.resource.urn, content, derived: false });
}

/**
 * Reads identities of Bedrock AgentCore, by which a workload gets the tokens of others.
 *
 * The policies of roles decide who may act as one; no resource shows what runs as one.
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

/** The inputs that are the key; the second is written and never read back. */
const keyInputs = ["apiKey", "apiKeyWo"];

const kept = "apiKeySecretConfig";

/** Reads what Bedrock AgentCore hands API keys out by: the key, or the secret that has it. */
export const apiKeyProviderReader: Reader = {
  name: "aws api key providers",
  types: [...apiKeyProvider.types],
  readsLiterals: true,
  read: (resource, context) => {
    const list = new FactList(resource);
    addNames(list, context, apiKeyProvider);
    addTenants(list, context, resource.urn);
    list.add("static-credential", "", { credential: resource.urn, of: "tool" });
    for (const input of keyInputs) addStored(list, context, "apiKey", input);
    const content = referred(list, context, secret, kept, "secretId");
    const contentKey = knownString(resource.inputs, kept, "jsonKey");
    if (content !== undefined) {
      list.add("contains", `${kept}.secretId`, {
        container: resource.urn,
        content,
        derived: false,
        ...(contentKey !== undefined && { contentKey }),
      });
    }
    return list.all();
  },
};
