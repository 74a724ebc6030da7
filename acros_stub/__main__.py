"""`acros-stub`, or `python -m acros_stub`."""

import sys


def main() -> None:
    """Run the command line in the language asked for."""
    from acros_stub.cli import build  # noqa: PLC0415  # importing this module costs nothing
    from acros_stub.words import language  # noqa: PLC0415  # likewise

    build(language(sys.argv[1:])).main(prog_name="acros-stub")


if __name__ == "__main__":
    main()
