import { accessMetadata, evaluate, evaluateAll, searchActions } from "./access";
import { decideByToken, listOpen } from "./approving/decide";
import { approvalPages } from "./approving/page";
import { NotReady, type Broker } from "./broker";
import { heads, revoke, trail } from "./operating";
import { authorization } from "./proxied";
import { prune } from "./pruning";
import { json, type Answer } from "./http/answer";
import type { Handler } from "./http/serve";

type Request = Parameters<Handler>[0];
/** @param rest what follows the path */
type Route = (request: Request, rest: string) => Promise<Answer> | Answer;

/** In place of a method: all of them. */
const anyMethod = "*";

const notFound = json({ error: "not_found" }, 404);

/** What a broker answers to callers. A path that ends in a slash is followed by one name. */
export function routesOf(broker: Broker): Handler {
  const pages = approvalPages(broker);
  const hasPages = broker.configuration.loginClient !== undefined;
  const routes: Readonly<Record<string, Readonly<Record<string, Route>>>> = {
    "/.well-known/oauth-authorization-server": { GET: () => broker.metadata() },
    "/jwks": { GET: () => broker.jwks() },
    "/token": { POST: (request) => broker.token(request) },
    "/introspect": { POST: (request) => broker.introspect(request) },
    "/revoke": { POST: (request) => broker.revoke(request) },
    "/authorize": { GET: refuseAuthorization, POST: refuseAuthorization },
    // Envoy calls with the method of the original request.
    "/authorization/": { [anyMethod]: (request, tool) => authorization(broker, request, tool) },
    "/approvals": {
      GET: (request) => (hasToken(request) ? listOpen(broker, request) : pages.list(request, "")),
    },
    "/approvals/": {
      GET: pages.one,
      POST: (request, id) =>
        hasToken(request) || !hasPages
          ? decideByToken(broker, request, id)
          : pages.decide(request, id),
    },
    "/approvals/callback": { GET: pages.callback },
    "/approvals/logout": { POST: pages.logout },
    "/revocations": { POST: (request) => revoke(broker, request) },
    "/.well-known/authzen-configuration": { GET: () => accessMetadata(broker) },
    "/access/v1/evaluation": { POST: (request) => evaluate(broker, request) },
    "/access/v1/evaluations": { POST: (request) => evaluateAll(broker, request) },
    "/access/v1/search/action": { POST: (request) => searchActions(broker, request) },
    "/trail": { GET: (request) => trail(broker, request) },
    "/trail/heads": { GET: (request) => heads(broker, request) },
    "/trail/prune": { POST: (request) => prune(broker, request) },
  };
  return async (request, path) => {
    const [, start = "", rest = ""] = /^(.*\/)([^/]+)$/.exec(path) ?? [];
    const found = [path, start].find((each) => Object.hasOwn(routes, each)) ?? "";
    const route = routes[found];
    if (route === undefined) return notFound;
    const { method = "" } = request;
    const answering = Object.hasOwn(route, method) ? route[method] : route[anyMethod];
    if (answering === undefined) {
      const allow = Object.keys(route).join(", ");
      return { ...json({ error: "method_not_allowed" }, 405), headers: { allow } };
    }
    try {
      return await answering(request, found === start ? rest : "");
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
      case "/metrics":
        return broker.metrics();
      case "/readyz":
        if (broker.isStopping) return json({ status: "the broker stops" }, 503);
        try {
          await broker.ready();
          return json({ status: "ok" });
        } catch (error) {
          const status = error instanceof NotReady ? error.message : "the store does not answer";
          return json({ status }, 503);
        }
      default:
        return notFound;
    }
  };
}

function hasToken({ headers }: Request): boolean {
  return headers.authorization !== undefined;
}

/** There is no login here: workloads request authority at the token endpoint. */
function refuseAuthorization(): Answer {
  return json(
    {
      error: "unsupported_response_type",
      error_description: "there is no authorization endpoint; exchange a token at `/token`",
    },
    400,
  );
}
