"""The same as the command: `python -m release_kiosk_verify`."""

from release_kiosk_verify.command import main

main()
