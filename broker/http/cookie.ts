import type { IncomingMessage } from "node:http";

/** The one cookie of a broker: its value is an id of 43 characters, or empty to remove it. */
export class Cookie {
  readonly #isSecure: boolean;
  readonly #name: string;

  /** @param issuer URL of the broker; over plain HTTP, which is loopback alone, browsers take no `Secure` cookie */
  constructor(issuer: string) {
    this.#isSecure = issuer.startsWith("https:");
    this.#name = `${this.#isSecure ? "__Host-" : ""}agentid-approvals`;
  }

  /** The id that a browser sends; undefined if it sends none, or two, of which either may be planted. */
  read({ headers: { cookie = "" } }: IncomingMessage): string | undefined {
    const found = cookie.split(/; */).filter((each) => each.startsWith(`${this.#name}=`));
    const [, value] = /=([\w-]{43})$/.exec(found[0] ?? "") ?? [];
    return found.length === 1 ? value : undefined;
  }

  /** The header that sets it. */
  write(value: string, seconds: number): { readonly "set-cookie": string } {
    const attributes = [
      ...[`${this.#name}=${value}`, "Path=/", `Max-Age=${seconds}`, "HttpOnly", "SameSite=Lax"],
      ...(this.#isSecure ? ["Secure"] : []),
    ];
    return { "set-cookie": attributes.join("; ") };
  }
}
