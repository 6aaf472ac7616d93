import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";

const script = resolve(__dirname, "../../scripts/redos.mjs");

describe("the check of regular expressions", function () {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "agentid-redos-"));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const checked = (text: string): { readonly status: number | null; readonly printed: string } => {
    writeFileSync(join(folder, "text.ts"), text);
    const { status, stdout } = spawnSync(process.execPath, [script, folder], {
      encoding: "utf8",
      env: { ...process.env, XDG_CACHE_HOME: folder },
    });
    // As a path from here where that is shorter.
    const printed = stdout.replaceAll(relative(process.cwd(), folder), "FOLDER");
    return { status, printed: printed.replaceAll(folder, "FOLDER") };
  };

  it("reports expressions that some text keeps busy, written out or put together", () => {
    const { status, printed } = checked(
      "const star = String.raw`(?:a?\\*+)+`;\n" +
        "export const whole = new RegExp(`^${star}$`);\n" +
        "export const cut = (text: string): string => text.replace(/[*?].*$/, '');\n" +
        "export const bounded = /^[a-z]{1,40}=[a-z=]{1,40}$/;\n",
    );
    assert.equal(status, 1);
    assert.match(printed, /FOLDER\/text\.ts:2: \/\^\(\?:a\?\\\*\+\)\+\$\/ takes exponential time/);
    assert.match(
      printed,
      /FOLDER\/text\.ts:3: \/\[\*\?\]\.\*\$\/ takes 2nd degree polynomial time/,
    );
    assert.match(printed, /redos: 3 expressions, of which 1 were new/);
  });

  it("reports an expression that is made of what is judged", () => {
    const { status, printed } = checked(
      "export const like = (name: string): RegExp => new RegExp(`^${name}$`);\n",
    );
    assert.equal(status, 1);
    assert.match(printed, /FOLDER\/text\.ts:1: makes an expression after loading/);
  });
});
