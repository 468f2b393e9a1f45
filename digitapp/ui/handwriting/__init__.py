"""What the page My handwriting is made of."""
