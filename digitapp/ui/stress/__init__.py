"""What the Stress test page is made of."""
