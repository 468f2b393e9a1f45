"""Names and numbers as text that is safe and honest wherever it is shown."""
