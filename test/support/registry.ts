/**
 * A registry of npm packages on this machine, for tests that install as users do: without a network,
 * and without asking anybody else's.
 *
 * @example
 * using registry = serveRegistry(packFolders([ROOT], folder));
 * Bun.spawnSync(["bun", "add", "lanekeeper"], { env: { ...process.env, npm_config_registry: registry.address } });
 */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A tarball as `npm pack` makes it. */
export interface Packed {
  readonly name: string;
  readonly version: string;
  readonly path: string;
  /** What it holds, by path. */
  readonly files: readonly string[];
  /** The package.json of the folder that it was made from. */
  readonly manifest: object;
}

/** Packs each folder into a tarball in `destination`; a folder's own scripts run, as they would for npm. */
export function packFolders(folders: readonly string[], destination: string): Packed[] {
  return folders.map((folder) => {
    const { exitCode, stdout, stderr } = Bun.spawnSync(
      ["npm", "pack", "--json", "--silent", "--pack-destination", destination, folder],
      { cwd: folder, stdin: "ignore" },
    );
    const output = stdout.toString();
    if (exitCode !== 0) throw new Error(`npm pack ${folder} ended with ${exitCode}: ${output}${stderr}`);
    const [{ name, version, filename, files }] = JSON.parse(output.slice(output.search(/^\[$/m)));
    return {
      name,
      version,
      path: join(destination, filename),
      files: files.map((file: { path: string }) => file.path).toSorted(),
      manifest: JSON.parse(readFileSync(join(folder, "package.json"), "utf8")),
    };
  });
}

/** Serves these packages, each in one version, and nothing else. */
export function serveRegistry(packages: readonly Packed[]): Disposable & { readonly address: string } {
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: ({ url }) => {
      const path = decodeURIComponent(new URL(url).pathname.slice(1));
      const tarball = packages.find((packed) => path === `-/${packed.name}.tgz`);
      if (tarball !== undefined) return new Response(Bun.file(tarball.path));
      const found = packages.find((packed) => path === packed.name);
      return found === undefined
        ? new Response("no such package", { status: 404 })
        : Response.json(document(found, new URL(url).origin));
    },
  });
  return { address: `http://127.0.0.1:${server.port}/`, [Symbol.dispose]: () => void server.stop(true) };
}

function document({ name, version, path, manifest }: Packed, origin: string): object {
  const integrity = `sha512-${createHash("sha512").update(readFileSync(path)).digest("base64")}`;
  const dist = { tarball: `${origin}/-/${name}.tgz`, integrity };
  return {
    name,
    "dist-tags": { latest: version },
    versions: { [version]: { ...manifest, name, version, dist } },
  };
}
