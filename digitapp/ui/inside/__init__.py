"""What the Inside page tells the browser."""
