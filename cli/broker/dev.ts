import { randomUUID } from "node:crypto";
import { lstatSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from "jose";
import type { Address, Configuration } from "../../broker/configuration/configuration";
import { isLoopback } from "../../core/loopback";
import { reasonOf } from "../../policy-pack/files/system-reason";
import { CouldNotRun } from "../failure";
import { writeText } from "../files";
import { devConfiguration, devIssuers, devUsers } from "./dev-configuration";

/** Folder of a broker on a laptop, where none is named. */
const usualFolder = "agentid-dev";

/** How long the tokens of a broker on a laptop last, and milliseconds between two of them. */
const lasts = "10m";
const renewInterval = 120_000;

/** A broker on a laptop: its folder has the configuration, and tokens of each workload and user while it runs. */
export interface DevBroker {
  /** The configuration. */
  readonly file: string;
  /** Refuses a configuration that is reached from other hosts. */
  check(configuration: Configuration): void;
  /** Writes tokens now and again, once the broker listens; returns what ends that and removes them. */
  begin(configuration: Configuration): Promise<() => void>;
  /** What a reader does next. */
  next(command: string, url: string): string;
}

/**
 * Opens the folder of a broker on a laptop, or makes it. Its issuers get new keys each time. Their private halves are in this
 * process's memory alone.
 */
export async function openDev(given: string | true): Promise<DevBroker> {
  const folder = given === true ? usualFolder : given;
  const file = join(folder, "broker.yaml");
  makeOnce(() => mkdirSync(folder, { mode: 0o700 }), folder);
  const { uid, mode } = lstatSync(folder);
  if (!lstatSync(folder).isDirectory() || uid !== process.getuid?.() || (mode & 0o077) !== 0) {
    throw new CouldNotRun(
      `\`${folder}\` is no folder of yours alone; name one that does not exist, or run \`chmod 700 ${folder}\``,
    );
  }
  const options = { flag: "wx", mode: 0o600 } as const;
  makeOnce(() => writeFileSync(file, devConfiguration, options), file);
  makeOnce(() => writeFileSync(join(folder, ".gitignore"), "*\n", options), folder);
  const signers = new Map<string, Sign>();
  for (const { name, issuer } of devIssuers) {
    const { keys, sign } = await signerOf(issuer);
    writeText(join(folder, `${name}.json`), "the keys", `${JSON.stringify({ keys })}\n`);
    signers.set(name, sign);
  }
  return {
    file,
    check: (configuration) => checkLoopback(configuration, file),
    begin: async (configuration) => {
      const write = async (): Promise<void> => {
        for (const { name, issuer, claims } of tokensOf(configuration)) {
          const token = await signers.get(issuer)?.({ aud: configuration.issuer, ...claims });
          writeText(tokenFileOf(folder, name), "a token", `${token ?? ""}\n`);
        }
      };
      await write();
      const renewing = setInterval(() => void write(), renewInterval).unref();
      return () => {
        clearInterval(renewing);
        for (const { name } of tokensOf(configuration))
          rmSync(tokenFileOf(folder, name), { force: true });
      };
    },
    next: (command, url) => nextOf(command, url, folder),
  };
}

/** Ignores that something exists: what a reader wrote stays. */
function makeOnce(make: () => void, what: string): void {
  try {
    make();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return;
    throw new CouldNotRun(`cannot make \`${what}\`: ${reasonOf(error)}`);
  }
}

type Sign = (claims: JWTPayload) => Promise<string>;

async function signerOf(issuer: string): Promise<{ readonly keys: object[]; readonly sign: Sign }> {
  const { publicKey, privateKey } = await generateKeyPair("ES256");
  const kid = randomUUID();
  return {
    keys: [{ ...(await exportJWK(publicKey)), kid, alg: "ES256" }],
    sign: (claims) =>
      new SignJWT({ iss: issuer, jti: randomUUID(), ...claims })
        .setProtectedHeader({ alg: "ES256", kid, typ: "JWT" })
        .setIssuedAt()
        .setExpirationTime(lasts)
        .sign(privateKey),
  };
}

function checkLoopback({ listen, operations }: Configuration, file: string): void {
  for (const [name, address] of Object.entries<Address | undefined>({ listen, operations })) {
    if (address === undefined || isLoopback(address.host)) continue;
    throw new CouldNotRun(
      `${file}: \`${name}\` is not loopback, and \`--dev\` hands out every identity; write \`127.0.0.1\`, or run without \`--dev\``,
    );
  }
}

/** The tokens that there are: of each workload with a subject of the local issuer, and of each user. */
function tokensOf({ workloads }: Configuration): readonly {
  readonly name: string;
  readonly issuer: string;
  readonly claims: JWTPayload;
}[] {
  const [own, people] = devIssuers;
  // Users have logged in a moment ago: the broker takes no older login of a person who decides.
  const now = Math.floor(Date.now() / 1000);
  const subjects = workloads.flatMap(({ name, subjects: all }) =>
    all.filter(({ issuer }) => issuer === own.name).map(({ subject: sub }) => ({ name, sub })),
  );
  return [
    ...subjects.map(({ name, sub }) => ({ name, issuer: own.name, claims: { sub } })),
    ...Object.entries(devUsers).map(([name, claims]) => ({
      name,
      issuer: people.name,
      claims: { sub: name, auth_time: now, ...claims },
    })),
  ];
}

function tokenFileOf(folder: string, name: string): string {
  return join(folder, `${name}.token`);
}

function nextOf(command: string, url: string, folder: string): string {
  const reach = `--broker ${url} --token-file ${tokenFileOf(folder, "ann")}`;
  return [
    `For a laptop alone: who reads \`${folder}\` has every identity in it. Next:`,
    `  curl -s ${url}/token -d grant_type=urn:ietf:params:oauth:grant-type:token-exchange \\`,
    `    --data-urlencode "subject_token=$(cat ${tokenFileOf(folder, "alice")})" \\`,
    `    -d subject_token_type=urn:ietf:params:oauth:token-type:jwt \\`,
    `    --data-urlencode "actor_token=$(cat ${tokenFileOf(folder, "triage")})" \\`,
    `    -d actor_token_type=urn:ietf:params:oauth:token-type:jwt -d resource=http://127.0.0.1:8080/mcp \\`,
    `    -d 'authorization_details=[{"type":"agentid_call","intent":"read","sensitivity":"internal"}]'`,
    `  ${command} trail ${reach}`,
    `  ${command} revoke --agent triage --for 1m ${reach}`,
    "",
  ].join("\n");
}
