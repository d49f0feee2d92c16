// Apple's code signature: reads it, holds it against the file, and makes a new one for this very file.
//
// Bun signs what it compiles for arm64, which does not start without. What it compiles for x64 keeps the
// signature of Bun's own runtime, which no longer fits and which newer systems refuse: that is replaced.
// "Ad hoc" means that it says which bytes are meant, and not who made them.

import { createHash } from "node:crypto";

const LC_SEGMENT_64 = 0x19;
const LC_CODE_SIGNATURE = 0x1d;
const SUPER_BLOB = 0xfade0cc0;
const CODE_DIRECTORY = 0xfade0c02;
const VERSION_EXEC_SEGMENT = 0x20400;
const FLAGS_ADHOC_LINKER_SIGNED = 0x20002;
const HASH_SHA256 = 2;
const HASH_BYTES = 32;
const PAGE_BITS = 12;
const PAGE_BYTES = 1 << PAGE_BITS;
const EXEC_SEGMENT_MAIN = 1;
const DIRECTORY_HEADER_BYTES = 88;
const SUPER_BLOB_HEADER_BYTES = 20;

/** Says what is wrong with the signature; undefined where every page of the file is what was signed. */
export function signatureFault(file: Buffer): string | undefined {
  const { signature } = layoutOf(file);
  if (signature === undefined) return "it has no code signature";
  const start = file.readUInt32LE(signature + 8);
  if (file.readUInt32BE(start) !== SUPER_BLOB) return "its code signature has another form than known";
  const directory = start + file.readUInt32BE(start + 16);
  if (file.readUInt32BE(directory) !== CODE_DIRECTORY) return "its code signature holds no directory";
  const field = (offset: number) => file.readUInt32BE(directory + offset);
  const [hashes, count, limit] = [field(16), field(28), field(32)];
  if (limit !== start) return `its code signature covers ${limit} bytes of ${start}`;
  if (start + file.readUInt32LE(signature + 12) !== file.length) return "its code signature is not its end";
  const page_bytes = 1 << file.readUInt8(directory + 39);
  if (count !== Math.ceil(limit / page_bytes)) return `its code signature has ${count} pages`;
  for (let i = 0; i < count; i++) {
    const page = file.subarray(i * page_bytes, Math.min((i + 1) * page_bytes, limit));
    const signed = file.subarray(
      directory + hashes + i * HASH_BYTES,
      directory + hashes + (i + 1) * HASH_BYTES,
    );
    if (!sha256(page).equals(signed)) return `page ${i} of ${count} is not what was signed`;
  }
  return undefined;
}

/** The same program with a signature that fits. */
export function signed(file: Buffer, identifier: string): Buffer {
  const { signature, linkedit, text } = layoutOf(file);
  if (signature === undefined || linkedit === undefined || text === undefined) {
    throw new Error("the Mach-O file has no room for a code signature");
  }
  const code_bytes = file.readUInt32LE(signature + 8);
  const name = Buffer.from(`${identifier}\0`);
  const pages = Math.ceil(code_bytes / PAGE_BYTES);
  const directory_bytes = DIRECTORY_HEADER_BYTES + name.length + pages * HASH_BYTES;
  const signature_bytes = align(SUPER_BLOB_HEADER_BYTES + directory_bytes, 16);

  const code = Buffer.from(file.subarray(0, code_bytes));
  code.writeUInt32LE(signature_bytes, signature + 12);
  const linkedit_bytes = code_bytes + signature_bytes - Number(code.readBigUInt64LE(linkedit + 40));
  code.writeBigUInt64LE(BigInt(align(linkedit_bytes, PAGE_BYTES)), linkedit + 32);
  code.writeBigUInt64LE(BigInt(linkedit_bytes), linkedit + 48);

  const made = Buffer.alloc(signature_bytes);
  [SUPER_BLOB, SUPER_BLOB_HEADER_BYTES + directory_bytes, 1, 0, SUPER_BLOB_HEADER_BYTES].forEach(
    (word, i) => {
      made.writeUInt32BE(word, i * 4);
    },
  );
  const directory = made.subarray(SUPER_BLOB_HEADER_BYTES);
  writeDirectoryHeader(directory, { directory_bytes, name_bytes: name.length, pages, code_bytes });
  directory.writeBigUInt64BE(code.readBigUInt64LE(text + 40), 64);
  directory.writeBigUInt64BE(code.readBigUInt64LE(text + 48), 72);
  directory.writeBigUInt64BE(BigInt(EXEC_SEGMENT_MAIN), 80);
  name.copy(directory, DIRECTORY_HEADER_BYTES);
  for (let i = 0; i < pages; i++) {
    const page = code.subarray(i * PAGE_BYTES, Math.min((i + 1) * PAGE_BYTES, code_bytes));
    sha256(page).copy(directory, DIRECTORY_HEADER_BYTES + name.length + i * HASH_BYTES);
  }
  return Buffer.concat([code, made]);
}

function writeDirectoryHeader(
  directory: Buffer,
  {
    directory_bytes,
    name_bytes,
    pages,
    code_bytes,
  }: Readonly<Record<"directory_bytes" | "name_bytes" | "pages" | "code_bytes", number>>,
): void {
  const words = [
    CODE_DIRECTORY,
    directory_bytes,
    VERSION_EXEC_SEGMENT,
    FLAGS_ADHOC_LINKER_SIGNED,
    DIRECTORY_HEADER_BYTES + name_bytes, // where the hashes begin
    DIRECTORY_HEADER_BYTES, // where the identifier begins
    0, // no hashes of other things than pages
    pages,
    code_bytes,
  ];
  words.forEach((word, i) => {
    directory.writeUInt32BE(word, i * 4);
  });
  directory.set([HASH_BYTES, HASH_SHA256, 0, PAGE_BITS], 36);
}

interface Layout {
  /** Where each load command begins. */
  readonly signature: number | undefined;
  readonly linkedit: number | undefined;
  readonly text: number | undefined;
}

function layoutOf(file: Buffer): Layout {
  let [signature, linkedit, text]: (number | undefined)[] = [];
  const count = file.readUInt32LE(16);
  for (let i = 0, at = 32; i < count; i++) {
    const command = file.readUInt32LE(at);
    if (command === LC_CODE_SIGNATURE) signature = at;
    if (command === LC_SEGMENT_64) {
      const name = file.toString("latin1", at + 8, at + 24).replace(/\0+$/, "");
      if (name === "__LINKEDIT") linkedit = at;
      if (name === "__TEXT") text = at;
    }
    at += file.readUInt32LE(at + 4);
  }
  return { signature, linkedit, text };
}

function align(bytes: number, to: number): number {
  return Math.ceil(bytes / to) * to;
}

function sha256(bytes: Buffer): Buffer {
  return createHash("sha256").update(bytes).digest();
}
