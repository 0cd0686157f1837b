@echo off
rem The studio by a double click, on Windows: installs Eidophone with all that it needs, makes a
rem shortcut, and opens the studio. What is there already is not fetched again, and needs no network.
setlocal EnableExtensions DisableDelayedExpansion
chcp 65001 >nul
title Eidophone
cd /d "%~dp0.."
set "PATH=%USERPROFILE%\.local\bin;%LOCALAPPDATA%\Microsoft\WinGet\Links;%PATH%"

if not exist pyproject.toml goto inside_zip
where uv >nul 2>nul || call :get_uv
where uv >nul 2>nul || goto no_uv
set "PROGRAM="
for /f "delims=" %%i in ('uv tool dir --bin') do set "PROGRAM=%%i\eidophone.exe"
for /f "delims=" %%i in ('uv tool dir') do set "FROM=%%i\eidophone\installed-from"
if not defined PROGRAM goto no_uv

rem What changes when anything of Eidophone does: how many files, how large, and the latest change.
set "THIS="
for /f "delims=" %%i in ('powershell -NoProfile -Command "$all = Get-ChildItem pyproject.toml, src -Recurse -File | Where-Object Extension -ne '.pyc'; $all.Count, ($all | Measure-Object Length -Sum).Sum, ($all.LastWriteTimeUtc.Ticks | Measure-Object -Maximum).Maximum -join ' '"') do set "THIS=%%i"
set "WAS="
if exist "%FROM%" set /p WAS=<"%FROM%"
if exist "%PROGRAM%" if "%WAS%"=="%THIS%" goto start

echo Installing Eidophone: once, a few minutes. If it is interrupted, start this again.
uv tool install --python ">=3.11,<3.15" ".[all]" || goto not_installed
echo Getting it ready: up to a minute ...
"%PROGRAM%" encode sounds\perc_bell.flac - 2>nul | "%PROGRAM%" decode - - >nul 2>nul
"%PROGRAM%" morph sounds\perc_bell.flac sounds\guit_em9.flac - --seconds 1 >nul 2>nul
>"%FROM%" echo %THIS%
call :shortcut

:start
"%PROGRAM%" studio %*
if errorlevel 1 if not errorlevel 2 pause
exit /b

:get_uv
echo Eidophone is installed by uv, a free program that also brings Python. It is not here yet.
echo This would fetch it from its makers, as they advise, for you alone:
where winget >nul 2>nul && goto by_winget
echo     powershell -ExecutionPolicy ByPass -Command "irm https://astral.sh/uv/install.ps1 | iex"
echo To do so, press a key. If not, close this window.
pause >nul
powershell -NoProfile -ExecutionPolicy ByPass -Command "irm https://astral.sh/uv/install.ps1 | iex"
exit /b

:by_winget
echo     winget install --id astral-sh.uv --exact
echo To do so, press a key. If not, close this window.
pause >nul
winget install --id astral-sh.uv --exact --accept-source-agreements --accept-package-agreements
exit /b

:shortcut
powershell -NoProfile -Command "$made = (New-Object -ComObject WScript.Shell).CreateShortcut([IO.Path]::Combine([Environment]::GetFolderPath('Desktop'), 'Eidophone.lnk')); $made.TargetPath = $env:PROGRAM; $made.Arguments = 'studio'; $made.WindowStyle = 7; $made.Save()"
if not errorlevel 1 echo From now on Eidophone is on your desktop.
exit /b

:inside_zip
echo This is still inside of its ZIP file: right-click that file, choose "Extract All...",
echo and start Eidophone from the folder that this makes.
goto failed

:no_uv
echo There is no uv. Its page says how to get it: https://docs.astral.sh/uv
goto failed

:not_installed
if exist "%PROGRAM%" echo It could not be brought up to date: is the studio open? Here it is as it was.
if exist "%PROGRAM%" goto start
echo It could not be installed. Is this computer online? Then start this again.

:failed
pause
exit /b 1
