"""Class datasets: making them, and adding drawings to them."""
