// Bundles each part of the front end into a folder: `node build.mjs FOLDER`.

import { build } from "esbuild";

const [outdir] = process.argv.slice(2);
/** @type {import("esbuild").BuildOptions} */
const shared = { bundle: true, minify: true, format: "esm", target: "es2020", outdir, outbase: ".", logLevel: "warning" };

// It travels through a kernel, so it is one file, with its styles in it.
await build({ ...shared, entryPoints: ["terminal.js"], loader: { ".css": "text" }, legalComments: "eof" });

// A page that the server serves loads the small one, and the large one when it is to run.
await build({ ...shared, entryPoints: ["live/button.js"] });
await build({
  ...shared,
  entryPoints: ["live/page.js"],
  splitting: true,
  chunkNames: "live/[name]-[hash]",
  loader: { ".svg": "dataurl" },
  define: { "process.env.NODE_ENV": '"production"', global: "globalThis" },
  // The models of ipywidgets 7, which html-manager would load for a kernel of that age.
  external: ["@jupyter-widgets/base7", "@jupyter-widgets/controls7"],
  legalComments: "linked",
});
