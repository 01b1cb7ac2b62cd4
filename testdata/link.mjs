// Opens a link of a mail on the start page as a browser would: runs its script on stand-ins for what a browser has, and
// prints what the page says before and after the button is pressed. Arguments: the script, the server's URL, the link's end
// from the # on, and a password.
import { readFileSync } from "node:fs";
import vm from "node:vm";

const [, , script, server, hash, password] = process.argv;
const elements = {};
let submit;
const element = (id) =>
  (elements[id] ??= { hidden: true, value: "", textContent: "", addEventListener: (_, listener) => (submit = listener) });
const location = { hash, pathname: "/" };
vm.runInNewContext(readFileSync(script, "utf8"), {
  document: { getElementById: element },
  fetch: (path, options) => fetch(new URL(path, server), options),
  location,
  history: { replaceState: () => (location.hash = "") },
  addEventListener() {},
});
const before = { open: !element("link").hidden, asksPassword: !element("link-password").hidden, says: element("link-text").textContent, hash: location.hash };
element("link-password").value = password ?? "";
if (before.open) {
  await submit({ preventDefault() {} });
}
console.log(JSON.stringify({ ...before, answer: element("link-answer").textContent, pressable: !element("link-button").hidden }));
