// Builds the viewer into dist/: index.html, and beside it assets/ with content-hashed names.
// Every address in the output is relative, so the page works under any path and asks no other origin.
import { build } from "esbuild";
import { cp, mkdir, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const out = path.join(here, "dist");
const modules = path.join(here, "node_modules");
const fontPackage = path.join(modules, "@fontsource/noto-sans-sc");
const fontWeights = [400, 600];

/** The type's stylesheet: one face for each slice of characters, fetched only when a page shows one of them. */
async function fontFaces() {
  const sheets = await Promise.all(fontWeights.map((weight) => readFile(path.join(fontPackage, `${weight}.css`), "utf8")));
  return sheets
    .join("\n")
    .replace(/,\s*url\([^)]*\.woff\)\s*format\('woff'\)/g, "")
    .replace(/\/\*[^*]*(cyrillic|vietnamese)[^*]*\*\/\s*@font-face\s*\{[^}]*\}/g, "")
    .replaceAll("url(./files/", `url(${fontPackage}/files/`);
}

const options = {
  bundle: true,
  minify: true,
  metafile: true,
  outdir: path.join(out, "assets"),
  entryNames: "[name]-[hash]",
  assetNames: "fonts/[name]-[hash]",
  loader: { ".woff2": "file", ".svg": "dataurl" },
  target: ["chrome109", "firefox115", "safari16"],
  legalComments: "none",
  logLevel: "warning",
};

/** The one output of a build that came from an entry point. */
function entryOutput(result, extension) {
  const found = Object.entries(result.metafile.outputs).find(([name, o]) => o.entryPoint && name.endsWith(extension));
  return path.relative(out, path.resolve(found[0]));
}

async function bundle() {
  const worker = await build({
    ...options,
    entryPoints: { worker: path.join(modules, "maplibre-gl/dist/maplibre-gl-worker.mjs") },
    format: "esm",
  });
  const workerFile = entryOutput(worker, ".js");
  const script = await build({
    ...options,
    entryPoints: { app: path.join(here, "src/main.ts") },
    format: "esm",
    define: { WORKER_FILE: JSON.stringify(workerFile) },
  });
  const sheet = await build({ ...options, entryPoints: { app: path.join(here, "src/style/app.css") } });
  const fonts = await build({
    ...options,
    stdin: { contents: await fontFaces(), loader: "css", resolveDir: here, sourcefile: "fonts.css" },
    entryNames: "fonts-[hash]",
  });
  return { script: entryOutput(script, ".js"), sheet: entryOutput(sheet, ".css"), fonts: entryOutput(fonts, ".css"), worker: workerFile };
}

async function writePage(files) {
  const page = await readFile(path.join(here, "src/index.html"), "utf8");
  const filled = page.replace(/%(\w+)%/g, (_, name) => files[name]);
  await writeFile(path.join(out, "index.html"), filled);
}

async function writeLicences() {
  const parts = await Promise.all(
    [["MapLibre GL JS", "maplibre-gl/LICENSE.txt"], ["Noto Sans SC", "@fontsource/noto-sans-sc/LICENSE"]].map(
      async ([name, file]) => `${name}\n${"=".repeat(name.length)}\n\n${await readFile(path.join(modules, file), "utf8")}`,
    ),
  );
  await writeFile(path.join(out, "assets/LICENSES.txt"), parts.join("\n\n"));
  await cp(path.join(here, "src/mark.svg"), path.join(out, "assets/mark.svg"));
}

async function report(files) {
  for (const name of ["script", "worker", "sheet", "fonts"]) {
    const bytes = await readFile(path.join(out, files[name]));
    console.log(`${files[name].padEnd(34)} ${kib(bytes.length)}  gzip ${kib(gzipSync(bytes).length)}`);
  }
  const folder = path.join(out, "assets/fonts");
  const sizes = await Promise.all((await readdir(folder)).map(async (f) => (await stat(path.join(folder, f))).size));
  console.log(`${"assets/fonts".padEnd(34)} ${kib(sizes.reduce((a, b) => a + b, 0))}  in ${sizes.length} slices, loaded as needed`);
}

const kib = (bytes) => `${(bytes / 1024).toFixed(1).padStart(7)} KiB`;

await rm(out, { recursive: true, force: true });
await mkdir(path.join(out, "assets"), { recursive: true });
const files = await bundle();
await writePage(files);
await writeLicences();
await report(files);
