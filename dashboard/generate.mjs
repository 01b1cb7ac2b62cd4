// Writes src/graph.generated.ts: the types of the operations in src/operation, and a typed document of each, from a file in src/document for each file there, so that a page
// loads no other's; and src/begin.generated.ts: as texts, what is asked before the app has loaded: who is signed in, alone and with what the first page asks besides. Argument: the folder to write into instead.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { codegen } from "@graphql-codegen/core";
import * as operations from "@graphql-codegen/typescript-operations";
import { Kind, parse, print, separateOperations, visit } from "graphql";

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
const used = read("src/operation/", ".graphql");
const types = await codegen({
  schema: { kind: "Document", definitions: schema.flatMap(({ definitions }) => definitions) },
  documents: used,
  filename: "graph.generated.ts",
  config,
  plugins: [{ operations: {} }],
  pluginMap: { operations },
});

// Each operation with the fragments that it uses, as a text: parsed by the app when it is asked, not all of them at its start.
const whole = { kind: Kind.DOCUMENT, definitions: used.flatMap(({ document }) => document.definitions) };
const textOf = (document) => JSON.stringify(print(document).replace(/\s+/g, " "));
const separate = separateOperations(whole);
const documents = used.map(({ location, document }) => {
  const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  const named = [];
  const written = operations.map(({ name: { value: name }, operation }) => {
    const type = name + operation[0].toUpperCase() + operation.slice(1);
    named.push(type, `${type}Variables`);
    return `export const ${name}Document = ${textOf(separate[name])} as unknown as TypedDocumentNode<${type}, ${type}Variables>;\n`;
  });
  return {
    name: location.replace(".graphql", ".generated"),
    text: `// Made by generate.mjs from src/operation/${location}.\nimport type { TypedDocumentNode } from "@urql/core";\nimport type { ${named.sort().join(", ")} } from "../graph.generated";\n\n${written.join("")}`,
  };
});

// What is asked before the app has loaded, with the __typename of each object, which its cache needs. The first page asks all in one.
const typename = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: "__typename" } };
const isTypename = ({ name }) => name?.value === "__typename";
const first = separateOperations(
  visit(whole, {
    SelectionSet: (set, _key, parent) =>
      parent.kind === Kind.OPERATION_DEFINITION || set.selections.some(isTypename) ? undefined : { ...set, selections: [...set.selections, typename] },
  }),
);
const home = ["Viewer", "Certifications", "Deadlines"].map((name) => first[name].definitions);
const operationsOf = home.map((definitions) => definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION));
first.Home = {
  kind: Kind.DOCUMENT,
  definitions: [
    {
      ...operationsOf[0],
      name: { kind: Kind.NAME, value: "Home" },
      variableDefinitions: unique(operationsOf.flatMap(({ variableDefinitions }) => variableDefinitions), ({ variable }) => variable.name.value),
      selectionSet: { kind: Kind.SELECTION_SET, selections: operationsOf.flatMap(({ selectionSet }) => selectionSet.selections) },
    },
    ...unique(home.flat().filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION), ({ name }) => name.value),
  ],
};
const begun = ["Viewer", "Home"].map((name) => `export const ${name} = ${textOf(first[name])};\n`);

function unique(nodes, nameOf) {
  return [...new Map(nodes.map((node) => [nameOf(node), node])).values()];
}

const folder = process.argv[2] ?? here("src").pathname;
mkdirSync(`${folder}/document`, { recursive: true });
for (const { name, text } of documents) {
  writeFileSync(`${folder}/document/${name}.ts`, text);
}
writeFileSync(
  `${folder}/graph.generated.ts`,
  `// Made by generate.mjs from the schema and src/operation.\n${documents.map(({ name }) => `export * from "./document/${name}";\n`).join("")}\n${types}\n`,
);
writeFileSync(`${folder}/begin.generated.ts`, `// Made by generate.mjs from src/operation.\n${begun.join("")}`);
