import { credentialsIn } from "../../../../core/credential/hits";
import { named } from "../../../../core/graph/fact-values";
import {
  comparableText,
  entriesAt,
  isInClear,
  read,
  knownString,
} from "../../../../core/snapshot/read";
import { generatorsAmong } from "../../generated";
import type { ReadContext, Reader } from "../../reader";
import { FactList, waitingFor, describedAs } from "../../values";
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
      for (const input of secretInputs) addSecret(list, context, vendor, input);
      addKept(list, context, vendor);
    }
    return list.all();
  },
};

/** A client's secret in the program: in plain text it is a literal, and in any case what the provider has. */
function addSecret(list: FactList, context: ReadContext, vendor: string, input: string): void {
  const { urn, inputs } = list.resource;
  const property = `${top}.${vendor}.${input}`;
  const found = read(inputs, top, vendor, input);
  if (found.kind === "unknown") {
    const dependsOn = waitingFor(list.resource, top, found.dependsOn);
    for (const source of generatorsAmong(dependsOn)) {
      list.add("contains", property, { container: urn, content: named(source.urn), derived: true });
    }
    return;
  }
  const text = comparableText(inputs, top, vendor, input);
  if (text === undefined) return;
  for (const hit of credentialsIn(text, secretName, context.credentialIn)) {
    const name = context.literalName(hit.text);
    list.add("literal", property, {
      holder: urn,
      ...describedAs(hit.found),
      value: name,
      place: "in its place",
      marked: !isInClear(found),
    });
    list.add("contains", property, { container: urn, content: named(name), derived: false });
  }
}

/** A client's secret that is stored in Secrets Manager, where AgentCore reads it. */
function addKept(list: FactList, context: ReadContext, vendor: string): void {
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

/** A key in the program: in plain text it is a literal, and in any case what the provider has. */
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
    list.add("literal", input, {
      holder: urn,
      ...describedAs(hit.found),
      value,
      place: "in its place",
      marked: !isInClear(found),
    });
    list.add("contains", input, { container: urn, content: named(value), derived: false });
  }
}
