"""Forms in which datasets come; each returns what the files hold, not yet converted.

`arrays` (headers, pairs, an array for each class), `tables` (rows, layout, CSV files) and
`pictures` (naming, decoding, a sheet).
"""
