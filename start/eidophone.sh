#!/bin/sh
# The studio by a double click, on Linux and macOS: installs Eidophone with all that it needs, makes
# a shortcut, and opens the studio. What is there already is not fetched again, and needs no network.
set -eu

cd -- "$(dirname -- "$0")/.." # wherever this lies, and whatever that folder is called
PATH="$HOME/.local/bin:/opt/homebrew/bin:/usr/local/bin:$PATH"
MADE_FOR='>=3.11,<3.15' # Pythons for which all libraries are there

main() {
  command -v uv >/dev/null || get_uv
  command -v uv >/dev/null || fail "There is no uv. Its page says how to get it: https://docs.astral.sh/uv"
  program="$(uv tool dir --bin)/eidophone"
  from="$(uv tool dir)/eidophone/installed-from"
  this="$(fingerprint)"
  if [ ! -x "$program" ] || [ "$(cat "$from" 2>/dev/null)" != "$this" ]; then
    install
    if [ "$(uname)" = Darwin ]; then shortcut_on_macos; else shortcut_on_linux; fi
  fi
  exec "$program" studio "$@"
}

# What changes when anything of Eidophone does.
fingerprint() {
  find pyproject.toml src -type f ! -name '*.pyc' -exec cksum {} + | LC_ALL=C sort | cksum
}

get_uv() {
  if command -v brew >/dev/null; then how='brew install uv'
  elif command -v curl >/dev/null; then how='curl -LsSf https://astral.sh/uv/install.sh | sh'
  elif command -v wget >/dev/null; then how='wget -qO- https://astral.sh/uv/install.sh | sh'
  else return 0
  fi
  echo 'Eidophone is installed by uv, a free program that also brings Python. It is not here yet.'
  echo 'This would fetch it from its makers, as they advise, for you alone:'
  echo "    $how"
  printf 'Press Enter to do so, or close this window. '
  read -r _ || return 0
  sh -c "$how" || fail 'uv could not be fetched. Is this computer online? Then start this again.'
}

install() {
  echo 'Installing Eidophone: once, a few minutes. If it is interrupted, start this again.'
  if uv tool install --python "$MADE_FOR" '.[all]'; then
    echo 'Getting it ready: up to a minute ...' # its inner loops are compiled when they are first used
    "$program" encode sounds/perc_bell.flac - | "$program" decode - - >/dev/null 2>&1 || true
    "$program" morph sounds/perc_bell.flac sounds/guit_em9.flac - --seconds 1 >/dev/null 2>&1 || true
    echo "$this" >"$from"
  elif [ -x "$program" ]; then
    echo 'It could not be brought up to date. Here is the studio as it was.'
  else
    fail 'It could not be installed. Is this computer online? Then start this again.'
  fi
}

shortcut_on_linux() {
  data="${XDG_DATA_HOME:-$HOME/.local/share}"
  icon="$data/icons/hicolor/scalable/apps/eidophone.svg"
  mkdir -p "$data/applications" "$(dirname -- "$icon")"
  cp docs/images/icon.svg "$icon"
  quoted="$(printf '%s' "$program" | sed 's/[\\"`$]/\\\\&/g; s/%/%%/g')"
  cat >"$data/applications/eidophone.desktop" <<END
[Desktop Entry]
Type=Application
Name=Eidophone
Comment=Sound as pictures, and pictures as sound
Exec="$quoted" studio
Icon=eidophone
Categories=AudioVideo;Audio;Graphics;
END
  echo 'From now on Eidophone is among the programs of your menu.'
}

shortcut_on_macos() {
  inside="$HOME/Applications/Eidophone.app/Contents"
  mkdir -p "$inside/MacOS"
  cat >"$inside/Info.plist" <<'END'
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>CFBundleName</key><string>Eidophone</string>
  <key>CFBundleIdentifier</key><string>org.eidophone.studio</string>
  <key>CFBundleExecutable</key><string>Eidophone</string>
  <key>CFBundlePackageType</key><string>APPL</string>
  <key>LSUIElement</key><true/>
</dict>
</plist>
END
  quoted="$(printf '%s' "$program" | sed "s/'/'\\\\''/g")"
  printf "#!/bin/sh\nexec '%s' studio\n" "$quoted" >"$inside/MacOS/Eidophone"
  chmod +x "$inside/MacOS/Eidophone"
  echo 'From now on Eidophone is in the folder Applications of your home folder.'
}

# Say why, and keep the window open until it is read.
fail() {
  echo "$1"
  if [ -t 0 ]; then
    printf 'Press Enter to close this. '
    read -r _
  fi
  exit 1
}

main "$@"
