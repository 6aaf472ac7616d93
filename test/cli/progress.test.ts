import assert from "node:assert/strict";
import { Progress } from "../../cli/progress";

function recorded(isTTY: boolean): {
  readonly written: string[];
  readonly progress: Progress;
  tick: (ms: number) => void;
} {
  const written: string[] = [];
  let now = 0;
  const stream = { isTTY, write: (text: string) => written.push(text) };
  return { written, progress: new Progress(stream, () => now), tick: (ms) => (now += ms) };
}

describe("progress", () => {
  it("is one line that is written over, at most ten times a second, and goes away", () => {
    const { written, progress, tick } = recorded(true);
    progress.show("a");
    progress.show("b");
    tick(150);
    progress.show("c");
    progress.clear();
    progress.clear();
    assert.deepEqual(written, ["\r\u001b[Ka", "\r\u001b[Kc", "\r\u001b[K"]);
  });

  it("is silent without a terminal", () => {
    const { written, progress } = recorded(false);
    progress.show("a");
    progress.clear();
    assert.deepEqual(written, []);
  });
});
