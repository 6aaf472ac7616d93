import type { IncomingMessage } from "node:http";
import { Refused } from "../refused";

/** Most bytes of a request's body. */
const longestBody = 56 * 1024;

/** Parameters by name. */
export type Form = Readonly<Partial<Record<string, string>>>;

/**
 * The known parameters of a request; throws {@link Refused}.
 *
 * A parameter that is there twice is an error, also one that is not known (source: RFC 6749, 3.2).
 *
 * @param onOthers is called with how many others there are, where there are some
 */
export async function readForm(
  request: IncomingMessage,
  known: readonly string[],
  onOthers: (count: number) => void,
): Promise<Form> {
  const type = request.headers["content-type"] ?? "";
  if (!/^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(type)) {
    throw new Refused("invalid_request", "send `application/x-www-form-urlencoded`");
  }
  const form: Record<string, string> = Object.create(null) as Record<string, string>;
  const seen = new Set<string>();
  for (const [name, value] of new URLSearchParams(await readBody(request))) {
    const isKnown = known.includes(name);
    if (seen.has(name)) {
      const which = isKnown ? `\`${name}\`` : "a parameter that is not known";
      throw new Refused("invalid_request", `${which} is there twice`);
    }
    seen.add(name);
    // An empty parameter counts as left out (source: RFC 6749, 3.2).
    if (isKnown && value !== "") form[name] = value;
  }
  const others = [...seen].filter((name) => !known.includes(name)).length;
  if (others > 0) onOthers(others);
  return form;
}

/** The body as text; throws {@link Refused} if it is longer than {@link longestBody} or no UTF-8. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const body = await bytesOf(request);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    throw new Refused("invalid_request", "the body is no UTF-8");
  }
}

/** Not by iterating: to break that off would destroy the connection before the answer. */
function bytesOf(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let length = 0;
    request
      .on("data", (part: Buffer) => {
        length += part.length;
        if (length <= longestBody) parts.push(part);
        else {
          request.pause();
          reject(
            new Refused("invalid_request", `the body is longer than ${longestBody} bytes`, {
              status: 413,
            }),
          );
        }
      })
      .on("end", () => resolve(Buffer.concat(parts)))
      .on("close", () => reject(new Refused("invalid_request", "the body was not sent in full")));
  });
}

/** A parameter that has to be there. */
export function required(form: Form, name: string): string {
  const value = form[name];
  if (value === undefined) throw new Refused("invalid_request", `\`${name}\` is missing`);
  return value;
}
