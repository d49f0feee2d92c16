/** Environment variables in headers: read only to be sent, and taken out of all that is kept or told. */

/** Headers as they are sent. */
export interface Filled {
  readonly headers: Readonly<Record<string, string>>;
  /** Puts the names of variables in the place of what they hold. */
  readonly redact: (text: string) => string;
}

/** What filling in comes to. A problem names variables, never what they hold. */
type FilledIn =
  | { readonly ok: true; readonly value: Filled }
  | { readonly ok: false; readonly problem: string };

/** `${NAME}` in a header's value. */
const VARIABLE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** The variables that headers name. */
export function variablesIn(headers: Readonly<Record<string, string>>): readonly string[] {
  const names = Object.values(headers).flatMap((value) =>
    [...value.matchAll(VARIABLE)].map(([, name = ""]) => name),
  );
  return [...new Set(names)];
}

/** Puts environment variables into headers. */
export function fillIn(
  headers: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string | undefined>>,
): FilledIn {
  for (const name of variablesIn(headers)) {
    const value = env[name];
    if (value === undefined || value === "") {
      return { ok: false, problem: `the environment variable ${name} is not set` };
    }
    // Said here, since whoever would refuse it would say what it is.
    if (!/^[\t\u0020-\u007e]*$/.test(value)) {
      return { ok: false, problem: `the environment variable ${name} holds what no header can` };
    }
  }
  const filled = Object.entries(headers).map(([name, value]) => [
    name,
    value.replace(VARIABLE, (_, variable: string) => env[variable] ?? ""),
  ]);
  return {
    ok: true,
    value: { headers: Object.fromEntries(filled), redact: redactor(variablesIn(headers), env) },
  };
}

/** A sink may say back what it was told, also in another spelling. */
function redactor(names: readonly string[], env: Readonly<Record<string, string | undefined>>) {
  const spellings = names.flatMap((name) => {
    const value = (env[name] ?? "").trim();
    const base64 = Buffer.from(value, "utf8").toString("base64").replace(/=+$/, "");
    const all = [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1), base64];
    return all.filter((spelling) => spelling !== "").map((spelling) => ({ name, spelling }));
  });
  // The longest first: one may be a part of another.
  spellings.sort((a, b) => b.spelling.length - a.spelling.length);
  return (text: string) =>
    spellings.reduce((rest, { name, spelling }) => rest.replaceAll(spelling, `\${${name}}`), text);
}
