<#
.SYNOPSIS
Installs lane for you alone, on 64-bit Windows: no administrator is needed.
.DESCRIPTION
For Windows PowerShell 5.1 and PowerShell 7. Run it again to update. What was installed is recorded, with
SHA-256 sums, in %LOCALAPPDATA%\lanekeeper\installed.txt: only what still has its sum is replaced or removed.
Two runs wait for each other; what a killed one left, the next one removes, and -Uninstall too.
Where scripts may not run: powershell -ExecutionPolicy Bypass -File install.ps1
.PARAMETER From
Take the files from this folder: a release, on a USB stick, say. By default the folder of this script; without files there, the release.
.PARAMETER To
Put lane.exe into this folder.
.PARAMETER Completions
Write the completions for PowerShell beside lane.exe, and say which line loads them.
.PARAMETER AddToPath
Add the folder to your PATH. Otherwise it is only said how.
.PARAMETER Uninstall
Remove what this script put there, and nothing else.
.EXAMPLE
.\install.ps1 -From D:\lanekeeper
#>
[CmdletBinding()]
param(
    [string]$From = '',
    [string]$To = '',
    [switch]$Completions,
    [switch]$AddToPath,
    [switch]$Uninstall
)

# The address of the release's files; written by scripts/release.ts into the copy of a release.
$ReleaseUrl = ""

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue' # 5.1 fetches many times slower with a bar
$Target = 'windows-x64'
$Archive = "lane-$Target.zip"
$ScriptFolder = $PSScriptRoot

function Main {
    if ([Environment]::OSVersion.Platform -ne 'Win32NT') { Stop-Here 'this script is for Windows' 'sh install.sh' }
    if (-not $env:LOCALAPPDATA) { Stop-Here 'LOCALAPPDATA is not set: nobody knows where your programs belong' 'set LOCALAPPDATA' }
    $script:RecordPath = Join-Path $env:LOCALAPPDATA 'lanekeeper\installed.txt'
    $lock = Lock-Record
    try {
        $script:Record = @(Read-Record)
        Remove-RecordedRooms
        if ($Uninstall) { Remove-Installed } else { Install-Lane }
    } finally {
        $lock.Dispose()
        Remove-EmptyFolder (Split-Path -Parent $RecordPath)
    }
}

function Install-Lane {
    $folder = $To
    if (-not $folder) { $folder = Join-Path $env:LOCALAPPDATA 'Programs\lanekeeper' }
    $folder = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($folder)
    if (Test-Path -LiteralPath $folder -PathType Leaf) { Stop-Here "$folder is not a folder" '-To <dir> takes another' }
    $places = @(Join-Path $folder 'lane.exe')
    $completionsPath = Join-Path $folder 'lane-completions.ps1'
    # Completions that were installed before are kept up to date.
    if ($Completions -or (Test-Recorded $completionsPath)) { $places += $completionsPath }
    foreach ($place in $places) { Assert-Replaceable $place }

    Write-Output "lane for ${Target}: $(Get-Machine)"
    $source = Get-Source
    Write-Output "From $source"
    Install-From $source $folder $places
    Write-NextSteps $folder $places
}

function Get-Machine {
    # A 32-bit PowerShell on 64-bit Windows is told of the machine by the other variable.
    $machine = $env:PROCESSOR_ARCHITEW6432
    if (-not $machine) { $machine = $env:PROCESSOR_ARCHITECTURE }
    switch ($machine) {
        'AMD64' { return 'Windows on x64' }
        'ARM64' { return 'Windows on arm64, which runs executables for x64' }
        default { Stop-Here "there is no executable for this machine: Windows on $machine" 'lane needs a 64-bit system' }
    }
}

function Get-Source {
    if (-not $From) {
        # Piped into a shell, a script has no folder.
        if ($ScriptFolder -and (Test-Path -LiteralPath (Join-Path $ScriptFolder 'SHA256SUMS'))) { return $ScriptFolder }
        if (-not $ReleaseUrl) { Stop-Here 'no files lie beside this script, and it does not know an address to fetch them from' '.\install.ps1 -From <dir>, with the folder of a release' }
        if ($ReleaseUrl -notlike 'https://*') { Stop-Here "the release's address is not https: $ReleaseUrl" }
        return $ReleaseUrl
    }
    $folder = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($From)
    if (-not (Test-Path -LiteralPath $folder -PathType Container)) { Stop-Here "-From ${folder}: there is no such folder" }
    foreach ($name in 'SHA256SUMS', $Archive) {
        if (-not (Test-Path -LiteralPath (Join-Path $folder $name))) { Stop-Here "$folder holds no $name" '-From takes the folder of a release' }
    }
    return $folder
}

# All is fetched, checked and started in a folder beside the final place, and moved from there.
function Install-From([string]$Source, [string]$Folder, [string[]]$Places) {
    $room = Join-Path $Folder ".lane-install-$PID"
    $made = @(Get-MissingFolders $Folder)
    $isComplete = $false
    # Recorded before they are made: what a killed run leaves, the next one finds.
    Save-Record ($Record + @($made | ForEach-Object { "folder $_" }) + "room $room")
    try {
        New-Folder $Folder '-To <dir> takes another'
        Get-LeftBehind $Folder | Remove-Item -Force -ErrorAction SilentlyContinue
        New-Item -ItemType Directory -Path $room | Out-Null
        foreach ($name in 'SHA256SUMS', $Archive) { Get-ReleaseFile $Source $name $room }
        Assert-Sum $room
        Expand-Archive -LiteralPath (Join-Path $room $Archive) -DestinationPath $room
        $new = Join-Path $room "lane-$Target\lane.exe"
        $script:Version = Get-Version $new
        $unfinished = @($new)
        if ($Places.Count -gt 1) {
            $unfinished += Join-Path $room 'completions.ps1'
            Write-Text $unfinished[1] ((& $new completions powershell) -join "`r`n")
        }
        Add-Record $Places $unfinished
        for ($i = 0; $i -lt $Places.Count; $i++) { Move-IntoPlace $unfinished[$i] $Places[$i] }
        $isComplete = $true
    } finally {
        if (Test-Path -LiteralPath $room) { Remove-Item -LiteralPath $room -Recurse -Force -ErrorAction SilentlyContinue }
        if (-not $isComplete) { foreach ($one in $made) { Remove-EmptyFolder $one } }
        Save-Record @($Record | Where-Object { $_ -match '^path ' -or (Test-Path -LiteralPath ($_ -replace '^(folder|room|file [0-9a-f]{64}) ', '')) })
    }
}

function Get-ReleaseFile([string]$Source, [string]$Name, [string]$Room) {
    $destination = Join-Path $Room $Name
    if ($Source -notlike 'https://*') {
        # Copied first: what was checked is what is unpacked, whatever happens to the stick.
        Copy-Item -LiteralPath (Join-Path $Source $Name) -Destination $destination
        return
    }
    # 5.1 would begin with older versions of TLS.
    [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
    try {
        Invoke-WebRequest -Uri "$Source/$Name" -OutFile $destination -UseBasicParsing
    } catch {
        Stop-Here "$Source/$Name could not be fetched: $($_.Exception.Message)" 'try again; or fetch the release elsewhere and use -From <dir>'
    }
}

function Assert-Sum([string]$Room) {
    $expected = ''
    foreach ($line in Get-Content -LiteralPath (Join-Path $Room 'SHA256SUMS')) {
        if ($line -match '^([0-9a-fA-F]{64}) [ *](.+)$' -and $Matches[2] -eq $Archive) { $expected = $Matches[1].ToLowerInvariant() }
    }
    if (-not $expected) { Stop-Here "SHA256SUMS has no line for $Archive" 'take both from one release again' }
    $found = Get-Sum (Join-Path $Room $Archive)
    if ($found -ne $expected) {
        Stop-Here "$Archive is damaged, or not what was released: its SHA-256 sum is`n  $found, where SHA256SUMS says`n  $expected" 'take both from one release again'
    }
}

function Get-Version([string]$Executable) {
    if (-not (Test-Path -LiteralPath $Executable)) { Stop-Here "$Archive holds no lane-$Target\lane.exe" }
    $said = ''
    $code = -1
    try {
        $said = (& $Executable --version) -join ' '
        $code = $LASTEXITCODE
    } catch {
        $said = $_.Exception.Message
    }
    if ($code -ne 0 -or $said -notlike 'lane *') {
        Stop-Here "the executable does not start: $said (exit code $code)" 'does the processor have AVX2? is a virus scanner holding it?'
    }
    return ($said -replace ' \(.*$', '')
}

# A running lane.exe can't be replaced, but it can be renamed: it goes aside, and the next run removes it.
function Move-IntoPlace([string]$Unfinished, [string]$Place) {
    $aside = ''
    if (Test-Path -LiteralPath $Place) {
        $aside = "$Place.old-$PID-$([DateTime]::UtcNow.Ticks)"
        Move-Item -LiteralPath $Place -Destination $aside
    }
    try {
        Move-Item -LiteralPath $Unfinished -Destination $Place
    } catch {
        if ($aside) { Move-Item -LiteralPath $aside -Destination $Place }
        throw
    }
    if ($aside) { Remove-Item -LiteralPath $aside -Force -ErrorAction SilentlyContinue }
}

# What earlier runs could not remove, since it ran then.
function Get-LeftBehind([string]$Folder) {
    Get-ChildItem -LiteralPath $Folder -Force | Where-Object { $_.Name -match '^lane(-completions)?\.(exe|ps1)\.old-\d+-\d+$' }
}

# -- The record: lines `file <sum> <path>`, `folder <path>`, `room <path>` of unfinished work, and `path <folder>`
# for one that was added to the PATH.

# One run at a time: what it reads is still so when it writes. Windows gives the lock back when a process ends,
# however it ends.
function Lock-Record {
    $path = "$RecordPath.lock"
    New-Folder (Split-Path -Parent $RecordPath) 'what is installed is recorded there'
    for ($tries = 0; ; $tries++) {
        try {
            return [IO.FileStream]::new($path, [IO.FileMode]::OpenOrCreate, [IO.FileAccess]::ReadWrite, [IO.FileShare]::None, 1, [IO.FileOptions]::DeleteOnClose)
        } catch {
            $isHeld = $tries -eq 0 -or (Test-Path -LiteralPath $path)
            if ($tries -ge 10 -or -not $isHeld) { Stop-Here "$path can't be locked: $($_.Exception.GetBaseException().Message)" 'is another run of this script at work? wait for its end' }
            Start-Sleep -Seconds 1
        }
    }
}

# Those of runs that were killed.
function Remove-RecordedRooms {
    $rooms = @($Record | ForEach-Object { if ($_ -match '^room (.+\\\.lane-install-\d+)$') { $Matches[1] } })
    foreach ($room in $rooms) {
        if (-not (Test-Path -LiteralPath $room)) { continue }
        try { Remove-Item -LiteralPath $room -Recurse -Force } catch { Stop-Here "$room, left by a run that was killed, can't be removed: $($_.Exception.Message)" 'remove it yourself, and run this again' }
        Write-Output "Removed, left by a run that was killed: $room"
    }
    if ($rooms.Count -gt 0) { Save-Record @($Record | Where-Object { $_ -notmatch '^room ' }) }
}

function Read-Record {
    if (Test-Path -LiteralPath $RecordPath) { Get-Content -LiteralPath $RecordPath -Encoding UTF8 | Where-Object { $_ } }
}

function Test-Recorded([string]$Path) {
    return @($Record | Where-Object { $_ -match '^file [0-9a-f]{64} (.+)$' -and $Matches[1] -eq $Path }).Count -gt 0
}

function Test-Ours([string]$Path) {
    return $Record -contains "file $(Get-Sum $Path) $Path"
}

function Assert-Replaceable([string]$Path) {
    if (-not (Test-Path -LiteralPath $Path)) { return }
    if (-not (Test-Recorded $Path)) { Stop-Here "$Path is there already, and not by this script" '-To <dir> takes another folder; or remove it yourself' }
    if (-not (Test-Ours $Path)) { Stop-Here "$Path was changed since this script put it there" '-To <dir> takes another folder; or remove the file yourself' }
}

# Written before anything is put in place. A file has two sums until the next run: a kill between is harmless.
function Add-Record([string[]]$Places, [string[]]$Unfinished) {
    $lines = @($Record)
    for ($i = 0; $i -lt $Places.Count; $i++) {
        $place = $Places[$i]
        if (Test-Path -LiteralPath $place) { $current = "file $(Get-Sum $place) $place" } else { $current = '' }
        $lines = @($lines | Where-Object { $_ -eq $current -or -not ($_ -match '^file [0-9a-f]{64} (.+)$' -and $Matches[1] -eq $place) })
        $lines += "file $(Get-Sum $Unfinished[$i]) $place"
    }
    Save-Record $lines
}

function Save-Record([string[]]$Lines) {
    $script:Record = @($Lines | Select-Object -Unique)
    if ($Record.Count -eq 0) {
        foreach ($one in "$RecordPath.new", $RecordPath) { if (Test-Path -LiteralPath $one) { Remove-Item -LiteralPath $one -Force } }
        return
    }
    Write-Text "$RecordPath.new" (($Record -join "`r`n") + "`r`n")
    # `Move-Item -Force` would remove the old one first: a kill between would lose the record.
    if (Test-Path -LiteralPath $RecordPath) { [IO.File]::Replace("$RecordPath.new", $RecordPath, [NullString]::Value) }
    else { [IO.File]::Move("$RecordPath.new", $RecordPath) }
}

# -- Taking back

function Remove-Installed {
    if ($Record.Count -eq 0) { Stop-Here "nothing is recorded as installed: $RecordPath is not there, or empty" }
    $paths = @($Record | ForEach-Object { if ($_ -match '^file [0-9a-f]{64} (.+)$') { $Matches[1] } } | Select-Object -Unique)
    if ($paths.Count -eq 0) { Write-Output 'Nothing was in place yet.' }
    foreach ($path in $paths) {
        $folder = Split-Path -Parent $path
        if (Test-Path -LiteralPath $folder) { foreach ($old in Get-LeftBehind $folder) { Remove-OrStop $old.FullName } }
        if (-not (Test-Path -LiteralPath $path)) {
            Write-Output "Gone already: $path"
        } elseif (Test-Ours $path) {
            Remove-OrStop $path
            Write-Output "Removed: $path"
        } else {
            Write-Output "Left, since it was changed after it was put there: $path"
        }
    }
    foreach ($line in $Record) { if ($line -match '^path (.+)$') { Remove-FromPath $Matches[1] } }
    # The innermost folder has the longest path.
    $folders = @($Record | ForEach-Object { if ($_ -match '^folder (.+)$') { $Matches[1] } } | Sort-Object -Property Length -Descending)
    foreach ($folder in $folders) { Remove-EmptyFolder $folder }
    Save-Record @()
    foreach ($yours in "$env:USERPROFILE\.config\lanekeeper", "$env:USERPROFILE\.local\state\lanekeeper") {
        if (Test-Path -LiteralPath $yours) { Write-Output "Left, since it is yours: $yours" }
    }
}

function Remove-OrStop([string]$Path) {
    try { Remove-Item -LiteralPath $Path -Force } catch { Stop-Here "$Path can't be removed: $($_.Exception.Message)" 'does lane still run? end it, and run this again' }
}

function Remove-EmptyFolder([string]$Path) {
    if (-not (Test-Path -LiteralPath $Path -PathType Container)) { return }
    if (@(Get-ChildItem -LiteralPath $Path -Force).Count -eq 0) { Remove-Item -LiteralPath $Path -ErrorAction SilentlyContinue }
}

# The folder and those above it that are not there yet, the innermost first.
function Get-MissingFolders([string]$Path) {
    for ($one = $Path; $one -and -not (Test-Path -LiteralPath $one); $one = Split-Path -Parent $one) { $one }
}

function New-Folder([string]$Path, [string]$Hint) {
    try { New-Item -ItemType Directory -Path $Path -Force | Out-Null } catch { Stop-Here "the folder $Path can't be made: $($_.Exception.Message)" $Hint }
}

# -- What is said, and the PATH

function Write-NextSteps([string]$Folder, [string[]]$Places) {
    Write-Output "$Version is installed: $($Places[0])"
    if ($Places.Count -gt 1) {
        Write-Output "Completions: $($Places[1])" '  Add this line to the file that $PROFILE names:' "  . '$($Places[1] -replace "'", "''")'"
    }
    $first = Get-Command -Name 'lane' -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
    if ($first -and $first.Source -ne $Places[0]) { Write-Warning "your PATH leads to another lane first: $($first.Source) is what ``lane`` starts now" }
    if (($env:Path -split ';') -notcontains $Folder) {
        if ($AddToPath) {
            Add-ToPath $Folder
            Write-Output '' "$Folder is added to your PATH: open a new terminal."
        } else {
            Write-Output '' "$Folder is not on your PATH. Run this script with -AddToPath, or add the folder yourself in `"Edit environment variables for your account`"."
        }
    }
    Write-Output '' 'In a git repository:' '  lane new 001-first' '  lane add "First step"' '  lane emit WP01 --to claimed --actor $env:USERNAME' '  lane board'
}

function Add-ToPath([string]$Folder) {
    if ((Get-UserPath) -contains $Folder) { return }
    Save-Record (@($Record) + "path $Folder")
    Set-UserPath (@(Get-UserPath) + $Folder)
}

function Remove-FromPath([string]$Folder) {
    Set-UserPath @(Get-UserPath | Where-Object { $_ -ne $Folder })
    Write-Output "Removed from your PATH: $Folder"
}

# Read and written unexpanded: %USERPROFILE% in it stays what it is.
function Get-UserPath {
    $key = [Microsoft.Win32.Registry]::CurrentUser.OpenSubKey('Environment')
    try { $value = [string]$key.GetValue('Path', '', 'DoNotExpandEnvironmentNames') } finally { $key.Close() }
    return @($value -split ';' | Where-Object { $_ })
}

function Set-UserPath([string[]]$Folders) {
    $key = [Microsoft.Win32.Registry]::CurrentUser.OpenSubKey('Environment', $true)
    try { $key.SetValue('Path', ($Folders -join ';'), 'ExpandString') } finally { $key.Close() }
    # Tells the desktop that something changed, which SetValue does not.
    [Environment]::SetEnvironmentVariable('LANE_INSTALL_SIGNAL', $null, 'User')
}

function Get-Sum([string]$Path) {
    return (Get-FileHash -LiteralPath $Path -Algorithm SHA256).Hash.ToLowerInvariant()
}

# Without a byte order mark, in every version.
function Write-Text([string]$Path, [string]$Text) {
    [IO.File]::WriteAllText($Path, $Text, (New-Object Text.UTF8Encoding $false))
}

function Stop-Here([string]$Message, [string]$Hint = '') {
    $lines = "Error: $Message"
    if ($Hint) { $lines += "`nHint: $Hint" }
    throw (New-Object OperationCanceledException $lines)
}

try {
    Main
} catch {
    if ($_.Exception -is [OperationCanceledException]) { [Console]::Error.WriteLine($_.Exception.Message) }
    else { [Console]::Error.WriteLine("Error: $($_.Exception.Message)`nHint: nothing was replaced that was not named above as installed") }
    # `exit` would close the terminal that a script was piped into.
    if ($ScriptFolder) { exit 1 }
}
