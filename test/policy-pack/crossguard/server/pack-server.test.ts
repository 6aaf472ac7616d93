import assert from "node:assert/strict";
import { packParts, type PackOptions } from "../../../../policy-pack/crossguard/pack-parts";
import { PackServer } from "../../../../policy-pack/crossguard/server/pack-server";
import { noTwinKeys, thingReader } from "../support/keys";
import { analyzeRequest, analyzeStackRequest, statedIn, urnOf } from "../support/wire";
import type { Given, Stated } from "../support/wire";

const identity = { name: "pack", version: "1.2.3", displayName: "pack", description: "A pack" };
const things = { rules: [noTwinKeys], readers: [thingReader] };

function served(options: PackOptions = {}): PackServer {
  return new PackServer(identity, packParts(options));
}

async function stated(server: PackServer, given: Given): Promise<readonly Stated[]> {
  return statedIn(await server.analyze(analyzeRequest(given).serializeBinary()));
}

function brief(all: readonly Stated[]): readonly string[] {
  return all.map(({ policy, level, urn }) => `${policy} ${level} ${urn.split("::").at(-1) ?? ""}`);
}

describe("the pack behind its own server", () => {
  it("has the parent of the list, else of the options, and what properties depend on", async () => {
    const server = served({ ...things });
    const given = { name: "a", inputs: { key: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" } };
    assert.deepEqual(await stated(server, given), []);
    const list = analyzeStackRequest([
      { ...given, parent: "urn:parent", propertyDependencies: { key: [urnOf("maker")] } },
    ]);
    const [last] = statedIn(await server.analyzeStack(list.serializeBinary()));
    assert.equal(
      last?.message,
      "Cannot verify yet (known after `maker` is created): `a` has the key of another\nfix: give each thing a key of its own",
    );
  });

  for (const { what, bytes } of [
    { what: "ends too soon", bytes: [10, 200, 1] },
    { what: "has a number for a text", bytes: [24, 1] },
  ]) {
    it(`blocks on a request that ${what}, and names no part of it`, async () => {
      const [only, ...more] = statedIn(await served(things).analyze(new Uint8Array(bytes)));
      assert.deepEqual([only?.policy, only?.level, more], ["agentid", "mandatory", []]);
      assert.match(only!.message, /^agentid could not judge this: the policy pack failed with /u);
    });
  }

  it("blocks at the end on a list that cannot be read", async () => {
    const all = statedIn(await served(things).analyzeStack(new Uint8Array([10, 200, 1])));
    assert.deepEqual(brief(all), ["agentid mandatory "]);
  });

  it("passes over fields that the engine of tomorrow may send", async () => {
    const server = served(things);
    const request = analyzeRequest({ name: "a", inputs: { key: "k" } }).serializeBinary();
    // Field 100, a text of three letters.
    const more = Buffer.from([0xa2, 0x06, 3, 97, 98, 99]);
    assert.deepEqual(statedIn(await server.analyze(Buffer.concat([request, more]))), []);
    assert.deepEqual(brief(await stated(server, { name: "b", inputs: { key: "k" } })), [
      "no-twin-keys mandatory b",
    ]);
    const list = Buffer.concat([analyzeStackRequest([{ name: "c" }]).serializeBinary(), more]);
    assert.deepEqual(brief(statedIn(await server.analyzeStack(list))), [
      "no-twin-keys mandatory c",
    ]);
  });

  it("tells its version and changes nothing", () => {
    const server = served(things);
    assert.equal(server.plugin().getVersion(), "1.2.3");
    assert.deepEqual(server.remediate().getRemediationsList(), []);
    assert.deepEqual(server.configureStack().toObject(), {});
  });
});
