// Runs test/*.test.ts: bundled by esbuild, because Node 18 reads no TypeScript, then given to node --test.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const folder = path.join(here, "test");
const names = readdirSync(folder).filter((name) => name.endsWith(".test.ts"));
const built = mkdtempSync(path.join(tmpdir(), "sisetu-viewer-test-"));
try {
  await build({
    entryPoints: names.map((name) => path.join(folder, name)),
    outdir: built,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node18",
    logLevel: "warning",
  });
  const files = readdirSync(built).map((name) => path.join(built, name));
  const run = spawnSync(process.execPath, ["--test", ...files], { stdio: "inherit", cwd: here });
  process.exitCode = run.status ?? 1;
} finally {
  rmSync(built, { recursive: true, force: true });
}
