/** Ports of a task broker's pods: for workloads and people, for operation, and by default for mutual TLS. */
export const ports = { https: 8443, operations: 9443, mtls: 8444 } as const;

/** What a port for mutual TLS has to be: pods may use no lower one, and use two others already. */
export const mtlsPortWanted = "a whole number from 1024 to 65535, not 8443 or 9443";

/** Whether a broker's pods can answer by mutual TLS at a port. */
export function isMtlsPort(port: number): boolean {
  const taken: readonly number[] = [ports.https, ports.operations];
  return Number.isInteger(port) && port >= 1024 && port <= 65_535 && !taken.includes(port);
}

/** The folder in which a broker finds its configuration and its certificates. */
export const configurationFolder = "/etc/agentid";

/** The folder of the volume of a SQLite file. */
export const sqliteFolder = "/var/lib/agentid";

/** The SQLite file. */
export const sqliteFile = `${sqliteFolder}/broker.db`;

/** Where certificates of the database are, within the folder of the configuration. */
export const stateFiles = { ca: "state/ca.pem", folder: "state/login" } as const;

/** The certificate and the key of a broker's address, within the folder of the configuration. */
export const tlsFiles = { certificate: "tls/tls.crt", key: "tls/tls.key" } as const;

/** Path of the file with an issuer's keys, where they are configured. */
export function keysFile(issuer: string): string {
  return `keys/${issuer}.json`;
}

/** Key in the ConfigMap of a file of the configuration, which takes no `/`. */
export function keyOf(path: string): string {
  return path.replaceAll("/", ".");
}
