#!/usr/bin/env bash
# Packs a Chromium with fonts for a training machine that has none and reaches no network: a small root to chroot into.
# Needs Debian, root, and a Chromium that is installed, whose libraries it takes.  Usage: training/pack_browser.sh OUT
#
# There: tar -xJf browser.tar.xz -C ROOT; mount -t proc proc ROOT/proc; mount --bind /dev ROOT/dev
#        python -m training.spell --browser "chroot ROOT /usr/lib/chromium/chromium-headless-shell" ...
set -euo pipefail
out=$(realpath -m "${1:?where the archive goes}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root shell=usr/lib/chromium/chromium-headless-shell
packages=(
  fonts-cabin fonts-cantarell fonts-comfortaa fonts-crosextra-carlito fonts-dejavu-core fonts-dejavu-extra
  fonts-ebgaramond fonts-firacode fonts-freefont-ttf fonts-hack fonts-inter fonts-jetbrains-mono fonts-lato
  fonts-liberation fonts-open-sans fonts-play fonts-quicksand fonts-roboto-slab fonts-roboto-unhinted fonts-urw-base35
)

mkdir -p "$out" "$root"/{etc/fonts/conf.d,tmp,proc,dev,usr/share/fonts} "$work/fonts"
cd "$work"
apt-get download -qq chromium-headless-shell "${packages[@]}"
dpkg -x chromium-headless-shell_*.deb "$root"
for package in fonts-*.deb; do dpkg -x "$package" fonts; done

# One regular and one bold face of each family will do; and no Roboto Condensed, which the practice site would take and
# hardly any machine has.
find fonts -regextype posix-extended -iregex '.*/[a-z0-9]+(-(regular|bold|book|roman|demi))?\.(ttf|otf)' \
  -not -name "RobotoCondensed*" -exec cp -n {} "$root/usr/share/fonts/" \;
cp /usr/lib/chromium/{icudtl.dat,v8_context_snapshot.bin} "$root/usr/lib/chromium/"
ldd "$root/$shell" | awk '/=> \//{print $3} /ld-linux/{print $1}' | while read -r library; do
  install -D "$library" "$root$library"
done
for library in /usr/lib/x86_64-linux-gnu/{libsoftokn3,libfreebl3,libfreeblpriv3,libnssckbi}.so; do
  if [ -e "$library" ]; then install -D "$library" "$root$library"; fi
done
cp -L /etc/fonts/conf.d/{10-*,11-*,30-*,45-*,49-*,57-*,60-*}.conf "$root/etc/fonts/conf.d/"
cat >"$root/etc/fonts/fonts.conf" <<'XML'
<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>/usr/share/fonts</dir><include ignore_missing="yes">/etc/fonts/conf.d</include><cachedir>/tmp/fonts</cachedir></fontconfig>
XML
chmod 1777 "$root/tmp"
tar -C "$root" --exclude=./usr/share/doc -c . | xz -T0 -6 >"$out/browser.tar.xz"
ls -l "$out/browser.tar.xz"
