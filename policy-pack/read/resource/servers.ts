import { matches } from "../../../core/pattern";

/** A server that has a password of its own, and the environment variables that set it. */
interface Server {
  /** Last parts of image names, without registry and tag; charts have the same names. */
  readonly images: readonly string[];
  /** The variables; `MYSQL_*` matches those by which scripts make more users. */
  readonly settings: readonly string[];
  /** Whether its chart also names the passwords of other servers. */
  readonly usesOthers?: true;
}

/** Each row is from the documentation of the official or most used image of a server. */
const servers: readonly Server[] = [
  {
    images: ["postgres", "postgresql", "pgvector", "timescaledb", "postgis", "postgresql-repmgr"],
    settings: [
      "POSTGRES_PASSWORD",
      "POSTGRES_POSTGRES_PASSWORD",
      "POSTGRES_*",
      "POSTGRESQL_PASSWORD",
      "POSTGRESQL_POSTGRES_PASSWORD",
      "POSTGRESQL_REPLICATION_PASSWORD",
      "POSTGRESQL_*",
    ],
  },
  {
    images: ["mysql", "mariadb", "mariadb-galera", "percona", "percona-server", "mysql-server"],
    settings: [
      "MYSQL_ROOT_PASSWORD",
      "MYSQL_PASSWORD",
      "MYSQL_*",
      "MARIADB_ROOT_PASSWORD",
      "MARIADB_PASSWORD",
      "MARIADB_REPLICATION_PASSWORD",
      "MARIADB_*",
    ],
  },
  {
    images: ["mongo", "mongodb", "percona-server-mongodb"],
    settings: [
      "MONGO_INITDB_ROOT_PASSWORD",
      "MONGODB_ROOT_PASSWORD",
      "MONGODB_PASSWORD",
      "MONGODB_REPLICA_SET_KEY",
      "MONGO_*",
    ],
  },
  {
    images: ["redis", "valkey", "redis-stack-server", "redis-cluster", "valkey-cluster"],
    settings: [
      "REDIS_PASSWORD",
      "REDIS_MASTER_PASSWORD",
      "VALKEY_PASSWORD",
      "VALKEY_PRIMARY_PASSWORD",
    ],
  },
  {
    images: ["redis-sentinel", "valkey-sentinel"],
    settings: [
      "REDIS_PASSWORD",
      "REDIS_MASTER_PASSWORD",
      "REDIS_SENTINEL_PASSWORD",
      "VALKEY_PASSWORD",
      "VALKEY_PRIMARY_PASSWORD",
      "VALKEY_SENTINEL_PASSWORD",
    ],
  },
  { images: ["memcached"], settings: ["MEMCACHED_PASSWORD"] },
  {
    images: ["rabbitmq"],
    settings: ["RABBITMQ_DEFAULT_PASS", "RABBITMQ_PASSWORD", "RABBITMQ_ERLANG_COOKIE"],
  },
  { images: ["emqx", "emqx-enterprise"], settings: ["EMQX_DASHBOARD__DEFAULT_PASSWORD"] },
  { images: ["nats"], settings: ["NATS_PASSWORD", "NATS_PASS", "NATS_TOKEN"] },
  {
    images: ["kafka"],
    settings: [
      "KAFKA_CLIENT_PASSWORDS",
      "KAFKA_INTER_BROKER_PASSWORD",
      "KAFKA_CONTROLLER_PASSWORD",
    ],
  },
  { images: ["cassandra", "scylla"], settings: ["CASSANDRA_PASSWORD"] },
  {
    images: ["minio"],
    settings: ["MINIO_ROOT_PASSWORD", "MINIO_ROOT_USER", "MINIO_SECRET_KEY", "MINIO_ACCESS_KEY"],
  },
  {
    // The manifests of Kubeflow use the last two.
    images: ["seaweedfs"],
    settings: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "accesskey", "secretkey"],
  },
  { images: ["elasticsearch"], settings: ["ELASTIC_PASSWORD", "ELASTICSEARCH_PASSWORD"] },
  { images: ["opensearch"], settings: ["OPENSEARCH_INITIAL_ADMIN_PASSWORD"] },
  { images: ["neo4j"], settings: ["NEO4J_AUTH"] },
  {
    images: ["clickhouse", "clickhouse-server"],
    settings: ["CLICKHOUSE_PASSWORD", "CLICKHOUSE_ADMIN_PASSWORD"],
  },
  {
    images: ["influxdb"],
    settings: ["DOCKER_INFLUXDB_INIT_PASSWORD", "DOCKER_INFLUXDB_INIT_ADMIN_TOKEN"],
  },
  { images: ["couchdb"], settings: ["COUCHDB_PASSWORD"] },
  { images: ["server", "mssql"], settings: ["MSSQL_SA_PASSWORD", "SA_PASSWORD"] },
  { images: ["qdrant"], settings: ["QDRANT__SERVICE__API_KEY"] },
  {
    images: ["weaviate"],
    settings: ["AUTHENTICATION_APIKEY_ALLOWED_KEYS", "CLUSTER_BASIC_AUTH_PASSWORD"],
  },
  { images: ["meilisearch"], settings: ["MEILI_MASTER_KEY"] },
  { images: ["typesense"], settings: ["TYPESENSE_API_KEY"] },
  {
    images: ["chroma"],
    settings: ["CHROMA_SERVER_AUTHN_CREDENTIALS", "CHROMA_SERVER_AUTH_CREDENTIALS"],
  },
  { images: ["surrealdb"], settings: ["SURREAL_PASS"] },
  { images: ["arangodb"], settings: ["ARANGO_ROOT_PASSWORD"] },
  { images: ["etcd"], settings: ["ETCD_ROOT_PASSWORD"] },
  { images: ["vllm-openai", "vllm"], settings: ["VLLM_API_KEY"] },
  {
    images: ["text-generation-inference", "text-embeddings-inference", "dify-sandbox"],
    settings: ["API_KEY"],
  },
  {
    images: ["litellm", "litellm-database", "litellm-non_root"],
    settings: ["LITELLM_MASTER_KEY", "UI_PASSWORD"],
  },
  { images: ["pihole"], settings: ["WEBPASSWORD", "FTLCONF_webserver_api_password"] },
  { images: ["vault"], settings: ["VAULT_DEV_ROOT_TOKEN_ID"] },
  { images: ["pgadmin4"], settings: ["PGADMIN_DEFAULT_PASSWORD"] },
  { images: ["keycloak"], settings: ["KEYCLOAK_ADMIN_PASSWORD", "KC_BOOTSTRAP_ADMIN_PASSWORD"] },
  { images: ["grafana"], settings: ["GF_SECURITY_ADMIN_PASSWORD"] },
  { images: ["airflow"], settings: ["AIRFLOW_PASSWORD"], usesOthers: true },
  { images: ["gitea"], settings: ["GITEA_ADMIN_PASSWORD"], usesOthers: true },
  { images: ["jenkins"], settings: ["JENKINS_PASSWORD"], usesOthers: true },
  { images: ["nextcloud"], settings: ["NEXTCLOUD_ADMIN_PASSWORD"], usesOthers: true },
  { images: ["superset"], settings: ["SUPERSET_PASSWORD"], usesOthers: true },
  { images: ["wordpress"], settings: ["WORDPRESS_PASSWORD"], usesOthers: true },
];

const byImage: ReadonlyMap<string, Server> = new Map(
  servers.flatMap((server) => server.images.map((image) => [image, server] as const)),
);

/** The environment variables that set the own password of the server in an image. */
export function ownPasswordSettings(image: string | undefined): readonly string[] {
  return image === undefined ? [] : (byImage.get(imageName(image))?.settings ?? []);
}

/** Whether a variable is one of these settings, itself or as the file that has its value. */
export function isAmong(settings: readonly string[], variable: string | undefined): boolean {
  const name = variable?.replace(/_FILE$/, "");
  return name !== undefined && settings.some((setting) => matches(setting, name));
}

/** Whether the secrets that a chart takes by name are those of its own server: `bitnami/postgresql`. */
export function isServerChart(chart: string | undefined): boolean {
  const server = chart === undefined ? undefined : byImage.get(imageName(chart));
  return server !== undefined && server.usesOthers !== true;
}

/** The last part of an image's name, without registry, tag and digest. */
export function imageName(image: string): string {
  const name = image.split("@", 1)[0] ?? "";
  const last = name.slice(name.lastIndexOf("/") + 1);
  return last.split(":", 1)[0] ?? "";
}
