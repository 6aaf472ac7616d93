import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "./temporary";

/** Files of a certificate and of its key, in PEM. */
export interface Certified {
  readonly certificate: string;
  readonly key: string;
}

/** A certificate authority of one test. */
export interface Authority {
  /** File of its certificate, in PEM. */
  readonly certificate: string;
  /** Certifies a new key of a server, by its DNS name, or of a client, by its common name. */
  certify(name: string, use: "server" | "client"): Certified;
}

const uses = {
  server: (name: string) => `extendedKeyUsage=serverAuth\nsubjectAltName=DNS:${name}\n`,
  client: () => "extendedKeyUsage=clientAuth\n",
};

/** Makes a certificate authority, whose certificates last for a day. */
export function makeAuthority(): Authority {
  const folder = temporaryFolder();
  const file = (name: string): string => join(folder, name);
  const [certificate, key] = [file("ca.crt"), file("ca.key")];
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl(
    ...["req", "-x509", "-days", "1", "-subj", "/CN=authority", ...newKey],
    ...["-keyout", key, "-out", certificate],
  );
  let made = 0;
  return {
    certificate,
    certify: (name, use) => {
      made += 1;
      const own = { certificate: file(`${made}.crt`), key: file(`${made}.key`) };
      const [request, extensions] = [file(`${made}.csr`), file(`${made}.ext`)];
      writeFileSync(extensions, uses[use](name));
      openssl(
        "req",
        "-new",
        "-subj",
        `/CN=${name}`,
        ...newKey,
        "-keyout",
        own.key,
        "-out",
        request,
      );
      openssl(
        ...["x509", "-req", "-days", "1", "-in", request, "-extfile", extensions],
        ...["-CA", certificate, "-CAkey", key, "-CAcreateserial", "-out", own.certificate],
      );
      return own;
    },
  };
}

function openssl(...args: readonly string[]): void {
  try {
    execFileSync("openssl", args, { stdio: ["ignore", "ignore", "pipe"] });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new Error("OpenSSL is not installed; install Debian's package `openssl`", {
      cause: error,
    });
  }
}
