import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Folder } from "./support/folder";
import { separate } from "./support/manifests";
import { runCli } from "./support/run-cli";

describe("a file that settings name", () => {
  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  /** Judges `repo/k8s` by settings that a pull request changed. */
  const check = async (settings: string, ...args: string[]) => {
    folder.write({
      "repo/k8s/desk.yaml": separate,
      "repo/k8s/agentid.yaml": settings,
      "repo/waivers.yaml": "waivers: []\n",
      "outside.yaml": "waivers: []\n",
      secrets: "PASSWORD=hunter2secret\n",
    });
    return await runCli(["check", "k8s", ...args], join(folder.path, "repo"));
  };
  const isRepository = (): void => {
    mkdirSync(join(folder.path, "repo/.git"), { recursive: true });
  };

  for (const option of ["waivers", "baseline"]) {
    for (const file of ["/proc/self/environ", "/dev/zero", "../../secrets", "link"]) {
      it(`is refused outside of the repository: ${option}: ${file}`, async () => {
        isRepository();
        mkdirSync(join(folder.path, "repo/k8s"), { recursive: true });
        symlinkSync("../../secrets", join(folder.path, "repo/k8s/link"));
        assert.deepEqual(await check(`${option}: ${file}\n`), {
          code: 2,
          out: "",
          err: `agentid: \`${option}\` in \`k8s/agentid.yaml\` names a file outside its repository; give that by \`--${option}\`\n`,
        });
      });
    }
  }

  it("may lie anywhere in the repository", async () => {
    isRepository();
    const { code, err } = await check("waivers: ../waivers.yaml\n");
    assert.deepEqual({ code, err }, { code: 0, err: "" });
  });

  it("lies beside the settings or below them where there is no repository", async () => {
    assert.equal((await check("waivers: ../waivers.yaml\n")).code, 2);
    writeFileSync(join(folder.path, "repo/k8s/waivers.yaml"), "waivers: []\n");
    assert.equal((await check("waivers: waivers.yaml\n")).code, 0);
  });

  it("may lie anywhere where the command line gives it", async () => {
    const { code, err } = await check(
      "waivers: /proc/self/environ\n",
      "--waivers",
      "../outside.yaml",
    );
    assert.deepEqual({ code, err }, { code: 0, err: "" });
  });

  it("has none of its content in any error about it", async () => {
    for (const [settings, ...args] of [
      ["", "--waivers", "../secrets"],
      ["", "--baseline", "../secrets"],
      ["", "--settings", "../secrets"],
      ["", "--waivers", "/proc/self/environ"],
      ["scope: hunter2secret\n"],
      ["hunter2secret: 1\n"],
      ["tenants: hunter2secret\n"],
      ["levels: { hunter2secret: mandatory }\n"],
      ["maxSession: hunter2secret\n"],
      ["scope: !hunter2secret x\n"],
      ["scope: *hunter2secret\n"],
    ] as const) {
      const { code, out, err } = await check(settings, ...args);
      assert.deepEqual({ settings, code, out }, { settings, code: 2, out: "" });
      assert.doesNotMatch(err, /hunter2secret|PATH=|HOME=/);
    }
  });

  it("is the settings themselves, which must not lead out", async () => {
    isRepository();
    mkdirSync(join(folder.path, "repo/other"));
    folder.write({ "repo/other/desk.yaml": separate, secrets: "PASSWORD=hunter2secret\n" });
    symlinkSync("../../secrets", join(folder.path, "repo/other/agentid.yaml"));
    assert.deepEqual(await runCli(["check", "other"], join(folder.path, "repo")), {
      code: 2,
      out: "",
      err: "agentid: `other/agentid.yaml` leads out of its repository; give it by `--settings`\n",
    });
  });
});
