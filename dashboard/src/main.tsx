import "@fontsource-variable/figtree/index.css";
import { render } from "preact";
import { App } from "./app";
import "./style.css";

const root = document.getElementById("app");
if (root) {
  render(<App />, root);
}
if (import.meta.env.PROD) {
  // Without one the app works, but for being offline: browsers have none on plain HTTP from another machine.
  navigator.serviceWorker?.register("/worker.js").catch(() => undefined);
}
