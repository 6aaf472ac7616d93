import { hashOf } from "../hash";
import type { Store } from "./store";

/** What a browser comes back to: a login that has begun, or the session after it. */
export type SessionKind = "login" | "session";

/** What is known of browsers, by a random id that each browser alone has. Any replica answers. */
export class Sessions {
  readonly #store: Store;
  readonly #bound: string;

  /** @param bound their configuration: under another one they are not found */
  constructor(store: Store, bound: string) {
    this.#store = store;
    this.#bound = bound;
  }

  /** Stores one until a time. */
  async begin(
    kind: SessionKind,
    id: string,
    data: Readonly<Record<string, string>>,
    until: number,
  ): Promise<void> {
    await this.#store.write({
      statements: [
        {
          sql: "insert into session (id, data, until) values ($1, $2, $3)",
          values: [this.#hash(kind, id), JSON.stringify(data), until],
        },
      ],
    });
  }

  /** The data of one; undefined if there is none, or no longer. */
  async find(
    kind: SessionKind,
    id: string,
    now: number,
  ): Promise<Readonly<Record<string, string>> | undefined> {
    const [row] = await this.#store.all("select data from session where id = $1 and until > $2", [
      this.#hash(kind, id),
      now,
    ]);
    return row && (JSON.parse(String(row["data"])) as Readonly<Record<string, string>>);
  }

  /** Ends one; false if there is none, or no longer: of several that end it at once one alone gets true. */
  end(kind: SessionKind, id: string, now: number): Promise<boolean> {
    return this.#store.write({
      guard: {
        sql: "delete from session where id = $1 and until > $2",
        values: [this.#hash(kind, id), now],
      },
    });
  }

  #hash(kind: SessionKind, id: string): string {
    const of = JSON.stringify([kind, id, this.#bound]);
    return hashOf(of);
  }
}
