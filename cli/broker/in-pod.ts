import { parse, stringify } from "yaml";
import type { Configuration } from "../../broker/configuration/configuration";
import {
  configurationFolder,
  isMtlsPort,
  keysFile,
  mtlsPortWanted,
  ports,
  sqliteFile,
  stateFiles,
  tlsFiles,
} from "../../components/manifests/place";
import { CouldNotRun } from "../failure";
import { readText } from "../files";

/** What of a configuration depends on where the broker runs. */
interface Written {
  readonly state: { readonly postgres?: string };
  readonly issuers: readonly { readonly name: string; readonly keys: string }[];
  readonly kubernetes?: object;
}

/**
 * The files of a broker's configuration as they are in its pod, by their paths: `broker.yaml`, and what it names.
 *
 * The pod has its own addresses, certificates and volumes, and its own account at the API server.
 *
 * @param databaseSecret Secret with the certificate by which it logs in to its database; undefined where it has none
 */
export function filesInPod(
  { state, issuers, kubernetes, mtls }: Configuration,
  text: string,
  fileOf: (name: string) => string,
  databaseSecret: string | undefined,
): Readonly<Record<string, string>> {
  const written = parse(text) as Written;
  const files = new Map<string, string>();
  const ofIssuers = written.issuers.map((issuer, at) => {
    const keys = issuers[at]?.keys;
    if (keys?.kind !== "set") return issuer;
    const path = keysFile(issuer.name);
    files.set(path, publicKeys(fileOf(issuer.keys)));
    return { ...issuer, keys: path };
  });
  const url = state.kind === "sqlite" ? undefined : state.url;
  const parameters = url === undefined ? undefined : new URL(url).searchParams;
  const ca = parameters?.get("sslrootcert") ?? undefined;
  if (ca !== undefined) {
    files.set(stateFiles.ca, readText(fileOf(ca), "the certificates of the database"));
  }
  if ((parameters?.has("sslcert") === true) !== (databaseSecret !== undefined)) {
    throw new CouldNotRun(
      databaseSecret === undefined
        ? "the broker logs in to its database by a certificate; give the Secret that has it by `--database-secret <name>`"
        : "`--database-secret` is for a login by `sslcert`, which `state.postgres` does not have; leave it out",
    );
  }
  const inPod = {
    ...written,
    listen: `0.0.0.0:${ports.https}`,
    operations: `0.0.0.0:${ports.operations}`,
    tls: tlsFiles,
    ...(mtls !== undefined && {
      mtls: { listen: `0.0.0.0:${mtlsPort(mtls.listen.port)}`, url: mtls.url },
    }),
    state: url === undefined ? { sqlite: sqliteFile } : { postgres: mountedIn(url) },
    issuers: ofIssuers,
    ...(kubernetes !== undefined && { kubernetes: { tasksNamespace: kubernetes.tasksNamespace } }),
  };
  return { "broker.yaml": stringify(inPod, { lineWidth: 0 }), ...Object.fromEntries(files) };
}

/** The port for mutual TLS, which the configuration chooses; refuses one that pods cannot use. */
function mtlsPort(port: number): number {
  if (isMtlsPort(port)) return port;
  throw new CouldNotRun(`\`mtls.listen\` has port \`${port}\`; write ${mtlsPortWanted}`);
}

/** Files that the URL of a database names, by their parameters, where a pod has them. */
const databaseFiles: Readonly<Record<string, string>> = {
  sslrootcert: stateFiles.ca,
  sslcert: `${stateFiles.folder}/tls.crt`,
  sslkey: `${stateFiles.folder}/tls.key`,
};

/** The URL of a database with its files where a pod has them. */
function mountedIn(url: string): string {
  return url.replace(
    /([?&])(sslrootcert|sslcert|sslkey)=[^&]*/g,
    (_, before: string, name: string) =>
      `${before}${name}=${configurationFolder}/${databaseFiles[name] ?? ""}`,
  );
}

/** The text of a file of keys; refuses one with a key of any use that is not public, since a ConfigMap is readable. */
function publicKeys(file: string): string {
  const text = readText(file, "the keys");
  const { keys } = JSON.parse(text) as { readonly keys: readonly object[] };
  // Source: RFC 7518, section 6: `d` of private keys, `k` of shared ones.
  if (keys.every((key) => !("d" in key) && !("k" in key))) return text;
  throw new CouldNotRun(`\`${file}\` has a key that is not public; give public keys alone`);
}
