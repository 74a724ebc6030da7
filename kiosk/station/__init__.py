"""The loops of a station: what goes on by itself while officers work. The only retries of the kiosk are here.

Nothing is loaded with the package: the process that reads scanners needs neither a desk nor the record.
"""
