"""What people take away of a run: its code, its network, its history, a report."""
