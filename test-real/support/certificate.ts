import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A certificate for this machine's own names, which configured clients trust. */
export interface Certificate {
  /** The files, in PEM. */
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
}

/** Makes a certificate that signs itself, for a day. */
export function selfSigned(folder: string): Certificate {
  const [certFile, keyFile] = [join(folder, "tls.crt"), join(folder, "tls.key")];
  const args = [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"],
    ...["-days", "1", "-subj", "/CN=localhost"],
    ...["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
    ...["-keyout", keyFile, "-out", certFile],
  ];
  execFileSync("openssl", args, { stdio: "pipe" });
  const [cert, key] = [readFileSync(certFile, "utf8"), readFileSync(keyFile, "utf8")];
  return { certFile, keyFile, cert, key };
}
