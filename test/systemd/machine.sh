#!/bin/sh
# Boots systemd on a copy of this machine's files that is gone afterwards, in namespaces of its own:
#   unshare --mount --pid --fork --kill-child --ipc --uts --cgroup --net test/systemd/machine.sh FOLDER PACKAGE
# FOLDER is empty. PACKAGE becomes what npm would install as /opt/clinker/node_modules/clinker-server.
set -eu
folder=$1
package=$2

mount --make-rprivate /
mount -t tmpfs tmpfs "$folder"
mkdir "$folder/changes" "$folder/work" "$folder/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$folder/changes,workdir=$folder/work" "$folder/root"
cd "$folder/root"

# Nothing of the machine itself is within reach: not its devices, nor its kernel's settings.
mount -t proc proc proc
mount --bind proc/sys proc/sys
mount -o remount,bind,ro proc/sys
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp
mount -t tmpfs -o mode=755 tmpfs dev
for device in null zero full random urandom tty ptmx; do
  cp -a "/dev/$device" dev/
done
ln -s /proc/self/fd dev/fd
mkdir dev/pts dev/shm
mount -t devpts devpts dev/pts
mount -t tmpfs -o mode=1777 tmpfs dev/shm
ip link set lo up

# Only what the test starts runs: neither services that the machine happens to have, nor earlier attempts.
rm -rf etc/systemd/system/*.wants etc/systemd/system/clinker* etc/clinker var/lib/clinker opt/clinker
mkdir -p opt/clinker/node_modules/.bin opt/clinker/node_modules/clinker-server
mount --bind -o ro "$package" opt/clinker/node_modules/clinker-server
# npm makes it executable; this folder is as the build left it.
printf '#!/bin/sh\nexec node /opt/clinker/node_modules/clinker-server/dist/cli/main.js "$@"\n' >opt/clinker/node_modules/.bin/clinker
chmod 755 opt/clinker/node_modules/.bin/clinker
ln -sf /opt/clinker/node_modules/.bin/clinker usr/local/bin/clinker

pivot_root . mnt
cd /
umount -l /mnt
exec env -i container=other PATH="$PATH" /lib/systemd/systemd --system --unit=basic.target --show-status=false
