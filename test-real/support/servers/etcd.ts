import { temporaryFolder } from "../temporary";
import { builtPrograms } from "../tools";
import { freePorts, startServer, type Server } from "./server";

/** A running etcd. */
export interface Etcd extends Server {
  readonly url: string;
}

/** Starts an etcd of one member, which keeps nothing when it ends. */
export async function startEtcd(): Promise<Etcd> {
  const [command] = builtPrograms(["etcd"]);
  const [client, peer] = await freePorts(2);
  const [url, peers] = [`http://127.0.0.1:${client}`, `http://127.0.0.1:${peer}`];
  const folder = temporaryFolder();
  const server = await startServer({
    name: "etcd",
    command,
    cwd: folder,
    args: [
      ...["--data-dir", folder, "--unsafe-no-fsync"],
      ...["--listen-client-urls", url, "--advertise-client-urls", url],
      ...["--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers],
      ...["--initial-cluster", `default=${peers}`],
    ],
    isReady: async () => (await fetch(`${url}/health`)).ok,
  });
  return { ...server, url };
}
