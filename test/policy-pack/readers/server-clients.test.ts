import assert from "node:assert/strict";
import { asksServer } from "../../../policy-pack/readers/server-clients";

describe("a command line in a server's image", () => {
  const asks = [
    "psql -h crm-db -U postgres app",
    "pg_dump -h postgres -U crm app",
    "pg_dump --dbname=postgresql://crm:$PGPASSWORD@db/app",
    "sh -c psql 'host=db user=postgres'",
    "sh -ec psql \\\n  --host=db -f /seed.sql",
    "mysqldump -hdb --all-databases",
    "mariadb-admin --host=db status",
    "mongodump --uri=mongodb://root:$PASSWORD@mongo:27017/app",
    "mongosh mongodb+srv://cluster/app",
    "redis-cli -u redis://:$REDIS_PASSWORD@cache:6379 flushall",
    "valkey-cli -h cache ping",
    "clickhouse client --host ch --query x",
    "rabbitmqadmin -H broker list queues",
    "rabbitmqctl -n rabbit@broker list_users",
    "mosquitto_pub -h broker -t a -m b",
    "kafka-topics.sh --bootstrap-server kafka:9092 --list",
    "cqlsh -u cassandra -p $CASSANDRA_PASSWORD ring -e x",
    "cqlsh --ssl ring",
    "mc alias set crm http://minio:9000 $MINIO_ROOT_USER $MINIO_ROOT_PASSWORD",
    "cypher-shell -a neo4j://graph:7687 -u neo4j",
    "influx bucket list --host http://influx:8086",
    "/opt/mssql-tools18/bin/sqlcmd -S tcp:db,1433 -U sa",
    "etcdctl --endpoints=https://etcd:2379 user list",
    "arangosh --server.endpoint tcp://graph:8529",
    "surreal sql --endpoint http://db:8000",
    "vault login -address=https://vault.acme.example:8200",
    "/opt/keycloak/bin/kcadm.sh config credentials --server https://sso.acme.example --realm master",
    "sh -c kcadm.sh config credentials --server http://sso:8080 && kcadm.sh create realms",
    "elasticsearch-reset-password --url https://es:9200 -u elastic",
    "curl -s -u elastic:$ELASTIC_PASSWORD https://es:9200/_security",
  ];
  for (const line of asks) {
    it(`asks another server: ${line}`, () => assert.equal(asksServer(line.split(" ")), true));
  }

  const none = [
    "psql -h localhost -U postgres",
    "psql -h /var/run/postgresql",
    "psql -h $PGHOST",
    "pg_isready -h db",
    "psql postgresql://crm@127.0.0.1/app",
    "postgres -c listen_addresses=*",
    "sh -c until psql -h db; do sleep 1; done; exec postgres",
    "gosu postgres postgres & psql -h db",
    "docker-entrypoint.sh postgres & psql -h db",
    "redis-cli -u redis://:$REDIS_PASSWORD@localhost:6379 ping",
    "rabbitmqctl -n rabbit@localhost status",
    "rabbitmqctl -n rabbit@$(hostname) status",
    "cqlsh -u cassandra -p $CASSANDRA_PASSWORD -e x",
    "mc alias set own http://localhost:9000 $MINIO_ROOT_USER $MINIO_ROOT_PASSWORD",
    "etcdctl --endpoints=http://127.0.0.1:2379 user list",
    "vault login -address=http://[::1]:8200",
    "/opt/keycloak/bin/kc.sh start-dev",
    "sh -c kcadm.sh config credentials --server http://localhost:8080",
    "sh -c kcadm.sh config credentials --server http://sso:8080; exec /opt/keycloak/bin/kc.sh --verbose start --optimized",
    "curl https://es:9200/_cluster/health",
    "curl -u elastic:$ELASTIC_PASSWORD http://localhost:9200",
    "curl -s http://other/seed.sql | psql -U app",
  ];
  for (const line of none) {
    it(`asks none, or runs one: ${line}`, () => assert.equal(asksServer(line.split(" ")), false));
  }
});
