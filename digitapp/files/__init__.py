"""Files that users name: their type and size, and safe reading; the app's folders and error log."""
