import { temporaryFolder } from "../temporary";
import { builtPrograms } from "../tools";
import type { ApiServer } from "./api-server";
import { freePorts, startServer, type Server } from "./server";

/**
 * Starts kube-proxy, which changes the packet filter of the network that it runs in: run it in one of its own, with `nft`.
 *
 * @param node name of the Node that it runs on
 */
export async function startKubeProxy(cluster: ApiServer, node: string): Promise<Server> {
  const [command] = builtPrograms(["kube-proxy"]);
  const [health, metrics] = await freePorts(2);
  const healthz = `127.0.0.1:${health}`;
  return startServer({
    name: "kube-proxy",
    command,
    cwd: temporaryFolder(),
    args: [
      ...["--kubeconfig", cluster.kubeconfig, "--hostname-override", node],
      ...["--proxy-mode", "nftables", "--cluster-cidr", "10.244.0.0/16"],
      ...["--healthz-bind-address", healthz, "--metrics-bind-address", `127.0.0.1:${metrics}`],
      // The settings of the host's kernel are left alone.
      ...["--conntrack-max-per-core", "0", "--conntrack-min", "0"],
      ...["--conntrack-tcp-timeout-established", "0", "--conntrack-tcp-timeout-close-wait", "0"],
    ],
    // Healthy once it has written the rules of all Services.
    isReady: async () => (await fetch(`http://${healthz}/healthz`)).ok,
  });
}
