import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { documented } from "../documented";
import { temporaryFolder } from "../temporary";
import { builtPrograms } from "../tools";
import { proxiesPage, withAddition, type Proxy, type ProxyArgs } from "./proxy";
import { freePorts, startServer } from "./server";

/** Starts nginx with the configuration that the documentation shows. */
export async function startNginx({ broker, authority, tool, addition }: ProxyArgs): Promise<Proxy> {
  const [command] = builtPrograms(["nginx"]);
  const [port] = await freePorts(1);
  const folder = temporaryFolder();
  const server = documented(proxiesPage, "nginx", {
    "127.0.0.1:8080": `127.0.0.1:${port}`,
    "https://broker.acme.example": broker,
    "/etc/agentid/broker-ca.crt": authority,
    "http://127.0.0.1:3000": tool,
  });
  const configuration = join(folder, "nginx.conf");
  writeFileSync(configuration, around(withAddition(server, addition), folder));
  const url = `http://127.0.0.1:${port}`;
  const started = await startServer({
    name: "nginx",
    command,
    cwd: folder,
    args: ["-p", folder, "-c", configuration, "-e", "stderr"],
    isReady: async () => (await fetch(url)).status > 0,
  });
  return { ...started, url };
}

/** One process, so that none outlives it, which writes into a folder of its own alone. */
function around(server: string, folder: string): string {
  const kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  const paths = kinds.map((kind) => {
    mkdirSync(join(folder, kind));
    return `  ${kind}_temp_path ${join(folder, kind)};`;
  });
  return `daemon off;
master_process off;
pid ${join(folder, "nginx.pid")};
events {}
http {
  access_log off;
${paths.join("\n")}
${server}
}
`;
}
