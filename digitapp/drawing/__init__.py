"""Turn strokes, picture files and camera images into the 28x28 image that a network reads.

The modules in the order in which a drawing passes through them:

1. `strokes`: the pen's paths from the canvas (`sketch`: undo and redo). Or `pictures`: a file or a
   camera's picture; `picture_headers` rejects harmful ones.
2. `ink`: a picture's ink without its paper; `background`, `halftone` and `components` find it.
3. `preprocessing`: the steps from strokes or a picture to the image; `coverage` turns strokes into
   ink, `fitting` scales a picture's ink, and `line_width` widens or thins its lines.
4. `digit`: the end: the ink centred in the image, and what a page shows of the steps.

A number is divided first: `segmentation` finds its rows and their `marks`, and `lattice` finds the
`candidates` for digits, bounded by `seams`. Marks (points, commas, signs) are told by `line_signs`,
`percent_signs`, `crossing_lines`, `neighbours` and `piece_shapes`.
"""

IMAGE_SIDE = 28  # pixels; of the image that a network reads
