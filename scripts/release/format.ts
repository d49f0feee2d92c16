// What an executable's own header says: which system and which processor it is for.

import { signatureFault } from "./macho.ts";
import type { ExecutableFormat, Machine } from "./targets.ts";

/** Says how an executable differs from what it should be; undefined where it does not. */
export function formatFault(file: Buffer, expected: ExecutableFormat): string | undefined {
  const found = formatOf(file);
  if (!Bun.deepEquals(found, expected)) return `it is ${words(found)} instead of ${words(expected)}`;
  return expected.kind === "Mach-O" ? signatureFault(file) : undefined;
}

export function formatOf(file: Buffer): ExecutableFormat | undefined {
  if (file.toString("latin1", 0, 4) === "\x7fELF") return elfOf(file);
  if (file.readUInt32LE(0) === 0xfeedfacf) {
    const machine = MACH_O_MACHINES[file.readUInt32LE(4)];
    return machine && { kind: "Mach-O", machine };
  }
  if (file.toString("latin1", 0, 2) === "MZ") {
    const header = file.readUInt32LE(0x3c);
    if (file.toString("latin1", header, header + 4) !== "PE\0\0") return undefined;
    const machine = PE_MACHINES[file.readUInt16LE(header + 4)];
    return machine && { kind: "PE", machine };
  }
  return undefined;
}

const ELF_MACHINES: Readonly<Record<number, Machine>> = { 62: "x64", 183: "arm64" };
const MACH_O_MACHINES: Readonly<Record<number, Machine>> = { 16777223: "x64", 16777228: "arm64" };
const PE_MACHINES: Readonly<Record<number, Machine>> = { 34404: "x64", 43620: "arm64" };
const ELF_64_BIT = 2;
const PT_INTERP = 3;

function elfOf(file: Buffer): ExecutableFormat | undefined {
  const machine = ELF_MACHINES[file.readUInt16LE(18)];
  if (machine === undefined || file.readUInt8(4) !== ELF_64_BIT) return undefined;
  const [table, size, count] = [
    Number(file.readBigUInt64LE(32)),
    file.readUInt16LE(54),
    file.readUInt16LE(56),
  ];
  for (let i = 0; i < count; i++) {
    const header = table + i * size;
    if (file.readUInt32LE(header) !== PT_INTERP) continue;
    const start = Number(file.readBigUInt64LE(header + 8));
    const end = start + Number(file.readBigUInt64LE(header + 32));
    return { kind: "ELF", machine, interpreter: file.toString("latin1", start, end).replace(/\0$/, "") };
  }
  return undefined;
}

function words(format: ExecutableFormat | undefined): string {
  return format === undefined ? "no executable that is known here" : Object.values(format).join(" ");
}
