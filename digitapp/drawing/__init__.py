"""From a hand, a file or a camera to the 28x28 image that a network reads, and the steps to it."""
