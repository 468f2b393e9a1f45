"""Datasets of users: files of any usual form, understood, looked at and mended.

What a file passes, in order: `listing` (files, folders, zip and tar files become entries), `kinds`,
`forms` (a module for each form: which arrays, tables and pictures hold what), `labels` and `pixels`
(classes with names, grey bytes), `reading` (all of that: a `Collection`), `findings` and `mends`
(what is odd, and what helps), `sizes`, `splitting` and `keeping` (28x28 images in two parts).
"""
