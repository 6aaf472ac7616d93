import { stopCommands } from "./command";
import { stopServers } from "./servers/server";
import { removeTemporaryFolders } from "./temporary";

/** What mocha runs around all tests: nothing they started or wrote outlives them. */
export const mochaHooks = {
  afterAll(): void {
    stopCommands();
    stopServers();
    removeTemporaryFolders();
  },
};
