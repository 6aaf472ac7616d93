import { createHash } from "node:crypto";

/** Values that must not be found in any output, each planted at a location for secrets. */
export class Canaries {
  readonly #values: string[] = [];

  /** A value under a unique name. It looks like a credential, so that rules report something. */
  plant(place: string): string {
    const noise = createHash("sha256").update(`planted in ${place}`).digest("hex").slice(0, 24);
    return this.#keep(`Cn7${noise}Qz`);
  }

  /** A value in the format of a known credential. */
  plantToken(value: string): string {
    return this.#keep(value);
  }

  /** The values found in a text, also encoded or hashed without a key. */
  foundIn(text: string): readonly string[] {
    return this.#values.filter((value) => spellingsOf(value).some((one) => text.includes(one)));
  }

  #keep(value: string): string {
    this.#values.push(value);
    return value;
  }
}

/** A value as it is, in part, reversed, in base64 at each offset, in hexadecimal and hashed. */
function spellingsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  const inBase64 = [0, 1, 2].map((offset) =>
    Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .slice(offset === 0 ? 0 : 4, -4),
  );
  const hashes = ["md5", "sha1", "sha256", "sha512"].flatMap((name) => {
    const digest = createHash(name).update(value).digest();
    return [digest.toString("hex").slice(0, 32), digest.toString("base64").slice(0, 20)];
  });
  return [
    value.slice(0, 12),
    value.slice(-12),
    Array.from(value).reverse().join(""),
    ...inBase64,
    bytes.toString("hex"),
    ...hashes,
  ];
}
