import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Folder } from "./support/folder";
import { separate } from "./support/manifests";
import { runInShell } from "./support/run-cli";

/** Writes down at the end of a process which files it has loaded. */
const notice = `process.on("exit", () => {
  require("node:fs").writeFileSync("loaded", Object.keys(require.cache).join("\\n"));
});
`;

describe("agentid check", () => {
  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  it("loads nothing for manifests that only the preview of a program needs", () => {
    folder.write({ "tell.cjs": notice, "k8s/desk.yaml": separate });
    const script = 'NODE_OPTIONS="--require ./tell.cjs" "$@"';
    assert.equal(runInShell(script, ["check", "k8s"], folder.path).code, 0);
    const loaded = readFileSync(join(folder.path, "loaded"), "utf8").split("\n");
    // From source, or all commands in one file.
    const own = /policy-pack[\\/]run[\\/]judge\.ts$|cli[\\/]commands[\\/]index\.js$/;
    assert.ok(loaded.some((file) => own.test(file)));
    assert.deepEqual(
      loaded.filter((file) =>
        /[\\/]@grpc[\\/]|google-protobuf|[\\/]@pulumi[\\/]|cedar-wasm/.test(file),
      ),
      [],
    );
  });
});
