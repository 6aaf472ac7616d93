import type * as pulumi from "@pulumi/pulumi";
import { argumentError, exactlyOne, fitting } from "../arguments/argument-error";
import { addressRule, type EgressRule } from "../kubernetes/egress";
import { knownArn } from "../arguments/known-arn";
import { defaultSize } from "../manifests/objects";
import { objectNames } from "../manifests/names";
import { configurationFolder, sqliteFile, stateFiles } from "../manifests/place";

/** Where a task broker keeps its tasks; give exactly one. Neither needs a password. */
export interface BrokerState {
  /** A SQLite file on a volume of its own: one replica. */
  sqlite?: BrokerVolume;
  /** A PostgreSQL database: two replicas. */
  postgres?: BrokerPostgres;
}

/** A volume of a PersistentVolumeClaim. */
export interface BrokerVolume {
  /** Its size, such as `1Gi`. Default: `1Gi`. */
  size?: string;
  /** Its storage class. Default: that of the cluster. */
  storageClass?: string;
}

/** A PostgreSQL database, to which a broker logs in without a password; give exactly one of `rdsResourceId` and `certificateSecret`. */
export interface BrokerPostgres {
  /** Name of the server's host, as its certificate has it. */
  host: pulumi.Input<string>;
  /** Port of the server, 1 to 65535. Default: 5432. */
  port?: number;
  /** Name of the database: lowercase letters, digits and `_`. */
  database: string;
  /** Name of the database user: lowercase letters, digits and `_`. */
  user: string;
  /** Addresses of the server, such as those of its subnets, `10.0.3.0/24`; at least one. */
  cidrs: string[];
  /** Certificates of the authorities that vouch for the server, in PEM. Default: those that the image trusts. */
  caBundle?: pulumi.Input<string>;
  /** Logs in by IAM: id of the resource in Amazon RDS, such as `cluster-ABC123` or `db-ABC123`. Default: by `certificateSecret`. */
  rdsResourceId?: pulumi.Input<string>;
  /** Logs in by a certificate: name of a Secret in the broker's namespace that has `tls.crt` and `tls.key`. Default: by `rdsResourceId`. */
  certificateSecret?: pulumi.Input<string>;
}

/** Quantity of storage. Source: kubernetes.io, resource quantity. */
const sizes = /^[1-9][0-9]{0,8}(?:[KMGTPE]i?)$/;

const databaseNames = /^[a-z_][a-z0-9_]{0,62}$/;

/**
 * Resources that IAM allows users of databases to log in to. Source: Amazon RDS user guide, IAM policy for IAM database access.
 */
const rdsResources = /^(?:db|cluster|prx)-[A-Za-z0-9]{1,64}$/;

const defaultPort = 5432;

/** Refuses what is plain and wrong in where a broker keeps its tasks. */
export function checkState(subject: string, { sqlite, postgres }: BrokerState): void {
  exactlyOne(subject, "state", { sqlite, postgres });
  if (sqlite !== undefined) {
    const { size = defaultSize, storageClass } = sqlite;
    fitting(subject, "state.sqlite.size", size, sizes, "a quantity such as `1Gi`");
    if (storageClass !== undefined) {
      const wanted = "the name of a storage class";
      fitting(subject, "state.sqlite.storageClass", storageClass, objectNames, wanted);
    }
  }
  if (postgres === undefined) return;
  const { rdsResourceId, certificateSecret, database, user } = postgres;
  exactlyOne(subject, "state.postgres", { rdsResourceId, certificateSecret });
  const wanted = "lowercase letters, digits and `_`, at most 63";
  fitting(subject, "state.postgres.database", database, databaseNames, wanted);
  fitting(subject, "state.postgres.user", user, databaseNames, wanted);
  stateEgress(subject, postgres);
}

/** Rules by which a broker's pods may send to its database. */
export function stateEgress(
  subject: string,
  { cidrs, port = defaultPort }: BrokerPostgres,
): readonly EgressRule[] {
  if (cidrs.length === 0) {
    throw argumentError(
      subject,
      "state.postgres.cidrs is empty, so that no pod reaches the database; give the addresses of its server",
    );
  }
  return cidrs.map((cidr, index) =>
    addressRule(subject, "state.postgres.port", `state.postgres.cidrs[${index}]`, { cidr, port }),
  );
}

/** The `state` of a broker's configuration. */
export function stateOf(
  subject: string,
  { postgres }: pulumi.Unwrap<BrokerState>,
): Readonly<Record<string, string>> {
  if (postgres === undefined) return { sqlite: sqliteFile };
  checkPostgres(subject, postgres);
  const { host, port = defaultPort, database, user, caBundle, certificateSecret } = postgres;
  const file = (path: string): string => `${configurationFolder}/${path}`;
  const parameters: Readonly<Record<string, string>> = {
    sslmode: "verify-full",
    ...(caBundle !== undefined && { sslrootcert: file(stateFiles.ca) }),
    ...(certificateSecret === undefined
      ? { login: "iam", region: regionOf(subject, host) }
      : {
          sslcert: file(`${stateFiles.folder}/tls.crt`),
          sslkey: file(`${stateFiles.folder}/tls.key`),
        }),
  };
  const query = Object.entries(parameters).map(([key, value]) => `${key}=${value}`);
  const server = port === defaultPort ? host : `${host}:${port}`;
  return { postgres: `postgres://${user}@${server}/${database}?${query.join("&")}` };
}

/**
 * Policy by which a broker's role logs in to its database, as its own database user alone.
 *
 * @param roleArn ARN of the broker's role, whose account the database is in
 */
export function databasePolicy(
  subject: string,
  { host, user, rdsResourceId }: pulumi.Unwrap<BrokerPostgres>,
  roleArn: string,
): string {
  const role = knownArn(roleArn);
  if (role === undefined) {
    throw argumentError(
      subject,
      `broker.roleArn \`${roleArn}\` is no IAM role; give \`taskBroker.ref\``,
    );
  }
  const id = checkResource(subject, rdsResourceId);
  const { partition, account } = role;
  const region = regionOf(subject, host);
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "LogInToDatabase",
        Effect: "Allow",
        Action: "rds-db:connect",
        Resource: `arn:${partition}:rds-db:${region}:${account}:dbuser:${id}/${user}`,
      },
    ],
  });
}

function checkPostgres(subject: string, given: pulumi.Unwrap<BrokerPostgres>): void {
  const { host, caBundle, rdsResourceId, certificateSecret } = given;
  fitting(subject, "state.postgres.host", host, objectNames, "the name of the server's host");
  if (caBundle !== undefined) {
    const wanted = "certificates in PEM, `-----BEGIN CERTIFICATE-----` and so on";
    const pem =
      /^-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n -]{1,1000000}-----END CERTIFICATE-----\n?$/;
    fitting(subject, "state.postgres.caBundle", caBundle, pem, wanted);
  }
  if (rdsResourceId !== undefined) checkResource(subject, rdsResourceId);
  if (certificateSecret !== undefined) {
    const wanted = "the name of a Secret";
    fitting(subject, "state.postgres.certificateSecret", certificateSecret, objectNames, wanted);
  }
}

function checkResource(subject: string, id = ""): string {
  const wanted = "the id of the resource in Amazon RDS, such as `cluster-ABC123`";
  fitting(subject, "state.postgres.rdsResourceId", id, rdsResources, wanted);
  return id;
}

/** Region of an endpoint of Amazon RDS, `<name>.<id>.<region>.rds.amazonaws.com`. */
function regionOf(subject: string, host: string): string {
  const region = /\.([a-z]{2}(?:-[a-z]+)+-[0-9])\.rds\.amazonaws\.com(?:\.cn)?$/.exec(host)?.[1];
  if (region !== undefined) return region;
  throw argumentError(
    subject,
    `state.postgres.host \`${host}\` is no endpoint of Amazon RDS, and only RDS supports logins by IAM; give \`certificateSecret\` in place of \`rdsResourceId\``,
  );
}
