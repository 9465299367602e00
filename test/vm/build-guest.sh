#!/usr/bin/env bash
# Builds the guest for "npm run e2e:vm" from Debian's packages, as root. $1: the target folder; $2: uml, qemu or qemu-next,
# for its kernel; $3: next, for a guest that also has the os-brick of Debian's next release. Keeps existing parts that would
# come out the same.
set -euo pipefail

target=$1
backend=$2
brick=${3:-}
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
node=$(readlink -f "$(command -v node)")
guest_packages=(
  lvm2 thin-provisioning-tools tgt targetcli-fb open-iscsi multipath-tools python3-os-brick lsscsi sg3-utils
  nfs-kernel-server nfs-ganesha nfs-ganesha-vfs nfs-common rpcbind dbus systemd udev kmod dmidecode
  iproute2 procps e2fsprogs mount util-linux busybox-static nvme-cli python3-psutil
  qemu-utils libiscsi7 libstdc++6
)

mkdir -p "$target"
exec 9>"$target/lock"
flock 9
scratch=$(mktemp -d "$target/making.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

# Debian's next release has an os-brick that finds disks of NVMe/TCP on kernels since 6.1, and a kernel that checks the keys of
# hosts. Its packages are listed apart from the machine's own.
next=$target/next
mkdir -p "$next"/{lists,cache/archives}/partial
touch "$next/status"
# From where the machine gets its own release.
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $suite" | head -1)
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" >"$next/sources"
of_next=(-o "Dir::State=$next" -o "Dir::State::status=$next/status" -o "Dir::Cache=$next/cache"
  -o "Dir::Etc::sourcelist=$next/sources" -o Dir::Etc::sourceparts=-)
if [ "$brick" = next ] || [ "$backend" = qemu-next ]; then needs_next=yes; else needs_next=; fi
if [ -n "$needs_next" ] && [ -z "$(find "$next/updated" -newermt '1 day ago' 2>/dev/null)" ]; then
  apt-get -qq "${of_next[@]}" -o APT::Sandbox::User=root update
  touch "$next/updated"
fi

cloud_kernel() { # [APT OPTIONS]
  apt-cache "$@" depends linux-image-cloud-amd64 | awk '/Depends: linux-image-/ {print $2; exit}'
}
case $backend in
uml) from=() kernel=user-mode-linux ;;
qemu) from=() kernel=$(cloud_kernel) ;;
qemu-next) from=("${of_next[@]}") kernel=$(cloud_kernel "${of_next[@]}") ;;
esac

unpack() { # PACKAGE FOLDER [APT OPTIONS]
  (cd "$scratch" && apt-get -qq "${@:3}" -o APT::Sandbox::User=root download "$1")
  dpkg-deb -x "$scratch/$1"_*.deb "$2"
}

image() { # FOLDER SIZE FILE
  truncate -s "$2" "$scratch/image"
  mke2fs -q -F -t ext4 -m 0 -d "$1" "$scratch/image"
  mv "$scratch/image" "$target/$3"
}

is_made() { # NAME INPUTS: whether it was made of the same
  [ "$(cat "$target/$1.made" 2>/dev/null)" = "$2" ]
}

inputs=$({
  cat "$0"
  "$node" --version
  apt-cache policy "${guest_packages[@]}" | grep -E '^[^ ]|Candidate'
  [ -z "$brick" ] || apt-cache "${of_next[@]}" policy python3-os-brick | grep Candidate
} | sha256sum)
if ! is_made root "$inputs"; then
  rm -f "$target/root.made"
  root=$scratch/root
  mmdebstrap --quiet --mode=root --variant=essential --format=directory \
    --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Languages "none"' --dpkgopt=force-unsafe-io \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    --include="$(IFS=,; echo "${guest_packages[*]}")" "$suite" "$root"
  # Only the iSCSI part: the package's other dependencies are a hypervisor and Ceph.
  unpack qemu-block-extra "$scratch/block"
  (cd "$scratch/block" && find . -name block-iscsi.so -exec cp --parents {} "$root" \;)
  [ -z "$brick" ] || unpack python3-os-brick "$root/opt/os-brick-next" "${of_next[@]}"
  install -m755 "$node" "$root/usr/local/bin/node"
  cat >"$root/sbin/e2e-init" <<'INIT'
#!/bin/bash
# Mounts the project, and lets it go on. Disks, of UML or of QEMU: root, volumes, project, modules.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
mountpoint -q /dev || mount -t devtmpfs dev /dev
if [ -b /dev/vdd ]; then export E2E_DISKS=/dev/vd; else export E2E_DISKS=/dev/ubd; fi
mount -o ro,noload "${E2E_DISKS}c" /project
exec /project/test/vm/guest/init.sh
INIT
  chmod +x "$root/sbin/e2e-init"
  echo 'InitiatorName=iqn.1993-08.org.debian:01:e2e' >"$root/etc/iscsi/initiatorname.iscsi"
  echo '127.0.0.1 localhost e2e' >"$root/etc/hosts"
  mkdir -p "$root/usr/lib/modules" "$root/project"
  image "$root" 3G root.img
  rm -rf "$root"
  echo "$inputs" >"$target/root.made"
fi

inputs=$({ cat "$0"; apt-cache "${from[@]}" policy "$kernel"; apt-cache policy busybox-static; } | sha256sum)
is_made "$backend" "$inputs" && exit
rm -f "$target/$backend.made"
unpack "$kernel" "$scratch/kernel" "${from[@]}"
if [ "$backend" = uml ]; then
  image "$scratch/kernel/usr/lib/uml/modules" 256M uml-modules.img
  install -m755 "$scratch/kernel/usr/bin/linux.uml" "$target/linux.uml"
  echo "$inputs" >"$target/uml.made"
  exit
fi

# Since Debian 13 below usr, where depmod does not look.
[ -e "$scratch/kernel/lib/modules" ] || mv "$scratch/kernel/usr/lib" "$scratch/kernel/lib"
version=$(basename "$scratch"/kernel/lib/modules/*)
depmod -b "$scratch/kernel" "$version"
image "$scratch/kernel/lib/modules" 512M "$backend-modules.img"
install -m644 "$scratch"/kernel/boot/vmlinuz-* "$target/$backend-vmlinuz"

# The cloud kernel can reach its disks only by modules.
early=$scratch/early
mkdir -p "$early"/{dev,new}
unpack busybox-static "$scratch/busybox"
cp "$scratch/busybox/bin/busybox" "$early/"
loads=
for module in virtio_ring virtio virtio_pci_modern_dev virtio_pci_legacy_dev virtio_pci virtio_blk; do
  found=$(find "$scratch/kernel/lib/modules/$version" -name "$module.ko*" -print -quit)
  [ -n "$found" ] || continue
  cp "$found" "$early/"
  # insmod takes no compressed module.
  [[ $found != *.xz ]] || xz -d "$early/$module.ko.xz"
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
(cd "$early" && find . | cpio -o -H newc --quiet | gzip -1) >"$target/$backend-initrd.gz"
echo "$inputs" >"$target/$backend.made"
