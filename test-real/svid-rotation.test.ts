import assert from "node:assert/strict";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { decodeProtectedHeader } from "jose";
import type { Issuer } from "../broker/configuration/configuration";
import { readKeySet } from "../broker/configuration/key-set";
import { startBroker, type Running } from "../broker/start";
import { deskConfiguration, issuer, refundRequest } from "../test/broker/support/desk";
import { Outcomes } from "./support/outcomes";
import { startSpire, type Spire } from "./support/servers/spire";
import { temporaryFolder } from "./support/temporary";

const id = "spiffe://acme.example/acme/triage";

/** Seconds between two reads of keys by URL; SPIRE publishes a key hours before it signs by it. */
const readEach = 15;

/** Seconds after which a key that its issuer took out no longer counts: reads of the keys, and what was verified just before. */
const seconds = { url: readEach + 5, file: 1 + 5 } as const;

describe("a broker whose workloads have JWT-SVIDs of a SPIRE server", () => {
  const folder = temporaryFolder();
  const file = join(folder, "bundle.json");
  let spire: Spire;
  let brokers: Readonly<Record<keyof typeof seconds, Running>>;

  before(async () => {
    spire = await startSpire("acme.example", "spire.acme.example");
    await publish();
    const set = readKeySet(await spire.spiffeBundle());
    brokers = {
      url: await brokerWith({ kind: "url", url: spire.keysUrl }),
      file: await brokerWith({ kind: "set", set, file }),
    };
  });

  after(async () => {
    await Promise.all([brokers.url.stop(), brokers.file.stop()]);
    await spire.stop();
  });

  async function brokerWith(keys: Issuer["keys"]): Promise<Running> {
    const { issuers } = await deskConfiguration();
    const configuration = await deskConfiguration({
      state: { kind: "sqlite", file: join(temporaryFolder(), "broker.db") },
      issuers: issuers.map((each) => (each.name === "spire" ? { ...each, keys } : each)),
    });
    return startBroker(configuration, () => undefined);
  }

  /** Writes the bundle into the file, as what distributes it does. */
  async function publish(): Promise<void> {
    writeFileSync(`${file}.new`, await spire.spiffeBundle());
    renameSync(`${file}.new`, file);
  }

  const published = async (): Promise<readonly (string | undefined)[]> =>
    (await spire.keys()).keys.map(({ kid }) => kid);

  const mint = (): Promise<string> => spire.mintToken(id, issuer, 300);

  async function exchange({ port }: Running, token: string): Promise<string> {
    const form = Object.entries(await refundRequest({ client_assertion: token })).flatMap(
      ([key, value]): [string, string][] => (value === undefined ? [] : [[key, value]]),
    );
    const answer = await fetch(`http://127.0.0.1:${port}/token`, {
      method: "POST",
      body: new URLSearchParams(form),
    });
    const { error_description: why = "" } = (await answer.json()) as Record<string, string>;
    return `${answer.status} ${why}`.trim();
  }

  it("answers every call while the authority of SPIRE rotates, and then refuses the old one", async function () {
    const outcomes = new Outcomes();
    const signers = new Set<string | undefined>();
    const ended = new AbortController();
    const calls = [1, 2].map(async () => {
      while (!ended.signal.aborted) {
        const token = await mint();
        signers.add(decodeProtectedHeader(token).kid);
        for (const each of await Promise.all([
          exchange(brokers.url, token),
          exchange(brokers.file, token),
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
    const old = decodeProtectedHeader(byOld).kid ?? "";
    const next = await spire.prepareAuthority("jwt");
    await publish();
    await until(async () => (await published()).includes(next));
    await sleep((readEach + 1) * 1_000);
    await more();
    await spire.rotate("jwt", "activate", next);
    await until(() => signers.has(next));
    await more();
    for (const broker of Object.values(brokers)) assert.equal(await exchange(broker, byOld), "200");

    await spire.rotate("jwt", "taint", old);
    await spire.rotate("jwt", "revoke", old);
    /** Seconds until a token by the old authority is refused, after its key is no longer published. */
    const refused = async (keys: keyof typeof seconds): Promise<string> => {
      const began = Date.now();
      const after = (): number => (Date.now() - began) / 1_000;
      let outcome = "200";
      await until(async () => {
        outcome = await exchange(brokers[keys], byOld);
        return outcome !== "200" || after() > seconds[keys] + 3;
      });
      assert.equal(outcome, "401 client_assertion: its signature is not valid", keys);
      return `by ${keys} ${after().toFixed(1)} s`;
    };
    await publish();
    const lasted = await Promise.all([
      refused("file"),
      until(async () => !(await published()).includes(old)).then(() => refused("url")),
    ]);
    await more();
    ended.abort();
    await Promise.all(calls);
    assert.deepEqual([...signers].sort(), [old, next].sort());
    assert.deepEqual(outcomes.kinds(), ["200"], String(outcomes));
    if (this.test) this.test.title += ` (${String(outcomes)}; refused after: ${lasted.join(", ")})`;
  });
});
