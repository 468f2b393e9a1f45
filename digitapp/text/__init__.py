"""Format names and numbers as text: safely escaped, and honestly rounded."""
