"""A guest machine that has every device: QEMU without KVM, Debian's kernel, and the host's own root as its root, read-only.

python -m tests.devices.guest COMMAND...    runs one command in it, as root, in this folder
"""

import os
import shlex
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.devices.kernel import Kernel, Missing, kernel

HERE = Path(__file__).resolve().parents[2]
CACHE = HERE / ".venv/.rig"
MEMORY = 1536  # MB

ARGUMENTS = (
    "console=ttyS0 quiet panic=-1 nokaslr mitigations=off tsc=reliable no_timer_check random.trust_cpu=on audit=0 apparmor=0"
    " rcupdate.rcu_expedited=1"
)


def machine(start: Kernel, folder: Path) -> list[str]:
    """QEMU's own words for the guest.

    One processor: with a busy neighbour on the host two are slower. No PS/2 controller: it would take the keys that QMP sends.
    The guest holds its own cables: port `qmp` ends in QEMU's monitor, port `wire` in the serial scanner that QMP plugs in.
    """
    words = f"""
        qemu-system-x86_64 -M q35,i8042=off -accel tcg,tb-size=512 -cpu max -smp 1 -m {MEMORY} -nodefaults -no-user-config
        -no-reboot -display none -kernel {start.elf} -initrd {start.initramfs} -serial file:{folder}/console
        -fsdev local,id=root,path=/,readonly=on,security_model=none,multidevs=remap -device virtio-9p-pci,fsdev=root,mount_tag=root
        -fsdev local,id=out,path={folder}/out,security_model=none -device virtio-9p-pci,fsdev=out,mount_tag=out
        -device virtio-serial-pci,max_ports=8 -device qemu-xhci,id=usb,p2=8,p3=8
        -chardev stdio,id=out,signal=off -device virtserialport,chardev=out,name=out
        -chardev socket,id=monitor,path={folder}/qmp,server=on,wait=off -mon chardev=monitor,mode=control
        -chardev socket,id=qmp,path={folder}/qmp -device virtserialport,chardev=qmp,name=qmp
        -chardev socket,id=line,path={folder}/line,server=on,wait=off
        -chardev socket,id=wire,path={folder}/line -device virtserialport,chardev=wire,name=wire
    """
    return [*words.split(), "-append", ARGUMENTS]


@contextmanager
def booted(
    command: Sequence[str], files: Mapping[str, bytes] | None = None, seconds: float = 900
) -> Iterator[tuple[Path, Iterator[str]]]:
    """A guest that runs this command in this folder: its own folder (`out` is what it may write), and its lines as they come.

    `files` lie in `out` before it starts. After so many seconds it is switched off.
    """
    demand()
    with tempfile.TemporaryDirectory(prefix="rig-", dir=CACHE) as own:
        folder = Path(own)
        script = f"cd {shlex.quote(str(HERE))}\nexec {shlex.join(command)}\n"
        for name, content in ((files or {}) | {"command": script.encode()}).items():
            (folder / "out" / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / "out" / name).write_bytes(content)
        # Its standard input stays open: at its end QEMU would close the port, and the guest's first line would wait for ever.
        words = machine(kernel(CACHE), folder)
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, errors="replace") as process:
            off = threading.Timer(seconds, process.kill)
            off.start()
            try:
                yield folder, iter(process.stdout)
            finally:
                off.cancel()
                process.kill()


def status(folder: Path) -> int:
    """What the command ended with; a guest that fell over ended with 99."""
    said = folder / "out/status"
    return int(said.read_text(encoding="utf-8")) if said.exists() else 99


def demand() -> None:
    """Raise `Missing` where this machine cannot hold a guest."""
    if os.geteuid() != 0:
        raise Missing(
            "the rig runs as root: the guest's root is this machine's own, and not every file of it may be read otherwise"
        )
    if shutil.which("qemu-system-x86_64") is None:
        raise Missing("no qemu-system-x86_64: apt-get install --no-install-recommends qemu-system-x86")
    CACHE.mkdir(parents=True, exist_ok=True)
