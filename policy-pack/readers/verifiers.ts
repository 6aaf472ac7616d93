import { callsServer } from "./server-clients";
import { servers, type Server } from "./servers";

/** What of a container tells which server it is, if any. */
export interface Signs {
  readonly image: string | undefined;
  /** The variables that it is given one by one. */
  readonly settings: readonly string[];
  /** The ports that it says it listens on. */
  readonly ports: readonly string[];
  /** Where something is mounted in it. */
  readonly folders: readonly string[];
  /** The words of its command line that are known. */
  readonly words: readonly string[];
  /** Whether it does its work and ends, as no server does. */
  readonly ends: boolean;
}

/** The settings by which a container is told credentials that it checks itself. */
export interface Checked {
  /** Those that are known by name. */
  readonly settings: readonly string[];
  /** Whether a setting is one; `…_FILE` counts as the setting without it. */
  readonly has: (setting: string) => boolean;
  /** Whether an option of its command line is one, with or without dashes. */
  readonly hasOption: (option: string | undefined) => boolean;
  /** Whether a setting is one by which a client of the same image shows what it asks with, as far as its name tells. */
  readonly isClients: (setting: string) => boolean;
  /** Whether a setting is the password of the program's own first user. */
  readonly isFirstUser: (setting: string) => boolean;
  /** The files and folders from which it reads whom it lets in. */
  readonly files: readonly string[];
  /** Whether it reads from a folder or file whom it lets in. */
  readonly reads: (path: string) => boolean;
}

const byImage = new Map<string, Server>();
for (const server of servers) {
  for (const image of server.images) byImage.set(image, server);
}

/** Command line options by which a server is told the credential that it checks, whatever its image. */
const flags = ["requirepass"];

/** Whether an option is one of these, with or without dashes. */
export function isOwnOption(option: string | undefined): boolean {
  return option !== undefined && flags.includes(bare(option));
}

function bare(option: string): string {
  return option.replace(/^-+/, "");
}

/** Such an option with a variable behind it, in a command line. */
const handed = new RegExp(
  `(?<!\\S)(?:--)?(?:${flags.join("|")})(?:=|\\s{1,80})"?\\$[({]?([A-Za-z_][A-Za-z0-9_]{0,120})`,
  "g",
);

/** What a variable that says where another is has before that: `MYSQL` of `MYSQL_HOST`; undefined of any other variable. */
export function placeOf(setting: string): string | undefined {
  const found = place.exec(setting);
  return found === null ? undefined : setting.slice(0, found.index);
}

/**
 * A variable that says where another is; `MYSQL_ROOT_HOST` says from where the root user of the server may come. Source of `PGHOST`:
 * postgresql.org/docs, libpq, environment variables.
 */
const place =
  /^PGHOST(?:ADDR)?$|(?:^|_)(?<!ROOT_)(?:HOST|HOSTS|HOSTNAME|SERVER|ADDR|ADDRESS|ENDPOINT)$/;

/**
 * The settings by which a container is told credentials that it checks itself.
 *
 * The container has to be that server's, since a client may well call its own setting `POSTGRES_PASSWORD`: by its image, and of an
 * image that somebody made himself by its port, by the folder of its data, or by a setting that makes the server's first users. Whoever
 * is told where the server is, is none, unless its program keeps its data in another.
 */
export function checkedBy(signs: Signs): Checked {
  const found = serversIn(signs);
  const line = verifiedVariables(signs.words);
  const settings = new Set([...found.flatMap((server) => server.settings), ...line]);
  const options = new Set(found.flatMap((server) => server.options ?? []));
  const serversOf = (setting: string): readonly Server[] =>
    found.filter((server) => isSettingOf(server, setting));
  return {
    settings: [...settings],
    has: (setting) =>
      line.has(setting) || isOwnAdmin(signs, withoutFile(setting)) || serversOf(setting).length > 0,
    hasOption: (option) =>
      option !== undefined && (isOwnOption(option) || options.has(bare(option))),
    isClients: (setting) => {
      const own = serversOf(setting);
      return own.length > 0 && !own.some(({ keeps }) => keeps === "elsewhere");
    },
    isFirstUser: (setting) => isOwnAdmin(signs, setting),
    files: found.flatMap(({ users = [] }) => users),
    reads: (path) => found.some(({ users = [] }) => users.some((folder) => isBelow(path, folder))),
  };
}

function isSettingOf({ settings, more }: Server, setting: string): boolean {
  const name = withoutFile(setting);
  return settings.includes(name) || more?.test(name) === true;
}

function withoutFile(setting: string): string {
  return setting.endsWith("_FILE") ? setting.slice(0, -"_FILE".length) : setting;
}

/**
 * Programs, by the last part of their image's name, with the settings by which each is told the password of its own first user.
 *
 * An image that is called like a setting tells nothing: several workloads may run one image, and be given one password for another program.
 *
 * Source: github.com/bitnami/containers and bitnami/charts; github.com/nextcloud/docker, README.
 */
const firstUsers: ReadonlyMap<string, readonly string[]> = new Map([
  ["airflow", ["AIRFLOW_PASSWORD"]],
  ["discourse", ["DISCOURSE_PASSWORD"]],
  ["drupal", ["DRUPAL_PASSWORD"]],
  ["ghost", ["GHOST_PASSWORD"]],
  ["gitea", ["GITEA_ADMIN_PASSWORD"]],
  ["jenkins", ["JENKINS_PASSWORD"]],
  ["matomo", ["MATOMO_PASSWORD"]],
  ["moodle", ["MOODLE_PASSWORD"]],
  ["nextcloud", ["NEXTCLOUD_ADMIN_PASSWORD"]],
  ["odoo", ["ODOO_PASSWORD"]],
  ["redmine", ["REDMINE_PASSWORD"]],
  ["sonarqube", ["SONARQUBE_PASSWORD"]],
  ["superset", ["SUPERSET_PASSWORD"]],
  ["wordpress", ["WORDPRESS_PASSWORD"]],
]);

/**
 * Whether a setting is the password of a program's own first user: `GITEA_ADMIN_PASSWORD` in an image that is called `gitea`. What makes
 * that user and ends is of the program as well.
 */
function isOwnAdmin({ image }: Signs, setting: string): boolean {
  return image !== undefined && firstUsers.get(imageName(image))?.includes(setting) === true;
}

/** Whether an image, or a chart, is called like a server that checks credentials. */
export function isServerImage(image: string): boolean {
  return byImage.has(imageName(image));
}

/** Whether a program is called like one that checks credentials: a server, or one with users of its own. */
export function isServerName(name: string): boolean {
  return byImage.has(name) || firstUsers.has(name);
}

/** The last part of an image's name, without registry, tag and digest. */
export function imageName(image: string): string {
  const name = image.split("@", 1)[0] ?? "";
  const last = name.slice(name.lastIndexOf("/") + 1);
  return last.split(":", 1)[0] ?? "";
}

function serversIn(signs: Signs): readonly Server[] {
  const { image, words } = signs;
  const line = words.join(" ");
  if (callsServer(words)) return [];
  const known = image === undefined ? undefined : byImage.get(imageName(image));
  if (known !== undefined) return known.serves?.test(line) === false ? [] : [known];
  if (signs.ends) return [];
  const isReported = signs.settings.some((setting) => place.test(setting));
  return servers.filter(
    ({ own = [], ports = [], folders = [], keeps }) =>
      (!isReported || keeps === "elsewhere") &&
      (own.some((setting) =>
        signs.settings.some((given) => given.replace(/_FILE$/, "") === setting),
      ) ||
        ports.some((port) => signs.ports.includes(port)) ||
        folders.some((folder) => signs.folders.some((given) => isBelow(given, folder)))),
  );
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** The environment variables that a container's command line hands to itself as the credential to check. */
function verifiedVariables(words: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [, name = ""] of words.join(" ").matchAll(handed)) found.add(name);
  return found;
}
