#!/bin/sh
# Installs `lane` for one user, from the folder that this script lies in, from another one, or from its
# release; `sh install.sh --help` says how. For any POSIX shell.
#
# What it promises, and how:
# - Nothing half-installed: all is checked beside its place and renamed into it.
# - Nothing of somebody else's is replaced or removed: what was put where is recorded with its SHA-256 sum,
#   before it is put there, and only what still has that sum is ours.
# - Killed, it leaves unfinished work that its next run removes, as --uninstall does; in its very first run
#   perhaps empty folders, too.
# - One at a time: a lock that names its process keeps a second one from the record.
# - It can be piped into a shell: a script that is cut off does nothing, since the last line starts it.

set -euf
umask g-w,o-w
unset CDPATH TAR_OPTIONS GZIP || true
[ -z "${ZSH_VERSION-}" ] || emulate sh
NEWLINE='
'
carriage_return=$(printf '\r')
# Lists are texts of lines: paths with line ends are refused.
IFS=$NEWLINE

# The address of the release's files; written by scripts/release.ts into the copy of a release.
RELEASE_URL=""
RECORD_HINT="what is installed is recorded there; XDG_DATA_HOME takes another folder for it"
TARGETS="linux-x64 linux-x64-baseline linux-arm64 linux-x64-musl linux-arm64-musl macos-x64 macos-arm64"

main() {
  exec </dev/null # where the script itself comes by stdin, nobody else may read of it
  read_arguments "$@"
  find_sum_tool
  find_record
  trap clean_up EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  trap '' PIPE # what nobody listens to is left unsaid
  if [ "$action" = uninstall ]; then
    uninstall
    exit 0
  fi
  choose_target
  choose_source
  choose_places
  say "lane for $target: $why"
  say "From $source"
  if [ "$action" = rehearse ]; then
    for place in $places; do check_place "$place"; done
    # shellcheck disable=SC2086 # a list
    say "Would be installed:" $places
    exit 0
  fi
  make_folders
  fetch_archive
  unpack_archive
  write_completions
  put_in_place
  say_what_next
}

help() {
  cat <<EOT
Installs lane for you alone: no root, and no other program but curl or wget.

Usage: sh install.sh [options]

  --from <dir>           Take the files from this folder: a release, on a USB stick, say
                         (default: the folder of this script; without files there, the release)
  --to <dir>             Put lane into this folder (default: \$XDG_BIN_HOME, or ~/.local/bin)
  --target <name>        Take the executable for another kind of machine than this one is
  --completions[=SHELL]  Install completions, too: for bash, zsh or fish (default: by \$SHELL)
  --dry-run              Say what would be installed, and where; do nothing
  --uninstall            Remove what this script put there, and nothing else
  -h, --help             This text

Run it again, with the same --to, to update. What was installed is recorded in
~/.local/share/lanekeeper/installed (\$XDG_DATA_HOME). Shells' start-up files are never
edited: it says which line to add.

Targets: $TARGETS
EOT
}

# -- Arguments -------------------------------------------------------------------------------------------

read_arguments() {
  action=install from='' to='' target='' shells=''
  while [ $# -gt 0 ]; do
    case $1 in
      --from | --to | --target)
        [ $# -ge 2 ] || wrong_usage "$1 needs a value"
        set_option "$1" "$2"
        shift
        ;;
      --from=* | --to=* | --target=*) set_option "${1%%=*}" "${1#*=}" ;;
      --completions) add_shell "${SHELL-}" "--completions: the shell can't be told from \$SHELL" ;;
      --completions=*) add_shell "${1#*=}" "$1: there are no completions for this shell here" ;;
      --dry-run) action=rehearse ;;
      --uninstall) action=uninstall ;;
      -h | --help)
        help
        exit 0
        ;;
      *) wrong_usage "unknown argument: $1" ;;
    esac
    shift
  done
  [ "$action" != uninstall ] || [ -z "$from$to$target$shells" ] ||
    wrong_usage "--uninstall takes no other option: it removes all that is recorded"
}

set_option() {
  [ -n "$2" ] || wrong_usage "$1 needs a value"
  case $2 in *"$NEWLINE"*) fail "$1: a path with a line end in it can't be used" ;; esac
  case $1 in
    --from) from=$(absolute "$2") ;;
    --to)
      case $2 in *:*) fail "--to $2: a folder with a colon in its path can't be on the PATH" ;; esac
      to=$(absolute "$2")
      ;;
    --target)
      case " $TARGETS " in
        *" $2 "*) target=$2 why="asked for by --target" ;;
        *) wrong_usage "--target $2: there is no such target. There are: $TARGETS" ;;
      esac
      ;;
  esac
}

add_shell() {
  case ${1##*/} in
    bash | zsh | fish) shells=$shells${shells:+$NEWLINE}${1##*/} ;;
    *) wrong_usage "$2. Choose one: --completions=bash, --completions=zsh or --completions=fish" ;;
  esac
}

absolute() {
  # shellcheck disable=SC2088 # a tilde that the shell left as it was
  case $1 in
    / | //) echo /. ;;
    /*) printf '%s\n' "${1%/}" ;;
    '~/'*) printf '%s\n' "${HOME-}/${1#??}" ;;
    *) printf '%s\n' "${PWD%/}/${1%/}" ;;
  esac
}

# -- What is chosen --------------------------------------------------------------------------------------

choose_target() {
  [ -z "$target" ] || return 0
  system=$(uname -s) machine=$(uname -m)
  case $system in
    Linux) choose_for_linux ;;
    Darwin) choose_for_macos ;;
    MINGW* | MSYS* | CYGWIN*) fail "this is Windows" "install.ps1 is for PowerShell" ;;
    *) no_executable ;;
  esac
}

choose_for_linux() {
  case $machine in
    x86_64 | amd64) target=linux-x64 ;;
    aarch64 | arm64) target=linux-arm64 ;;
    *) no_executable ;;
  esac
  bits=$(getconf LONG_BIT 2>/dev/null) || bits=64
  [ "$bits" != 32 ] || fail "this is a 32-bit system on a 64-bit processor ($machine)" "lane needs a 64-bit system"
  choose_libc
  why="Linux on $machine"
  if [ "$target" = linux-x64 ] && [ "$libc" = glibc ]; then
    if grep -qw avx2 /proc/cpuinfo 2>/dev/null; then
      why="$why with AVX2"
    else
      target=linux-x64-baseline why="$why without AVX2"
    fi
  fi
  [ "$libc" = glibc ] || target=$target-musl
  why="$why, $libc"
}

# What ldd belongs to is what programs here are linked with; a loader alone may be there for a few others.
choose_libc() {
  said=$(LC_ALL=C ldd --version 2>&1) || true
  case $said in
    *musl*) libc=musl ;;
    *GLIBC* | *"GNU libc"* | *"Free Software Foundation"*) libc=glibc ;;
    *)
      if is_there /lib64/ld-linux-x86-64.so.2 /lib/ld-linux-aarch64.so.1; then
        libc=glibc
      elif is_there /lib/ld-musl-x86_64.so.1 /lib/ld-musl-aarch64.so.1; then
        libc=musl
      else
        fail "neither glibc nor musl is found here: no ldd, and no loader in /lib or /lib64" \
          "--target <name> chooses without looking"
      fi
      ;;
  esac
}

choose_for_macos() {
  if [ "$machine" = arm64 ] || [ "$(sysctl -n sysctl.proc_translated 2>/dev/null)" = 1 ]; then
    target=macos-arm64 why="macOS on Apple silicon"
    [ "$machine" = arm64 ] || why="$why (this shell runs under Rosetta)"
  elif [ "$machine" = x86_64 ]; then
    target=macos-x64 why="macOS on $machine"
    [ "$(sysctl -n hw.optional.avx2_0 2>/dev/null)" != 0 ] ||
      fail "this Mac's processor lacks AVX2, which lane needs on macOS"
  else
    no_executable
  fi
}

no_executable() {
  fail "there is no executable for this machine: $system on $machine" "there are: $TARGETS, windows-x64"
}

choose_source() {
  archive=lane-$target.tar.gz
  [ -n "$from" ] || from=$(own_folder)
  if [ -n "$from" ]; then
    source=$from
    [ -d "$from" ] || fail "--from $from: there is no such folder"
    [ -f "$from/SHA256SUMS" ] || fail "$from holds no SHA256SUMS: without it nothing can be checked" \
      "--from takes the folder of a release: archives, SHA256SUMS and this script"
    [ -f "$from/$archive" ] || fail "$from holds no $archive" "the release's archive belongs there; --target takes another"
    return 0
  fi
  source=$RELEASE_URL
  case $source in
    '') fail "no files lie beside this script, and it does not know an address to fetch them from" \
      "sh install.sh --from <dir>, with the folder of a release" ;;
    https://*) ;;
    *) fail "the release's address is not https: $source" ;;
  esac
  if command -v curl >/dev/null; then
    downloader=curl
  elif wget --version 2>/dev/null | grep -q 'GNU Wget'; then
    downloader=wget # another wget may not check who it talks to
  else
    fail "to fetch lane takes curl or GNU wget, and neither is here" \
      "install one, or fetch the release elsewhere and use --from <dir>"
  fi
}

# The folder of this script, if a release lies there. In a pipe $0 is a shell, and the folder is anybody's.
own_folder() {
  case $0 in
    *.sh) [ -f "$0" ] || return 0 ;;
    *) return 0 ;;
  esac
  case $0 in */*) folder=$(absolute "${0%/*}") ;; *) folder=$PWD ;; esac
  [ ! -f "$folder/SHA256SUMS" ] || printf '%s\n' "$folder"
}

# Where everything goes: `places` are the final paths, the executable first.
choose_places() {
  if [ -z "$to" ]; then
    case ${XDG_BIN_HOME-} in /*) to=$XDG_BIN_HOME ;; *) to=$(home)/.local/bin ;; esac
  fi
  [ ! -e "$to" ] || [ -d "$to" ] || fail "$to is not a folder" "--to <dir> takes another"
  place_in "$to" lane
  lane=$place places=$place
  case $lane in
    /lane) fail "lane can't be put into the root of all folders" "--to <dir> takes another" ;;
    *:*) fail "${lane%/*}: a folder with a colon in its path can't be on the PATH" "--to <dir> takes another" ;;
  esac
  for shell in bash zsh fish; do
    completion_place "$shell"
    # Completions that were installed before are kept up to date.
    case $NEWLINE$shells$NEWLINE in
      *"$NEWLINE$shell$NEWLINE"*) places=$places$NEWLINE$place ;;
      *) is_recorded "$place" && [ -f "$place" ] && places=$places$NEWLINE$place shells=$shells$NEWLINE$shell ;;
    esac || true
  done
}

completion_place() {
  case $1 in
    bash) place_in "$data_home/bash-completion/completions" lane ;;
    zsh) place_in "$data_home/zsh/site-functions" _lane ;;
    fish)
      case ${XDG_CONFIG_HOME-} in /*) place_in "$XDG_CONFIG_HOME/fish/completions" lane.fish ;;
        *) place_in "${HOME:-/nonexistent}/.config/fish/completions" lane.fish ;;
      esac ;;
  esac
}

place_in() {
  place=$(real_folder "$1")/$2
  case $place in *"$NEWLINE"*) fail "a path with a line end in it can't be used: $place" ;; esac
}

# The path without symbolic links, of a folder that is perhaps not there yet: one folder, one name in the record.
real_folder() {
  there=$1 missing=''
  while [ -n "$there" ] && [ ! -d "$there" ]; do
    missing=/${there##*/}$missing
    there=${there%/*}
  done
  there=$(cd "$there/" && pwd -P)
  printf '%s\n' "${there%/}$missing"
}

check_place() {
  if [ ! -e "$1" ] && [ ! -L "$1" ]; then return 0; fi
  if [ -f "$1" ] && [ ! -L "$1" ] && is_recorded "$1"; then
    is_ours "$1" || fail "$1 was changed since this script put it there" \
      "--to <dir> takes another folder; or remove the file yourself"
    return 0
  fi
  fail "$1 is there already, and not by this script" "--to <dir> takes another folder; or remove it yourself"
}

# -- The record ------------------------------------------------------------------------------------------
# Lines `file <sum> <path>`, `folder <path>`, and `room <path>` of unfinished work. A file has two sums while
# it is replaced.

find_record() {
  case ${XDG_DATA_HOME-} in
    /*) data_home=$XDG_DATA_HOME ;;
    *) data_home=$(home)/.local/share ;;
  esac
  place_in "$data_home/lanekeeper" installed
  record=$place made='' rooms='' is_locked=no is_complete=no
  read_record
}

read_record() {
  recorded=''
  [ ! -f "$record" ] || recorded=$(cat "$record") || fail "$record can't be read"
  recorded_before=$recorded
}

# One run at a time: what it reads here is still so when it writes. The lock is a link to its process's number.
lock_record() {
  tries=0
  until complaint=$(make_lock); do
    [ -L "$record.lock" ] || fail "$record.lock can't be made: $(first_line "$complaint")" "$RECORD_HINT"
    holder=$(readlink "$record.lock") || holder='that is just ending'
    # Our own number is that of one before us, in another container, say.
    if [ "$holder" = $$ ] || ! is_alive "$holder"; then
      rm -f -- "$record.lock"
      continue
    fi
    [ "$tries" -lt 10 ] || fail "another run of this script is at work, process $holder" \
      "wait for its end; if that process is something else, remove $record.lock"
    tries=$((tries + 1))
    sleep 1
  done
  is_locked=yes
  lines_before=$recorded
  read_record
  remove_recorded_rooms
  recorded_before=$recorded
  for line in $lines_before; do case $line in 'folder '*) add_record "$line" ;; esac; done
}

# Fails where it is there already.
make_lock() { ln -s "$$" "$record.lock" 2>&1; }

is_alive() {
  case $1 in *[!0-9]*) return 0 ;; esac # no number: nobody knows
  kill -0 "$1" 2>/dev/null
}

# Those of runs that were killed.
remove_recorded_rooms() {
  left=''
  for line in $recorded; do
    case $line in 'room '*/.lane-install-*)
      left=$left$NEWLINE$line
      [ ! -d "${line#room }" ] || say "Removed, left by a run that was killed: ${line#room }"
      rm -rf -- "${line#room }"
      ;;
    esac
  done
  forget "$left"
}

is_recorded() {
  case $NEWLINE$(recorded_files)$NEWLINE in *"$NEWLINE$1$NEWLINE"*) return 0 ;; esac
  return 1
}

is_ours() {
  found_sum=$(sum_of "$1") || fail "$1 can't be read"
  case $NEWLINE$recorded$NEWLINE in *"${NEWLINE}file $found_sum $1$NEWLINE"*) return 0 ;; esac
  return 1
}

recorded_files() {
  for line in $recorded; do
    case $line in 'file '*) line=${line#file } && printf '%s\n' "${line#* }" ;; esac
  done | LC_ALL=C sort -u
}

add_record() {
  case $NEWLINE$recorded$NEWLINE in *"$NEWLINE$1$NEWLINE"*) ;; *) recorded=$recorded${recorded:+$NEWLINE}$1 ;; esac
}

older_lines_of() {
  for line in $recorded; do
    rest=${line#file }
    [ "$line" = "$rest" ] || [ "${rest#* }" != "$1" ] || [ "${rest%% *}" = "$2" ] || printf '%s\n' "$line"
  done
}

forget() {
  kept=''
  for line in $recorded; do
    case $NEWLINE$1$NEWLINE in *"$NEWLINE$line$NEWLINE"*) ;; *) kept=$kept${kept:+$NEWLINE}$line ;; esac
  done
  recorded=$kept
}

save_record() {
  # By cat, which says what is wrong where a shell's own printf says "I/O error".
  complaint=$({ printf '%s\n' "$recorded" | cat >"$record.new" && mv -f "$record.new" "$record"; } 2>&1) ||
    fail "$record can't be written: $(first_line "$complaint")" "$RECORD_HINT"
}

# -- Fetching and checking -------------------------------------------------------------------------------

make_folders() {
  make_folder "${record%/*}"
  lock_record
  for place in $places; do check_place "$place"; done
  save_record
  for place in $places; do
    make_folder "${place%/*}"
    make_room "${place%/*}"
  done
  make_room "${lane%/*}"
}

# Makes a folder and those above it, and records each before it is made.
make_folder() {
  [ ! -d "$1" ] || return 0
  case $1 in /*/*) make_folder "${1%/*}" ;; esac
  add_record "folder $1"
  # The record's own folder has to be there first.
  case $record in "$1"/*) ;; *) save_record ;; esac
  if ! complaint=$(mkdir -- "$1" 2>&1); then
    [ ! -d "$1" ] || return 0 # somebody else made it in the meantime
    hint="--to <dir> takes another"
    case $record in "$1"/*) hint=$RECORD_HINT ;; esac
    fail "the folder $1 can't be made: $(first_line "$complaint")" "$hint"
  fi
  made=$1$NEWLINE$made
}

# A folder for unfinished work beside the final place, on the same file system; removed at the end.
make_room() {
  room=$1/.lane-install-$$
  case $NEWLINE$rooms in *"$NEWLINE$room$NEWLINE"*) return 0 ;; esac
  remove_left_rooms "$1"
  add_record "room $room"
  save_record
  complaint=$(mkdir -m 700 -- "$room" 2>&1) || fail "nothing can be put into $1: $(first_line "$complaint")" "--to <dir> takes another"
  rooms=$room$NEWLINE$rooms
}

remove_left_rooms() {
  set +f
  for left in "$1"/.lane-install-*; do
    # Its installation was killed. Our own number is that of one before us, in another container, say.
    if [ -d "$left" ] && { [ "${left##*-}" = $$ ] || ! is_alive "${left##*-}"; }; then rm -rf -- "$left"; fi
  done
  set -f
}

fetch_archive() {
  if [ -n "$from" ]; then
    # Copied first: what was checked is what is unpacked, whatever happens to the stick.
    for name in SHA256SUMS "$archive"; do
      complaint=$(cat "$from/$name" 2>&1 >"$room/$name") ||
        fail "$from/$name can't be copied to $room: $(first_line "$complaint")"
    done
  else
    download SHA256SUMS
    download "$archive"
  fi
  expected=$(expected_sum)
  [ -n "$expected" ] || fail "SHA256SUMS has no line for $archive" "take both from one release again"
  found_sum=$(sum_of "$room/$archive") || fail "$room/$archive can't be read"
  [ "$found_sum" = "$expected" ] || fail "$archive is damaged, or not what was released: its SHA-256 sum is
  $found_sum, where SHA256SUMS says
  $expected" "take both from one release again"
}

download() {
  case $downloader in
    curl) complaint=$(curl --fail --location --silent --show-error --proto =https --tlsv1.2 --retry 2 \
      --connect-timeout 30 --speed-limit 1 --speed-time 60 --output "$room/$1" "$source/$1" 2>&1) && return 0 ;;
    # A redirection to plain http is sent nowhere.
    wget) complaint=$(wget --no-verbose --secure-protocol=TLSv1_2 --tries=3 --timeout=60 -e use_proxy=on \
      -e http_proxy=http://127.0.0.1:9/ --output-document="$room/$1" "$source/$1" 2>&1) && return 0 ;;
  esac
  fail "$source/$1 could not be fetched: $(first_line "$complaint")" \
    "try again; or fetch the release elsewhere and use --from <dir>"
}

expected_sum() {
  while IFS=' ' read -r sum name _; do
    name=${name#\*}
    [ "${name%"$carriage_return"}" != "$archive" ] || printf '%s\n' "$sum"
  done <"$room/SHA256SUMS"
}

find_sum_tool() {
  for sum_tool in sha256sum shasum openssl busybox; do
    # The sum of nothing tells whether the tool can do it.
    case $(sum_of /dev/null 2>/dev/null) in e3b0c44298fc1c14*7852b855) return 0 ;; esac
  done
  fail "no program here makes SHA-256 sums: nothing can be checked" "install one of: sha256sum, shasum, openssl, busybox"
}

sum_of() {
  case $sum_tool in
    sha256sum) sha256sum <"$1" ;;
    shasum) shasum -a 256 <"$1" ;;
    openssl) openssl dgst -sha256 -r <"$1" ;;
    busybox) busybox sha256sum <"$1" ;;
  esac | cut -d ' ' -f 1 | grep -x '[0-9a-f]*' # no sum is a failure
}

# -- Putting in place ------------------------------------------------------------------------------------

unpack_archive() {
  complaint=$(cd "$room" && tar -xzof "$archive" "lane-$target/lane" 2>&1) ||
    fail "$archive can't be unpacked in $room: $(first_line "$complaint")"
  new=$room/lane
  { mv "$room/lane-$target/lane" "$new" && chmod u+x,go-w "$new"; } || fail "$archive holds no usable lane-$target/lane"
  version=$(BUN_OPTIONS='' "$new" --version 2>&1) && code=0 || code=$?
  case $code,$version in
    0,'lane '*) version=${version%%" ("*} ;;
    132,*)
      why="the executable for $target does not start: the processor lacks what it needs"
      [ "$target" != linux-x64 ] || fail "$why" "--target linux-x64-baseline asks less of it"
      fail "$why"
      ;;
    *) fail "the executable for $target does not start: $(first_line "$version") (exit code $code)" "$(start_hint)" ;;
  esac
}

start_hint() {
  case $code,$target,$version in
    126,*) echo "is ${lane%/*} on a file system whose programs may not run (noexec)? --to <dir> takes another" ;;
    *-musl,*libstdc++*) echo "it needs the C++ library for musl; on Alpine: apk add libstdc++" ;;
    *) echo "--target <name> takes the executable for another kind of machine" ;;
  esac
}

write_completions() {
  for shell in $shells; do
    completion_place "$shell"
    complaint=$("$new" completions "$shell" 2>&1 >"${place%/*}/.lane-install-$$/completions") ||
      fail "the completions for $shell can't be written: $(first_line "$complaint")"
  done
}

# What is to be put there is recorded before, and what was there is forgotten after: a kill between is harmless.
put_in_place() {
  forgotten=$NEWLINE
  for place in $places; do
    choose_unfinished
    found_sum=$(sum_of "$unfinished")
    forgotten=$forgotten$(older_lines_of "$place" "$found_sum")$NEWLINE
    add_record "file $found_sum $place"
  done
  save_record
  trap '' HUP INT TERM # done in a moment: whole or not at all
  is_complete=yes
  for place in $places; do
    choose_unfinished
    mv -f "$unfinished" "$place" || fail "$place can't be put in place" "run this again"
  done
  forget "$forgotten"
}

choose_unfinished() {
  if [ "$place" = "$lane" ]; then unfinished=$new; else unfinished=${place%/*}/.lane-install-$$/completions; fi
}

# Runs at every end.
clean_up() {
  code=$?
  trap '' HUP INT TERM
  for room in $rooms; do rm -rf -- "$room"; done
  [ "$is_locked" = no ] || settle_record
  if [ "$is_complete" = no ]; then
    for folder in $made; do rmdir -- "$folder" 2>/dev/null || true; done
  fi
  exit "$code"
}

# If this fails, what the record says too much does no harm: rooms that are gone, sums of what was replaced.
settle_record() {
  if [ "$is_complete" = no ]; then recorded=$recorded_before; fi
  forgotten=$NEWLINE
  for room in $rooms; do forgotten="${forgotten}room $room$NEWLINE"; done
  forget "$forgotten"
  if [ -n "$recorded" ]; then (save_record) 2>/dev/null || true; else rm -f -- "$record"; fi
  unlock_record
}

unlock_record() {
  rm -f -- "$record.new" "$record.lock"
  is_locked=no
}

# -- Taking back -----------------------------------------------------------------------------------------

uninstall() {
  [ ! -d "${record%/*}" ] || lock_record
  [ -f "$record" ] || fail "nothing is recorded as installed: $record is not there" \
    "where it was installed with another HOME or XDG_DATA_HOME, set that one"
  [ -n "$(recorded_files)" ] || say "Nothing was in place yet."
  for place in $(recorded_files); do
    [ ! -d "${place%/*}" ] || remove_left_rooms "${place%/*}"
    if [ ! -e "$place" ] && [ ! -L "$place" ]; then
      say "Gone already: $place"
    elif [ ! -L "$place" ] && is_ours "$place"; then
      complaint=$(rm -f -- "$place" 2>&1) || fail "$place can't be removed: $(first_line "$complaint")" "nothing after it was touched"
      say "Removed: $place"
    else
      say "Left, since it was changed after it was put there: $place"
    fi
  done
  remove_folders
  complaint=$(rm -f -- "$record" 2>&1) || fail "$record can't be removed: $(first_line "$complaint")"
  unlock_record
  remove_folders # those that the record lay in
  say_what_stays "${XDG_CONFIG_HOME:-${HOME-}/.config}" "your settings"
  say_what_stays "${XDG_STATE_HOME:-${HOME-}/.local/state}" "what lane remembers for you, like the sinks that you trust"
}

# Those that were made here and are empty. Sorted so that what is inside comes first.
remove_folders() {
  folders=$(for line in $recorded; do
    case $line in 'folder '*) printf '%s\n' "${line#folder }" ;; esac
  done | LC_ALL=C sort -ru)
  for folder in $folders; do rmdir -- "$folder" 2>/dev/null || true; done
}

say_what_stays() {
  [ ! -d "$1/lanekeeper" ] || say "Left, since it is yours: $1/lanekeeper ($2)"
}

# -- What is said ----------------------------------------------------------------------------------------

say_what_next() {
  say "$version is installed: $lane"
  for place in $places; do [ "$place" = "$lane" ] || say "Completions: $place"; done
  say_completion_lines
  say_path
  say "
In a git repository:
  lane new 001-first
  lane add \"First step\"
  lane emit WP01 --to claimed --actor \$(id -un)
  lane board"
}

# bash and fish look there by themselves.
say_completion_lines() {
  for shell in $shells; do
    completion_place "$shell"
    case $shell in
      bash) say "  bash finds them by its package bash-completion; without it, add to ~/.bashrc:" "  . $(quoted "$place")" ;;
      zsh) say "  zsh finds them after this line in ~/.zshrc, before compinit:" "  fpath=($(quoted "${place%/*}") \$fpath)" ;;
    esac
  done
}

# Which `lane` the shell will start, and what would make it this one.
say_path() {
  started='' folder_of_lane=${lane%/*} is_on_path=no
  IFS=:
  for folder in ${PATH-}; do
    [ -d "$folder" ] || continue
    folder=$(real_folder "$folder")
    [ "$folder" != "$folder_of_lane" ] || is_on_path=yes
    [ -n "$started" ] || [ ! -f "$folder/lane" ] || [ ! -x "$folder/lane" ] || started=$folder/lane
  done
  IFS=$NEWLINE
  [ "$started" != "$lane" ] || return 0
  [ -z "$started" ] || warn "your PATH leads to another lane first: $started is what \`lane\` starts now"
  [ "$is_on_path" = no ] || [ -z "$started" ] || say "Remove that one, or put $folder_of_lane before it."
  say "" "Add this line to $(start_file), and open a new terminal:" "  $(path_line)"
}

# shellcheck disable=SC2088 # for people to read
start_file() {
  case ${SHELL-} in
    */bash) if [ "$(uname -s)" = Darwin ]; then echo '~/.bash_profile'; else echo '~/.bashrc'; fi ;;
    */zsh) echo "${ZDOTDIR:-~}/.zshrc" ;;
    */fish) echo '~/.config/fish/config.fish' ;;
    *) echo '~/.profile' ;;
  esac
}

# shellcheck disable=SC2016 # for the start-up file to expand
path_line() {
  case ${SHELL-} in
    */fish) printf 'fish_add_path --move %s\n' "$(quoted "$folder_of_lane")" ;;
    *) printf 'export PATH=%s:"$PATH"\n' "$(quoted "$folder_of_lane")" ;;
  esac
}

# A word for a shell. Within single quotes a backslash means something in fish, but not in the others.
quoted() {
  case $1 in *[!A-Za-z0-9_./-]*) ;; *) printf '%s\n' "$1" && return 0 ;; esac
  case ${SHELL-} in
    */fish) printf '%s\n' "$1" | sed "s/[\\\\']/\\\\&/g; s/^/'/; s/\$/'/" ;;
    *) printf '%s\n' "$1" | sed "s/'/'\\\\''/g; s/^/'/; s/\$/'/" ;;
  esac
}

home() {
  case ${HOME-} in
    *"$NEWLINE"*) fail "HOME has a line end in it, and can't be used" "set HOME, or XDG_DATA_HOME and --to" ;;
    /*) [ -d "$HOME" ] || fail "HOME is no folder that is there: $HOME" "set HOME, or XDG_DATA_HOME and --to" ;;
    *) fail "HOME is not set to a folder: nobody knows where your programs belong" "set HOME, or XDG_DATA_HOME and --to" ;;
  esac
  printf '%s\n' "${HOME%/}"
}

is_there() {
  for path in "$@"; do [ ! -e "$path" ] || return 0; done
  return 1
}

first_line() { printf '%s\n' "$1" | sed -n '/./{p;q;}'; }

say() { printf '%s\n' "$@" 2>/dev/null || true; }

warn() { printf 'Warning: %s\n' "$1" >&2; }

fail() {
  printf 'Error: %s\n' "$1" >&2
  [ $# -lt 2 ] || printf 'Hint: %s\n' "$2" >&2
  exit 1
}

wrong_usage() {
  printf 'Error: %s\nHint: sh install.sh --help\n' "$1" >&2
  exit 2
}

main "$@"
