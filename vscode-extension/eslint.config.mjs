import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist/", "node_modules/"] },
  {
    files: ["src/**/*.ts", "test/**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: "error",
      "no-console": "error",
      "max-lines": ["error", 300],
      "@typescript-eslint/explicit-function-return-type": ["error", { allowExpressions: true }],
      // The editor's API takes plain objects for its classes.
      "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    files: ["src/core/**/*.ts"],
    rules: {
      // What decides is tested without an editor.
      "no-restricted-imports": ["error", { paths: ["vscode"], patterns: ["vscode-languageclient*"] }],
    },
  },
  {
    files: ["src/**/*.ts"],
    ignores: ["src/ui/messages.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: "MemberExpression[property.name=/^show(Information|Warning|Error)Message$/]",
          message: "Use ui/messages.ts: the editor runs commands that somebody else's text links to.",
        },
      ],
    },
  },
  {
    files: ["test/**/*.ts"],
    // node:test collects what `test` returns by itself.
    rules: { "@typescript-eslint/no-floating-promises": "off" },
  },
);
