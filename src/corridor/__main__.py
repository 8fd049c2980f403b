"""`python -m corridor` is the command line."""

from corridor.cli.start import main

main()
