"""What the Draw page is made of."""
