/** How the programs of one kind receive their credentials on the command line. */
export interface Tool {
  readonly names: readonly string[];
  /** A word that has to come before, where the options mean something else without it: `login`. */
  readonly after?: string;
  /** Options whose value is a password, key or token. */
  readonly secret?: readonly string[];
  /** Options whose value is a user and a password, parted by a colon or a percent sign. */
  readonly pair?: readonly string[];
  /** Whether a value follows a short option at once: `-pPASSWORD`; `only`, where after a blank the program prompts for it. */
  readonly attached?: "too" | "only";
  /** Words behind a word, of which the one at an index is a secret: `add_user USER PASSWORD`. */
  readonly places?: Readonly<Record<string, number>>;
  /** Whether a word with the name of a credential names a setting, and the next is its value: `config set NAME VALUE`. */
  readonly settings?: true;
}

/**
 * Programs whose command lines take credentials by options of other names.
 *
 * Source: the manual page or reference of each.
 */
export const tools: readonly Tool[] = [
  {
    names: [
      "mysql",
      "mysqldump",
      "mysqladmin",
      "mysqlimport",
      "mysqlshow",
      "mysqlcheck",
      "mysqlpump",
      "mysqlslap",
      "mariadb",
      "mariadb-dump",
      "mariadb-admin",
      "mariadb-check",
      "mariadb-import",
    ],
    secret: ["-p"],
    attached: "only",
  },
  { names: ["redis-cli", "valkey-cli", "keydb-cli"], secret: ["-a"] },
  { names: ["curl"], pair: ["-u", "--user", "-U", "--proxy-user"], attached: "too" },
  { names: ["http", "https", "xh"], pair: ["-a", "--auth"] },
  { names: ["sshpass"], secret: ["-p"], attached: "too" },
  {
    names: ["docker", "podman", "nerdctl", "buildah", "skopeo", "helm", "oras", "crane", "cosign"],
    after: "login",
    secret: ["-p"],
  },
  { names: ["az"], after: "login", secret: ["-p"] },
  { names: ["oc", "argocd"], after: "login", secret: ["-p"] },
  {
    names: ["mongo", "mongosh", "mongodump", "mongorestore", "mongoexport", "mongoimport"],
    secret: ["-p"],
    attached: "too",
  },
  { names: ["sqlcmd", "bcp", "isql", "osql", "tsql"], secret: ["-P"], attached: "too" },
  {
    names: ["ldapsearch", "ldapadd", "ldapmodify", "ldapdelete", "ldapwhoami", "ldapcompare"],
    secret: ["-w"],
    attached: "too",
  },
  { names: ["ldappasswd"], secret: ["-w", "-s", "-a"] },
  { names: ["cqlsh", "beeline", "mosquitto_pub", "mosquitto_sub"], secret: ["-p", "-P"] },
  { names: ["ipmitool"], secret: ["-P"] },
  { names: ["zip", "unzip"], secret: ["-P"] },
  { names: ["etcdctl"], pair: ["--user"] },
  { names: ["smbclient"], pair: ["-U", "--user"] },
  {
    names: ["keytool", "jarsigner"],
    secret: [
      "-storepass",
      "-keypass",
      "-srcstorepass",
      "-deststorepass",
      "-srckeypass",
      "-destkeypass",
    ],
  },
  {
    names: ["rabbitmqctl"],
    places: { add_user: 1, change_password: 1, authenticate_user: 1 },
  },
  { names: ["vault", "bao"], places: { login: 0 } },
  { names: ["net", "net.exe"], places: { user: 1 } },
  { names: ["amazon-ssm-agent"], secret: ["-code"] },
  { names: ["openssl"], secret: ["-k", "-K"], pair: ["-passin", "-passout", "-pass"] },
  { names: ["ngrok"], places: { "add-authtoken": 0, authtoken: 0 } },
  { names: ["mc", "mcli"], places: { set: 3, "set-alias": 3 } },
  { names: ["htpasswd"], places: { "-b": 1, "-bc": 2, "-cb": 2, "-nb": 1, "-nbB": 1, "-bB": 2 } },
  {
    names: ["aws", "npm", "yarn", "pnpm", "pip", "pip3", "poetry", "git", "gcloud", "pulumi"],
    after: "config",
    settings: true,
  },
  { names: ["aws", "snap"], after: "set", settings: true },
];

const byName = new Map<string, readonly Tool[]>();
for (const tool of tools) {
  for (const name of tool.names) byName.set(name, [...(byName.get(name) ?? []), tool]);
}

/** The ways in which a program receives its credentials, by its name or path. */
export function toolsCalled(program: string): readonly Tool[] {
  return byName.get(program.slice(program.lastIndexOf("/") + 1)) ?? [];
}
