#!/busybox sh
# PID 1 of a guest. First from the initramfs: modules, and the host's own root, read-only, under a layer of memory. Then again,
# with "inside", in that root: the command. Its output goes to a virtio port, its exit status into the one folder it may write.
b=/run/guest/busybox
if [ "$1" != inside ]; then
  b=/busybox
  $b mount -t proc proc /proc; $b mount -t sysfs sys /sys; $b mount -t devtmpfs dev /dev
  while read -r m o; do $b insmod /modules/$m.ko $o || echo "cannot load $m"; done </modules/early
  $b mount -t 9p -o ro,trans=virtio,version=9p2000.L,cache=loose,msize=512000 root /ro
  $b mount -t tmpfs rw /rw; $b mkdir /rw/up /rw/work
  $b mount -t overlay -o lowerdir=/ro,upperdir=/rw/up,workdir=/rw/work root /new
  for d in proc sys dev; do $b mount --move /$d /new/$d; done
  $b mount -t tmpfs run /new/run
  $b mkdir /new/run/guest /new/run/out
  $b mount --bind / /new/run/guest
  $b mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000 out /new/run/out
  exec $b chroot /new /run/guest/busybox sh /run/guest/init inside
fi
$b mkdir -p /dev/pts /dev/shm
$b mount -t devpts pts /dev/pts; $b mount -t tmpfs shm /dev/shm; $b mount -t configfs config /sys/kernel/config
echo /bin/false >/proc/sys/kernel/modprobe
$b ip link set lo up
for p in /sys/class/virtio-ports/*; do $b ln -s /dev/${p##*/} /dev/port-$($b cat $p/name); done
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 PYTHONDONTWRITEBYTECODE=1
$b sh /run/out/command >/dev/port-out 2>&1 </dev/null
echo $? >/run/out/status
$b sync
$b reboot -f
