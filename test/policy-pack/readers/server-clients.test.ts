import assert from "node:assert/strict";
import { callsServer } from "../../../policy-pack/readers/server-clients";

describe("a command line in a server's image", () => {
  const authentication = [
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
    "curl --user elastic:$ELASTIC_PASSWORD es:9200/_ilm",
    "curl -sku elastic:$(ELASTIC_PASSWORD) -X PUT es:9200/_ilm",
    "curl -uelastic:${ELASTIC_PASSWORD} --silent --url https://es:9200/_ilm",
    "sh -c until curl -fsS -u \"elastic:$ELASTIC_PASSWORD\" -H 'Accept: */*' https://es:9200 >/dev/null 2>&1; do sleep 5; done",
    "pg_dump -h db -U crm -c postgres",
    "sh -c while :; do pg_dump -h db -U crm -c postgres > /x; sleep 9; done",
    "sh -c psql -h db -U app -c postgres",
    "psql -h db -U app -- postgres",
    "sh -c sudo -u postgres psql -h db",
    "sh -c exec setpriv --reuid postgres psql -h db",
    "sh -c exec gosu postgres psql -h db postgres",
    "sh -c PGUSER=postgres psql -h db",
    "su postgres -c 'psql -h db postgres'",
    "docker-entrypoint.sh psql -h db",
    "bash -eo pipefail -c pg_dump -h db | gzip > /postgres",
    "sh -c pg_basebackup -h primary -D /data; pg_ctl -D /data stop",
    "sh -c mc alias set own http://minio:9000 a b; mc mb --region server own/server",
  ];
  for (const line of authentication) {
    it(`asks another server: ${line}`, () => assert.equal(callsServer(line.split(" ")), true));
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
    "sh -c until psql -h primary; do sleep 1; done; PGDATA=/data postgres",
    "sh -c until psql -h primary; do sleep 1; done; nohup postgres -D /data",
    "sh -c pg_basebackup -h primary -D /data; exec setpriv --reuid=postgres postgres -D /data",
    "sh -c pg_basebackup -h primary -D /data; exec setpriv --reuid postgres --clear-groups postgres",
    "sh -c pg_basebackup -h primary -D /data; chmod 700 /data; exec tini -s -- postgres",
    "sh -c pg_basebackup -h primary -D /data; su - postgres -c 'postgres -D /data'",
    "sh -c pg_basebackup -h primary -D /data; exec vault-env --log -- postgres",
    "sh -c pg_basebackup -h primary -D /data; runuser -u postgres -- postgres",
    'timeout 60 sh -c "until psql -h primary; do sleep 1; done" ; sudo -u postgres postgres',
    "sh -c [ -s /data/PG_VERSION ] || pg_basebackup -h primary -D /data; pg_ctl -D /data start; tail -f /dev/null",
    "sh -c (sleep 30; mysql -h mysql-0.mysql -e x) & exec dumb-init mysqld",
    'sh -c mariadb -h db-0.db -e x || true; exec "mariadbd" --user=mysql',
    "sh -c (sleep 20; mongosh --host mongo-0.mongo --eval x) & exec /usr/bin/env mongod --replSet rs0",
    "sh -c (sleep 20; mongosh --host mongo-0.mongo --eval x) & numactl --interleave=all mongod",
    "sh -c psql -h x-0.x -c a & exec docker-ensure-initdb.sh postgres",
    "sh -c (sleep 5; mc alias set local http://minio:9000 a b) & exec minio --console-address :9001 server /data",
    "bash -c redis-cli -h redis-master ping; /opt/bitnami/scripts/redis/entrypoint.sh /opt/bitnami/scripts/redis/run.sh",
    "bash -c until psql -h pg-0.pg; do sleep 1; done; exec /opt/bitnami/scripts/postgresql-repmgr/run.sh",
    "sh -c curl -u ci:tok https://nexus.acme/c -o /c; exec nats-server -c /c",
    "curl -u ci:tok https://nexus.acme/c -o /c",
    "sh -c (sleep 30; curl -u admin:$COUCHDB_PASSWORD http://couchdb-0.couchdb:5984/_x) & exec /opt/couchdb/bin/couchdb",
    "sh -c (sleep 9; curl -u admin:$GF_SECURITY_ADMIN_PASSWORD https://grafana.acme/api/x) & /run.sh",
    "curl -u elastic:$ELASTIC_PASSWORD -e https://kibana:5601 -H 'Origin: https://kibana' localhost:9200",
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
    it(`asks none, or runs one: ${line}`, () => assert.equal(callsServer(line.split(" ")), false));
  }

  it("is read in time that grows with its length, whatever starts what", () => {
    const lines = ["exec ", "sh -c ", "sh ", "psql -h db \"'", "exec x -- ", "minio -a "].map(
      (part) => part.repeat(20_000),
    );
    const began = Date.now();
    assert.deepEqual(
      lines.map((line) => callsServer([line])),
      [false, false, false, true, false, false],
    );
    assert.ok(Date.now() - began < 2000);
  });
});
