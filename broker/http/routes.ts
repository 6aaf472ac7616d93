import type { Broker } from "../broker";
import { json, type Answer } from "./answer";
import type { Handler } from "./serve";

type Route = (...given: Parameters<Handler>) => Promise<Answer> | Answer;

const notFound = json({ error: "not_found" }, 404);

/** What a broker answers to callers. */
export function routesOf(broker: Broker): Handler {
  const routes: Readonly<Record<string, Readonly<Record<string, Route>>>> = {
    "/.well-known/oauth-authorization-server": { GET: () => broker.metadata() },
    "/jwks": { GET: () => broker.jwks() },
    "/token": { POST: (request) => broker.token(request) },
    "/introspect": { POST: (request) => broker.introspect(request) },
    "/revoke": { POST: (request) => broker.revoke(request) },
    "/authorize": { GET: refuseAuthorization, POST: refuseAuthorization },
  };
  return async (request, path) => {
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
    if (route === undefined) return notFound;
    const { method = "" } = request;
    const answering = Object.hasOwn(route, method) ? route[method] : undefined;
    if (answering === undefined) {
      const allow = Object.keys(route).join(", ");
      return { ...json({ error: "method_not_allowed" }, 405), headers: { allow } };
    }
    try {
      return await answering(request, path);
    } catch (thrown) {
      return broker.refusal(thrown, {});
    }
  };
}

/** What a broker answers about its operation. */
export function operationsOf(broker: Broker): Handler {
  return async (_request, path) => {
    switch (path) {
      case "/healthz":
        return json({ status: "ok" });
      case "/readyz":
        try {
          await broker.ready();
          return json({ status: "ok" });
        } catch {
          return json({ status: "the store does not answer" }, 503);
        }
      default:
        return notFound;
    }
  };
}

/** Nobody logs in here: authority is asked for by workloads, at the token endpoint. */
function refuseAuthorization(): Answer {
  return json(
    {
      error: "unsupported_response_type",
      error_description: "there is no authorization endpoint; exchange a token at `/token`",
    },
    400,
  );
}
