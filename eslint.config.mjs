import tseslint from "typescript-eslint";

export default tseslint.config(
  {
    ignores: [
      "dist",
      "coverage",
      "node_modules",
      "**/*.mjs",
      "**/*.cjs",
      "**/*.js",
      "test/engine/programs",
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      // One program for all: a project of its own for each example would load the types of @pulumi/aws once more each.
      parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      // A component is constructed for what it declares, so `new Agent(...)` alone is a whole statement.
      "no-new": "off",
    },
  },
  {
    files: ["test/**", "test-real/**"],
    rules: { "@typescript-eslint/no-non-null-assertion": "off" },
  },
);
