import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What was made at an API server. */
interface Made {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** An API server with only accounts and bindings by name. */
export interface Cluster {
  readonly server: Server;
  readonly url: string;
  /** What there is, by path. */
  readonly objects: Map<string, Made>;
  /** Milliseconds that an answer takes. */
  delay: number;
  /** Which requests are not answered and come into effect only by {@link arrive}. */
  loses: (method: string, path: string) => boolean;
  readonly arrive: () => void;
}

/** Starts an API server that makes, lists and deletes. */
export async function startCluster(): Promise<Cluster> {
  const objects = new Map<string, Made>();
  let late: (() => void)[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (part: string) => (text += part));
    request.on("end", () => {
      const { method = "" } = request;
      const url = new URL(request.url ?? "/", "http://cluster");
      const path = url.pathname;
      if (cluster.loses(method, path)) {
        late.push(() => void effect());
        response.destroy();
        return;
      }
      setTimeout(() => {
        const [status, answer] = effect();
        response.writeHead(status).end(JSON.stringify(answer));
      }, cluster.delay);

      function effect(): readonly [number, object] {
        if (method === "GET") return [200, list(path, url.searchParams)];
        if (method === "DELETE") return [objects.delete(path) ? 200 : 404, {}];
        if (path.endsWith("/token")) return [201, { status: { token: `token of ${path}` } }];
        const { metadata } = JSON.parse(text) as {
          readonly metadata: Pick<Made, "labels" | "annotations"> & { readonly name: string };
        };
        objects.set(`${path}/${metadata.name}`, { ...metadata, at: Date.now() });
        return [201, {}];
      }
    });
  });
  function list(path: string, query: URLSearchParams): object {
    const selector = (query.get("labelSelector") ?? "").split(",").map((each) => each.split("="));
    const found = [...objects]
      .filter(([each]) => each.startsWith(`${path}/`))
      .filter(([, { labels }]) =>
        selector.every(([name = "", value]) =>
          value === undefined ? name in labels : labels[name] === value,
        ),
      );
    const from = Number(query.get("continue") ?? 0);
    const to = from + Number(query.get("limit") ?? found.length);
    return {
      metadata: to < found.length ? { continue: String(to) } : {},
      items: found.slice(from, to).map(([each, { at, ...rest }]) => ({
        metadata: {
          ...rest,
          name: each.slice(path.length + 1),
          creationTimestamp: new Date(at).toISOString(),
        },
      })),
    };
  }
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cluster: Cluster = {
    ...{ server, objects, delay: 0, loses: () => false },
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrive: () => {
      for (const effect of late) effect();
      late = [];
    },
  };
  return cluster;
}
