"""Anything that yields a `Scan`; knows nothing of the kiosk.

A driver is a *shell* that holds a device and a *decoder* that is a pure function of what the device said:

* a **shell** is a context manager and an iterator of `Scan | NoRead` (see `drivers.scan.Scanner`). It never retries: when its
  device is gone it raises `ScannerLost`, and whoever runs it decides when to open it again.
* a **decoder** takes keys, bytes or pictures and gives text. It is where the tests are.

What a driver promises (`drivers.contract` tests it):

1. A `Scan` is one symbol, whole, as it was sent. Half of one is a `NoRead`, never joined to the next.
2. Nothing is passed over in silence: what looked like a symbol and was not read is a `NoRead` with its reason and place.
3. `text` is what stands in the symbol; `raw` is what the device sent, for the record.
4. Closing twice is harmless.
"""
