"""What goes on inside a network, as arrays."""
