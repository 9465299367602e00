#!/bin/bash
# The guest's first process: mounts, modules, udev, then one phase of the scenario. Prints its status to the console.
mount -t proc proc /proc
mount -t sysfs sys /sys
mkdir -p /dev/pts /dev/shm
mount -t devpts pts /dev/pts
for folder in /dev/shm /tmp /run; do mount -t tmpfs tmpfs "$folder"; done
mkdir -p /run/lock/iscsi /run/udev /run/tgtd /run/dbus /run/rpcbind
dmesg -n 1
hostname e2e
ip link set lo up

mount -o ro,noload "${E2E_DISKS}d" /lib/modules
for module in loop configfs dm-mod dm-thin-pool dm-multipath dm-service-time sd_mod iscsi_tcp veth nfsd nfs nfsv4 target_core_mod \
  target_core_iblock iscsi_target_mod; do
  modprobe "$module"
done
mount -t configfs none /sys/kernel/config
/lib/systemd/systemd-udevd --daemon
udevadm trigger --action=add -s block -s net
udevadm settle -t 60

phase=$(sed 's/.*e2e\.phase=\([^ ]*\).*/\1/' /proc/cmdline)
cd /project || exit
echo '@@begin@@'
E2E_DISK=${E2E_DISKS}b setsid -w node test/vm/guest/scenario.mjs "$phase" </dev/null
echo "@@end $?@@"
sync
busybox poweroff -f
sleep 60
