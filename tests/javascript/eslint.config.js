import js from "@eslint/js";

const MARKUP = "Write textContent, or create elements: names that users chose must not become HTML.";

export default [
  { ignores: ["**/vendor/**"] },
  js.configs.recommended,
  {
    rules: {
      "no-undef": "off", // TypeScript finds these, and knows the browser's own names
      eqeqeq: "error",
      "func-style": ["error", "declaration", { allowArrowFunctions: true }],
      "max-lines": ["error", { max: 200, skipComments: true }], // types are written in comments
      "no-console": ["error", { allow: ["warn", "error"] }],
      "no-restricted-imports": ["error", { patterns: [{ regex: "^[^.]" }] }],
      "no-restricted-properties": [
        "error",
        ...["innerHTML", "outerHTML", "insertAdjacentHTML"].map((property) => ({
          property,
          message: MARKUP,
        })),
      ],
      "no-var": "error",
      "prefer-const": "error",
    },
  },
];
