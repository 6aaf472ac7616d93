import assert from "node:assert/strict";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer, type Server as Publisher } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { decodeProtectedHeader } from "jose";
import type { Issuer } from "../broker/configuration/configuration";
import { readKeySet } from "../broker/configuration/key-set";
import { startBroker, type Running } from "../broker/start";
import {
  certifierOf,
  testAuthority,
  type TestCertificate,
} from "../test/broker/support/certificates";
import { deskConfiguration, issuer, refundRequest } from "../test/broker/support/desk";
import { fetchBy } from "./support/mutual-tls";
import { Outcomes } from "./support/outcomes";
import { startSpire, type Spire } from "./support/servers/spire";
import { temporaryFolder } from "./support/temporary";

const id = "spiffe://acme.example/acme/triage";
const mtlsUrl = "https://broker.acme.example:8444";

/** Seconds between two reads of keys by URL; SPIRE publishes an authority hours before it signs by it. */
const readEach = 15;

/** Seconds after which an authority that was taken out no longer counts: reads of the keys, and what was verified just before. */
const seconds = { url: readEach + 5, file: 1 + 5 } as const;

/** An SVID of SPIRE as a workload presents it. */
interface Svid {
  /** The id of the authority that signs it. */
  readonly authority: string;
  /** A request for a call token; the status, and why it was refused. */
  exchange(broker: Running): Promise<string>;
}

/** A certificate is judged by what TLS found as the connection began, and again by the authorities of the request's time. */
const refusals = {
  jwt: ["401 client_assertion: its signature is not valid"],
  x509: [
    "401 the certificate: no authority of the broker's configuration certifies it",
    "401 the certificate: no authority of its own trust domain certifies it",
  ],
} as const;

for (const signed of ["jwt", "x509"] as const) {
  describe(`a broker whose workloads have ${signed === "jwt" ? "JWT" : "X.509"}-SVIDs of a SPIRE server`, () => {
    const folder = temporaryFolder();
    const file = join(folder, "bundle.json");
    let publisher: Publisher;
    let server: TestCertificate;
    let spire: Spire;
    let brokers: Readonly<Record<keyof typeof seconds, Running>>;

    before(async () => {
      spire = await startSpire("acme.example", "spire.acme.example");
      publisher = createServer((_, answer) => answer.end(readFileSync(file)));
      await new Promise<void>((resolve) => publisher.listen(0, "127.0.0.1", resolve));
      server = await testAuthority("acme.example");
      await publish();
      const set = readKeySet(await spire.spiffeBundle());
      const bundleUrl = `http://127.0.0.1:${(publisher.address() as AddressInfo).port}/bundle`;
      brokers = {
        url: await brokerWith({ kind: "url", url: signed === "jwt" ? spire.keysUrl : bundleUrl }),
        file: await brokerWith({ kind: "set", set, file }),
      };
    });

    after(async () => {
      await Promise.all([brokers.url.stop(), brokers.file.stop()]);
      publisher.close();
      await spire.stop();
    });

    async function brokerWith(keys: Issuer["keys"]): Promise<Running> {
      const { issuers } = await deskConfiguration();
      const own = temporaryFolder();
      const tls = { certificate: join(own, "tls.crt"), key: join(own, "tls.key") };
      const { chain, key } = await server.certify({ hosts: ["localhost"], uris: [] });
      writeFileSync(tls.certificate, chain);
      writeFileSync(tls.key, key);
      const configuration = await deskConfiguration({
        ...{ state: { kind: "sqlite", file: join(own, "broker.db") }, tls },
        mtls: { listen: { host: "127.0.0.1", port: 0 }, url: mtlsUrl },
        issuers: issuers.map((each) => (each.name === "spire" ? { ...each, keys } : each)),
      });
      return startBroker(configuration, () => undefined);
    }

    /** Writes the bundle into the file, as what distributes it does. */
    async function publish(): Promise<void> {
      writeFileSync(`${file}.new`, await spire.spiffeBundle());
      renameSync(`${file}.new`, file);
    }

    /** Whether SPIRE's key of an authority is at the URL. */
    async function isPublished(authority: string): Promise<boolean> {
      if (signed === "x509") return true;
      return (await spire.keys()).keys.some(({ kid }) => kid === authority);
    }

    async function mint(): Promise<Svid> {
      if (signed === "jwt") {
        const token = await spire.mintToken(id, issuer, 300);
        return {
          authority: decodeProtectedHeader(token).kid ?? "",
          exchange: (broker) => ask(broker, { client_assertion: token }),
        };
      }
      const { certificate, chain, key } = await spire.mintCertificate(id, 300);
      const named = {
        client_id: id,
        client_assertion: undefined,
        client_assertion_type: undefined,
      };
      return {
        authority: certifierOf(certificate) ?? "",
        exchange: (broker) => ask(broker, named, { chain, key }),
      };
    }

    async function ask(
      broker: Running,
      authentication: Readonly<Record<string, string | undefined>>,
      by?: { readonly chain: string; readonly key: string },
    ): Promise<string> {
      const form = Object.entries(await refundRequest(authentication)).flatMap(
        ([key, value]): [string, string][] => (value === undefined ? [] : [[key, value]]),
      );
      const answer = await fetchBy(
        broker,
        server.chain,
        by,
      )(`${mtlsUrl}/token`, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams(form),
      });
      const { error_description: why = "" } = (await answer.json()) as Record<string, string>;
      return `${answer.status} ${why}`.trim();
    }

    it("answers every call while the authority of SPIRE rotates, and then refuses the old one", async function () {
      const outcomes = new Outcomes();
      const signers = new Set<string>();
      const ended = new AbortController();
      const calls = [1, 2].map(async () => {
        while (!ended.signal.aborted) {
          const svid = await mint();
          signers.add(svid.authority);
          for (const each of await Promise.all([
            svid.exchange(brokers.url),
            svid.exchange(brokers.file),
          ])) {
            outcomes.add(each);
          }
        }
      });
      const until = async (isSo: () => Promise<boolean> | boolean): Promise<void> => {
        while (!(await isSo())) await sleep(50);
      };
      /** Waits for more answers. */
      const more = (): Promise<void> => {
        const wanted = outcomes.count() + 20;
        return until(() => outcomes.count() >= wanted);
      };

      await more();
      const byOld = await mint();
      const old = byOld.authority;
      assert.equal(old, await spire.activeAuthority(signed));
      const next = await spire.prepareAuthority(signed);
      await publish();
      await until(() => isPublished(next));
      await sleep((readEach + 1) * 1_000);
      await more();
      await spire.rotate(signed, "activate", next);
      await until(() => signers.has(next));
      await more();
      for (const broker of Object.values(brokers))
        assert.equal(await byOld.exchange(broker), "200");

      await spire.rotate(signed, "taint", old);
      await spire.rotate(signed, "revoke", old);
      /** Seconds until an SVID by the old authority is refused, after its key is no longer published. */
      const refused = async (keys: keyof typeof seconds): Promise<string> => {
        const began = Date.now();
        const after = (): number => (Date.now() - began) / 1_000;
        let outcome = "200";
        await until(async () => {
          outcome = await byOld.exchange(brokers[keys]);
          return outcome !== "200" || after() > seconds[keys] + 3;
        });
        assert.ok(
          refusals[signed].some((each) => each === outcome),
          `${keys}: ${outcome}`,
        );
        return `by ${keys} ${after().toFixed(1)} s`;
      };
      await publish();
      const lasted = await Promise.all([
        refused("file"),
        until(async () => signed === "x509" || !(await isPublished(old))).then(() =>
          refused("url"),
        ),
      ]);
      await more();
      ended.abort();
      await Promise.all(calls);
      assert.deepEqual([...signers].sort(), [old, next].sort());
      assert.deepEqual(outcomes.kinds(), ["200"], String(outcomes));
      if (this.test)
        this.test.title += ` (${String(outcomes)}; refused after: ${lasted.join(", ")})`;
    });
  });
}
