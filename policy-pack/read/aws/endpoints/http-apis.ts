import { notKnown } from "../../../../core/certainty";
import { knownString } from "../../../../core/snapshot/read";
import { named, type Ref } from "../../../facts/fact-values";
import { scopedName, type Name } from "../../../facts/name";
import type { ReadContext, Reader } from "../../resource/reader";
import { FactList, onlyOf, textAt } from "../../resource/values";
import { authenticationOf } from "./authentication";
import { referred, addNames } from "../naming";
import { addIntegrated } from "../events/integrated";
import { namesWithin, oneOf, type Parent } from "../parents";
import { httpApi } from "../refs";

const integrationType = "aws:apigatewayv2/integration:Integration";

/** The API of a route or an integration. */
const ofApi: Parent = { input: "apiId", types: httpApi.types };

/**
 * Reads HTTP and WebSocket APIs. One that is created with a target has a route for everything without authentication. A
 * WebSocket authenticates its callers once, when they connect.
 *
 * Source: API Gateway developer guide, "quick create" and "Control access to WebSocket APIs".
 */
export const httpApiReader: Reader = {
  name: "aws http apis",
  types: [...httpApi.types],
  read: (resource, context) => {
    const list = new FactList(resource);
    const api = resource.urn;
    addNames(list, context, httpApi);
    if (textAt(resource, "target") !== undefined) {
      list.add("exposes", "target", {
        entry: api,
        way: "route",
        authentication: { kind: "anonymous" },
      });
      addIntegrated(list, context, api, "target");
    }
    const protocol = textAt(resource, "protocolType");
    if (protocol?.kind === "known" && protocol.text === "WEBSOCKET") {
      list.add("restricts-calls", "protocolType", { entry: api, by: "connection" });
    } else if (protocol?.kind === "unknown") {
      const { dependsOn } = protocol;
      list.add("restricts-calls", "protocolType", { entry: api, by: "connection", dependsOn });
    }
    if (textAt(resource, "body") !== undefined) {
      const authentication = { kind: "unclear", by: "its `body`" } as const;
      list.add("exposes", "body", { entry: `${api}#body`, way: "route", authentication });
      addIntegrated(list, context, `${api}#body`, "body");
    }
    return list.all();
  },
};

/** Reads routes of HTTP and WebSocket APIs; the default is no authentication. */
export const routeReader: Reader = {
  name: "aws routes",
  types: ["aws:apigatewayv2/route:Route"],
  read: (resource, context) => {
    const list = new FactList(resource);
    const entry = resource.urn;
    const type = textAt(resource, "authorizationType") ?? { kind: "known", text: "NONE" };
    const of = referred(list, context, httpApi, "apiId");
    const key = textAt(resource, "routeKey");
    list.add("exposes", "authorizationType", {
      entry,
      way: "route",
      authentication: authenticationOf(type),
      ...(of && { of }),
      ...(key?.kind === "known" && key.text === "$connect" && { connects: true }),
    });
    const target = integrationOf(list, context);
    if (target !== undefined) list.add("forwards", "target", { from: entry, to: target });
    if (of?.kind === "named") {
      list.add("forwards", "apiId", { from: of.name, to: { kind: "named", name: entry } });
    }
    return list.all();
  },
};

/** Reads what routes of HTTP and WebSocket APIs are integrated with. */
export const integrationReader: Reader = {
  name: "aws integrations",
  types: [integrationType],
  read: (resource, context) => {
    const list = new FactList(resource);
    const id = knownString(resource.outputs, "id");
    for (const also of id === undefined ? [] : integrationNames(list, context, id)) {
      list.add("alias", "id", { thing: resource.urn, also });
    }
    addIntegrated(list, context, resource.urn, "integrationUri");
    return list.all();
  },
};

/** What a route is integrated with: `integrations/<id>`. */
function integrationOf(list: FactList, context: ReadContext): Ref | undefined {
  const text = textAt(list.resource, "target");
  if (text === undefined) return undefined;
  if (text.kind === "unknown") {
    const only = onlyOf(text, [integrationType]);
    return only === undefined ? notKnown(text) : named(only);
  }
  const id = text.text.replace(/^integrations\//, "");
  const name = oneOf(list, "target", integrationNames(list, context, id));
  return name === undefined ? undefined : named(name);
}

/**
 * The names of an integration by its id, which is unique within its API alone.
 *
 * Source: API Gateway V2 API reference, `GET /v2/apis/{apiId}/integrations/{integrationId}`.
 */
function integrationNames(list: FactList, context: ReadContext, id: string): readonly Name[] {
  const account = context.accountOf(list.resource);
  return namesWithin(list, ofApi, (api) => scopedName("api-integration", account, api, id));
}
