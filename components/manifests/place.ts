/** Ports of a task broker's pods: for workloads and people, and for operation. */
export const ports = { https: 8443, operations: 9443 } as const;

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
