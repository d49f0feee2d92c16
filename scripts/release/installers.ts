// The scripts that install, as they lie in a release: they know where its files are.

/** @param url where the release's files are; empty: only beside the script */
export function stamped(name: string, script: string, url: string): string {
  const blank = name.endsWith(".ps1") ? '$ReleaseUrl = ""' : 'RELEASE_URL=""';
  if (!isAddress(url)) throw new Error(`--url ${JSON.stringify(url)} holds what is no address`);
  const lines = script.split("\n");
  if (lines.filter((line) => line.trimEnd() === blank).length !== 1) {
    throw new Error(`scripts/${name} has not exactly one line ${blank}`);
  }
  return lines
    .map((line) => (line.trimEnd() === blank ? line.replace('""', `"${url.replace(/\/+$/, "")}"`) : line))
    .join("\n");
}

/** It is written into scripts: nothing there may end a string, or be run. */
export function isAddress(url: string): boolean {
  return /^[\w:/.%~+@-]*$/.test(url);
}
