import { credentialsIn } from "../../../core/credential/hits";
import { named } from "../../../core/graph/fact-values";
import { comparableText, entriesAt, isInClear, read } from "../../../core/snapshot/read";
import { generatorsAmong } from "../generated";
import type { ReadContext, Reader } from "../reader";
import { FactList, waitingFor } from "../values";
import { referred, sayNames, sayTenants } from "./naming";
import { oauth2Provider } from "./agentcore-refs";
import { secret } from "./refs";

const top = "oauth2ProviderConfig";

/** What a client's secret is called. */
const secretName = "clientSecret";

/** The inputs of a provider that are its client's secret; the second is written and never read back. */
const secretInputs = [secretName, "clientSecretWo"];

/**
 * Reads what Bedrock AgentCore gets OAuth2 tokens by: the secret of a client, which whoever has it can be.
 *
 * Who is handed the tokens is in the policies of roles.
 */
export const oauth2ProviderReader: Reader = {
  name: "aws oauth2 providers",
  types: [...oauth2Provider.types],
  readsLiterals: true,
  read: (resource, context) => {
    const list = new FactList(resource);
    sayNames(list, context, oauth2Provider);
    sayTenants(list, context, resource.urn);
    // Each vendor has a block of its own, all with the same inputs.
    for (const [vendor] of entriesAt(resource.inputs, top)) {
      for (const input of secretInputs) saySecret(list, context, vendor, input);
      sayKept(list, context, vendor);
    }
    return list.all();
  },
};

/** A client's secret that the program gives: in clear it is a literal, and in any case what the provider has. */
function saySecret(list: FactList, context: ReadContext, vendor: string, input: string): void {
  const { urn, inputs } = list.resource;
  const property = `${top}.${vendor}.${input}`;
  const found = read(inputs, top, vendor, input);
  if (found.kind === "unknown") {
    const waitsFor = waitingFor(list.resource, top, found.waitsFor);
    for (const source of generatorsAmong(waitsFor)) {
      list.say("contains", property, { container: urn, content: named(source.urn), derived: true });
    }
    return;
  }
  const text = comparableText(inputs, top, vendor, input);
  if (text === undefined) return;
  for (const hit of credentialsIn(text, secretName, context.credentialIn)) {
    const name = context.literalName(hit.text);
    list.say("literal", property, {
      holder: urn,
      credential: hit.found.what,
      grade: hit.found.grade,
      value: name,
      place: "in its place",
      marked: !isInClear(found),
    });
    list.say("contains", property, { container: urn, content: named(name), derived: false });
  }
}

/** A client's secret that is kept in Secrets Manager, and that AgentCore reads there. */
function sayKept(list: FactList, context: ReadContext, vendor: string): void {
  const path = [vendor, "clientSecretConfig", "secretId"];
  const content = referred(list, context, secret, top, ...path);
  if (content === undefined) return;
  const property = [top, ...path].join(".");
  list.say("contains", property, { container: list.resource.urn, content, derived: false });
}
