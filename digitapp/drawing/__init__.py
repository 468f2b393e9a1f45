"""Turn strokes, picture files and camera images into the 28x28 image that a network reads."""

IMAGE_SIDE = 28  # pixels; of the image that a network reads
