/**
 * Code for the prelude, by which the result of a provider function waits for what its arguments wait for.
 *
 * A function whose arguments are not known is asked of nobody, and the SDK says that its result depends on nothing
 * (`invokeAsync` in `runtime/invoke.js`, @pulumi/pulumi 3.248); where they are known, it depends on what they depend on.
 *
 * @param sdk an expression for the folder of the SDK
 */
export function argumentDependencies(sdk: string): string {
  return `
try {
  const { join } = require("node:path");
  const invoking = require(join(${sdk}, "runtime/invoke"));
  const { Output, output } = require(join(${sdk}, "output"));
  for (const name of ["invokeOutput", "invokeSingleOutput"]) {
    const invoke = invoking[name];
    invoking[name] = (token, args, ...rest) => {
      const result = invoke(token, args, ...rest);
      const given = output(args);
      const resources = Promise.all([result.allResources(), given.allResources()])
        .then(([own, theirs]) => new Set([...own, ...theirs]));
      return new Output(given.resources(), result.promise(true), result.isKnown, result.isSecret, resources);
    };
  }
} catch {}
`;
}
