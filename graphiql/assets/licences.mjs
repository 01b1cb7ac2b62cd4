// Prints the licence of every npm package that is in the built files: those that GraphiQL's source map
// names, GraphiQL's own, and React's.
import { existsSync, readFileSync, readdirSync } from "node:fs";

const bundled = new Set(["graphiql", "@graphiql/react", "@graphiql/toolkit", "codemirror-graphql", "graphql-language-service", "react", "react-dom", "scheduler"]);
for (const source of JSON.parse(readFileSync("node_modules/graphiql/graphiql.min.js.map", "utf8")).sources) {
  const [, inPackages] = source.match(/.*node_modules\/(.*)/) ?? [];
  if (inPackages) {
    bundled.add(inPackages.split("/").slice(0, inPackages.startsWith("@") ? 2 : 1).join("/"));
  }
}

for (const name of [...bundled].sort()) {
  const folder = `node_modules/${name}`;
  // What GraphiQL took in while it was built and no longer depends on has no folder here.
  const { version, license } = existsSync(folder) ? JSON.parse(readFileSync(`${folder}/package.json`, "utf8")) : {};
  console.log(`== ${name}${version ? ` ${version}` : ""}: ${license ?? "see the package's page at npmjs.com"}\n`);
  const file = existsSync(folder) && readdirSync(folder).sort().find((entry) => /^licen[cs]e/i.test(entry));
  if (file) {
    console.log(readFileSync(`${folder}/${file}`, "utf8").trim() + "\n");
  }
}
