/** What a request is answered with. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, or a text with its type. */
  readonly body?:
    | { readonly json: Readonly<Record<string, unknown>> | readonly unknown[] }
    | { readonly text: string; readonly type: string };
}

/** An answer of JSON. */
export function json(
  body: Readonly<Record<string, unknown>> | readonly unknown[],
  status = 200,
): Answer {
  return { status, body: { json: body } };
}

/** The headers of every answer: no caching, no sniffing, no framing. */
export const plainHeaders: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  pragma: "no-cache",
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
};
