"""What people name on a disk, what it is and how large; and the folders of one's own."""
