#!/usr/bin/env bash
# Makes the guest that "npm run e2e:vm" boots, from Debian's packages and as root: an ext4 image with all that a
# storage host and its clients need, and a kernel. $1 is the folder to put them in. Finished ones are kept.
set -euo pipefail

target=$1
here=$(cd "$(dirname "$0")" && pwd)
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
node=$(readlink -f "$(command -v node)")
guest_packages=(
  lvm2 thin-provisioning-tools tgt targetcli-fb open-iscsi python3-os-brick
  nfs-kernel-server nfs-common rpcbind dbus udev kmod dmidecode
  iproute2 procps e2fsprogs util-linux busybox-static
  qemu-utils qemu-block-extra libstdc++6
)
mark=$({ cat "$0" "$here/guest/init.sh"; "$node" --version; echo "$suite"; } | sha256sum)
[ "$(cat "$target/complete" 2>/dev/null)" != "$mark" ] || exit 0

mkdir -p "$target"
rm -f "$target/complete"
scratch=$(mktemp -d "$target/making.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

unpack() { # PACKAGE FOLDER
  (cd "$scratch" && apt-get -qq -o APT::Sandbox::User=root download "$1")
  dpkg-deb -x "$scratch/$1"_*.deb "$2"
}

root=$scratch/root
mmdebstrap --quiet --mode=root --variant=minbase --format=directory \
  --aptopt='APT::Install-Recommends "false"' \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
  --include="$(IFS=,; echo "${guest_packages[*]}")" "$suite" "$root"
install -m755 "$node" "$root/usr/local/bin/node"
install -m755 "$here/guest/init.sh" "$root/sbin/e2e-init"
echo 'InitiatorName=iqn.1993-08.org.debian:01:e2e' >"$root/etc/iscsi/initiatorname.iscsi"
echo '127.0.0.1 localhost e2e' >"$root/etc/hosts"

# User-Mode Linux starts fastest, but not on every processor; the cloud kernel runs under QEMU anywhere.
unpack user-mode-linux "$scratch/uml"
mkdir -p "$root/lib/modules"
cp -r "$scratch"/uml/usr/lib/uml/modules/. "$root/lib/modules/"
install -m755 "$scratch/uml/usr/bin/linux.uml" "$target/linux.uml"

kernel=$(apt-cache depends linux-image-cloud-amd64 | awk '/Depends: linux-image-/ {print $2; exit}')
unpack "$kernel" "$scratch/kernel"
cp -r "$scratch"/kernel/lib/modules/. "$root/lib/modules/"
version=$(basename "$scratch"/kernel/lib/modules/*)
chroot "$root" depmod "$version"
install -m644 "$scratch"/kernel/boot/vmlinuz-* "$target/vmlinuz"

# The cloud kernel reaches its disks by modules only.
early=$scratch/early
mkdir -p "$early"/{dev,new}
cp "$root/bin/busybox" "$early/"
loads=
for module in virtio_ring virtio virtio_pci_modern_dev virtio_pci_legacy_dev virtio_pci virtio_blk; do
  found=$(find "$root/lib/modules/$version" -name "$module.ko" -print -quit)
  [ -n "$found" ] || continue
  cp "$found" "$early/"
  loads="$loads $module"
done
cat >"$early/init" <<INIT
#!/busybox sh
/busybox mount -t devtmpfs none /dev
for module in$loads; do /busybox insmod /\$module.ko; done
until [ -b /dev/vda ]; do /busybox sleep 0.1; done
/busybox mount -t ext4 /dev/vda /new
/busybox mount --move /dev /new/dev
exec /busybox switch_root /new /sbin/e2e-init
INIT
chmod +x "$early/init"
(cd "$early" && find . | cpio -o -H newc --quiet | gzip -1) >"$target/initrd.gz"

truncate -s 3G "$target/root.img"
mke2fs -q -F -t ext4 -m 0 -d "$root" "$target/root.img"
echo "$mark" >"$target/complete"
