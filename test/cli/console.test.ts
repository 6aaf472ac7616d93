import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { write } from "../../cli/console";
import { CouldNotRun, failureOf } from "../../cli/failure";
import { reasonOf } from "../../policy-pack/files/system-reason";

/** A stream that takes text, or fails with a system's error. */
function stream(code?: string): { readonly stream: Writable; readonly written: string[] } {
  const written: string[] = [];
  return {
    written,
    stream: new Writable({
      write(chunk: Buffer, _encoding, done) {
        written.push(chunk.toString());
        done(code === undefined ? null : Object.assign(new Error("write failed"), { code }));
      },
    }),
  };
}

describe("console", () => {
  it("writes text and waits until it is out", async () => {
    const { stream: out, written } = stream();
    await write(out, "a");
    await write(out, "");
    assert.deepEqual(written.join(""), "a");
  });

  it("takes a reader that went away for no failure", async () => {
    await write(stream("EPIPE").stream, "a");
  });

  it("fails where the text did not get out", async () => {
    await assert.rejects(
      write(stream("ENOSPC").stream, "a"),
      new CouldNotRun("cannot write the output: its disk is full"),
    );
  });
});

describe("failure", () => {
  it("of ours is its own sentence, with what only --verbose shows", () => {
    assert.deepEqual(failureOf(new CouldNotRun("no such thing")), { reason: "no such thing" });
    assert.deepEqual(failureOf(new CouldNotRun("no such thing", "more")), {
      reason: "no such thing",
      details: "more",
    });
  });

  it("that is unexpected is the first line of its error, with the stack for --verbose", () => {
    const error = new TypeError("x is not a function\nand more");
    const reason =
      "agentid itself failed: x is not a function; run again with --verbose and report what it prints";
    assert.deepEqual(failureOf(error), { reason, details: error.stack });
    assert.deepEqual(failureOf("x is not a function"), { reason });
  });

  it("of the system is put into words", () => {
    const words = {
      ENOENT: "it does not exist",
      EACCES: "permission is denied",
      EPERM: "permission is denied",
      EISDIR: "it is a folder",
      ENOTDIR: "a part of its path is not a folder",
      EROFS: "its file system is read-only",
      ENOSPC: "its disk is full",
      EIO: "input failed",
    };
    for (const [code, stated] of Object.entries(words)) {
      assert.equal(reasonOf(Object.assign(new Error("input failed"), { code })), stated);
    }
    assert.equal(reasonOf("odd"), "odd");
  });
});
