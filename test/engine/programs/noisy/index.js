const line = `${"x".repeat(127)}\n`;
for (let printed = 0; printed < 1024 * 1024; printed += line.length) process.stdout.write(line);
console.error("the end of it");
throw new Error("after a megabyte");
