/** A server that checks credentials, by its image, and the settings by which it is given the one to check. */
interface Verifier {
  /** Last parts of image names, without registry and tag. */
  readonly images: readonly string[];
  readonly settings: readonly string[];
  /** Further settings that scripts beside the image read when it makes its first users. */
  readonly more?: RegExp;
}

/**
 * Settings by which servers are told the credential that their clients have to show.
 *
 * Each is from the documentation of the server's official or most used image.
 */
const verifiers: readonly Verifier[] = [
  {
    images: ["postgres", "postgresql", "pgvector", "timescaledb", "postgis", "postgresql-repmgr"],
    settings: [
      "POSTGRES_PASSWORD",
      "POSTGRES_POSTGRES_PASSWORD",
      "POSTGRESQL_PASSWORD",
      "POSTGRESQL_POSTGRES_PASSWORD",
      "POSTGRESQL_REPLICATION_PASSWORD",
    ],
    more: /^POSTGRES(?:QL)?_[A-Z0-9_]+_PASSWORD$/,
  },
  {
    images: ["mysql", "mariadb", "percona", "percona-server", "mysql-server"],
    settings: [
      "MYSQL_ROOT_PASSWORD",
      "MYSQL_PASSWORD",
      "MARIADB_ROOT_PASSWORD",
      "MARIADB_PASSWORD",
      "MARIADB_REPLICATION_PASSWORD",
    ],
    more: /^(?:MYSQL|MARIADB)_[A-Z0-9_]+_PASSWORD$/,
  },
  {
    images: ["mongo", "mongodb", "percona-server-mongodb"],
    settings: ["MONGO_INITDB_ROOT_PASSWORD", "MONGODB_ROOT_PASSWORD", "MONGODB_PASSWORD"],
    more: /^MONGO(?:DB)?_[A-Z0-9_]+_PASSWORD$/,
  },
  {
    images: ["redis", "valkey", "redis-stack-server"],
    settings: ["REDIS_PASSWORD", "VALKEY_PASSWORD"],
  },
  {
    images: ["rabbitmq"],
    settings: ["RABBITMQ_DEFAULT_PASS", "RABBITMQ_PASSWORD", "RABBITMQ_ERLANG_COOKIE"],
  },
  { images: ["minio"], settings: ["MINIO_ROOT_PASSWORD", "MINIO_SECRET_KEY"] },
  { images: ["elasticsearch"], settings: ["ELASTIC_PASSWORD"] },
  { images: ["opensearch"], settings: ["OPENSEARCH_INITIAL_ADMIN_PASSWORD"] },
  { images: ["neo4j"], settings: ["NEO4J_AUTH"] },
  { images: ["clickhouse", "clickhouse-server"], settings: ["CLICKHOUSE_PASSWORD"] },
  {
    images: ["influxdb"],
    settings: ["DOCKER_INFLUXDB_INIT_PASSWORD", "DOCKER_INFLUXDB_INIT_ADMIN_TOKEN"],
  },
  { images: ["couchdb"], settings: ["COUCHDB_PASSWORD"] },
  { images: ["server", "mssql"], settings: ["MSSQL_SA_PASSWORD", "SA_PASSWORD"] },
  { images: ["qdrant"], settings: ["QDRANT__SERVICE__API_KEY"] },
  { images: ["weaviate"], settings: ["AUTHENTICATION_APIKEY_ALLOWED_KEYS"] },
  { images: ["meilisearch"], settings: ["MEILI_MASTER_KEY"] },
  { images: ["typesense"], settings: ["TYPESENSE_API_KEY"] },
  {
    images: ["chroma"],
    settings: ["CHROMA_SERVER_AUTHN_CREDENTIALS", "CHROMA_SERVER_AUTH_CREDENTIALS"],
  },
  { images: ["surrealdb"], settings: ["SURREAL_PASS"] },
  { images: ["arangodb"], settings: ["ARANGO_ROOT_PASSWORD"] },
  { images: ["etcd"], settings: ["ETCD_ROOT_PASSWORD"] },
  // Servers of models that ask for a key, and gateways in front of others.
  { images: ["vllm-openai", "vllm"], settings: ["VLLM_API_KEY"] },
  { images: ["text-generation-inference", "text-embeddings-inference"], settings: ["API_KEY"] },
  {
    images: ["litellm", "litellm-database", "litellm-non_root"],
    settings: ["LITELLM_MASTER_KEY", "UI_PASSWORD"],
  },
  { images: ["dify-sandbox"], settings: ["API_KEY"] },
  { images: ["vault"], settings: ["VAULT_DEV_ROOT_TOKEN_ID"] },
  { images: ["pgadmin4"], settings: ["PGADMIN_DEFAULT_PASSWORD"] },
  { images: ["keycloak"], settings: ["KEYCLOAK_ADMIN_PASSWORD", "KC_BOOTSTRAP_ADMIN_PASSWORD"] },
  { images: ["grafana"], settings: ["GF_SECURITY_ADMIN_PASSWORD"] },
];

const byImage = new Map<string, Verifier>();
for (const verifier of verifiers) {
  for (const image of verifier.images) byImage.set(image, verifier);
}

/** Command line options by which a server is told the credential that it checks, whatever its image. */
const flags = ["--requirepass", "requirepass"];

/** Such an option with a variable behind it, in a command line. */
const handed = new RegExp(
  `(?<!\\S)(?:${flags.join("|")})(?:=|\\s{1,80})"?\\$[({]?([A-Za-z_][A-Za-z0-9_]{0,120})`,
  "g",
);

/**
 * Whether a container's setting is the credential that the container itself checks.
 *
 * The image has to be that server's: a client may well call its own setting `POSTGRES_PASSWORD`. `…_FILE` counts as the
 * setting without it.
 */
export function isVerifierSetting(setting: string, image: string | undefined): boolean {
  const verifier = image === undefined ? undefined : byImage.get(imageName(image));
  if (verifier === undefined) return false;
  const name = setting.endsWith("_FILE") ? setting.slice(0, -"_FILE".length) : setting;
  return verifier.settings.includes(name) || verifier.more?.test(name) === true;
}

/** Whether an image, or a chart, is called like a server that checks credentials. */
export function isServerImage(image: string): boolean {
  const name = imageName(image);
  return verifiers.some(({ images }) => images.includes(name));
}

/** The settings by which a container of an image is told the credential that it checks itself. */
export function verifierSettings(image: string | undefined): readonly string[] {
  return image === undefined ? [] : (byImage.get(imageName(image))?.settings ?? []);
}

/** The environment variables that a container's command line hands to itself as the credential to check. */
export function verifiedVariables(words: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [, name = ""] of words.join(" ").matchAll(handed)) found.add(name);
  return found;
}

/** The last part of an image's name, without registry, tag and digest. */
export function imageName(image: string): string {
  const name = image.split("@", 1)[0] ?? "";
  const last = name.slice(name.lastIndexOf("/") + 1);
  return last.split(":", 1)[0] ?? "";
}
