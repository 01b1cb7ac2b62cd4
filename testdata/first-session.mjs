// Clicks through GraphiQL's first session as a browser would: runs its script on stand-ins for what a browser
// has, presses ▶ in each tab from left to right, and prints the answers. Arguments: the script, the server's URL.
import { readFileSync } from "node:fs";
import vm from "node:vm";

const [, , script, server] = process.argv;
const stored = new Map();
const elements = {};
let page;
const browser = {
  sessionStorage: {
    getItem: (key) => stored.get(key) ?? null,
    setItem: (key, value) => stored.set(key, value),
    removeItem: (key) => stored.delete(key),
  },
  document: { getElementById: (id) => (elements[id] ??= { addEventListener() {} }) },
  fetch: (path, options) => fetch(new URL(path, server), options),
  React: { createElement: (_, properties) => properties },
  ReactDOM: { createRoot: () => ({ render: (properties) => (page = properties) }) },
  GraphiQL: null,
  crypto,
  Intl,
  Date,
};
vm.runInNewContext(readFileSync(script, "utf8"), browser);

const answers = [];
for (const { query, variables } of page.defaultTabs) {
  answers.push(await page.fetcher({ query, variables: variables && JSON.parse(variables) }));
}
console.log(JSON.stringify(answers));
