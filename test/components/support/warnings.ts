/** Keeps what components warn of, which without an engine goes to the console, from the output of a suite's tests. */
export function withoutWarnings(): void {
  const { warn } = console;
  before(() => {
    console.warn = () => undefined;
  });
  after(() => {
    console.warn = warn;
  });
}

/** What components warn of while a program runs. */
export async function warningsIn(program: () => unknown): Promise<readonly string[]> {
  const { warn } = console;
  const warnings: string[] = [];
  console.warn = (text: string) => warnings.push(text.replace("warning: [runtime] ", ""));
  try {
    await program();
  } finally {
    console.warn = warn;
  }
  return warnings;
}
