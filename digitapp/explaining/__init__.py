"""The inner workings of a network, as arrays."""
