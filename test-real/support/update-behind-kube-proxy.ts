// Runs in a network of its own (`unshare --net`): kube-proxy changes the packet filter. Prints the outcome as JSON.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { Agent } from "node:https";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { makeAuthority } from "./certificates";
import { startApiServer, type ApiServer } from "./servers/api-server";
import { startBrokerProcess } from "./servers/broker";
import { startKubeProxy } from "./servers/kube-proxy";
import { startPostgres } from "./servers/postgres";
import { stopServers, type KillableServer } from "./servers/server";
import { removeTemporaryFolders } from "./temporary";
import { updateUnderLoad, type UpdateOutcome } from "./update-under-load";

const node = "192.168.99.1";
const pods = ["10.244.0.1", "10.244.0.2", "10.244.0.3", "10.244.0.4"] as const;
const caller = "10.244.0.100";
const name = "broker.acme.svc";
const slices = "/apis/discovery.k8s.io/v1/namespaces/acme/endpointslices";

function makeNetwork(): void {
  const ip = (line: string): void => void execFileSync("ip", line.split(" "), { stdio: "pipe" });
  ip("link set lo up");
  ip("link add node type veth peer name other");
  for (const one of ["other", "node"]) ip(`link set ${one} up`);
  ip(`addr add ${node}/24 dev node`);
  for (const pod of [...pods, caller]) ip(`addr add ${pod}/32 dev node`);
  // From an address of a pod, which kube-proxy does not replace.
  ip(`route add default dev node src ${caller}`);
}

async function make(cluster: ApiServer, path: string, body: object): Promise<unknown> {
  const { status, body: made } = await cluster.query(path, { method: "POST", body });
  if (status !== 201) throw new Error(`${path}: ${status} ${JSON.stringify(made)}`);
  return made;
}

/** Does what the kubelet and the controller of EndpointSlices do: an endpoint is ready while `/readyz` answers 200. */
async function follow(cluster: ApiServer, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const endpoints = await Promise.all(
      pods.map(async (pod) => {
        const ready = await fetch(`http://${pod}:9443/readyz`).then(
          ({ ok }) => ok,
          () => false,
        );
        return { addresses: [pod], nodeName: "node", conditions: { ready } };
      }),
    );
    await cluster.query(`${slices}/broker`, { method: "PATCH", body: { endpoints } });
    await sleep(500);
  }
}

async function update(): Promise<UpdateOutcome> {
  makeNetwork();
  const [cluster, postgres] = await Promise.all([
    startApiServer("https://cluster.example"),
    startPostgres("broker"),
  ]);
  await make(cluster, "/api/v1/nodes", { metadata: { name: "node" } });
  await cluster.query("/api/v1/nodes/node/status", {
    method: "PATCH",
    body: { status: { addresses: [{ type: "InternalIP", address: node }] } },
  });
  await make(cluster, "/api/v1/namespaces", { metadata: { name: "acme" } });
  const { spec } = (await make(cluster, "/api/v1/namespaces/acme/services", {
    metadata: { name: "broker" },
    spec: { ports: [{ port: 443, targetPort: 8443 }] },
  })) as { readonly spec: { readonly clusterIP: string } };
  await make(cluster, slices, {
    metadata: { name: "broker", labels: { "kubernetes.io/service-name": "broker" } },
    addressType: "IPv4",
    ports: [{ name: "", port: 8443, protocol: "TCP" }],
    endpoints: [],
  });
  await startKubeProxy(cluster, "node");
  const authority = makeAuthority();
  const start = (at: number): Promise<KillableServer> =>
    startBrokerProcess({
      listen: `${pods[at]}:8443`,
      operations: `${pods[at]}:9443`,
      parts: { state: { postgres: postgres.url }, tls: authority.certify(name, "server") },
    });
  const replicas = [await start(0), await start(1)];
  const following = new AbortController();
  const followed = follow(cluster, following.signal);
  const ca = readFileSync(authority.certificate);
  const connection = (): Agent =>
    new Agent({ keepAlive: true, maxSockets: 1, ca, servername: name });
  const url = `https://${spec.clusterIP}`;
  // Rules of a Service count for connections that begin after they are written.
  while (!(await connects(spec.clusterIP))) await sleep(100);
  const updated = updateUnderLoad({ url, connection, replicas, start }).finally(() =>
    following.abort(),
  );
  const [outcome] = await Promise.all([updated, followed]);
  return outcome;
}

function connects(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port: 443, timeout: 500 });
    const done = (is: boolean) => () => {
      socket.destroy();
      resolve(is);
    };
    socket.on("connect", done(true)).on("error", done(false)).on("timeout", done(false));
  });
}

function end(code: number): void {
  stopServers();
  removeTemporaryFolders();
  process.exit(code);
}

void update().then(
  (outcome) => {
    process.stdout.write(JSON.stringify(outcome), () => end(0));
  },
  (error: unknown) => {
    process.stderr.write(String(error), () => end(1));
  },
);
