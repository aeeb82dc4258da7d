// Makes one style sheet of several, without the rules that no page needs:
// node lighten.js FOLDER SHEET..., both the pages and the sheets below the folder.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { transform } from "esbuild";
import { PurgeCSS } from "purgecss";

const RESULT = "_static/book.min.css";
// Their scripts name the classes that they add later on.
const SOURCES = ["**/*.html", "_static/*.js", "_static/scripts/{bootstrap,pydata-sphinx-theme,sphinx-book-theme}.js"];
const FONTS = /@font-face\s*\{[^}]*\}/g; // Font Awesome's; the icons are pictures, and the text is in the system's fonts
// A script chooses between light and dark. Where none runs, the page must not be left without colors.
const LIGHT = /\[data-theme="?light"?\]/g;
const NOT_DARK = ":not([data-theme=dark])";

const [folder, ...sheets] = process.argv.slice(2);
const css = await Promise.all(sheets.map((sheet) => readFile(join(folder, sheet), "utf8")));
const [used] = await new PurgeCSS().purge({
  content: SOURCES.map((source) => join(folder, source)),
  css: [{ raw: css.join("\n").replace(FONTS, "").replace(LIGHT, NOT_DARK) }],
  defaultExtractor: (text) => text.match(/[\w-]+/g) ?? [],
  keyframes: true,
});
const { code } = await transform(used.css, { loader: "css", minify: true, target: "es2020" });
await writeFile(join(folder, RESULT), code);
