import { hashOf } from "../hash";
import type { Store } from "./store";

/** Sessions of people, by a random id that each browser alone has. Any replica answers. */
export class Sessions {
  readonly #store: Store;
  readonly #bound: string;

  /** @param bound their configuration: under another one they are not found */
  constructor(store: Store, bound: string) {
    this.#store = store;
    this.#bound = bound;
  }

  /** Stores one until a time. */
  async begin(id: string, data: Readonly<Record<string, string>>, until: number): Promise<void> {
    await this.#store.write({
      statements: [
        {
          sql: "insert into session (id, data, until) values ($1, $2, $3)",
          values: [this.#hash(id), JSON.stringify(data), until],
        },
      ],
    });
  }

  /** The data of one; undefined if there is none, or no longer. */
  async find(id: string, now: number): Promise<Readonly<Record<string, string>> | undefined> {
    const [row] = await this.#store.all("select data from session where id = $1 and until > $2", [
      this.#hash(id),
      now,
    ]);
    return row && (JSON.parse(String(row["data"])) as Readonly<Record<string, string>>);
  }

  /** Ends one; false if there is none, or no longer: of several that end it at once one alone gets true. */
  end(id: string, now: number): Promise<boolean> {
    return this.#store.write({
      guard: {
        sql: "delete from session where id = $1 and until > $2",
        values: [this.#hash(id), now],
      },
    });
  }

  #hash(id: string): string {
    const of = JSON.stringify([id, this.#bound]);
    return hashOf(of);
  }
}
