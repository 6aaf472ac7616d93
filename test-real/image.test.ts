import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkout } from "./support/checkout";
import { npm } from "./support/npm";
import { exchangeForm, startBrokerProcess } from "./support/servers/broker";
import { freePorts, type KillableServer } from "./support/servers/server";
import { temporaryFolder } from "./support/temporary";

/** What the last stage of the container file states. */
const stage = readFileSync(join(checkout, "broker/Containerfile"), "utf8")
  .split(/^FROM /m)
  .at(-1);

function stated(instruction: string): string {
  return new RegExp(`^${instruction} (.*)$`, "m").exec(stage ?? "")?.[1] ?? "";
}

/**
 * Makes the root file system of the image by the steps of the container file. In place of the base it has this machine's Node with
 * the libraries that it and libsql load, and nothing else.
 */
async function rootFileSystem(node: string): Promise<string> {
  const root = join(temporaryFolder(), "root");
  const app = join(root, "app");
  for (const folder of [dirname(node), "app/node_modules", "etc/agentid", "proc", "tmp"]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  for (const file of ["package.json", "package-lock.json"]) {
    copyFileSync(join(checkout, "broker/image", file), join(app, file));
  }
  await npm(
    ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"],
    app,
  );
  const packages = temporaryFolder();
  execFileSync(process.execPath, ["scripts/server-packages.mjs", packages], { cwd: checkout });
  const own = "pulumi-agentid-broker";
  cpSync(join(packages, own), join(app, "node_modules", own), { recursive: true });
  copyFileSync(process.execPath, join(root, node));
  for (const library of [process.execPath, ...compiled(app)].flatMap(librariesOf)) {
    mkdirSync(join(root, dirname(library)), { recursive: true });
    copyFileSync(library, join(root, library));
    chmodSync(join(root, library), 0o755);
  }
  return root;
}

/** What is compiled for this machine's C library; npm installs it for musl too. */
function compiled(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith("-gnu/index.node"))
    .map((path) => join(folder, path));
}

/** Shared libraries that a program loads, with the loader itself. */
function librariesOf(program: string): readonly string[] {
  const printed = execFileSync("ldd", [program], { encoding: "utf8" });
  return [...printed.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)].map(([, path = ""]) => path);
}

/** The processes of programs that were started by this path. */
function processesOf(program: string): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => readIfThere(`/proc/${name}/cmdline`).startsWith(`${program}\0`))
    .map(Number);
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function isProgram(file: string): boolean {
  const isElf = readFileSync(file).subarray(0, 4).toString("latin1") === "\x7fELF";
  return isElf && !/[.]so[.\d]*$|[.]node$/.test(file);
}

describe("the image of the broker, as an unpacked root file system", () => {
  const [node = "", ...entry] = JSON.parse(stated("ENTRYPOINT")) as readonly string[];
  let root: string;
  let broker: KillableServer;
  let address: string;
  before(async () => {
    root = await rootFileSystem(node);
    const [port] = await freePorts(1);
    address = `127.0.0.1:${port}`;
    // As in the component's pods: it writes to /tmp alone, and the configuration is mounted.
    const contained = [
      'root=$0 && mount --bind "$root" "$root" && mount --bind "$1" "$root/etc/agentid"',
      'mount -o remount,bind,ro "$root" && mount -o remount,bind,ro "$root/etc/agentid"',
      'mount -t tmpfs -o mode=1777 tmpfs "$root/tmp" && mount -t proc -o ro proc "$root/proc"',
      'shift && exec chroot --userspec="$OWNER" "$root" "$@"',
    ].join(" && ");
    broker = await startBrokerProcess({
      listen: address,
      parts: { state: { sqlite: "/tmp/broker.db" }, drainSeconds: 0 },
      env: { OWNER: stated("USER") },
      command: (folder) => {
        chmodSync(folder, 0o755);
        return [
          "unshare",
          ...["--mount", "--pid", "--fork", "--kill-child", "sh", "-c", contained, root, folder],
          ...[node, ...entry, ...(JSON.parse(stated("CMD")) as readonly string[])],
        ];
      },
    });
  });
  after(() => broker.stop());

  it("issues a credential as its user, who writes to /tmp alone", async () => {
    const body = await exchangeForm();
    const answer = await fetch(`http://${address}/token`, { method: "POST", body });
    assert.equal(answer.status, 200, await answer.text());
    const [own, ...more] = processesOf(node);
    assert.deepEqual(more, []);
    const status = readFileSync(`/proc/${own}/status`, "utf8");
    const [uid = "", gid = ""] = stated("USER").split(":");
    for (const [field, id] of Object.entries({ Uid: uid, Gid: gid })) {
      assert.match(status, new RegExp(`^${field}:(?:\\t${id}){4}$`, "m"));
    }
    assert.match(status, /^CapEff:\t0+$/m);
    const mounts = readFileSync(`/proc/${own}/mounts`, "utf8").trim().split("\n");
    const writable = mounts
      .map((line) => line.split(" "))
      .filter(([, , , of]) => /^rw/.test(of ?? ""));
    assert.deepEqual(
      writable.map(([, place]) => place),
      ["/tmp"],
    );
  });

  it("has no program but Node", () => {
    const files = readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((each) => each.isFile())
      .map((each) => join(each.parentPath, each.name));
    assert.deepEqual(files.filter(isProgram), [join(root, node)]);
  });

  it("ends in order as the first process of its container", async () => {
    const [own = 0] = processesOf(node);
    process.kill(own, "SIGTERM");
    while (processesOf(node).length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
  });
});
