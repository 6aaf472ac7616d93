import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { documented } from "../documented";
import { temporaryFolder } from "../temporary";
import { builtPrograms } from "../tools";
import { proxiesPage, withAddition, type Proxy, type ProxyArgs } from "./proxy";
import { freePorts, startServer } from "./server";

/** Starts Envoy with the configuration that the documentation shows. */
export async function startEnvoy({ broker, authority, tool, addition }: ProxyArgs): Promise<Proxy> {
  const [python] = builtPrograms(["envoy"]);
  const [port] = await freePorts(1);
  const folder = temporaryFolder();
  const { hostname, port: brokerPort } = new URL(broker);
  const configuration = join(folder, "envoy.yaml");
  writeFileSync(
    configuration,
    withAddition(
      documented(proxiesPage, "yaml", {
        "port_value: 8080": `port_value: ${port}`,
        // Envoy may look for `localhost` by IPv6 alone; the certificate is compared with the name all the same.
        "address: broker.acme.example, port_value: 443": `address: 127.0.0.1, port_value: ${brokerPort}`,
        "broker.acme.example": hostname,
        "/etc/agentid/broker-ca.crt": authority,
        "port_value: 3000": `port_value: ${new URL(tool).port}`,
      }),
      addition,
    ),
  );
  const url = `http://127.0.0.1:${port}`;
  const started = await startServer({
    name: "envoy",
    command: python,
    cwd: folder,
    args: [
      ...["-m", "envoy._main", "--config-path", configuration],
      ...["--disable-hot-restart", "--concurrency", "1", "--log-level", "warning"],
      // Files with secrets need both.
      ...["--service-node", "refunds", "--service-cluster", "refunds"],
    ],
    isReady: async () => (await fetch(url)).status > 0,
  });
  return { ...started, url };
}
