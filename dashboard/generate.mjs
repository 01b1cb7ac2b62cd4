// Writes src/graph.generated.ts: a typed document for each operation in src/operation, with the types that it needs of the
// schema. Argument: where to write instead.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { codegen } from "@graphql-codegen/core";
import * as operations from "@graphql-codegen/typescript-operations";
import * as documents from "@graphql-codegen/typed-document-node";
import { parse } from "graphql";

const here = (path) => new URL(path, import.meta.url);
const read = (folder, end) =>
  readdirSync(here(folder))
    .filter((name) => name.endsWith(end))
    .sort()
    .map((name) => ({ location: name, document: parse(readFileSync(here(folder + name), "utf8"), { noLocation: true }) }));

const schema = read("../graph/schema/", ".graphqls").map(({ document }) => document);
const config = {
  useTypeImports: true,
  enumType: "string-literal",
  strictScalars: true,
  scalars: { ID: "string", Date: "string", DateTime: "string", Decimal: "string", TimeOfDay: "string", Upload: "File" },
  avoidOptionals: { field: true, inputValue: false },
};
const text = await codegen({
  schema: { kind: "Document", definitions: schema.flatMap(({ definitions }) => definitions) },
  documents: read("src/operation/", ".graphql"),
  filename: "graph.generated.ts",
  config,
  plugins: [{ operations: {} }, { documents: {} }],
  pluginMap: { operations, documents },
});
writeFileSync(process.argv[2] ?? here("src/graph.generated.ts"), "// Made by generate.mjs from the schema and src/operation.\n" + text);
