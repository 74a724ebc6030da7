"""A stand-in for CBSA's ACROSS release store: an outside system that happens to live here.

It keeps release requests and their history, and answers R, NR or N/A for cargo control and transaction numbers. Nothing
that it says is official; it borrows nothing of the kiosk, and the kiosk imports nothing of it: they speak JSON over
HTTP, or over WSGI inside one process (`acros_stub.web:create_app`).
"""
