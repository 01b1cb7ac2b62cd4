import "@fontsource-variable/figtree/index.css";
import { render } from "preact";
import { App } from "./app";
import { first } from "./first";
import "./style.css";

const root = document.getElementById("app");
if (root) {
  first().then(
    (known) => {
      root.replaceChildren(); // what the page shows until then
      render(<App {...known} />, root);
    },
    () => {
      // There are no texts to say it by.
      const again = document.createElement("button");
      again.textContent = "Accrue could not be loaded. Try again. · No se pudo cargar Accrue. Reintente.";
      again.onclick = () => location.reload();
      root.replaceChildren(again);
    },
  );
}
if (import.meta.env.PROD) {
  // Later, since it loads all of the app. Without one the app works, but for being offline: browsers have none on plain HTTP from another machine.
  setTimeout(() => navigator.serviceWorker?.register("/worker.js").catch(() => undefined), 5000);
}
