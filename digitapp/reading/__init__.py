"""Read digits and numbers in prepared images with a network, and say how sure it is."""
