import { generateKeyPairSync, randomUUID } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../temporary";
import { builtPrograms } from "../tools";
import { clientOf, type Ask, type Client } from "./client";
import { runControllers } from "./controllers";
import { startEtcd } from "./etcd";
import { freePorts, startServer, type KillableServer } from "./server";

/** A running API server of Kubernetes, with no scheduler or node, and of controllers only {@link runControllers}. */
export interface ApiServer extends KillableServer {
  readonly url: string;
  /** The issuer that its tokens name. */
  readonly issuer: string;
  /** File by which clients find it, as its administrator. */
  readonly kubeconfig: string;
  readonly query: Ask;
  /** File of the certificate that it answers with. */
  readonly certificate: string;
  /**
   * Stops it and starts it again with other keys of ServiceAccount tokens.
   *
   * @param keys a new key published beside the ones it had, of which the first goes on to sign; then the new one signs; then it alone
   * is published (source: Kubernetes, "Manually rotate service account signing keys" for servers that run)
   * @param whileDown runs while it does not answer
   */
  restart(
    keys: "publishing a new one" | "signing by the new one" | "without old ones",
    whileDown?: () => Promise<void>,
  ): Promise<void>;
}

const administrator = "the-administrator";

/**
 * Starts an API server over an etcd of its own.
 *
 * @param issuer what its tokens are to name as their issuer, a URL
 */
export async function startApiServer(issuer: string): Promise<ApiServer> {
  const [command] = builtPrograms(["kube-apiserver"]);
  const etcd = await startEtcd();
  const [port] = await freePorts(1);
  const folder = temporaryFolder();
  const url = `https://127.0.0.1:${port}`;
  let signing = makeKey(folder);
  let published: readonly string[] = [signing];
  const tokens = join(folder, "tokens.csv");
  writeFileSync(tokens, `${administrator},admin,admin,system:masters\n`, { mode: 0o600 });
  const certificate = join(folder, "apiserver.crt");
  let client: Client | undefined;
  const forget = (): void => {
    client?.close();
    client = undefined;
  };
  const query: Ask = (path, request) => {
    client ??= clientOf(url, readFileSync(certificate), administrator);
    return client.query(path, request);
  };
  const start = (): Promise<KillableServer> =>
    startServer({
      name: "kube-apiserver",
      command,
      cwd: folder,
      args: [
        ...["--etcd-servers", etcd.url, "--secure-port", String(port)],
        ...["--bind-address", "127.0.0.1", "--cert-dir", folder],
        ...["--service-account-signing-key-file", signing],
        ...published.flatMap((key) => ["--service-account-key-file", key]),
        ...["--service-account-issuer", issuer, "--service-account-jwks-uri", `${issuer}/keys`],
        ...["--api-audiences", url, "--token-auth-file", tokens],
        // No caller has to wait for another, and there are tens of thousands of questions.
        "--enable-priority-and-fairness=false",
        ...["--authorization-mode", "RBAC", "--service-cluster-ip-range", "10.96.0.0/16"],
      ],
      isReady: async () => {
        if (!existsSync(certificate)) return false;
        try {
          return (await query("/readyz")).status === 200;
        } catch (error) {
          // The certificate may have been read when half of it was written.
          forget();
          throw error;
        }
      },
    });
  let server = await start();
  let controllers = runControllers(query);
  const kubeconfig = join(folder, "kubeconfig");
  writeFileSync(kubeconfig, kubeconfigOf(url, readFileSync(certificate)), { mode: 0o600 });
  const endBy = async (end: () => Promise<void>): Promise<void> => {
    await controllers.stop();
    forget();
    await end();
    await etcd.stop();
  };
  return {
    url,
    issuer,
    kubeconfig,
    query,
    certificate,
    restart: async (change, whileDown = () => Promise.resolve()) => {
      await controllers.stop();
      forget();
      await server.stop();
      await whileDown();
      if (change === "publishing a new one") published = [...published, makeKey(folder)];
      else signing = published.at(-1) ?? signing;
      if (change === "without old ones") published = [signing];
      server = await start();
      controllers = runControllers(query);
    },
    printed: () => server.printed(),
    stop: () => endBy(() => server.stop()),
    kill: () => endBy(() => server.kill()),
  };
}

/** Makes a key of ServiceAccount tokens; returns its file. */
function makeKey(folder: string): string {
  const file = join(folder, `${randomUUID()}.key`);
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  writeFileSync(file, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  return file;
}

function kubeconfigOf(url: string, certificate: Buffer): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: "test",
        cluster: {
          server: url,
          "certificate-authority-data": certificate.toString("base64"),
        },
      },
    ],
    users: [{ name: "admin", user: { token: administrator } }],
    contexts: [{ name: "test", context: { cluster: "test", user: "admin" } }],
    "current-context": "test",
  });
}
