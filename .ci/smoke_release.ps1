# Installs lane from a release folder, moves a work package, and uninstalls.
# usage: .ci/smoke_release.ps1 <release folder>
param([Parameter(Mandatory)][string]$Release)
$ErrorActionPreference = "Stop"

function Invoke-Lane {
  & "$Bin\lane.exe" @args
  if ($LASTEXITCODE -ne 0) { throw "lane $args ended with exit code $LASTEXITCODE" }
}

$Release = (Resolve-Path $Release).Path
$Folder = Join-Path ([IO.Path]::GetTempPath()) ([IO.Path]::GetRandomFileName())
$Bin = Join-Path $Folder "bin"
$Project = Join-Path $Folder "project"
New-Item -ItemType Directory $Project | Out-Null

& "$Release\install.ps1" -From $Release -To $Bin
Push-Location $Project
try {
  Invoke-Lane --version
  Invoke-Lane new 001-smoke --root .
  Invoke-Lane add First
  Invoke-Lane emit WP01 --to claimed --actor smoke
  Invoke-Lane board
}
finally { Pop-Location }
& "$Release\install.ps1" -Uninstall
if (Test-Path "$Bin\lane.exe") { throw "$Bin\lane.exe is still there" }
Remove-Item -Recurse -Force $Folder
Write-Output "sound: $([Environment]::OSVersion.VersionString)"
