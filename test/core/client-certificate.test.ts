import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { thumbprintOf } from "../../core/client-certificate";
import { testAuthority, type TestCertificate } from "../broker/support/certificates";

describe("a certificate that a reverse proxy states in a header", () => {
  let one: TestCertificate;
  let other: TestCertificate;
  let thumbprint: string;
  before(async () => {
    [one, other] = await Promise.all([testAuthority("a.example"), testAuthority("b.example")]);
    thumbprint = digestOf(one).toString("base64url");
  });

  const digestOf = ({ certificate }: TestCertificate): Buffer =>
    createHash("sha256").update(certificate.raw).digest();
  const hashOf = (each: TestCertificate): string => `Hash=${digestOf(each).toString("hex")}`;
  /** As AWS' load balancer encodes it, which leaves `+`, `=` and `/` as they are. */
  const safely = (pem: string): string => pem.replaceAll("\n", "%0A").replaceAll(" ", "%20");

  const stated: Readonly<Record<string, (each: TestCertificate) => string>> = {
    "PEM, as Node has it": ({ chain }) => chain,
    "PEM with percent encoding, as nginx has it": ({ chain }) => encodeURIComponent(chain),
    "PEM with some percent encoding, as a load balancer of AWS has it": ({ chain }) =>
      safely(chain),
    "binary, as RFC 9440 has it": ({ certificate }) => `:${certificate.raw.toString("base64")}:`,
    "its hash, as Envoy has it": hashOf,
    "its hash among others, as Envoy has it": (each) =>
      `By=spiffe://a.example/tool;${hashOf(each)};Subject="CN=x;Hash=no";URI=spiffe://a.example/x`,
  };
  for (const [how, write] of Object.entries(stated)) {
    it(`is known by ${how}`, () => {
      assert.equal(thumbprintOf(write(one)), thumbprint);
      assert.notEqual(thumbprintOf(write(other)), thumbprint);
    });
  }

  const unknown: Readonly<Record<string, () => string>> = {
    nothing: () => "",
    "a name": () => "CN=triage",
    "two certificates in PEM": () => one.chain + other.chain,
    "two with percent encoding": () => encodeURIComponent(one.chain + other.chain),
    "a broken percent encoding": () => `%E0%A4%A${one.chain}`,
    "PEM of something else": () => one.key,
    "binary of something else": () => ":AAAA:",
    "two elements of Envoy": () => `${hashOf(one)},${hashOf(other)}`,
    "two elements of Envoy, one without a hash": () => `By=spiffe://a.example/tool,${hashOf(one)}`,
    "an element before it": () => `${hashOf(one)},By=spiffe://a.example/tool`,
    "two hashes": () => `${hashOf(one)};${hashOf(other)}`,
    "a hash that is cut off": () => hashOf(one).slice(0, -1),
    "a hash within another part": () => `Subject="x${hashOf(one)}"`,
    "a hash within a quoted subject": () => `By=x;Subject="CN=a;${hashOf(one)};b"`,
    "the thumbprint itself": () => thumbprint,
  };
  for (const [what, write] of Object.entries(unknown)) {
    it(`is not known by ${what}`, () => {
      assert.equal(thumbprintOf(write()), undefined);
    });
  }
});
