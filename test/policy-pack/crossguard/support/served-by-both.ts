import assert from "node:assert/strict";
import { packParts, type PackOptions } from "../../../../policy-pack/crossguard/pack-parts";
import { createPolicies } from "../../../../policy-pack/crossguard/policies";
import { PackServer } from "../../../../policy-pack/crossguard/server/pack-server";
import { Served } from "./served";
import { analyzeRequest, analyzeStackRequest, statedIn, type Given, type Stated } from "./wire";

const identity = { name: "pack", version: "1.0.0", displayName: "pack", description: "A pack" };

/** A pack behind the SDK's server and behind its own at once, which have to say the same. */
export class ServedByBoth {
  readonly #sdk: Served;
  readonly #own: PackServer;

  constructor(options: PackOptions) {
    this.#sdk = new Served(createPolicies(options));
    this.#own = new PackServer(identity, packParts(options));
  }

  /** What both say of a resource before it is made. */
  async analyze(given: Given): Promise<readonly Stated[]> {
    const [own, sdk] = await Promise.all([
      this.#own.analyze(analyzeRequest(given).serializeBinary()),
      this.#sdk.analyze(given),
    ]);
    return theSame(statedIn(own), sdk);
  }

  /** What both say of several resources, one after the other. */
  async analyzeAll(resources: readonly Given[]): Promise<readonly Stated[]> {
    const stated: Stated[] = [];
    for (const given of resources) stated.push(...(await this.analyze(given)));
    return stated;
  }

  /** What both say at the end. */
  async analyzeStack(resources: readonly Given[]): Promise<readonly Stated[]> {
    const [own, sdk] = await Promise.all([
      this.#own.analyzeStack(analyzeStackRequest(resources).serializeBinary()),
      this.#sdk.analyzeStack(resources),
    ]);
    return theSame(statedIn(own), sdk);
  }
}

function theSame(own: readonly Stated[], sdk: readonly Stated[]): readonly Stated[] {
  assert.deepEqual(own, sdk, "its own server says something else than the SDK's");
  return own;
}
