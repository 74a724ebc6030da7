"""What a guest starts from: Debian's kernel as an ELF file and an initramfs, of unpacked packages; nothing is installed."""

import hashlib
import lzma
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

# fmt: off
EARLY = (
    "virtio_pci", "virtio_console", "9pnet_virtio", "9p", "overlay", "xhci_pci", "usbhid", "hid_generic", "evdev", "uinput", "uhid",
    "ftdi_sio", "cdc_acm", "libcomposite", "dummy_hcd", "usb_f_hid", "usb_f_acm",
)
# fmt: on
"""Loaded before the first command runs, in this order, each behind what it depends on."""

INIT = Path(__file__).with_name("init.sh")

LATE = ("vivid",)
"""Loaded by whoever wants one, `load` in the guest: it is slow to come up."""


OPTIONS = {
    "dummy_hcd": "num=6",
    "vivid": "n_devs=1 node_types=0x101 num_inputs=1 input_types=0x3 num_outputs=1 output_types=0x1 ccs_cap_mode=0 ccs_out_mode=0",
}
"""What a module is loaded with: six USB sockets, each with a gadget's end; a camera that sees a screen (HDMI)."""


class Missing(RuntimeError):
    """Something of the outside world that the rig stands on is not there; the message says how to get it."""


@dataclass(frozen=True, slots=True)
class Kernel:
    """The two files that QEMU starts from."""

    elf: Path
    initramfs: Path


def kernel(cache: Path) -> Kernel:
    """The kernel and its initramfs out of the packages in `cache`, made once for each version of them and of how they are made."""
    image, busybox = package(cache, "linux-image-*.deb"), package(cache, "busybox-static_*.deb")
    recipe = hashlib.sha256(Path(__file__).read_bytes() + INIT.read_bytes()).hexdigest()[:16]
    made = cache / f"{image.stem}+{busybox.stem}+{recipe}"
    if not made.exists():
        for old in cache.glob("linux-image-*+*"):
            shutil.rmtree(old)  # as large as all the rest
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            _make(Path(folder), image, busybox)
            (Path(folder) / "made").rename(made)
    return Kernel(made / "vmlinux", made / "initramfs")


def package(cache: Path, pattern: str) -> Path:
    """The newest package of this name in the cache."""
    found = sorted(cache.glob(pattern), key=lambda path: path.stat().st_mtime)
    if not found:
        raise Missing(f"no {pattern} in {cache}: `make rig` fetches it by `apt-get download`")
    return found[-1]


def _make(folder: Path, image: Path, busybox: Path) -> None:
    tree, made = folder / "tree", folder / "made"
    made.mkdir()
    for deb in (image, busybox):
        subprocess.run(["dpkg-deb", "-x", str(deb), str(tree)], check=True)
    (made / "vmlinux").write_bytes(elf(next(tree.glob("boot/vmlinuz-*")).read_bytes()))
    modules = {path.stem.replace("-", "_"): path for path in tree.glob("lib/modules/*/kernel/**/*.ko")}
    early = ordered(EARLY, modules)
    late = [name for name in ordered(LATE, modules) if name not in early]
    files = {f"modules/{name}.ko": unsigned(modules[name].read_bytes()) for name in (*early, *late)}
    files |= {"modules/early": _lines(early), "modules/late": _lines(late)}
    files |= {"busybox": (tree / "bin/busybox").read_bytes(), "init": INIT.read_bytes()}
    (made / "initramfs").write_bytes(b"".join(archive(files)))


def _lines(names: list[str]) -> bytes:
    return "".join(f"{name} {OPTIONS.get(name, '')}\n" for name in names).encode()


def elf(image: bytes) -> bytes:
    """The ELF kernel in a bzImage (Linux boot protocol 2.08): QEMU starts it by its PVH note, 4 s sooner than the image itself."""
    start = (image[0x1F1] + 1) * 512 + int.from_bytes(image[0x248:0x24C], "little")
    payload = image[start : start + int.from_bytes(image[0x24C:0x250], "little")]
    return lzma.LZMADecompressor(lzma.FORMAT_XZ).decompress(payload)  # its length follows the stream


def ordered(names: Iterable[str], modules: dict[str, Path]) -> list[str]:
    """These modules and all that they depend on, each behind its own."""
    order: dict[str, None] = {}

    def put(name: str) -> None:
        if name in order or name not in modules:
            return  # not there: built into the kernel
        for other in depends(modules[name].read_bytes()):
            put(other)
        order[name] = None

    for name in names:
        put(name)
    return list(order)


def depends(module: bytes) -> list[str]:
    """What a kernel module says that it depends on, in its `.modinfo`."""
    found = re.search(rb"\0depends=([\w,-]*)\0", module)
    return [name.replace("-", "_") for name in found[1].decode().split(",") if name] if found else []


def unsigned(module: bytes) -> bytes:
    """A module without its signature, which takes the guest longer to check than to load."""
    tail = b"~Module signature appended~\n"
    if not module.endswith(tail):
        return module
    end = len(module) - len(tail)
    return module[: end - 12 - int.from_bytes(module[end - 4 : end], "big")]


def archive(files: dict[str, bytes]) -> Iterator[bytes]:
    """A cpio archive (newc) of these files, with the folders above them; all may be run."""
    folders = {str(above) for name in files for above in Path(name).parents} - {"."}
    for name in sorted(folders | {"dev", "proc", "sys", "ro", "rw", "new"}):
        yield _member(name, 0o040755, b"")
    for name, content in files.items():
        yield _member(name, 0o100755, content)
    yield _member("TRAILER!!!", 0, b"")


def _member(name: str, mode: int, content: bytes) -> bytes:
    head = [0, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name) + 1, 0]
    text = b"070701" + b"".join(b"%08X" % number for number in head) + name.encode() + b"\0"
    return text + bytes(-len(text) % 4) + content + bytes(-len(content) % 4)
