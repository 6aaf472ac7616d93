// More lines than are told, one of them very long, one that a workflow's runner would obey, and blank ones.
const lines = Array.from({ length: 70 }, (_, index) => `line ${index + 1}`);
lines[1] = "x".repeat(2000);
lines[2] = "::error::obeyed";
throw new RangeError(lines.join("\r\n\n"));
