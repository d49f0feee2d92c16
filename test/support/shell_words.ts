/** A command line's words, as a shell would take them apart. */

/** Knows what examples use: blanks, double and single quotes, and a comment at the end. */
export function shellWords(line: string): string[] {
  const code = line.replace(/\s+#\s.*$/, "");
  return [...code.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? "",
  );
}
