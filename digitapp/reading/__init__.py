"""From an image to what a network reads in it, and how sure it is."""
