import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../temporary";
import { builtPrograms } from "../tools";
import type { Proxy } from "./proxy";
import { freePorts, startServer } from "./server";

/** What a balancer distributes: connections, as a Service of Kubernetes does, or requests, as an ingress does. */
export type Distributed = "connections" | "requests";

/**
 * Starts Envoy before the replicas of a broker. It sends to those whose `/readyz` answers 200, and never tries a request again.
 *
 * A connection that is open stays open when its replica is no longer ready, as with kube-proxy.
 *
 * @param ports of the replicas, also of those that do not run yet
 */
export async function startBalancer(
  distributed: Distributed,
  ports: readonly number[],
): Promise<Proxy> {
  const [python] = builtPrograms(["envoy"]);
  const [port] = await freePorts(1);
  const folder = temporaryFolder();
  const addressOf = (of: number | undefined): object => ({
    socket_address: { address: "127.0.0.1", port_value: of },
  });
  const configuration = {
    static_resources: {
      listeners: [
        { address: addressOf(port), filter_chains: [{ filters: [filters[distributed]] }] },
      ],
      clusters: [
        {
          name: "broker",
          type: "STATIC",
          load_assignment: {
            cluster_name: "broker",
            endpoints: [
              { lb_endpoints: ports.map((of) => ({ endpoint: { address: addressOf(of) } })) },
            ],
          },
          // As docs/broker/proxies.md: it ends idle connections before the broker does.
          typed_extension_protocol_options: {
            [httpOptions]: {
              "@type": `type.googleapis.com/${httpOptions}`,
              common_http_protocol_options: { idle_timeout: "4s" },
              explicit_http_config: { http_protocol_options: {} },
            },
          },
          // Otherwise it sends to all replicas once fewer than half of them are ready.
          common_lb_config: { healthy_panic_threshold: { value: 0 } },
          health_checks: [
            {
              ...{ timeout: "2s", interval: "0.5s", no_traffic_interval: "0.5s" },
              ...{ healthy_threshold: 1, unhealthy_threshold: 1 },
              http_health_check: { path: "/readyz" },
            },
          ],
        },
      ],
    },
  };
  const file = join(folder, "envoy.json");
  writeFileSync(file, JSON.stringify(configuration));
  const url = `http://127.0.0.1:${port}`;
  const started = await startServer({
    name: "envoy",
    command: python,
    cwd: folder,
    args: [
      ...["-m", "envoy._main", "--config-path", file],
      ...["--disable-hot-restart", "--concurrency", "1", "--log-level", "warning"],
    ],
    isReady: async () => (await fetch(`${url}/readyz`)).status === 200,
  });
  return { ...started, url };
}

const httpOptions = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
const extensions = "type.googleapis.com/envoy.extensions.filters";
const filters: Readonly<Record<Distributed, object>> = {
  connections: {
    name: "envoy.filters.network.tcp_proxy",
    typed_config: {
      "@type": `${extensions}.network.tcp_proxy.v3.TcpProxy`,
      ...{ stat_prefix: "broker", cluster: "broker", max_connect_attempts: 1 },
    },
  },
  requests: {
    name: "envoy.filters.network.http_connection_manager",
    typed_config: {
      "@type": `${extensions}.network.http_connection_manager.v3.HttpConnectionManager`,
      stat_prefix: "broker",
      route_config: {
        virtual_hosts: [
          {
            ...{ name: "broker", domains: ["*"] },
            routes: [{ match: { prefix: "/" }, route: { cluster: "broker" } }],
          },
        ],
      },
      http_filters: [
        {
          name: "envoy.filters.http.router",
          typed_config: { "@type": `${extensions}.http.router.v3.Router` },
        },
      ],
    },
  },
};
