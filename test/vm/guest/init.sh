#!/bin/bash
# The guest's first process: mounts, modules, udev, then the scenario in /project, whose status goes to the console.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
mount -t proc proc /proc
mount -t sysfs sys /sys
mountpoint -q /dev || mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm /project
mount -t devpts pts /dev/pts
for folder in /dev/shm /tmp /run; do mount -t tmpfs tmpfs "$folder"; done
mkdir -p /run/lock/iscsi /run/udev /run/tgtd /run/dbus /run/rpcbind
dmesg -n 1
hostname e2e
ip link set lo up
for module in loop configfs dm-mod dm-thin-pool sd_mod iscsi_tcp veth nfsd nfs nfsv4 target_core_mod \
  target_core_iblock iscsi_target_mod; do
  modprobe "$module"
done
mount -t configfs none /sys/kernel/config
/lib/systemd/systemd-udevd --daemon
udevadm trigger --action=add -s block -s net
udevadm settle -t 60

# The third disk is the project, the second one is for volumes. UML and QEMU call them by other names.
if [ -b /dev/vdc ]; then disk=/dev/vdb project=/dev/vdc; else disk=/dev/ubdb project=/dev/ubdc; fi
mount "$project" /project
cd /project || exit
echo '@@begin@@'
E2E_DISK=$disk setsid -w node test/vm/guest/scenario.mjs </dev/null
echo "@@end $?@@"
sync
busybox poweroff -f
sleep 60
