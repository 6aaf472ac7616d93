import assert from "node:assert/strict";
import {
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { X509Certificate } from "node:crypto";
import { connect } from "node:tls";
import { serve, type Listening } from "../broker/http/serve";
import { makeAuthority, type Certified } from "./support/certificates";
import { temporaryFolder } from "./support/temporary";

const authority = makeAuthority();

const serialOf = ({ certificate }: Certified): string =>
  new X509Certificate(readFileSync(certificate)).serialNumber;

/** Milliseconds between the server's looks at its files. */
const interval = 50;

describe("the certificate of a broker that runs", () => {
  const folder = temporaryFolder();
  const files = { certificate: join(folder, "tls.crt"), key: join(folder, "tls.key") };
  const first = authority.certify("localhost", "server");
  const second = authority.certify("localhost", "server");
  let server: Listening;
  let problems: (readonly [message: string, reason: string])[];

  const put = ({ certificate, key }: Partial<Certified> = {}): void => {
    if (certificate !== undefined) copyFileSync(certificate, files.certificate);
    if (key !== undefined) copyFileSync(key, files.key);
  };

  beforeEach(async () => {
    problems = [];
    put(first);
    server = await serve(
      { host: "127.0.0.1", port: 0 },
      files,
      () => Promise.resolve({ status: 204 }),
      (message, reason) => void problems.push([message, reason]),
      undefined,
      interval,
    );
    assert.equal(await served(), serialOf(first));
  });

  afterEach(() => server.stop());

  /** Serial number of the certificate that a new connection gets. */
  const served = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect({
        ...{ host: "127.0.0.1", port: server.port, servername: "localhost" },
        ca: readFileSync(authority.certificate),
      });
      socket.once("error", reject).once("secureConnect", () => {
        resolve(socket.getPeerX509Certificate()?.serialNumber ?? "");
        socket.destroy();
      });
    });

  const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
    while (!(await isSo())) {
      await new Promise((resolve) => setTimeout(resolve, interval));
    }
  };

  it("is the new one once its files have changed, for new connections", async () => {
    put(second);
    await until(async () => (await served()) === serialOf(second));
  });

  it("is the renewed one of a Secret, whose files the kubelet replaces by a link to another folder", async () => {
    // Source: kubernetes/kubernetes, pkg/volume/util/atomic_writer.go.
    const mounted = temporaryFolder();
    const write = (version: string, { certificate, key }: Certified): void => {
      mkdirSync(join(mounted, version));
      copyFileSync(certificate, join(mounted, version, "tls.crt"));
      copyFileSync(key, join(mounted, version, "tls.key"));
      symlinkSync(version, join(mounted, "..data_tmp"));
      renameSync(join(mounted, "..data_tmp"), join(mounted, "..data"));
    };
    write("..first", first);
    for (const name of ["tls.crt", "tls.key"]) symlinkSync(`..data/${name}`, join(mounted, name));
    await server.stop();
    server = await serve(
      { host: "127.0.0.1", port: 0 },
      { certificate: join(mounted, "tls.crt"), key: join(mounted, "tls.key") },
      () => Promise.resolve({ status: 204 }),
      (message, reason) => void problems.push([message, reason]),
      undefined,
      interval,
    );
    assert.equal(await served(), serialOf(first));
    write("..second", second);
    rmSync(join(mounted, "..first"), { recursive: true });
    await until(async () => (await served()) === serialOf(second));
    assert.deepEqual(problems, []);
  });

  for (const [what, spoil] of Object.entries({
    "is no certificate": () => writeFileSync(files.certificate, "no certificate"),
    "has the key of another": () => put({ certificate: second.certificate }),
    "is gone": () => rmSync(files.certificate),
    "has a key that is gone": () => rmSync(files.key),
  })) {
    it(`stays the old one where the new one ${what}, which is logged without the key`, async () => {
      spoil();
      await until(() => problems.length > 0);
      assert.equal(await served(), serialOf(first));
      const secret = readFileSync(first.key, "utf8").split("\n")[1] ?? "";
      for (const [message, reason] of problems) {
        assert.equal(message, "the certificate cannot be read again");
        assert.ok(reason !== "" && !reason.includes(secret), reason);
      }
      put(second);
      await until(async () => (await served()) === serialOf(second));
    });
  }
});
