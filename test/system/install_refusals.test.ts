/** What scripts/install.sh says no to: a clear message, and HOME as it was. */

import { describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import {
  contentsOf,
  type Ground,
  makeGround,
  SHELLS,
  type Surroundings,
  writeRelease,
  writeSums,
} from "../support/installing.ts";

const TARGET = ["--target", "linux-x64"];
const ARCHIVE = "lane-linux-x64.tar.gz";
/** As musl's loader says it. */
const NO_CPP_WORDS =
  "Error loading shared library libstdc++.so.6: No such file or directory (needed by lane)";
const NO_CPP_LIBRARY = `#!/bin/sh\necho '${NO_CPP_WORDS}' >&2\nexit 127\n`;

/** What is done before, what it is run with, and what it says. */
interface Row {
  readonly name: string;
  readonly prepare?: (ground: Ground) => void;
  readonly args?: (ground: Ground) => readonly string[];
  readonly surroundings?: (ground: Ground) => Surroundings;
  readonly code?: number;
  /** Other programs are on the PATH than elsewhere. */
  readonly needs_path?: boolean;
  /** The whole of stderr; several where tools have words of their own. */
  readonly says: string | RegExp;
}

const ROWS: readonly Row[] = [
  {
    name: "an archive with another sum",
    prepare: ({ release }) => changeByte(join(release, ARCHIVE)),
    says: `Error: ${ARCHIVE} is damaged, or not what was released: its SHA-256 sum is
  <sum>, where SHA256SUMS says
  <sum>
Hint: take both from one release again
`,
  },
  {
    name: "an archive that was cut off",
    prepare: ({ release }) => truncateSync(join(release, ARCHIVE), 300),
    says: /^Error: lane-linux-x64.tar.gz is damaged, or not what was released: /,
  },
  {
    name: "an archive that was cut off before its sum was taken",
    prepare: ({ release }) => {
      truncateSync(join(release, ARCHIVE), 300);
      writeSums(release);
    },
    says: /^Error: lane-linux-x64.tar.gz can't be unpacked in <home>\/.local\/bin\/.lane-install-<pid>: .+\n$/,
  },
  {
    name: "an archive without the executable",
    prepare: ({ release }) => {
      Bun.spawnSync(["tar", "-czf", join(release, ARCHIVE), "-C", release, "install.sh"]);
      writeSums(release);
    },
    says: /^Error: lane-linux-x64.tar.gz can't be unpacked in .+: .+\n$/,
  },
  {
    name: "sums without a line for the archive",
    prepare: ({ release }) => writeFileSync(join(release, "SHA256SUMS"), `${"0".repeat(64)}  x${ARCHIVE}\n`),
    says: `Error: SHA256SUMS has no line for ${ARCHIVE}\nHint: take both from one release again\n`,
  },
  {
    name: "a folder without sums",
    prepare: ({ release }) => rmSync(join(release, "SHA256SUMS")),
    args: ({ release }) => [...TARGET, "--from", release],
    says: `Error: <release> holds no SHA256SUMS: without it nothing can be checked
Hint: --from takes the folder of a release: archives, SHA256SUMS and this script
`,
  },
  {
    name: "a folder without the archive",
    prepare: ({ release }) => rmSync(join(release, ARCHIVE)),
    says: `Error: <release> holds no ${ARCHIVE}
Hint: the release's archive belongs there; --target takes another
`,
  },
  {
    name: "a folder that is not there",
    args: ({ home }) => ["--from", join(home, "nowhere")],
    says: /^Error: --from <home>\/nowhere: there is no such folder\n$/,
  },
  {
    name: "no folder and no address, in a pipe that stands in a release",
    args: () => TARGET,
    surroundings: ({ release }) => ({ piped: true, cwd: release }),
    says: `Error: no files lie beside this script, and it does not know an address to fetch them from
Hint: sh install.sh --from <dir>, with the folder of a release
`,
  },
  {
    name: "a target that is a file",
    prepare: ({ home }) => writeFileSync(join(home, "file"), ""),
    args: ({ home }) => [...TARGET, "--to", join(home, "file")],
    says: "Error: <home>/file is not a folder\nHint: --to <dir> takes another\n",
  },
  {
    name: "a target below a file",
    prepare: ({ home }) => writeFileSync(join(home, "file"), ""),
    args: ({ home }) => [...TARGET, "--to", join(home, "file/bin")],
    says: /^Error: the folder <home>\/file can't be made: .+File exists\nHint: --to <dir> takes another\n$/,
  },
  ...(["file", "link", "folder"] as const).map((kind) => ({
    name: `somebody else's lane: a ${kind}`,
    prepare: ({ home }: Ground) => {
      mkdirSync(join(home, ".local/bin"), { recursive: true });
      const lane = join(home, ".local/bin/lane");
      if (kind === "file") writeFileSync(lane, "other");
      else if (kind === "link") symlinkSync("nowhere", lane);
      else mkdirSync(lane);
    },
    says: `Error: <home>/.local/bin/lane is there already, and not by this script
Hint: --to <dir> takes another folder; or remove it yourself
`,
  })),
  {
    name: "somebody else's completions",
    prepare: ({ home }) => {
      mkdirSync(join(home, ".config/fish/completions"), { recursive: true });
      writeFileSync(join(home, ".config/fish/completions/lane.fish"), "other");
    },
    args: () => [...TARGET, "--completions=fish"],
    says: /^Error: <home>\/.config\/fish\/completions\/lane.fish is there already, and not by this script\n/,
  },
  ...(
    [
      ["not set", undefined],
      ["empty", ""],
      ["relative", "home"],
    ] as const
  ).map(([what, HOME]) => ({
    name: `a HOME that is ${what}`,
    surroundings: () => ({ env: { HOME } }),
    says: `Error: HOME is not set to a folder: nobody knows where your programs belong
Hint: set HOME, or XDG_DATA_HOME and --to
`,
  })),
  {
    name: "a HOME that is not there",
    surroundings: () => ({ env: { HOME: "/nobody/home" } }),
    says: `Error: HOME is no folder that is there: /nobody/home
Hint: set HOME, or XDG_DATA_HOME and --to
`,
  },
  ...(
    [
      ["Linux", "s390x"],
      ["Linux", "i686"],
      ["Linux", "armv7l"],
      ["FreeBSD", "amd64"],
      ["Darwin", "ppc"],
    ] as const
  ).map(([system, machine]) => ({
    name: `an unknown machine: ${system} on ${machine}`,
    args: () => [],
    needs_path: true,
    surroundings: (ground: Ground) => withPrograms(ground, { uname: unameOf(system, machine) }),
    says: `Error: there is no executable for this machine: ${system} on ${machine}
Hint: there are: linux-x64 linux-x64-baseline linux-arm64 linux-x64-musl linux-arm64-musl macos-x64 macos-arm64, windows-x64
`,
  })),
  {
    name: "a 32-bit system on a 64-bit processor",
    args: () => [],
    needs_path: true,
    surroundings: (ground) => withPrograms(ground, { uname: unameOf("Linux", "x86_64"), getconf: "echo 32" }),
    says: `Error: this is a 32-bit system on a 64-bit processor (x86_64)\nHint: lane needs a 64-bit system\n`,
  },
  {
    name: "a shell on Windows",
    args: () => [],
    needs_path: true,
    surroundings: (ground) => withPrograms(ground, { uname: unameOf("MINGW64_NT-10.0", "x86_64") }),
    says: "Error: this is Windows\nHint: install.ps1 is for PowerShell\n",
  },
  {
    name: "no program that makes sums",
    needs_path: true,
    surroundings: (ground) => onlyWith(ground, ["tar", "gzip"]),
    says: `Error: no program here makes SHA-256 sums: nothing can be checked
Hint: install one of: sha256sum, shasum, openssl, busybox
`,
  },
  {
    name: "neither curl nor wget",
    prepare: ({ release }) => stamp(release, "https://localhost/x"),
    needs_path: true,
    surroundings: (ground) => ({ ...onlyWith(ground, ["tar", "gzip", "sha256sum"]), piped: true }),
    says: `Error: to fetch lane takes curl or GNU wget, and neither is here
Hint: install one, or fetch the release elsewhere and use --from <dir>
`,
  },
  {
    name: "an address that is not https",
    prepare: ({ release }) => stamp(release, "http://localhost/x"),
    surroundings: () => ({ piped: true }),
    says: "Error: the release's address is not https: http://localhost/x\n",
  },
  {
    name: "a folder that can't be on the PATH",
    prepare: ({ home }) => mkdirSync(join(home, "a:b")),
    surroundings: ({ home }) => ({ env: { HOME: join(home, "a:b") } }),
    says: `Error: <home>/a:b/.local/bin: a folder with a colon in its path can't be on the PATH
Hint: --to <dir> takes another
`,
  },
  {
    name: "the root of all folders",
    args: () => [...TARGET, "--to", "/"],
    says: "Error: lane can't be put into the root of all folders\nHint: --to <dir> takes another\n",
  },
  {
    name: "a HOME with a line end",
    prepare: ({ home }) => mkdirSync(join(home, "a\nb")),
    surroundings: ({ home }) => ({ env: { HOME: join(home, "a\nb") } }),
    says: "Error: HOME has a line end in it, and can't be used\nHint: set HOME, or XDG_DATA_HOME and --to\n",
  },
  {
    name: "an executable that fails",
    prepare: ({ release }) => writeRelease(release, { text: "#!/bin/sh\necho 'no library' >&2\nexit 127\n" }),
    says: `Error: the executable for linux-x64 does not start: no library (exit code 127)
Hint: --target <name> takes the executable for another kind of machine
`,
  },
  {
    name: "an executable for musl without the C++ library",
    prepare: ({ release }) => writeRelease(release, { text: NO_CPP_LIBRARY }, "linux-x64-musl"),
    args: () => ["--target", "linux-x64-musl"],
    says: `Error: the executable for linux-x64-musl does not start: ${NO_CPP_WORDS} (exit code 127)
Hint: it needs the C++ library for musl; on Alpine: apk add libstdc++
`,
  },
  {
    name: "an executable for musl that fails for another reason",
    prepare: ({ release }) =>
      writeRelease(release, { text: "#!/bin/sh\necho 'no loader' >&2\nexit 127\n" }, "linux-x64-musl"),
    args: () => ["--target", "linux-x64-musl"],
    says: `Error: the executable for linux-x64-musl does not start: no loader (exit code 127)
Hint: --target <name> takes the executable for another kind of machine
`,
  },
  {
    name: "an executable whose processor lacks something",
    prepare: ({ release }) => writeRelease(release, { text: "#!/bin/sh\nkill -ILL $$\n" }),
    says: /Error: the executable for linux-x64 does not start: the processor lacks what it needs\nHint: --target linux-x64-baseline asks less of it\n$/,
  },
  {
    name: "a HOME that can't be written, by the folder of the record",
    prepare: ({ home }) => writeFileSync(join(home, ".local"), ""),
    args: ({ home }) => [...TARGET, "--to", join(home, "bin")],
    says: /Error: the folder <home>\/.local can't be made: .+\nHint: what is installed is recorded there; XDG_DATA_HOME takes another folder for it\n$/,
  },
  ...(
    [
      [["--form", "x"], "unknown argument: --form"],
      [["x"], "unknown argument: x"],
      [["--from"], "--from needs a value"],
      [["--to="], "--to needs a value"],
      [
        ["--target", "linux-x86"],
        "--target linux-x86: there is no such target. There are: linux-x64 linux-x64-baseline linux-arm64 linux-x64-musl linux-arm64-musl macos-x64 macos-arm64",
      ],
      [["--uninstall", "--to", "x"], "--uninstall takes no other option: it removes all that is recorded"],
      [
        ["--completions"],
        "--completions: the shell can't be told from $SHELL. Choose one: --completions=bash, --completions=zsh or --completions=fish",
      ],
    ] as const
  ).map(([args, message]) => ({
    name: `wrong usage: ${args.join(" ")}`,
    args: () => args,
    surroundings: () => ({ env: { SHELL: "/bin/csh" } }),
    code: 2,
    says: `Error: ${message}\nHint: sh install.sh --help\n`,
  })),
];

describe.each(SHELLS.map((shell) => [shell.join(" "), shell] as const))("%s install.sh", (_, shell) => {
  // busybox asks no PATH for the programs that it is itself.
  const rows = ROWS.filter((row) => shell[0] !== "busybox" || row.needs_path !== true);
  test.each(rows.map((row) => [row.name, row] as const))("install.sh refuses %s", (_, row) => {
    using ground = makeGround();
    row.prepare?.(ground);
    const before = contentsOf(ground.home);
    const { code = 1, says, args = () => TARGET } = row;

    const answer = ground.install(args(ground), { shell: absolute(shell), ...row.surroundings?.(ground) });

    if (typeof says === "string") expect(answer.stderr).toBe(says);
    else expect(answer.stderr).toMatch(says);
    expect(answer.code).toBe(code);
    expect(contentsOf(ground.home)).toEqual(before);
  });
});

/** Small file systems, mounted for one run alone. */
const CAN_MOUNT = Bun.spawnSync(["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).exitCode === 0;
if (!CAN_MOUNT) console.warn("Skipped: no file system can be mounted here (unshare -m, mount)");

describe.skipIf(!CAN_MOUNT)("install.sh on another file system", () => {
  test.each([
    ["that is full", "size=12k", /^Error: .+: .*No space left on device\n/],
    [
      "that is read-only",
      "ro",
      /^Error: nothing can be put into <home>\/mounted: .*Read-only file system\nHint: --to <dir> takes another\n/,
    ],
    [
      "that may hold no programs",
      "noexec",
      /^Error: the executable for linux-x64 does not start: .*Permission denied \(exit code 126\)\nHint: is <home>\/mounted on a file system whose programs may not run \(noexec\)\? --to <dir> takes another\n/,
    ],
  ])("install.sh refuses a target on a file system %s, and leaves nothing there", (_, options, says) => {
    using ground = makeGround();
    const padding = `: ${Buffer.from(crypto.getRandomValues(new Uint8Array(20_000))).toString("hex")}`;
    writeRelease(ground.release, { text: `#!/bin/sh\necho lane 1\n${padding}\n` });
    const mounted = join(ground.home, "mounted");
    mkdirSync(mounted);
    const before = contentsOf(ground.home);
    const steps = `mount -t tmpfs -o "$1" tmpfs "$2" && shift 2 && "$@"; code=$?; ls -A ${mounted} >&2; exit $code`;
    const shell = ["unshare", "-m", "sh", "-c", steps, "sh", options, mounted, "sh"];

    const { code, stderr } = ground.install([...TARGET, "--to", mounted], { shell });

    expect(stderr).toMatch(new RegExp(`${says.source}$`));
    expect(code).toBe(1);
    expect(contentsOf(ground.home)).toEqual(before);
  });
});

test.skipIf(!CAN_MOUNT)(
  "install.sh says once that the disk of HOME is full, and leaves nothing there",
  () => {
    using ground = makeGround();
    const steps = `mount -t tmpfs -o size=4k tmpfs "$HOME" && "$@"; code=$?; ls -A "$HOME" >&2; exit $code`;
    const { code, stderr } = ground.install(TARGET, {
      shell: ["unshare", "-m", "sh", "-c", steps, "sh", "sh"],
    });
    expect(stderr).toMatch(
      /^Error: <home>\/.local\/share\/lanekeeper\/installed can't be written: .*No space left on device\nHint: what is installed is recorded there; XDG_DATA_HOME takes another folder for it\n$/,
    );
    expect(code).toBe(1);
  },
);

function absolute(shell: readonly string[]): string[] {
  const [program = "", ...rest] = shell;
  return [Bun.which(program) ?? program, ...rest];
}

function changeByte(path: string): void {
  const bytes = readFileSync(path);
  bytes[100] = (bytes[100] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

function stamp(release: string, address: string): void {
  const script = join(release, "install.sh");
  writeFileSync(
    script,
    readFileSync(script, "utf8").replace('\nRELEASE_URL=""\n', `\nRELEASE_URL="${address}"\n`),
  );
}

function unameOf(system: string, machine: string): string {
  return `case $1 in -s) echo ${system} ;; -m) echo ${machine} ;; esac`;
}

/** A PATH on which other programs come first: the machine that the script sees. */
function withPrograms(ground: Ground, programs: Readonly<Record<string, string>>): Surroundings {
  const folder = join(ground.release, "bin");
  mkdirSync(folder);
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  }
  return { env: { PATH: `${folder}:/usr/bin:/bin` } };
}

/** A PATH with these programs and what every system has, alone. */
function onlyWith(ground: Ground, programs: readonly string[]): Surroundings {
  const folder = join(ground.release, "bin");
  mkdirSync(folder);
  const always = "cat chmod cut grep head ln ls mkdir mv rm rmdir sed sort uname id sh ldd".split(" ");
  for (const name of [...always, ...programs]) {
    const path = Bun.which(name, { PATH: "/usr/bin:/bin" });
    if (path !== null && existsSync(path)) symlinkSync(path, join(folder, name));
  }
  if (readdirSync(folder).length === 0) throw new Error("no program was found");
  return { env: { PATH: folder } };
}
