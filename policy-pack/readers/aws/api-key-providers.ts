import { credentialsIn } from "../../../core/credential/hits";
import { named } from "../../../core/graph/fact-values";
import { comparableText, isInClear, knownString, read } from "../../../core/snapshot/read";
import { generatorsAmong } from "../generated";
import type { ReadContext, Reader } from "../reader";
import { FactList, formatted, waitingFor } from "../values";
import { referred, addNames, addTenants } from "./naming";
import { apiKeyProvider } from "./agentcore-refs";
import { secret } from "./refs";

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
    list.add("api-key-provider", "", { provider: resource.urn });
    for (const input of keyInputs) addKey(list, context, input);
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

/** A key that the program gives: in clear it is a literal, and in any case what the provider has. */
function addKey(list: FactList, context: ReadContext, input: string): void {
  const { urn, inputs } = list.resource;
  const found = read(inputs, input);
  if (found.kind === "unknown") {
    const dependsOn = waitingFor(list.resource, input, found.dependsOn);
    for (const source of generatorsAmong(dependsOn)) {
      list.add("contains", input, { container: urn, content: named(source.urn), derived: true });
    }
    return;
  }
  const text = comparableText(inputs, input);
  if (text === undefined) return;
  for (const hit of credentialsIn(text, "apiKey", context.credentialIn)) {
    const value = context.literalName(hit.text);
    list.addFacts(...formatted({ urn, property: input }, value, hit.found));
    list.add("literal", input, {
      holder: urn,
      credential: hit.found.what,
      severity: hit.found.severity,
      value,
      place: "in its place",
      marked: !isInClear(found),
    });
    list.add("contains", input, { container: urn, content: named(value), derived: false });
  }
}
