import { commandsOf, isTool } from "./command-line";
import { requestedByCurl } from "./curl";
import { servers } from "./servers";

/** A client that comes with a server's image. */
interface Client {
  /** What its programs are called, as the source of a regular expression. */
  readonly programs: string;
  /** What stands on its command line before the place of a server, as the source of a regular expression. */
  readonly place: string;
  /** Whether that stands right behind the program, and no options between them. */
  readonly isNext?: boolean;
}

const host = String.raw`-h\s{0,4}|--host(?:\s{1,4}|=)`;
const option = (names: string): string => String.raw`(?:${names})(?:\s{1,4}|=)`;

/**
 * Clients that come with the images of servers, and the options that say which server they ask.
 *
 * Each is from the manual of the server. `pg_isready` and the like show no credential, and are none.
 */
const clients: readonly Client[] = [
  {
    programs:
      "psql|pg_dump|pg_dumpall|pg_restore|pg_basebackup|pgbench|createdb|dropdb|createuser|dropuser|vacuumdb|reindexdb",
    place: String.raw`${host}|["']?host=|(?:-d\s{0,4}|--dbname(?:\s{1,4}|=))?["']?(?=postgres(?:ql)?://)`,
  },
  {
    programs:
      "(?:mysql|mariadb)(?:-?(?:dump|admin|import|check|show|slap|binlog)|sh)?|mariadb-backup|xtrabackup",
    place: host,
  },
  {
    programs: "mongo(?:sh|dump|restore|export|import|stat|top|files)?",
    place: String.raw`${host}|--uri(?:\s{1,4}|=)|["']?(?=mongodb(?:\+srv)?://)`,
  },
  { programs: "(?:redis|valkey)-(?:cli|benchmark)", place: String.raw`${host}|-u\s{1,4}` },
  { programs: String.raw`clickhouse[-\s](?:client|benchmark|copier)`, place: host },
  { programs: "rabbitmqadmin", place: String.raw`-H\s{0,4}|${option("--host")}` },
  { programs: "rabbitmqctl|rabbitmq-(?:diagnostics|plugins|queues)", place: option("-n|--node") },
  { programs: "mosquitto_(?:pub|sub|rr)", place: String.raw`${host}|-L\s{1,4}` },
  {
    programs: String.raw`kafka-[a-z-]{1,40}(?:\.sh)?`,
    place: option("--bootstrap-server|--broker-list"),
  },
  {
    programs: String.raw`cqlsh(?:\s{1,4}(?:--[a-z-]{1,40}(?:=\S{1,80})?|-[upkef]\s{0,4}(?:"[^"]{0,200}"|'[^']{0,200}'|[^\s"'-]\S{0,80})))*`,
    place: "",
    isNext: true,
  },
  {
    programs: String.raw`mc\s{1,4}(?:alias\s{1,4}set|config\s{1,4}host\s{1,4}add)`,
    place: String.raw`\S{1,80}\s{1,4}`,
    isNext: true,
  },
  { programs: "cypher-shell", place: option("-a|--address") },
  { programs: "influx", place: option("--?host") },
  { programs: "sqlcmd|bcp", place: String.raw`-S\s{0,4}` },
  { programs: "etcdctl", place: option("--endpoints") },
  {
    programs: "arango(?:sh|dump|restore|import|export|bench)",
    place: option(String.raw`--server\.endpoint`),
  },
  { programs: "surreal", place: option("-e|--endpoint|-c|--conn") },
  { programs: "vault", place: option("--?address") },
  { programs: String.raw`kc(?:adm|reg)(?:\.sh)?`, place: option("--server") },
  { programs: "elasticsearch-[a-z-]{1,40}", place: option("--url") },
];

/** How programs of a command line are told from words that are no programs: at its start, or behind what starts another. */
const before = String.raw`(?:^|[\s;&|(/"'])`;

const asking: readonly RegExp[] = clients.map(({ programs, place, isNext }) => {
  const between = isNext === true ? "" : String.raw`(?:(?:[^;&|\n]|\\\n){0,400}?\s)?`;
  return new RegExp(
    String.raw`${before}(?:${programs})\s{1,4}${between}(?:${place})["']?([^\s"';&|]{1,200})`,
    "g",
  );
});

/** One of the clients, at the start of a command. */
const client = new RegExp(
  String.raw`^(?:\S{0,200}/)?(?:${clients.map(({ programs }) => programs).join("|")}|pg_isready|curl)(?=\s|$)`,
);

/** What runs the server itself, at the start of a command. */
const server = new RegExp(
  String.raw`^(?:\S{0,200}/)?(?:(?:mysqld|mariadbd)(?:[-_]safe)?|postgres|pg_ctl(?:cluster)?\s(?:\S{1,200}\s{1,4}){0,40}(?:re)?start|mongo[ds]|(?:redis|valkey)-(?:server|sentinel)|clickhouse[-\s]server|rabbitmq-server|kafka-server-start(?:\.sh)?|cassandra|minio\s{1,4}(?:-\S{1,200}\s{1,4}(?:[^\s-]\S{0,200}\s{1,4})?){0,20}server|neo4j\s{1,4}(?:console|start)|influxd|sqlservr|etcd|arangod|surreal\s{1,4}(?:-\S{1,200}\s{1,4}(?:[^\s-]\S{0,200}\s{1,4})?){0,20}start|vault\s{1,4}server|mosquitto|elasticsearch|opensearch|kc\.sh\s{1,4}(?:-\S{1,200}\s{1,4}){0,20}start(?:-dev)?|bitnami/scripts/\S{1,200}/(?:run|start-[a-z-]{1,40})\.sh)(?=\s|$)`,
);

/** What an image starts by, with the program behind it: alone, or with what is no client, it runs the server. */
const entry =
  /^(?:\S{0,200}\/)?(?:[\w-]{0,40}entrypoint|docker-ensure-initdb)(?:\.sh)?(?:\s{1,4}(.{0,4000}))?$/s;

/** Whether a command line asks a server elsewhere, and runs none. */
export function callsServer(words: readonly string[]): boolean {
  const line = words.join(" ");
  const authentication = asking.some((pattern) =>
    [...line.matchAll(pattern)].some(([, place = ""]) => isElsewhere(place)),
  );
  const commands = commandsOf(words);
  return (authentication || requiresOfWeb(commands)) && !commands.some(runsServer);
}

function runsServer(words: readonly string[]): boolean {
  const command = words.join(" ");
  const behindEntry = entry.exec(command);
  if (behindEntry === null) {
    // A program that is not known may run what stands behind `--`.
    const behind = client.test(command) ? "" : words.slice(words.indexOf("--") + 1).join(" ");
    return server.test(command) || server.test(behind);
  }
  const [, program = ""] = behindEntry;
  return server.test(program) || !client.test(program);
}

/**
 * Whether commands ask a server of the web with its own first password: of Elasticsearch, OpenSearch and CouchDB, of which no client is in
 * the image. Such a server has a program of any name, so that there may be no other than is known to be none.
 */
function requiresOfWeb(commands: readonly (readonly string[])[]): boolean {
  const authentication = commands.some((words) => {
    const requested = requestedByCurl(words);
    return (
      requested !== undefined && isOfServer(requested.login) && requested.places.some(isElsewhere)
    );
  });
  return authentication && commands.every((words) => client.test(words.join(" ")) || isTool(words));
}

/** Whether a login has a variable by which a server is told the password that it checks. */
function isOfServer(login: string): boolean {
  const [, setting] = /\$\{?([A-Za-z_]\w{0,120})/.exec(login) ?? [];
  return (
    setting !== undefined &&
    servers.some(({ settings, more }) => settings.includes(setting) || more?.test(setting) === true)
  );
}

/** Whether a place, with or without a scheme and who asks, is another host than the program's own; one in a variable is told by that. */
function isElsewhere(place: string): boolean {
  const host = place.replace(/^(?:[a-z][a-z+]{0,20}:\/\/|tcp:)/, "").replace(/^[^@/]{0,200}@/, "");
  return /^[\w[]/.test(host) && !/^(?:localhost(?![\w.-])|127\.|0\.0\.0\.0|\[?::1)/.test(host);
}
