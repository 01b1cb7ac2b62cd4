import { readFileSync } from "node:fs";
import licences from "rollup-plugin-license";
import { defineConfig, type Plugin } from "vite";

let licenceText = "";

// Writes the licences of what is bundled, and gives the service worker the list of files that make up the app.
function shell(): Plugin {
  return {
    name: "shell",
    generateBundle(_, bundle) {
      this.emitFile({ type: "asset", fileName: "licences.txt", source: licenceText });
      const built = Object.keys(bundle).filter((name) => name.startsWith("assets/"));
      const files = ["/", "/icon.svg", "/manifest.webmanifest", ...built.sort().map((name) => `/${name}`)];
      const worker = Object.values(bundle).find((chunk) => chunk.fileName === "worker.js");
      if (worker?.type === "chunk") {
        worker.code = worker.code.replace("__SHELL__", JSON.stringify(files));
      }
    },
  };
}

// What the app imports is only loaded beforehand: src/begin.ts is to run as soon as it is there, too. And the font is to be there when the first text
// is set.
const early: Plugin = {
  name: "early",
  transformIndexHtml: {
    order: "post",
    handler: (page, { bundle = {} }) => ({
      html: page.replace(/<link rel="modulepreload" crossorigin href="(\/assets\/begin-[^"]+)">/, '<script type="module" async fetchpriority="high" crossorigin src="$1"></script>'),
      tags: Object.keys(bundle)
        .filter((name) => name.includes("figtree-latin-wght"))
        .map((name) => ({ tag: "link", attrs: { rel: "preload", as: "font", type: "font/woff2", fetchpriority: "low", crossorigin: true, href: `/${name}` }, injectTo: "head" })),
    }),
  },
};

// Where the font comes late after all, the page stays in the device's own: it is not set anew while it is read.
const font: Plugin = {
  name: "font",
  enforce: "pre",
  transform: (code, id) => (id.includes("@fontsource") ? code.replaceAll("font-display: swap", "font-display: optional") : undefined),
};

export default defineConfig({
  plugins: [early, font],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rollupOptions: {
      // Who imports one document from src/graph.generated.ts loads no others.
      treeshake: { moduleSideEffects: (id) => !id.endsWith(".generated.ts") },
      input: { index: "index.html", begin: "src/begin.ts", worker: "src/worker.ts" },
      output: {
        entryFileNames: (chunk) => (chunk.name === "worker" ? "worker.js" : "assets/[name]-[hash].js"),
        // The server finds those of the reader's language by their name.
        chunkFileNames: (chunk) => (/\/src\/text\/e[ns]\.ts$/.test(chunk.facadeModuleId ?? "") ? "assets/text-[name]-[hash].js" : "assets/[name]-[hash].js"),
      },
      plugins: [
        licences({ thirdParty: (dependencies) => void (licenceText = template(dependencies)) }),
        shell(),
      ],
    },
  },
  server: { proxy: { "/graphql": "http://127.0.0.1:8080" } },
});

// The font comes by a style sheet, where the plugin does not see it.
function template(dependencies: { name: string | null; version: string | null; licenseText: string | null; license: string | null }[]): string {
  const font = readFileSync("node_modules/@fontsource-variable/figtree/LICENSE", "utf8");
  return [
    ...dependencies.map((one) => `${one.name} ${one.version} (${one.license})\n\n${one.licenseText?.trim() ?? ""}\n`),
    `Figtree (OFL-1.1)\n\n${font.trim()}\n`,
  ].join("\n----\n\n");
}
