import { named } from "../../core/graph/fact-values";
import { listAt } from "../../core/snapshot/read";
import { referred } from "./aws/naming";
import { oauth2Provider } from "./aws/agentcore-refs";
import { secret } from "./aws/refs";
import type { Reader } from "./reader";
import { FactList } from "./values";

/** Types of our components that call services with OAuth2 tokens. */
const workloadTypes: readonly string[] = [
  "agentid:index:Orchestrator",
  "agentid:index:Agent",
  "agentid:index:Tool",
];

const given = "oauth2Providers";
const through = "oauth2 client";

/** Reads which existing secrets a workload is given as those of its OAuth2 clients; one made for it is its child. */
const givenReader: Reader = {
  name: "agentid-given-oauth2-clients",
  types: workloadTypes,
  read(resource, context) {
    const list = new FactList(resource);
    listAt(resource.inputs, given).forEach((_, index) => {
      const path = [index, "clientSecret", "existingSecret", "arn"];
      const kept = referred(list, context, secret, given, ...path);
      if (kept === undefined) return;
      const property = `${given}[${index}].clientSecret`;
      list.add("uses", property, { workload: resource.urn, secret: kept, through });
    });
    return list.all();
  },
};

/** Reads what keeps the secrets of a workload's OAuth2 clients, and gets their tokens, as held by the workload. */
const keptReader: Reader = {
  name: "agentid-kept-oauth2-clients",
  types: ["aws:secretsmanager/secret:Secret", ...oauth2Provider.types],
  partial: true,
  read(resource, context) {
    const { parent, urn } = resource;
    const component = parent === undefined ? undefined : context.resource(parent);
    if (component === undefined || !workloadTypes.includes(component.type)) return [];
    const list = new FactList(resource);
    list.add("uses", "", { workload: component.urn, secret: named(urn), through });
    return list.all();
  },
};

/** Readers of the OAuth2 clients that our workloads are to services. */
export const oauth2ClientReaders: readonly Reader[] = [givenReader, keptReader];
