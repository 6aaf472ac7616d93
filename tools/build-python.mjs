// Builds a part that is a Python program: a virtual environment with exactly what its requirements.txt pins, by hash.
import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { isOlder } from "./versions.mjs";

const python = "python3";

/** The Python that an environment is made for, and where: an environment is links into it, and worth nothing without. */
export function pythonHost(part, recipe) {
  let found;
  try {
    found = execFileSync(
      python,
      ["-c", "import platform, sys; print(platform.python_version(), sys.base_prefix)"],
      { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
    );
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    throw new Error(`Python is not installed; \`${part}\` needs Python ${recipe.python} or later`);
  }
  const [version] = found.split(" ");
  if (isOlder(version, recipe.python)) {
    throw new Error(
      `Python ${version} is too old; \`${part}\` needs Python ${recipe.python} or later`,
    );
  }
  return found;
}

/** Makes the environment of the part in `folder` in the folder `into`. */
export function buildPython(part, folder, recipe, into) {
  run(recipe, python, ["-m", "venv", into]);
  // Wheels alone: nothing of a package runs while it is installed. Nothing is cached: an environment is made once.
  const install = (list, ...options) =>
    run(recipe, join(into, recipe.binary), [
      ...["-m", "pip", "install", "--quiet", "--no-cache-dir", "--require-hashes"],
      ...["--only-binary", ":all:", ...options, "--requirement", join(folder, list)],
    ]);
  if (recipe.source === undefined) {
    install("requirements.txt");
  } else {
    // The one package of which there is no wheel is built by what build.txt pins.
    install("build.txt");
    install("requirements.txt", "--no-binary", recipe.source, "--no-build-isolation");
  }
}

function run(recipe, command, args) {
  const ended = spawnSync(command, args, {
    env: { ...process.env, PIP_DISABLE_PIP_VERSION_CHECK: "1" },
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (ended.status !== 0)
    throw new Error(`installing ${recipe.builds} failed; what Python said stands above`);
}
