#!/usr/bin/env node
import { run } from "./command-line";
import { endClearly, endWith } from "./end-clearly";

endClearly();
void run(process.argv.slice(2)).then(endWith);
