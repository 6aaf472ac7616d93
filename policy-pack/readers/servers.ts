/** A server that checks credentials: what tells it, and the settings by which it is given the ones to check. */
export interface Server {
  /** Last parts of image names, without registry and tag. */
  readonly images: readonly string[];
  readonly settings: readonly string[];
  /** Options of its command line by which it is told the same, without the dashes. */
  readonly options?: readonly string[];
  /** Further settings that scripts beside the image read when it makes its first users. */
  readonly more?: RegExp;
  /** Those of the settings by which it makes its first users, so that no client has a use for them. */
  readonly own?: readonly string[];
  /** Ports that no other sort of program listens on. */
  readonly ports?: readonly string[];
  /** What its command line has where an image is run as the server, of which others are clients. */
  readonly serves?: RegExp;
  /** Where it keeps its data, other than by itself: where that is says nothing of its own users. */
  readonly keeps?: "elsewhere";
  /** Where it keeps its data, as its image and Bitnami's have it. */
  readonly folders?: readonly string[];
  /** Files and folders from which it reads whom it lets in, and nothing that it logs in with elsewhere. */
  readonly users?: readonly string[];
}

/**
 * Settings by which servers are told the credential that their clients have to show.
 *
 * Each is from the documentation of the server's official or most used image.
 */
export const servers: readonly Server[] = [
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
    own: [
      "POSTGRES_POSTGRES_PASSWORD",
      "POSTGRESQL_POSTGRES_PASSWORD",
      "POSTGRESQL_REPLICATION_PASSWORD",
    ],
    ports: ["5432"],
    folders: ["/var/lib/postgresql", "/bitnami/postgresql"],
  },
  {
    images: ["mysql", "mariadb", "mariadb-galera", "percona", "percona-server", "mysql-server"],
    settings: [
      "MYSQL_ROOT_PASSWORD",
      "MYSQL_PASSWORD",
      "MARIADB_ROOT_PASSWORD",
      "MARIADB_PASSWORD",
      "MARIADB_REPLICATION_PASSWORD",
    ],
    more: /^(?:MYSQL|MARIADB)_[A-Z0-9_]+_PASSWORD$/,
    own: [
      "MYSQL_ROOT_PASSWORD",
      "MYSQL_REPLICATION_PASSWORD",
      "MARIADB_ROOT_PASSWORD",
      "MARIADB_REPLICATION_PASSWORD",
      "MARIADB_GALERA_MARIABACKUP_PASSWORD",
    ],
    ports: ["3306"],
    folders: ["/var/lib/mysql", "/bitnami/mysql", "/bitnami/mariadb"],
  },
  {
    images: ["mongo", "mongodb", "percona-server-mongodb"],
    settings: [
      "MONGO_INITDB_ROOT_PASSWORD",
      "MONGODB_ROOT_PASSWORD",
      "MONGODB_PASSWORD",
      "MONGODB_REPLICA_SET_KEY",
    ],
    more: /^MONGO(?:DB)?_[A-Z0-9_]+_PASSWORD$/,
    own: ["MONGO_INITDB_ROOT_PASSWORD"],
    ports: ["27017"],
    folders: ["/data/db", "/bitnami/mongodb"],
  },
  {
    images: ["redis", "valkey", "redis-stack-server", "redis-cluster", "valkey-cluster"],
    settings: [
      "REDIS_PASSWORD",
      "REDIS_MASTER_PASSWORD",
      "VALKEY_PASSWORD",
      "VALKEY_PRIMARY_PASSWORD",
    ],
    ports: ["6379"],
    folders: ["/bitnami/redis", "/bitnami/valkey"],
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
    ports: ["26379"],
    folders: ["/bitnami/redis-sentinel", "/bitnami/valkey-sentinel"],
  },
  {
    images: ["memcached"],
    settings: ["MEMCACHED_PASSWORD"],
    ports: ["11211"],
  },
  {
    images: ["rabbitmq"],
    settings: ["RABBITMQ_DEFAULT_PASS", "RABBITMQ_PASSWORD", "RABBITMQ_ERLANG_COOKIE"],
    own: ["RABBITMQ_DEFAULT_PASS", "RABBITMQ_ERLANG_COOKIE"],
    ports: ["5672"],
    folders: ["/var/lib/rabbitmq", "/bitnami/rabbitmq"],
    // Source: rabbitmq.com/docs/definitions; github.com/rabbitmq/cluster-operator, of the default user.
    users: ["/etc/rabbitmq/definitions.json", "/etc/rabbitmq/conf.d/11-default_user.conf"],
  },
  {
    // Brokers of MQTT.
    images: ["eclipse-mosquitto", "mosquitto", "emqx", "emqx-enterprise", "vernemq", "hivemq4"],
    settings: ["EMQX_DASHBOARD__DEFAULT_PASSWORD"],
    more: /^DOCKER_VERNEMQ_USER_/,
    own: ["EMQX_DASHBOARD__DEFAULT_PASSWORD"],
    ports: ["1883"],
    folders: ["/mosquitto/data"],
    // Source: mosquitto.org/man/mosquitto-conf-5.html, `password_file`, which may be called anything; docs.emqx.com, built-in database.
    users: [
      ...["/mosquitto/config", "/etc/mosquitto"].flatMap((folder) =>
        [
          "passwd",
          "password",
          "passwords",
          "password_file",
          "passwordfile",
          "pwfile",
          "users",
        ].flatMap((name) => [name, `${name}.txt`].map((file) => `${folder}/${file}`)),
      ),
      "/opt/emqx/etc/auth-built-in-db-bootstrap.csv",
    ],
  },
  {
    images: ["nats"],
    settings: ["NATS_PASSWORD", "NATS_PASS", "NATS_TOKEN"],
    options: ["pass", "auth"],
    ports: ["4222"],
    // What its settings include for whom it lets in. Source: docs.nats.io, "Authorization", "Include".
    users: ["/etc/nats-config", "/etc/nats"].flatMap((folder) =>
      ["auth", "auth.conf", "users", "users.conf"].map((file) => `${folder}/${file}`),
    ),
  },
  {
    images: ["kafka"],
    settings: [
      "KAFKA_CLIENT_PASSWORDS",
      "KAFKA_INTER_BROKER_PASSWORD",
      "KAFKA_CONTROLLER_PASSWORD",
    ],
    own: ["KAFKA_CLIENT_PASSWORDS", "KAFKA_INTER_BROKER_PASSWORD", "KAFKA_CONTROLLER_PASSWORD"],
    folders: ["/bitnami/kafka"],
  },
  {
    images: ["cassandra", "scylla"],
    settings: ["CASSANDRA_PASSWORD"],
    ports: ["9042"],
    folders: ["/var/lib/cassandra", "/bitnami/cassandra"],
  },
  {
    images: ["minio"],
    settings: ["MINIO_ROOT_PASSWORD", "MINIO_ROOT_USER", "MINIO_SECRET_KEY", "MINIO_ACCESS_KEY"],
    folders: ["/bitnami/minio"],
  },
  {
    // What the manifests of Kubeflow call its settings stands beside those of its own.
    images: ["seaweedfs"],
    settings: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "accesskey", "secretkey"],
    ports: ["8333"],
  },
  {
    images: ["elasticsearch"],
    settings: ["ELASTIC_PASSWORD", "ELASTICSEARCH_PASSWORD"],
    ports: ["9200"],
    folders: ["/usr/share/elasticsearch/data", "/bitnami/elasticsearch"],
  },
  {
    images: ["opensearch"],
    settings: ["OPENSEARCH_INITIAL_ADMIN_PASSWORD"],
    own: ["OPENSEARCH_INITIAL_ADMIN_PASSWORD"],
  },
  { images: ["neo4j"], settings: ["NEO4J_AUTH"], ports: ["7687"] },
  {
    images: ["clickhouse", "clickhouse-server"],
    settings: ["CLICKHOUSE_PASSWORD", "CLICKHOUSE_ADMIN_PASSWORD"],
    own: ["CLICKHOUSE_ADMIN_PASSWORD"],
    ports: ["8123"],
    folders: ["/var/lib/clickhouse", "/bitnami/clickhouse"],
    // Source: clickhouse.com/docs/operations/settings/settings-users.
    users: ["/etc/clickhouse-server", "/bitnami/clickhouse/etc"].flatMap((folder) =>
      ["users.d", "users.xml", "users.yaml"].map((name) => `${folder}/${name}`),
    ),
  },
  {
    images: ["influxdb"],
    settings: ["DOCKER_INFLUXDB_INIT_PASSWORD", "DOCKER_INFLUXDB_INIT_ADMIN_TOKEN"],
    own: ["DOCKER_INFLUXDB_INIT_PASSWORD", "DOCKER_INFLUXDB_INIT_ADMIN_TOKEN"],
  },
  { images: ["couchdb"], settings: ["COUCHDB_PASSWORD"], ports: ["5984"] },
  {
    images: ["server", "mssql"],
    settings: ["MSSQL_SA_PASSWORD", "SA_PASSWORD"],
    ports: ["1433"],
    folders: ["/var/opt/mssql"],
  },
  {
    images: ["qdrant"],
    settings: ["QDRANT__SERVICE__API_KEY"],
    own: ["QDRANT__SERVICE__API_KEY"],
  },
  {
    images: ["weaviate"],
    settings: ["AUTHENTICATION_APIKEY_ALLOWED_KEYS", "CLUSTER_BASIC_AUTH_PASSWORD"],
    own: ["AUTHENTICATION_APIKEY_ALLOWED_KEYS"],
  },
  {
    images: ["meilisearch"],
    settings: ["MEILI_MASTER_KEY"],
    options: ["master-key"],
    ports: ["7700"],
  },
  { images: ["typesense"], settings: ["TYPESENSE_API_KEY"], options: ["api-key"], ports: ["8108"] },
  {
    images: ["chroma"],
    settings: ["CHROMA_SERVER_AUTHN_CREDENTIALS", "CHROMA_SERVER_AUTH_CREDENTIALS"],
    own: ["CHROMA_SERVER_AUTHN_CREDENTIALS", "CHROMA_SERVER_AUTH_CREDENTIALS"],
  },
  { images: ["surrealdb"], settings: ["SURREAL_PASS"] },
  { images: ["arangodb"], settings: ["ARANGO_ROOT_PASSWORD"], own: ["ARANGO_ROOT_PASSWORD"] },
  {
    images: ["etcd"],
    settings: ["ETCD_ROOT_PASSWORD"],
    own: ["ETCD_ROOT_PASSWORD"],
    ports: ["2379"],
    folders: ["/bitnami/etcd"],
  },
  // Servers of models that ask for a key, and gateways in front of others.
  { images: ["vllm-openai", "vllm"], settings: ["VLLM_API_KEY"], options: ["api-key"] },
  {
    images: ["text-generation-inference", "text-embeddings-inference"],
    settings: ["API_KEY"],
    options: ["api-key"],
  },
  {
    images: ["litellm", "litellm-database", "litellm-non_root"],
    keeps: "elsewhere",
    settings: ["LITELLM_MASTER_KEY", "UI_PASSWORD"],
  },
  {
    images: ["pihole"],
    settings: ["WEBPASSWORD", "FTLCONF_webserver_api_password"],
    own: ["FTLCONF_webserver_api_password"],
  },
  { images: ["dify-sandbox"], keeps: "elsewhere", settings: ["API_KEY"] },
  {
    images: ["vault"],
    settings: ["VAULT_DEV_ROOT_TOKEN_ID"],
    own: ["VAULT_DEV_ROOT_TOKEN_ID"],
  },
  {
    images: ["pgadmin4"],
    keeps: "elsewhere",
    settings: ["PGADMIN_DEFAULT_PASSWORD"],
    own: ["PGADMIN_DEFAULT_PASSWORD"],
  },
  {
    images: ["keycloak"],
    keeps: "elsewhere",
    settings: ["KEYCLOAK_ADMIN_PASSWORD", "KC_BOOTSTRAP_ADMIN_PASSWORD"],
    own: ["KC_BOOTSTRAP_ADMIN_PASSWORD"],
    // Source: github.com/bitnami/charts, keycloak, whose settings in a ConfigMap name this file.
    users: ["/opt/bitnami/keycloak/secrets/admin-password"],
  },
  {
    // Whoever asks it has the same setting. Source: mlflow.org/docs, basic HTTP authentication; github.com/bitnami/charts, mlflow.
    images: ["mlflow"],
    keeps: "elsewhere",
    settings: ["MLFLOW_TRACKING_PASSWORD"],
    serves: /(?:^|\s)mlflow\s+(?:server|ui)(?:\s|$)/,
  },
  {
    images: ["grafana"],
    keeps: "elsewhere",
    settings: ["GF_SECURITY_ADMIN_PASSWORD"],
    own: ["GF_SECURITY_ADMIN_PASSWORD"],
  },
];
