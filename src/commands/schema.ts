/** `lane schema`: the shapes that programs may rely on, as JSON Schema. */

import type { SchemaData } from "../contract/schema.ts";
import { nearest } from "../domain/nearest.ts";
import { ok, type Result, refuse } from "../domain/refusal.ts";
import { quoted } from "../domain/text.ts";
import { definitions, prose } from "./definitions.ts";
import type { Invocation, Outcome } from "./outcome.ts";
import type { Style } from "./style.ts";

export async function schema(
  args: { name?: string | undefined; command?: string | undefined },
  _: Invocation,
): Promise<Outcome> {
  const { PUBLISHED } = await import("../contract/published.ts");
  const { OUTPUTS } = await import("../contract/outputs.ts");
  if (args.name === undefined) {
    const schemas = Object.entries(PUBLISHED).map(([name, { describes }]) => ({ schema: name, describes }));
    const data = { schemas, commands: Object.keys(OUTPUTS) } satisfies SchemaData;
    return { ok: true, data, warnings: [], text: (style) => listText(data, style) };
  }
  const name = known("schema", args.name, Object.keys(PUBLISHED));
  if (!name.ok) return name;
  if (args.command !== undefined && name.value !== "output") {
    return refuse("USAGE", `lane schema: ${name.value} is not narrowed to a command; output is`, {
      hint: `lane schema ${name.value}`,
    });
  }
  const command =
    args.command === undefined ? undefined : known("command", args.command, Object.keys(OUTPUTS));
  if (command?.ok === false) return command;
  const json_schema = await PUBLISHED[name.value]?.jsonSchema(command?.value);
  const data = {
    schema: name.value,
    command: command?.value ?? null,
    json_schema: { ...json_schema },
  } satisfies SchemaData;
  return { ok: true, data, warnings: [], text: () => JSON.stringify(json_schema, null, 2) };
}

function known(what: string, text: string, names: readonly string[]): Result<string> {
  if (names.includes(text)) return ok(text);
  const meant = nearest(text, names);
  return refuse("USAGE", `lane schema: there is no ${what} ${quoted(text)}`, {
    hint: meant === undefined ? `there are: ${names.join(", ")}` : `did you mean ${meant}?`,
  });
}

function listText({ schemas }: Extract<SchemaData, { schemas: unknown }>, style: Style): string {
  return [
    definitions(
      schemas.map(({ schema, describes }) => [style.bold(schema), describes]),
      style,
    ),
    "",
    style.dim(
      prose(
        "lane schema <name> prints it as JSON Schema (draft 2020-12), as lane schema output emit does",
        style,
      ),
    ),
  ].join("\n");
}
