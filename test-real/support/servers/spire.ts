import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JSONWebKeySet } from "jose";
import { runCommand } from "../command";
import { temporaryFolder } from "../temporary";
import { builtPrograms } from "../tools";
import { freePorts, startServer, type Server } from "./server";

/** The entry of a workload in the SPIRE server, by which it gets an SVID. */
export interface Entry {
  readonly spiffeId: string;
  readonly parentId: string;
  readonly selectors: readonly string[];
  /** Lifetimes in seconds. */
  readonly x509SvidTtl: number;
  readonly jwtSvidTtl: number;
  readonly hint: string;
}

/** An X.509-SVID with its key, in PEM. */
export interface MintedCertificate {
  readonly certificate: string;
  /** With the authorities between it and those of the bundle. */
  readonly chain: string;
  readonly key: string;
}

/** What SPIRE's authorities sign. */
type Signed = "jwt" | "x509";

/** A running SPIRE server with its OIDC discovery provider, without an agent. */
export interface Spire extends Server {
  /** The issuer that its JWT-SVIDs name, a URL. */
  readonly issuer: string;
  /** The certificates of its authority, in PEM. */
  bundle(): Promise<string>;
  register(entry: Entry): Promise<void>;
  /** Every entry, by SPIFFE ID. */
  entries(): Promise<readonly Entry[]>;
  /** A JWT-SVID, for one audience or several. */
  mintToken(
    spiffeId: string,
    audience: string | readonly string[],
    seconds: number,
  ): Promise<string>;
  mintCertificate(spiffeId: string, seconds: number): Promise<MintedCertificate>;
  /** The discovery document, through the discovery provider. */
  discovery(): Promise<{ readonly issuer: string; readonly jwks_uri: string }>;
  /** Where the discovery provider publishes the keys of JWT-SVIDs. */
  readonly keysUrl: string;
  /** The keys of JWT-SVIDs, over the discovery provider. */
  keys(): Promise<JSONWebKeySet>;
  /** The SPIFFE bundle of the trust domain, as JSON. */
  spiffeBundle(): Promise<string>;
  /** The authority that signs SVIDs of a kind now: its id, which for JWT-SVIDs is the `kid` of its key. */
  activeAuthority(signed: Signed): Promise<string>;
  /** Makes a second authority of a kind, which signs nothing yet; returns its id. */
  prepareAuthority(signed: Signed): Promise<string>;
  /** A step in the rotation of authorities; SPIRE taints and revokes only one that is no longer active. */
  rotate(signed: Signed, step: "activate" | "taint" | "revoke", authority: string): Promise<void>;
}

/** What `spire-server entry show -output json` prints of an entry. */
interface Shown {
  readonly spiffe_id: { readonly trust_domain: string; readonly path: string };
  readonly parent_id: { readonly trust_domain: string; readonly path: string };
  readonly selectors: readonly { readonly type: string; readonly value: string }[];
  readonly x509_svid_ttl: number;
  readonly jwt_svid_ttl: number;
  readonly hint: string;
}

/**
 * Starts a SPIRE server of a trust domain, and the provider that publishes its keys over plain HTTP.
 *
 * @param host the name in the issuer's URL, which is never called
 * @param upstream files of the authority that certifies SPIRE's own; by default SPIRE's own is the highest
 */
export async function startSpire(
  trustDomain: string,
  host: string,
  upstream?: { readonly certificate: string; readonly key: string },
): Promise<Spire> {
  const [command, provider] = builtPrograms(["spire-server", "spire-oidc-provider"]);
  const [port, published] = (await freePorts(2)) as [number, number];
  const folder = temporaryFolder();
  const socket = join(folder, "api.sock");
  const issuer = `https://${host}`;
  const run = async (...args: readonly string[]): Promise<string> => {
    const result = await runCommand(command, args, { cwd: folder, env: process.env });
    assert.equal(result.exitCode, 0, `spire-server ${args.join(" ")}: ${result.stderr}`);
    return result.stdout;
  };
  writeFileSync(
    join(folder, "server.conf"),
    serverConfiguration(trustDomain, issuer, port, socket, upstream),
  );
  writeFileSync(
    join(folder, "provider.conf"),
    providerConfiguration(trustDomain, host, published, socket),
  );
  const server = await startServer({
    name: "spire-server",
    command,
    args: ["run", "-config", join(folder, "server.conf")],
    cwd: folder,
    isReady: async () => {
      const args = ["healthcheck", "-socketPath", socket];
      return (await runCommand(command, args, { cwd: folder, env: process.env })).exitCode === 0;
    },
  });
  const read = async <Body>(path: string): Promise<Body> => {
    const response = await fetch(`http://127.0.0.1:${published}${path}`);
    assert.equal(response.status, 200);
    return (await response.json()) as Body;
  };
  const publisher = await startServer({
    name: "oidc-discovery-provider",
    command: provider,
    args: ["-config", join(folder, "provider.conf")],
    cwd: folder,
    isReady: async () => (await read<JSONWebKeySet>("/keys")).keys.length > 0,
  });
  const own = ["-socketPath", socket] as const;
  return {
    issuer,
    bundle: () => run("bundle", "show", ...own),
    register: async ({ spiffeId, parentId, selectors, x509SvidTtl, jwtSvidTtl, hint }) => {
      await run(
        ...["entry", "create", ...own, "-spiffeID", spiffeId, "-parentID", parentId],
        ...selectors.flatMap((selector) => ["-selector", selector]),
        ...["-x509SVIDTTL", String(x509SvidTtl), "-jwtSVIDTTL", String(jwtSvidTtl)],
        ...["-hint", hint],
      );
    },
    entries: async () => {
      const printed = await run("entry", "show", ...own, "-output", "json");
      const shown = (JSON.parse(printed) as { entries: readonly Shown[] }).entries;
      return shown.map(entryOf).sort((a, b) => (a.spiffeId < b.spiffeId ? -1 : 1));
    },
    mintToken: async (spiffeId, audience, seconds) => {
      const audiences = [audience].flat().flatMap((each) => ["-audience", each]);
      const args = ["-spiffeID", spiffeId, ...audiences, "-ttl", `${seconds}s`];
      return (await run("jwt", "mint", ...own, ...args)).trim();
    },
    mintCertificate: async (spiffeId, seconds) => {
      const args = ["-spiffeID", spiffeId, "-ttl", `${seconds}s`];
      return mintedOf(await run("x509", "mint", ...own, ...args));
    },
    discovery: () => read("/.well-known/openid-configuration"),
    keysUrl: `http://127.0.0.1:${published}/keys`,
    keys: () => read("/keys"),
    spiffeBundle: () => run("bundle", "show", ...own, "-format", "spiffe"),
    activeAuthority: async (signed) => {
      const printed = await run("localauthority", signed, "show", ...own, "-output", "json");
      return (JSON.parse(printed) as { active: { authority_id: string } }).active.authority_id;
    },
    prepareAuthority: async (signed) => {
      const printed = await run("localauthority", signed, "prepare", ...own, "-output", "json");
      const { prepared_authority: prepared } = JSON.parse(printed) as {
        readonly prepared_authority: { readonly authority_id: string };
      };
      return prepared.authority_id;
    },
    rotate: async (signed, step, authority) => {
      await run("localauthority", signed, step, ...own, "-authorityID", authority);
    },
    printed: () => server.printed() + publisher.printed(),
    stop: async () => {
      await publisher.stop();
      await server.stop();
    },
  };
}

function entryOf({ spiffe_id, parent_id, selectors, ...others }: Shown): Entry {
  const id = ({ trust_domain, path }: Shown["spiffe_id"]) => `spiffe://${trust_domain}${path}`;
  return {
    spiffeId: id(spiffe_id),
    parentId: id(parent_id),
    selectors: selectors.map(({ type, value }) => `${type}:${value}`).sort(),
    x509SvidTtl: others.x509_svid_ttl,
    jwtSvidTtl: others.jwt_svid_ttl,
    hint: others.hint,
  };
}

/** What `spire-server x509 mint` prints: the SVID with those between, its key, and authorities of the bundle. */
function mintedOf(printed: string): MintedCertificate {
  const [svid = "", key = ""] = printed.split(/^(?:Private key|Root CAs):$/m);
  const certificates = svid.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/g);
  assert.ok(
    certificates !== null && key.includes("PRIVATE KEY"),
    "an SVID with its key is printed",
  );
  const [certificate = ""] = certificates;
  return { certificate, chain: certificates.join(""), key: key.trim() };
}

function serverConfiguration(
  trustDomain: string,
  issuer: string,
  port: number,
  socket: string,
  upstream: Parameters<typeof startSpire>[2],
): string {
  const above =
    upstream === undefined
      ? ""
      : `UpstreamAuthority "disk" { plugin_data { cert_file_path = "${upstream.certificate}" key_file_path = "${upstream.key}" } }`;
  return `server {
  bind_address = "127.0.0.1"
  bind_port = "${port}"
  socket_path = "${socket}"
  trust_domain = "${trustDomain}"
  jwt_issuer = "${issuer}"
  data_dir = "."
  log_level = "WARN"
}
plugins {
  DataStore "sql" { plugin_data { database_type = "sqlite3" connection_string = "./entries.sqlite3" } }
  KeyManager "memory" { plugin_data {} }
  NodeAttestor "join_token" { plugin_data {} }
  ${above}
}
`;
}

function providerConfiguration(
  trustDomain: string,
  host: string,
  port: number,
  socket: string,
): string {
  return `domains = ["${host}", "127.0.0.1"]
jwt_issuer = "https://${host}"
insecure_addr = "127.0.0.1:${port}"
allow_insecure_scheme = true
log_level = "WARN"
server_api { address = "unix://${socket}" }
`;
}
