"""What there is to learn from and to read with: built in, and what the store holds."""
