// Runs the programs of test/programs on the real engine, each as a preview of a new stack, and writes its output into
// test/recordings. The offline preview is tested against these. Run: npx --no-install tsx test-real/record.ts [PROGRAM...]
import { writeFileSync } from "node:fs";
import { programNames, recordProgram, recordingPath } from "./support/record-program";
import { removeTemporaryFolders } from "./support/temporary";

async function main(named: readonly string[]): Promise<void> {
  try {
    for (const program of named.length > 0 ? named : programNames()) {
      const recording = await recordProgram(program);
      writeFileSync(recordingPath(program), JSON.stringify(recording, null, 1) + "\n");
      console.log(`recorded ${program}`);
    }
  } finally {
    removeTemporaryFolders();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
